"""Two Vues that are combined in the app: one panel, one connection to the grid."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.emporia.api.home import build_home
from custom_components.emporia.api.models import WireDevice
from custom_components.emporia.calculations.combined import with_common_balance
from custom_components.emporia.statistics.energy_sources import energy_sources
from custom_components.emporia.statistics.series import channel_series
from tests.clouds.emporia import EmporiaCloud
from tests.entries import MINUTE, pass_time, person_of, state
from tests.recorded import stored

from .helpers import add_entry

NAMES = {"1": "Kitchen", "97": "Dryer"}


def gids(cloud: EmporiaCloud) -> tuple[int, int]:
    """Return the gids of the first and the second Vue."""
    first, second = person_of(cloud, "combined_home")["devices"]
    return int(first["device_gid"]), int(second["device_gid"])


async def test_one_connection_to_the_grid(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The second Vue has circuits, and neither import, cost, balance nor peak."""
    entry = await add_entry(hass, cloud, "combined_home")
    first, second = gids(cloud)
    await hass.services.async_call(
        "cloud_energy",
        "add_to_energy_dashboard",
        {"config_entry_id": entry.entry_id},
        blocking=True,
    )
    manager = await async_get_manager(hass)
    assert manager.data
    (grid,) = manager.data["energy_sources"]
    assert grid["stat_energy_from"] == f"emporia:{first}_mains_energy"
    devices = {d["stat_consumption"] for d in manager.data["device_consumption"]}
    assert devices >= {
        f"emporia:{second}_circuit_97_energy",
        f"emporia:{second}_circuit_3_energy",
        f"emporia:{first}_circuit_1_energy",
    }
    assert f"emporia:{second}_mains_energy" not in devices
    assert await stored(hass, f"emporia:{first}_mains_cost")
    assert not await stored(hass, f"emporia:{second}_mains_cost")
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    keys = {e.unique_id for e in entities}
    assert f"{first}_balance_power" in keys
    assert f"{first}_month_peak_demand" in keys
    assert f"{second}_circuit_97_power" in keys
    # Whoever has it keeps it.
    assert f"{second}_mains_power" in keys
    for part in ("balance", "grid_import", "grid_export", "total_usage", "month_peak"):
        assert not [key for key in keys if key.startswith(f"{second}_{part}")]


async def test_it_hangs_under_the_first(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The registry shows which two belong together."""
    entry = await add_entry(hass, cloud, "combined_home")
    registry = dr.async_get(hass)
    first, second = (
        registry.async_get_device_by_identifier(("emporia", str(gid)), entry.entry_id)
        for gid in gids(cloud)
    )
    assert first
    assert second
    assert second.via_device_id == first.id
    assert first.via_device_id is None


async def test_balance_is_that_of_both(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What the second one measures is no rest of the first."""
    entry = await add_entry(hass, cloud, "combined_home")
    await pass_time(hass, at_noon, entry, MINUTE)
    first, second = gids(cloud)
    circuits = [f"{first}_circuit_1", f"{first}_circuit_2"]
    circuits += [f"{second}_circuit_97", f"{second}_circuit_3"]
    measured = sum(float(state(hass, f"{each}_power")) for each in circuits)
    mains = float(state(hass, f"{first}_mains_power"))
    assert float(state(hass, f"{second}_circuit_3_power")) > 0
    balance = float(state(hass, f"{first}_balance_power"))
    assert balance == pytest.approx(mains - measured, abs=1)


def pair(**second: object) -> list[WireDevice]:
    """Return two Vues as the legacy tree has them."""
    mains = {"channelNum": "1,2,3", "type": "Main"}

    def vue(gid: int, **more: object) -> WireDevice:
        channels = [mains, *({"channelNum": n, "name": NAMES[n]} for n in NAMES)]
        return WireDevice.from_dict({"deviceGid": gid, "channels": channels, **more})

    return [vue(1, locationProperties={"solar": True}), vue(2, **second)]


@pytest.mark.parametrize(
    ("second", "grids"),
    [
        ({"primaryVueGid": 1, "combinedVue": True}, 1),
        ({"primaryVueGid": "1"}, 1),
        ({"primaryVueGid": 1, "locationProperties": {"solar": True}}, 1),
        ({"primaryVueGid": 1, "parentDeviceGid": 1, "parentChannelNum": "7"}, 1),
        # Whoever is its own primary is the first one.
        ({"primaryVueGid": 2, "combinedVue": True}, 2),
        ({"primaryVueGid": None, "combinedVue": None}, 2),
        ({}, 2),
    ],
)
def test_who_is_second(second: dict[str, object], grids: int) -> None:
    """Only who names another Vue as its primary has no connection of its own."""
    home = build_home(pair(**second), [])
    found = [s for s in energy_sources(home, "CAD") if hasattr(s, "consumption")]
    named = [s for s in found if hasattr(s, "return_")]
    assert len(named) == grids
    series = channel_series(home, "CAD")
    costs = {s.series.statistic_id for s in series if s.unit == "Dollars"}
    assert ("emporia:2_mains_cost" in costs) is (grids == 2)


@pytest.mark.parametrize(
    ("balance", "laundry", "expected"),
    [
        # 1000 of mains, 100 and 200 on the first, 300 and 50 on the second
        (700.0, 300.0, 350.0),
        # A cloud that reckons with both already
        (350.0, 300.0, 350.0),
        (700.0, None, 650.0),
        (None, 300.0, None),
    ],
)
def test_common_balance(
    balance: float | None, laundry: float | None, expected: float | None
) -> None:
    """Whichever way the cloud reckons, each circuit is taken off once."""
    home = build_home(pair(primaryVueGid=1), [])
    amounts = {
        (1, "mains"): 1000.0,
        (1, "circuit_1"): 100.0,
        (1, "circuit_97"): 200.0,
        (1, "balance"): balance,
        (2, "circuit_97"): laundry,
        (2, "circuit_1"): 50.0,
    }
    assert with_common_balance(home, amounts)[1, "balance"] == expected


def test_no_balance_without_the_second() -> None:
    """While nothing is known of the second one, nobody knows the rest."""
    home = build_home(pair(primaryVueGid=1), [])
    amounts = {(1, "mains"): 1000.0, (1, "balance"): 700.0, (2, "circuit_1"): None}
    assert with_common_balance(home, amounts)[1, "balance"] is None
