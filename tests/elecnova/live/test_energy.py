"""Which entities the Energy dashboard is offered."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.cloud_energy.dashboard.sources import BatterySource, GridSource
from custom_components.elecnova.live.energy import energy_sources
from custom_components.elecnova.live.state import LiveValues

from .pure import BMS, CABINET, METER, NOON, PCS, live_state, point, snapshot


def registered(hass: HomeAssistant, state: LiveValues) -> None:
    """Register the sensors of all that is known to come."""
    registry = er.async_get(hass)
    for owner in state.layout.owners:
        for key in state.keys(owner):
            unique_id = f"{owner}_{key}"
            registry.async_get_or_create(
                "sensor", "elecnova", unique_id, suggested_object_id=unique_id
            )


def told(hass: HomeAssistant, *points: tuple[str, str]) -> LiveValues:
    """Return the state after points of these owners and names."""
    state = live_state()
    state.apply([point(owner, name, 5.0) for owner, name in points], NOON)
    registered(hass, state)
    return state


def sources(hass: HomeAssistant, state: LiveValues) -> Iterator[object]:
    """Yield what is offered."""
    yield from energy_sources(hass, state, snapshot(BMS, PCS, METER))


def sensor(owner: str, key: str) -> str:
    """Return the id of a registered sensor."""
    return f"sensor.{owner.lower()}_{key}"


async def test_counters_elsewhere_than_power(hass: HomeAssistant) -> None:
    """The only power of the cabinet belongs to them; its model tells the capacity."""
    state = told(
        hass,
        (CABINET, "totalCharge"),
        (CABINET, "totalDischarge"),
        (PCS, "activePower"),
        (BMS, "soc"),
    )
    assert list(sources(hass, state)) == [
        BatterySource(
            name="Cabinet",
            discharge=sensor(CABINET, "battery_discharge_energy"),
            charge=sensor(CABINET, "battery_charge_energy"),
            power=sensor(PCS, "battery_power"),
            state_of_charge=sensor(BMS, "battery_soc"),
            capacity=215.0,
        )
    ]


async def test_little_is_enough(hass: HomeAssistant) -> None:
    """What is not sent is left out."""
    state = told(
        hass, (PCS, "totalCharge"), (PCS, "totalDischarge"), (METER, "importEnergy")
    )
    battery, grid = sources(hass, state)
    assert battery == BatterySource(
        name="Cabinet",
        discharge=sensor(PCS, "battery_discharge_energy"),
        charge=sensor(PCS, "battery_charge_energy"),
        capacity=215.0,
    )
    assert grid == GridSource(
        name="Cabinet", consumption=sensor(METER, "grid_import_energy")
    )


@pytest.mark.parametrize("name", ["totalCharge", "totalDischarge", "soc"])
async def test_half_a_battery_is_none(hass: HomeAssistant, name: str) -> None:
    """The dashboard needs both directions."""
    assert not list(sources(hass, told(hass, (PCS, name))))


async def test_disabled_entities_are_not_offered(hass: HomeAssistant) -> None:
    """They have no statistics."""
    state = told(hass, (METER, "importEnergy"), (METER, "exportEnergy"))
    registry = er.async_get(hass)
    exported = sensor(METER, "grid_export_energy")
    registry.async_update_entity(exported, disabled_by=er.RegistryEntryDisabler.USER)
    (grid,) = sources(hass, state)
    assert isinstance(grid, GridSource)
    assert grid.statistic_ids == (sensor(METER, "grid_import_energy"),)
