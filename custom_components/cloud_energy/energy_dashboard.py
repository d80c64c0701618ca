"""Adds what an entry measures to the Energy dashboard, on the user's word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from homeassistant.components.energy.data import (
    BatterySourceType,
    DeviceConsumption,
    EnergyPreferencesUpdate,
    GridSourceType,
    SolarSourceType,
    SourceType,
    async_get_manager,
)
from homeassistant.core import HomeAssistant

_ENERGY_KEYS: Final = ("stat_energy_from", "stat_energy_to", "stat_consumption")


@dataclass(frozen=True, kw_only=True)
class GridSource:
    """A connection to the grid, by the ids of its statistics."""

    name: str
    consumption: str
    return_: str | None = None
    cost: str | None = None
    compensation: str | None = None
    power: str | None = None
    """The entity that shows its power: positive while buying."""

    @property
    def statistic_ids(self) -> tuple[str, ...]:
        """The statistics in the order in which the dashboard asks for them."""
        ids = (self.consumption, self.cost, self.return_, self.compensation)
        return tuple(statistic_id for statistic_id in ids if statistic_id)

    def preference(self, used: frozenset[str]) -> GridSourceType | None:
        """Return what is to be added, without what is in use already."""
        consumption = None if self.consumption in used else self.consumption
        return_ = None if self.return_ in used else self.return_
        if not consumption and not return_:
            return None
        preference: GridSourceType = {
            "type": "grid",
            "name": self.name,
            "stat_energy_from": consumption,
            "stat_energy_to": return_,
            "stat_cost": self.cost if consumption else None,
            "entity_energy_price": None,
            "number_energy_price": None,
            "stat_compensation": self.compensation if return_ else None,
            "entity_energy_price_export": None,
            "number_energy_price_export": None,
            "cost_adjustment_day": 0.0,
        }
        if self.power:
            preference["power_config"] = {"stat_rate": self.power}
        return preference


@dataclass(frozen=True, kw_only=True)
class SolarSource:
    """A solar system."""

    name: str
    production: str
    power: str | None = None
    """The entity that shows its power."""

    @property
    def statistic_ids(self) -> tuple[str, ...]:
        """The statistic to pick by hand."""
        return (self.production,)

    def preference(self, used: frozenset[str]) -> SolarSourceType | None:
        """Return what is to be added; None if it is in use already."""
        if self.production in used:
            return None
        preference: SolarSourceType = {
            "type": "solar",
            "name": self.name,
            "stat_energy_from": self.production,
            "config_entry_solar_forecast": None,
        }
        if self.power:
            preference["stat_rate"] = self.power
        return preference


@dataclass(frozen=True, kw_only=True)
class BatterySource:
    """A home battery: both energies are needed."""

    name: str
    discharge: str
    charge: str
    power: str | None = None
    """The entity that shows its power: positive while it discharges."""
    state_of_charge: str | None = None
    capacity: float | None = None
    """The usable kWh."""

    @property
    def statistic_ids(self) -> tuple[str, ...]:
        """The statistics in the order in which the dashboard asks for them."""
        return (self.discharge, self.charge)

    def preference(self, used: frozenset[str]) -> BatterySourceType | None:
        """Return what is to be added; None if any of it is in use already."""
        if used.intersection(self.statistic_ids):
            return None
        preference: BatterySourceType = {
            "type": "battery",
            "name": self.name,
            "stat_energy_from": self.discharge,
            "stat_energy_to": self.charge,
        }
        if self.power:
            preference["power_config"] = {"stat_rate": self.power}
        if self.state_of_charge:
            preference["stat_soc"] = self.state_of_charge
        if self.capacity:
            preference["capacity"] = self.capacity
        return preference


@dataclass(frozen=True, kw_only=True)
class DeviceSource:
    """A circuit, plug or charger: a part of the home's consumption."""

    name: str
    consumption: str
    included_in: str | None = None
    """The statistic of another device whose total holds this one's."""

    @property
    def statistic_ids(self) -> tuple[str, ...]:
        """The statistic to pick by hand."""
        return (self.consumption,)

    def preference(self, used: frozenset[str]) -> DeviceConsumption | None:
        """Return what is to be added; None if it is in use already."""
        if self.consumption in used:
            return None
        preference: DeviceConsumption = {
            "stat_consumption": self.consumption,
            "name": self.name,
        }
        if self.included_in:
            preference["included_in_stat"] = self.included_in
        return preference


type EnergySource = GridSource | SolarSource | BatterySource | DeviceSource


async def async_add_to_energy_dashboard(
    hass: HomeAssistant, sources: Iterable[EnergySource]
) -> Sequence[str]:
    """Add what the dashboard does not have yet; nothing in it is changed.

    Returns the ids of the statistics that were added: none the second time.
    """
    manager = await async_get_manager(hass)
    present: list[SourceType] = []
    devices: list[DeviceConsumption] = []
    if manager.data:
        present = list(manager.data["energy_sources"])
        devices = list(manager.data["device_consumption"])
    used = _statistics([*present, *devices])
    new_sources: list[SourceType] = []
    new_devices: list[DeviceConsumption] = []
    for source in sources:
        if isinstance(source, DeviceSource):
            if device := source.preference(used):
                new_devices.append(device)
        elif preference := source.preference(used):
            new_sources.append(preference)
    if new_sources or new_devices:
        update = {
            "energy_sources": [*present, *new_sources],
            "device_consumption": [*devices, *new_devices],
        }
        await manager.async_update(cast("EnergyPreferencesUpdate", update))
    return sorted(_statistics([*new_sources, *new_devices], costs=True))


def _statistics(
    preferences: Iterable[SourceType | DeviceConsumption], *, costs: bool = False
) -> frozenset[str]:
    """Return the statistics of energy in preferences, and those of its costs."""
    keys = (*_ENERGY_KEYS, "stat_cost", "stat_compensation") if costs else _ENERGY_KEYS
    items: list[dict[str, Any]] = [dict(preference) for preference in preferences]
    return frozenset(
        value for item in items for key in keys if (value := item.get(key))
    )
