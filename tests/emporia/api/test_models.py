"""What the models make of answers, also of odd ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.emporia.api.home import Channel, build_home
from custom_components.emporia.api.models import (
    Charger,
    Chart,
    ModernDevice,
    ModernStatus,
    PeakDemand,
    Series,
    Status,
    Usages,
    WireDevice,
)
from custom_components.emporia.api.models.channels import channel_slug
from custom_components.emporia.snapshot import shown
from custom_components.emporia.status import (
    ChargerState,
    ChargerStatus,
    Manager,
    build_status,
    merge_event,
)

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "slug"),
    [
        ("1,2,3", "mains"),
        ("Mains", "mains"),
        ("7", "circuit_7"),
        ("Branch_7", "circuit_7"),
        ("5,6", "circuit_5_6"),
        ("MainsFromGrid", "grid_import"),
        ("MainsToGrid", "grid_export"),
        ("TotalUsage", "total_usage"),
        ("Mains_A", "leg_a"),
        ("Some New Thing!", "somenewthing"),
    ],
)
def test_channel_slug(number: str, slug: str) -> None:
    """Both spellings of a channel have one name."""
    assert channel_slug(number) == slug


def test_nested_usages() -> None:
    """Devices are found at any depth, and a null gives way to a value."""
    plug = {"deviceGid": "3", "channelUsages": [{"channelNum": "1,2,3", "usage": 2}]}
    unknown = {"deviceGid": 3, "channelUsages": [{"channelNum": "1,2,3"}]}
    circuit = {"channelNum": "4", "usage": None, "nestedDevices": [plug]}
    vue = {"deviceGid": 1, "channelUsages": [circuit]}
    body = {"instant": "2026-11-20T10:00:00Z", "devices": [unknown, vue]}
    usages = Usages.read({"deviceListUsages": body})
    assert usages.instant == START
    assert usages.values == {(3, "mains"): 2.0, (1, "circuit_4"): None}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"deviceListUsages": []},
        {"deviceListUsages": {"devices": {}}},
        {"deviceListUsages": {"devices": [{"channelUsages": []}]}},
        {"deviceListUsages": {"devices": [3]}},
    ],
)
def test_malformed_usages(answer: object) -> None:
    """What can't be read is no empty answer."""
    with pytest.raises(Malformed):
        Usages.read(answer)


def test_chart() -> None:
    """Gaps stay gaps, and an empty chart has no start."""
    chart = Chart.read(
        {"firstUsageInstant": "2026-11-20T10:00:00Z", "usageList": [1, None, "2.5"]}
    )
    hour = timedelta(hours=1)
    assert list(chart.buckets(hour)) == [(START, 1.0), (START + 2 * hour, 2.5)]
    empty = Chart.read({"firstUsageInstant": None, "usageList": None})
    assert list(empty.buckets(hour)) == []
    odd_answers: list[object] = [[], {"usageList": 3}, {"usageList": [1]}]
    for odd in odd_answers:
        with pytest.raises(Malformed):
            Chart.read(odd)


@pytest.mark.parametrize(
    ("answer", "kilowatts"),
    [
        ({}, None),
        ({"peakDemand": None}, None),
        ({"peakDemand": {"Value": 9.3}}, 9.3),
        ({"peakDemand": {"value": 9.1, "Value": 9.3, "Timestamp": {}}}, 9.1),
    ],
)
def test_peak_demand(answer: dict[str, Any], kilowatts: float | None) -> None:
    """Any part may be missing."""
    assert PeakDemand.read(answer) == PeakDemand(kilowatts, None)
    odd_answers: list[object] = [[], {"peakDemand": 3}]
    for odd in odd_answers:
        with pytest.raises(Malformed):
            PeakDemand.read(odd)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"success": {}},
        {"success": [3]},
        {"success": [{"device_id": 3}]},
        {"success": [{"device_id": "A", "circuit_usages": [{"usage": [3]}]}]},
    ],
)
def test_malformed_series(answer: object) -> None:
    """What can't be read is no empty answer."""
    with pytest.raises(Malformed):
        Series.read(answer)


def test_home_of_both_lists() -> None:
    """Nested channels are merged, channels without data go, names are added."""
    sub = {"deviceGid": 1, "channels": [{"channelNum": "2"}, {"channelNum": "9"}]}
    other = {"deviceGid": 5, "channels": []}
    legacy = WireDevice.read(
        {
            "deviceGid": 1,
            "manufacturerDeviceId": "A1",
            "channels": [{"channelNum": "1,2,3", "type": "Main"}],
            "devices": [sub, other],
        }
    )
    modern = ModernDevice.read(
        {
            "device_gid": 1,
            "channels": [
                {"channel_id": "Mains_A"},
                {"channel_id": "Branch_9", "has_data": False},
                {"channel_id": "Branch_12"},
            ],
        }
    )
    names = ModernDevice.read(
        {"device_gid": 1, "channels": [{"channelNum": "2", "name": "Oven"}]}
    )
    home = build_home([legacy], [modern], [names])
    assert set(home[1].channels) == {"mains", "circuit_2", "circuit_12"}
    assert home[1].channels["circuit_2"].name == "Oven"
    assert home[1].channels["circuit_12"].number == "12"
    assert home[5].parent_gid == 1


@pytest.mark.parametrize(
    ("channel", "value", "expected"),
    [
        (Channel(slug="circuit_2", number="2", type_gid=13), -1.5, 1.5),
        (Channel(slug="circuit_2", number="2", bidirectional=True), -1.5, -1.5),
        (Channel(slug="circuit_2", number="2"), -1.5, 1.5),
        (Channel(slug="mains", number="1,2,3"), -1.5, -1.5),
        (Channel(slug="balance", number="Balance"), -1.5, -1.5),
        (Channel(slug="grid_export", number="MainsToGrid"), -1.5, 1.5),
    ],
)
def test_signs(channel: Channel, value: float, expected: float) -> None:
    """Each kind of channel has the sign that people expect."""
    assert shown(channel, value, invert_solar=True) == expected
    if channel.is_solar:
        assert shown(channel, value, invert_solar=False) == value


OFF = dict.fromkeys(
    ("excessGenerationEnabled", "peakDemandEnabled", "schedulesEnabled"), False
)


def charger_state(load: dict[str, Any], evse: dict[str, Any]) -> ChargerState:
    """Return a charger with a load and a modern status."""
    status = Status.read(
        {
            "evChargers": [{"deviceGid": 5, "loadGid": 7, "icon": "CarConnected"}],
            "loads": [{"loadGid": 7, **load}],
        }
    )
    modern = ModernStatus.read({"evses": [{"device_gid": 5, **evse}]})
    return build_status(status, modern, {}, {}, {}).chargers[5]


@pytest.mark.parametrize(
    ("load", "evse", "manager", "is_taken"),
    [
        # Where no controller is told of, nobody knows whether there is one.
        ({}, {}, None, False),
        (OFF, {}, Manager.MANUAL, False),
        (OFF | {"schedulesEnabled": None}, {}, Manager.MANUAL, False),
        (OFF | {"peakDemandEnabled": True}, {}, Manager.PEAK_DEMAND, False),
        (OFF | {"schedulesEnabled": True}, {}, Manager.SCHEDULE, False),
        (OFF | {"excessGenerationEnabled": True}, {}, Manager.EXCESS_SOLAR, False),
        (
            {"excessGenerationEnabled": True, "energyManagementText": "x"},
            {},
            Manager.EXCESS_SOLAR,
            True,
        ),
        (
            {"peakDemandEnabled": True, "energyManagementText": "x"},
            {},
            Manager.PEAK_DEMAND,
            True,
        ),
        (
            {"schedulesEnabled": True, "energyManagementText": "x"},
            {},
            Manager.SCHEDULE,
            False,
        ),
        ({"energyManagementText": "x"}, {}, Manager.OTHER, True),
        ({"energyManagementOverridden": True}, {}, Manager.OVERRIDDEN, False),
        (
            {},
            {"active_energy_managements": [{"type": "EXCESS_SOLAR"}]},
            Manager.EXCESS_SOLAR,
            True,
        ),
        ({}, {"active_energy_managements": [{"type": "NEW"}]}, Manager.OTHER, True),
        (
            {},
            {"overridden_energy_managements": [{"type": "EXCESS_SOLAR"}]},
            Manager.OVERRIDDEN,
            False,
        ),
    ],
)
def test_who_controls_the_rate(
    load: dict[str, Any],
    evse: dict[str, Any],
    manager: Manager | None,
    *,
    is_taken: bool,
) -> None:
    """From either API; a schedule leaves the rate alone."""
    state = charger_state(load, evse)
    assert state.manager is manager
    assert state.rate_is_taken is is_taken


def test_a_charger_without_a_load() -> None:
    """Nobody is told that the rate is free while that is not known."""
    charger = {"deviceGid": 5, "loadGid": 7}
    status = Status.read({"evChargers": [charger], "loads": [{"loadGid": 8, **OFF}]})
    idle = ModernStatus.read({"evses": [{"device_gid": 5, "load_gid": 7}]})
    active = {"active_energy_managements": [{"type": "PEAK_DEMAND"}]}
    busy = ModernStatus.read({"evses": [{"device_gid": 5, **active}]})
    for modern, manager in ((None, None), (idle, None), (busy, Manager.PEAK_DEMAND)):
        snapshot = build_status(status, modern, {}, {}, {})
        assert snapshot.chargers[5].manager is manager


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("CHARGING", ChargerStatus.CHARGING),
        ("READY", ChargerStatus.WAITING_FOR_VEHICLE),
        ("DISCONNECTED_ON", ChargerStatus.NOT_PLUGGED_IN),
        ("SOMETHING_NEW", ChargerStatus.WAITING_FOR_VEHICLE),
    ],
)
def test_events(event: str, expected: ChargerStatus) -> None:
    """What an event does not name has not changed; unknown states change nothing."""
    charger = Charger(gid=5, on=True, rate=16, status="Standby", icon="CarConnected")
    change = ModernStatus.read(
        {
            "evses": [{"device_gid": 5, "charger_status": event, "charging_rate": 9}],
            "devices_connected": [{"device_gid": 6, "connected": False}],
        }
    )
    status = merge_event(Status(chargers=[charger]), change)
    snapshot = build_status(status, None, {}, {}, {})
    assert snapshot.chargers[5].status is expected
    assert snapshot.chargers[5].charger.rate == 9
    assert snapshot.chargers[5].charger.on


def test_a_charger_that_says_little() -> None:
    """Without a sign of the car there is no status."""
    state = ChargerState(charger=Charger(gid=5, icon="NewIcon"), serial="")
    assert state.status is None
    assert state.plugged_in is None
    assert state.session_energy is None
    assert state.session_cost is None
    assert state.last_session_end is None
