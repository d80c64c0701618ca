"""The charger: what a car does, what commands do, and who owns the rate."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.clouds.emporia.charger import Charger
from tests.clouds.errors import ControlError
from tests.clouds_tests.conftest import NOW

from .wire import Wire

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 19, 19, tzinfo=UTC)


def card(charger: dict[str, Any]) -> tuple[str, str, str, str]:
    """The texts that tell a charger's state."""
    return (
        charger["status"],
        charger["message"],
        charger["icon"],
        charger["debugCode"],
    )


def settle(wire: Wire) -> None:
    """Let a command take effect."""
    wire.cloud.clock.advance(timedelta(seconds=8))


async def energy(wire: Wire, start: datetime, end: datetime) -> float:
    """Energy in kWh that the charger took, by the minute."""
    gid = wire.device("charger")["device_gid"]
    values = (await wire.chart("1,2,3", start, end, "1MIN", gid))[1]
    return sum(filter(None, values))


async def modern(wire: Wire) -> dict[str, Any]:
    """The charger in the c-api's status."""
    evse: dict[str, Any] = (await wire.get("/v1/customers/devices/status"))["evses"][0]
    return evse


async def test_car(signed_in: Wire) -> None:
    """Nobody, charging, full, fault, gone: as both hosts tell it."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.apply({"plug_out": None})
    gone = ("Standby", "Ready", "CarNotConnected", "011")
    assert card(await wire.charger()) == gone
    assert (await modern(wire))["charger_status"] == "DISCONNECTED_ON"
    cloud.apply({"plug_in": {"need": 0.64}})
    assert card(await wire.charger()) == ("Charging", "Charging", "CarConnected", "411")
    assert (await modern(wire))["charger_status"] == "CHARGING"
    cloud.clock.advance(timedelta(minutes=6))
    full = ("Standby", "EV is not accepting charge", "CarConnected", "311")
    assert card(await wire.charger()) == full
    assert (await modern(wire))["charger_status"] == "READY"
    assert await energy(wire, NOW, NOW + timedelta(minutes=6)) == pytest.approx(0.64)
    cloud.apply({"charger_fault": {"text": "Ground fault"}})
    fault = await wire.charger()
    assert (fault["status"], fault["faultText"]) == ("Fault", "Ground fault")
    cloud.apply({"charger_fault": {"text": None}, "plug_out": None})
    assert card(await wire.charger()) == gone


async def test_command(signed_in: Wire) -> None:
    """The answer tells the new values, the status does some seconds later; the power follows."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.apply({"plug_in": None})
    status, answer = await wire.put_charger(chargingRate=16)
    assert status == 200
    assert (answer["chargingRate"], answer["message"]) == (16, "Please wait a moment.")
    cloud.clock.advance(timedelta(seconds=2))
    assert (await wire.charger())["chargingRate"] == 32
    settle(wire)
    assert (await wire.charger())["chargingRate"] == 16
    now = cloud.clock.now()
    cloud.clock.advance(timedelta(minutes=10))
    usage = await energy(wire, now + timedelta(minutes=1), now + timedelta(minutes=6))
    assert usage == pytest.approx(16 * 0.24 * 6 / 60, rel=0.01)
    await wire.put_charger(chargerOn=False)
    settle(wire)
    off = await wire.charger()
    assert card(off) == ("Standby", "Connected to EV", "CarConnected", "311")
    assert (off["chargerOn"], off["iconLabel"]) == (False, "Pausing")
    assert (await modern(wire))["charger_status"] == "IDLE"
    cloud.apply({"plug_out": None})
    assert (await wire.charger())["message"] == "Off"
    assert (await modern(wire))["charger_status"] == "DISCONNECTED"


@pytest.mark.parametrize(
    "changes",
    [
        {"loadGid": None},
        {"loadGid": 1},
        {"chargerOn": None},
        {"chargerOn": "true"},
        {"chargingRate": None},
        {"chargingRate": 5},
        {"chargingRate": 41},
        {"chargingRate": 16.5},
        {"chargingRate": True},
        {"maxChargingRate": None},
        {"breakerPIN": None},
        {"breakerPIN": "1234"},
    ],
)
async def test_refused_commands(signed_in: Wire, changes: dict[str, Any]) -> None:
    """All keys, right types, rate within limits, right PIN; a refused command changes nothing."""
    before = await signed_in.charger()
    assert (await signed_in.put_charger(**changes))[0] == 400
    settle(signed_in)
    assert await signed_in.charger() == before


@pytest.mark.parametrize("rate", [6, 40])
async def test_limits(signed_in: Wire, rate: int) -> None:
    """Both ends of the range are allowed."""
    assert (await signed_in.put_charger(chargingRate=rate))[0] == 200


async def test_whole_object_and_empty_answer(signed_in: Wire) -> None:
    """The whole charger object may be sent back; the answer may have no body."""
    charger = await signed_in.charger()
    signed_in.cloud.apply({"empty_command_answers": True})
    body = charger | {"chargerOn": False}
    assert await signed_in.call("PUT", "/devices/evcharger", body) == (200, None)
    settle(signed_in)
    assert (await signed_in.charger())["chargerOn"] is False


async def test_somebody_elses_charger(signed_in: Wire) -> None:
    """It is not touched; a Vue is no charger."""
    foreign = signed_in.cloud.customers.login("plain_home").devices[1].gid
    assert (await signed_in.put_charger(deviceGid=foreign))[0] == 401
    assert (await signed_in.put_charger(deviceGid=signed_in.gid))[0] == 400


async def test_last_command_wins(signed_in: Wire) -> None:
    """Two commands one after the other: the second one holds."""
    await signed_in.put_charger(chargingRate=20)
    await signed_in.put_charger(chargingRate=10)
    settle(signed_in)
    assert (await signed_in.charger())["chargingRate"] == 10


async def test_modern_commands(signed_in: Wire) -> None:
    """Switch by serial; change one value and leave the other; empty answers."""
    wire, serial = signed_in, signed_in.device("charger")["serial"]
    control, settings = "/v1/customers/evse/control", "/v1/customers/devices/settings"
    body = {"device_id": serial, "command": "TURN_OFF"}
    assert await wire.call("POST", control, body) == (200, None)
    settle(wire)
    assert (await wire.charger())["chargerOn"] is False
    change = {"device_id": serial, "device_type": "EV_CHARGER", "charging_rate": 9}
    assert await wire.call("PUT", settings, change | {"charger_on": None}) == (
        200,
        None,
    )
    settle(wire)
    charger = await wire.charger()
    assert (charger["chargerOn"], charger["chargingRate"]) == (False, 9)
    await wire.call("POST", control, body | {"command": "TURN_ON"})
    settle(wire)
    assert (await wire.charger())["chargerOn"] is True
    status, answer = await wire.call("POST", control, body | {"command": "JUMP"})
    assert (status, "Unexpected value 'JUMP'" in answer["error_message"]) == (400, True)
    unknown = await wire.call("POST", control, body | {"device_id": "D1"})
    assert unknown[0] == 404
    assert (await wire.call("PUT", settings, change | {"charging_rate": 5}))[0] == 400
    assert (await wire.call("GET", settings))[0] == 405


async def test_old_firmware(wires: Callable[[str], Wire]) -> None:
    """No PIN to send; a rate that is written while the charger is off is forgotten."""
    wire = wires("plain_home")
    await wire.sign_in()
    assert (await wire.charger())["breakerPIN"] is None
    assert (await wire.put_charger(chargerOn=False, chargingRate=12))[0] == 200
    settle(wire)
    await wire.put_charger(chargerOn=True)
    settle(wire)
    assert (await wire.charger())["chargingRate"] == 32
    await wire.put_charger(chargingRate=12)
    settle(wire)
    assert (await wire.charger())["chargingRate"] == 12


async def test_excess_solar(signed_in: Wire) -> None:
    """The controller follows the sun, whatever a user writes, and pauses below 6 A."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.clock.set(NOON)
    await wire.sign_in()
    cloud.apply({"plug_in": None, "controller": {"kind": "EXCESS_SOLAR"}})
    household = cloud.customers.logins[0].devices[0].residence.household
    surplus = household.power("solar", NOON) - household.power("load", NOON)
    assert surplus > 2
    charger = await wire.charger()
    assert charger["chargingRate"] == int(surplus / 0.24)
    assert "Excess Solar" in charger["hideChargeRateSliderText"]
    await wire.put_charger(chargingRate=30)
    settle(wire)
    assert (await wire.charger())["chargingRate"] == 30
    cloud.clock.advance(timedelta(seconds=30))
    assert (await wire.charger())["chargingRate"] != 30
    load = (await wire.get("/customers/devices/status"))["loads"][0]
    assert load["excessGenerationEnabled"] is True
    assert load["energyManagementText"] == "Charging with Excess Solar since 12:00 pm."
    (active,) = (await modern(wire))["active_energy_managements"]
    assert active == {
        "type": "EXCESS_SOLAR",
        "active_since": "2026-11-19T19:00:00.000000Z",
    }
    await wire.wait(8 * HOUR)
    night = await wire.charger()
    assert (night["status"], night["chargerOn"]) == ("Standby", True)
    assert night["chargingRate"] == 6
    monitors = (await wire.get("/v1/customers/excess-generation"))["monitors"]
    assert monitors[0]["enabled"] is True


async def test_override(signed_in: Wire) -> None:
    """Full power for three hours, then the controller has it again."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.apply({"plug_in": None, "controller": {"kind": "PEAK_DEMAND"}})
    assert (await wire.charger())["chargingRate"] == 12
    serial = wire.device("charger")["serial"]
    body = {"device_id": serial, "command": "CHARGE_AT_FULL_POWER"}
    await wire.call("POST", "/v1/customers/evse/control", body)
    await wire.wait(HOUR)
    assert (await wire.charger())["chargingRate"] == 40
    load = (await wire.get("/customers/devices/status"))["loads"][0]
    assert load["energyManagementOverridden"] is True
    assert load["energyManagementText"].endswith(
        "\nOverridden from 10:00 am to 1:00 pm."
    )
    evse = await modern(wire)
    assert evse["active_energy_managements"] == []
    assert evse["overridden_energy_managements"] == [
        {"type": "PEAK_DEMAND", "override_expires_at": None}
    ]
    await wire.wait(2 * HOUR)
    assert (await wire.charger())["chargingRate"] == 12
    assert (await modern(wire))["overridden_energy_managements"] == []
    cloud.apply({"controller": {"kind": None}})
    assert (await wire.charger())["hideChargeRateSliderText"] is None


async def test_app_and_installer(signed_in: Wire) -> None:
    """Somebody else writes, too; a lower maximum lowers the rate."""
    signed_in.cloud.apply({"charger": {"on": False, "amps": 20}})
    charger = await signed_in.charger()
    assert (charger["chargerOn"], charger["chargingRate"]) == (False, 20)
    signed_in.cloud.apply({"charger": {"max_amps": 16}})
    charger = await signed_in.charger()
    assert (charger["maxChargingRate"], charger["chargingRate"]) == (16, 16)


async def test_balance_with_a_charging_car(signed_in: Wire) -> None:
    """What the charger takes is in the mains, in import and export, and in its circuit, to the minute."""
    wire, cloud = signed_in, signed_in.cloud
    before = cloud.truth(None, NOW, NOW + HOUR)["series"][f"{wire.gid}/1,2,3"][0]
    cloud.apply({"plug_out": None})
    cloud.clock.advance(timedelta(minutes=10))
    cloud.apply({"plug_in": None})
    cloud.clock.advance(timedelta(minutes=20, seconds=30))
    cloud.apply({"plug_out": None})
    cloud.clock.advance(timedelta(minutes=29, seconds=29))
    usages = await wire.usages(NOW + HOUR - timedelta(seconds=1), "1H")
    (charger,) = usages["7"]["nestedDevices"]
    charged = charger["channelUsages"][0]["usage"]
    assert charged == pytest.approx(7.68 * 20.5 / 60)
    cloud.clock.advance(timedelta(seconds=1))
    await wire.sign_in()
    after = cloud.truth(None, NOW, NOW + HOUR)["series"]
    mains = after[f"{wire.gid}/1,2,3"][0]["value"]
    assert mains == pytest.approx(before["value"] + charged)
    grid = [
        after[f"{wire.gid}/{n}"][0]["value"] for n in ("MainsFromGrid", "MainsToGrid")
    ]
    assert sum(grid) == pytest.approx(mains)
    _, minutes = await wire.chart(
        "1,2,3", NOW, NOW + HOUR, "1MIN", wire.device("charger")["device_gid"]
    )
    assert [index for index, kwh in enumerate(minutes) if kwh] == list(range(10, 31))
    assert minutes[30] == pytest.approx(0.064)


async def test_outlet(signed_in: Wire) -> None:
    """The relay follows a command after some seconds; what hangs on it stops drawing."""
    wire, plug = signed_in, signed_in.device("outlet")
    gid = plug["device_gid"]
    body = {"deviceGid": gid, "outletOn": False, "loadGid": plug["load_gid"]}
    for wrong in ({"loadGid": 1}, {"loadGid": None}, {"outletOn": 0}):
        assert (await wire.call("PUT", "/devices/outlet", body | wrong))[0] == 400
    status, answer = await wire.call("PUT", "/devices/outlet", body)
    assert (status, answer) == (200, body)
    outlet = (await wire.get("/customers/devices/status"))["outlets"][0]
    assert outlet["outletOn"] is True
    settle(wire)
    outlet = (await wire.get("/customers/devices/status"))["outlets"][0]
    assert outlet["outletOn"] is False
    wire.cloud.clock.advance(timedelta(minutes=50))
    values = (await wire.chart("1,2,3", NOW - HOUR, NOW + HOUR, "15MIN", gid))[1]
    assert sum(filter(None, values[:4])) > 0.02
    assert values[5:] == [0, 0, 0]


def plan(charger: Charger, days: int) -> list[tuple[float, float]]:
    """Stays of the cars of the days before `NOW`."""
    end = NOW.timestamp()
    stays = charger.sessions(end - days * 86400, end)
    return [(each.plug_in, each.plug_out) for each in stays]


async def test_evenings(signed_in: Wire) -> None:
    """Cars come most evenings, one at a time, and charge; a hand ends that for good."""
    charger = signed_in.cloud.customers.charger().charger
    assert charger is not None
    stays = plan(charger, 60)
    assert 30 < len(stays) < 60
    assert all(first[1] < second[0] for first, second in pairwise(stays))
    hours = [datetime.fromtimestamp(start, charger.zone).hour for start, _ in stays]
    assert set(hours) == {17}
    weeks = charger.energy(NOW.timestamp() - 60 * 86400, NOW.timestamp())
    assert weeks > 4 * len(stays)
    signed_in.cloud.apply({"plug_out": None})
    later = NOW.timestamp() + 60 * 86400
    assert charger.sessions(NOW.timestamp() + 1, later) == []
    assert plan(charger, 60) == stays


def test_no_such_charger(wires: Callable[[str], Wire]) -> None:
    """A Vue is no charger; a wrong need is refused."""
    wire = wires("solar_home")
    with pytest.raises(ControlError, match="is no charger"):
        wire.cloud.apply({"plug_in": wire.gid})
    with pytest.raises(ControlError, match="need"):
        wire.cloud.apply({"plug_in": {"need": -1}})
