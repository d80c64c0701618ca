"""Panels behind one meter are one connection to the grid; signs of single circuits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import floor_hour
from custom_components.emporia.api.home import Channel, Device
from custom_components.emporia.diagnostics import async_get_config_entry_diagnostics
from custom_components.emporia.options import options_schema
from custom_components.emporia.statistics.netting import Netting
from tests.clouds.emporia import EmporiaCloud
from tests.entries import (
    DAY,
    HOUR,
    MINUTE,
    pass_time,
    person_of,
    requests,
    settle,
    state,
)
from tests.recorded import stored

from .helpers import NOW, add_entry, true_hours

FARM = "farm"
END = floor_hour(NOW)


def gids(cloud: EmporiaCloud) -> tuple[int, int]:
    """Return the gids of the house's panel and of the barn's."""
    house, barn = person_of(cloud, FARM)["devices"]
    return int(house["device_gid"]), int(barn["device_gid"])


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, **chosen: Any
) -> Mapping[str, Any]:
    """Go through the options as a user does; returns the fields that were there."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    schema = result["data_schema"]
    assert schema
    basics = {"stream": False, "invert_solar": True, "history_days": 1}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], basics | chosen
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    return {str(key): field for key, field in schema.schema.items()}


def net_id(entry: MockConfigEntry, kind: str) -> str:
    """Return the id of a statistic of the connection."""
    return f"emporia:{entry.unique_id}_net_{kind}"


def true_net(
    cloud: EmporiaCloud, start: datetime, end: datetime
) -> dict[datetime, float]:
    """Return what both panels have drawn together; less than 0 for what they fed in."""
    house, barn = (
        true_hours(cloud, FARM, f"{gid}/1,2,3", start, end) for gid in gids(cloud)
    )
    return {hour: house[hour] + barn[hour] for hour in house.keys() & barn.keys()}


async def assert_net(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    start: datetime,
    end: datetime,
) -> None:
    """Compare both directions, and the money of both, with the cloud's truth."""
    truth = true_net(cloud, start, end)
    assert min(truth.values()) < 0 < max(truth.values())
    for kind, factor in (
        ("import_energy", 1),
        ("export_energy", -1),
        ("import_cost", 0.15),
        ("export_compensation", -0.15),
    ):
        expected = {hour: max(0.0, factor * kwh) for hour, kwh in truth.items()}
        found = await stored(hass, net_id(entry, kind))
        assert found == pytest.approx(expected, abs=1e-3), kind


async def test_one_connection_of_two_panels(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Chosen in the options, its history comes in, and each hour as it ends."""
    entry = await add_entry(hass, cloud, FARM)
    house, barn = gids(cloud)
    assert not await stored(hass, net_id(entry, "import_energy"))
    before = await stored(hass, f"emporia:{barn}_grid_export_energy")
    await choose(hass, entry, netted_panels=[str(house), str(barn)])
    await assert_net(hass, cloud, entry, END - 24 * HOUR, END)
    # What the house takes of the barn's sun never passes the meter.
    sold = await stored(hass, net_id(entry, "export_energy"))
    assert sum(sold.values()) < sum(before.values()) - 1
    # The panels keep what they have.
    assert await stored(hass, f"emporia:{barn}_grid_export_energy") == before
    assert await stored(hass, f"emporia:{house}_mains_cost")
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    await assert_net(hass, cloud, entry, END - 24 * HOUR, END + 3 * HOUR)
    with_net = requests(cloud, "/AppAPI")
    await choose(hass, entry, netted_panels=[])
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    assert with_net == requests(cloud, "/AppAPI")
    assert max(await stored(hass, net_id(entry, "import_energy"))) == END + 2 * HOUR


async def test_on_the_energy_dashboard(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """One grid source with costs; circuits and sun of both panels beside it."""
    hass.config.currency = "USD"
    entry = await add_entry(hass, cloud, FARM)
    await choose(hass, entry, netted_panels=[str(gid) for gid in gids(cloud)])
    await hass.services.async_call(
        "cloud_energy",
        "add_to_energy_dashboard",
        {"config_entry_id": entry.entry_id},
        blocking=True,
    )
    manager = await async_get_manager(hass)
    assert manager.data
    grid, sun = manager.data["energy_sources"]
    assert grid["type"] == "grid"
    assert grid["name"] == "Emporia House + Barn"
    assert grid["stat_energy_from"] == net_id(entry, "import_energy")
    assert grid["stat_cost"] == net_id(entry, "import_cost")
    assert grid["stat_energy_to"] == net_id(entry, "export_energy")
    assert grid["stat_compensation"] == net_id(entry, "export_compensation")
    house, barn = gids(cloud)
    assert sun["stat_energy_from"] == f"emporia:{barn}_circuit_2_energy"
    devices = {d["stat_consumption"] for d in manager.data["device_consumption"]}
    assert f"emporia:{house}_circuit_1_energy" in devices
    told = await async_get_config_entry_diagnostics(hass, entry)
    text = str(told)
    for secret in (house, barn, entry.unique_id):
        assert str(secret) not in text


async def test_an_hour_that_one_panel_lacks(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What only one of them tells is no net; it comes once both are known."""
    entry = await add_entry(hass, cloud, FARM)
    house, barn = gids(cloud)
    late = END - 5 * HOUR
    cloud.apply(
        {
            "late": {
                "device_gid": barn,
                "start": late.isoformat(),
                "end": (late + HOUR).isoformat(),
                "due": (END + 3 * HOUR).isoformat(),
            }
        }
    )
    await choose(hass, entry, netted_panels=[str(house), str(barn)])
    assert late not in await stored(hass, net_id(entry, "import_energy"))
    assert late + HOUR in await stored(hass, net_id(entry, "import_energy"))
    await pass_time(hass, at_noon, entry, *[HOUR] * 4, DAY, HOUR)
    await assert_net(hass, cloud, entry, END - 24 * HOUR, END + 29 * HOUR)


async def test_circuits_that_are_turned(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Only those chosen: power, energy today and statistics, with the sign turned."""
    entry = await add_entry(hass, cloud, FARM)
    _, barn = gids(cloud)
    workshop, roof = f"{barn}_circuit_3", f"{barn}_circuit_2"
    assert float(state(hass, f"{workshop}_energy_today")) < 0
    fields = await choose(hass, entry, turned_circuits=[workshop])
    options = fields["turned_circuits"].config["options"]
    assert {o["value"]: o["label"] for o in options} == {
        workshop: "Barn Workshop",
        roof: "Barn Roof",
    }
    await pass_time(hass, at_noon, entry, MINUTE)
    assert float(state(hass, f"{workshop}_power")) >= 0
    assert float(state(hass, f"{workshop}_energy_today")) > 0
    assert float(state(hass, f"{roof}_power")) > 0
    for number, slug, sign in (("3", "circuit_3", -1), ("2", "circuit_2", -1)):
        truth = true_hours(cloud, FARM, f"{barn}/{number}", END - DAY, END, sign)
        found = await stored(hass, f"emporia:{barn}_{slug}_energy")
        assert found == pytest.approx(truth, abs=1e-3)
        assert min(found.values()) >= 0 < max(found.values())
    # The sun as well: the general choice, and then this circuit against it.
    await choose(hass, entry, turned_circuits=[roof])
    await pass_time(hass, at_noon, entry, MINUTE)
    assert float(state(hass, f"{roof}_power")) < 0
    await choose(hass, entry, invert_solar=False, turned_circuits=[roof])
    await pass_time(hass, at_noon, entry, MINUTE)
    assert float(state(hass, f"{roof}_power")) > 0


def panel(gid: int, **more: Any) -> Device:
    """Return a panel of a home."""
    channels = {"mains": Channel(slug="mains", number="1,2,3")}
    return Device(gid=gid, name=f"Panel {gid}", channels=channels, **more)


@pytest.mark.parametrize(
    ("home", "chosen", "netted"),
    [
        ([panel(1), panel(2)], {1, 2}, [1, 2]),
        ([panel(1), panel(2), panel(3)], {1, 3}, [1, 3]),
        # One alone has nothing to be netted with.
        ([panel(1), panel(2)], {1}, []),
        ([panel(1), panel(2)], set(), []),
        # A list may be short once by mistake.
        ([panel(1)], {1, 2}, []),
        # What hangs on another panel is in its mains already.
        ([panel(1), panel(2, parent_gid=1)], {1, 2}, []),
    ],
)
def test_which_panels(home: list[Device], chosen: set[int], netted: list[int]) -> None:
    """Only all that were chosen make a net."""
    netting = Netting(account="7", gids=frozenset(chosen))
    found = {device.gid: device for device in home}
    assert [each.gid for each in netting.panels(found)] == netted
    assert len(netting.series(found, "USD")) == (4 if netted else 0)
    assert (netting.source(found, "USD") is not None) is bool(netted)


@pytest.mark.parametrize(
    ("home", "chosen", "fields"),
    [
        ([panel(1)], {}, set()),
        ([panel(1), panel(2)], {}, {"netted_panels"}),
        # What was chosen before can be taken out, whatever has become of it.
        ([panel(1)], {"netted_panels": ["1", "2"]}, {"netted_panels"}),
        ([], {"turned_circuits": ["1_circuit_2"]}, {"turned_circuits"}),
    ],
)
def test_what_there_is_to_choose(
    home: list[Device], chosen: dict[str, Any], fields: set[str]
) -> None:
    """No field without a choice."""
    schema = options_schema({device.gid: device for device in home}, chosen)
    found = {str(key): field for key, field in schema.schema.items()}
    assert found.keys() == fields | {"stream", "invert_solar", "history_days"}
    for field in fields:
        values = [o["value"] for o in found[field].config["options"]]
        assert set(chosen.get(field, ())) <= set(values)
