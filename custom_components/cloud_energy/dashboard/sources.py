"""What an entry has to offer to the Energy dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self, override

from homeassistant.components.energy.data import (
    BatterySourceType,
    DeviceConsumption,
    GridSourceType,
    PowerConfig,
    SolarSourceType,
)
from homeassistant.components.energy.helpers import generate_power_sensor_entity_id

from custom_components.cloud_energy.recorder.series import Series

ENERGY_KEYS: Final = ("stat_energy_from", "stat_energy_to", "stat_consumption")
"""Where preferences hold statistics of energy."""
POWER_KEYS: Final = ("stat_rate", "power_config")
"""Where they hold what shows its power."""


@dataclass(frozen=True)
class TwoPowers:
    """Two entities for the two ways of a power; neither is ever negative."""

    forth: str
    """Bought, or discharged."""
    back: str
    """Sold, or charged."""


type Power = str | TwoPowers
"""The entity of a power that is positive while buying or discharging, or two of them."""


@dataclass(frozen=True, kw_only=True)
class DashboardSource:
    """Something that the dashboard can show."""

    kind: ClassVar[str]
    is_grid: ClassVar[bool] = False
    is_device: ClassVar[bool] = False
    """Whether it is a part of the consumption, which preferences list apart."""

    name: str = field(repr=False)
    power: Power | None = field(default=None, repr=False)
    """What shows its power now."""
    series: tuple[Series, ...] = field(default=(), compare=False, repr=False)
    """Those of its statistics that are ours, and not an entity's."""

    @property
    def energy(self) -> tuple[str, ...]:
        """The statistics of its energy."""
        raise NotImplementedError

    @property
    def statistic_ids(self) -> tuple[str, ...]:
        """The statistics in the order in which the dashboard requests them."""
        return self.energy

    @property
    def power_ids(self) -> tuple[str, ...]:
        """The entities of its power."""
        if isinstance(self.power, TwoPowers):
            return (self.power.forth, self.power.back)
        return (self.power,) if self.power else ()

    def in_currency(self, currency: str) -> Self:
        """Return it without the amounts of money that are in another currency."""
        return self

    def foreign_currencies(self, currency: str) -> frozenset[str]:
        """Return the other currencies in which it has amounts of money."""
        return frozenset()

    def power_preference(self) -> dict[str, Any]:
        """Return what the preferences hold of its power, if there is any."""
        return {"stat_rate": self.power} if self.power else {}

    def is_shown_by(self, preference: Mapping[str, Any]) -> bool:
        """Return whether this is what a source of the preferences shows."""
        shown = {preference[key] for key in ENERGY_KEYS if preference.get(key)}
        is_same_kind = preference.get("type", DeviceSource.kind) == self.kind
        return is_same_kind and bool(shown) and shown <= set(self.energy)

    def _two_way_power(self) -> dict[str, Any]:
        """Return the preferences of a power that has two directions."""
        if self.power is None:
            return {}
        if isinstance(self.power, str):
            single: PowerConfig = {"stat_rate": self.power}
            return {"stat_rate": self.power, "power_config": single}
        both: PowerConfig = {
            "stat_rate_from": self.power.forth,
            "stat_rate_to": self.power.back,
        }
        # Home Assistant makes an entity of both.
        combined = generate_power_sensor_entity_id(self.kind, both)
        return {"stat_rate": combined, "power_config": both}


@dataclass(frozen=True, kw_only=True)
class GridSource(DashboardSource):
    """A connection to the grid, by the ids of its statistics."""

    kind = "grid"
    is_grid = True

    consumption: str = field(repr=False)
    return_: str | None = field(default=None, repr=False)
    cost: str | None = field(default=None, repr=False)
    compensation: str | None = field(default=None, repr=False)

    @property
    @override
    def energy(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.consumption, self.return_)))

    @property
    @override
    def statistic_ids(self) -> tuple[str, ...]:
        ids = (self.consumption, self.cost, self.return_, self.compensation)
        return tuple(statistic_id for statistic_id in ids if statistic_id)

    @override
    def in_currency(self, currency: str) -> Self:
        foreign = self._foreign(currency)
        return replace(
            self,
            cost=None if self.cost in foreign else self.cost,
            compensation=None if self.compensation in foreign else self.compensation,
            series=tuple(x for x in self.series if x.statistic_id not in foreign),
        )

    @override
    def foreign_currencies(self, currency: str) -> frozenset[str]:
        return frozenset(self._foreign(currency).values())

    def _foreign(self, currency: str) -> dict[str, str]:
        """Return the currencies of amounts that are in another one, by statistic."""
        return {
            series.statistic_id: series.unit
            for series in self.series
            if series.statistic_id in (self.cost, self.compensation)
            and series.unit not in (None, currency)
        }

    @override
    def power_preference(self) -> dict[str, Any]:
        return self._two_way_power()

    def preference(self, used: frozenset[str]) -> GridSourceType | None:
        """Return what is to be added, without what is in use already."""
        consumption = None if self.consumption in used else self.consumption
        return_ = None if self.return_ in used else self.return_
        if not consumption and not return_:
            return None
        return {
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


@dataclass(frozen=True, kw_only=True)
class SolarSource(DashboardSource):
    """A solar system, by the id of its production's statistic."""

    kind = "solar"

    production: str = field(repr=False)

    @property
    @override
    def energy(self) -> tuple[str, ...]:
        return (self.production,)

    def preference(self, used: frozenset[str]) -> SolarSourceType | None:
        """Return what is to be added; None if it is in use already."""
        if self.production in used:
            return None
        return {
            "type": "solar",
            "name": self.name,
            "stat_energy_from": self.production,
            "config_entry_solar_forecast": None,
        }


@dataclass(frozen=True, kw_only=True)
class BatterySource(DashboardSource):
    """A home battery: both energies are needed."""

    kind = "battery"

    discharge: str = field(repr=False)
    charge: str = field(repr=False)
    state_of_charge: str | None = field(default=None, repr=False)
    capacity: float | None = None
    """The usable kWh."""

    @property
    @override
    def energy(self) -> tuple[str, ...]:
        return (self.discharge, self.charge)

    @override
    def power_preference(self) -> dict[str, Any]:
        return self._two_way_power()

    def preference(self, used: frozenset[str]) -> BatterySourceType | None:
        """Return what is to be added; None if any of it is in use already."""
        if used.intersection(self.energy):
            return None
        preference: BatterySourceType = {
            "type": "battery",
            "name": self.name,
            "stat_energy_from": self.discharge,
            "stat_energy_to": self.charge,
        }
        if self.state_of_charge:
            preference["stat_soc"] = self.state_of_charge
        if self.capacity:
            preference["capacity"] = self.capacity
        return preference


@dataclass(frozen=True, kw_only=True)
class DeviceSource(DashboardSource):
    """A circuit, plug or charger: a part of the home's consumption."""

    kind = "device"
    is_device = True

    consumption: str = field(repr=False)
    included_in: str | None = field(default=None, repr=False)
    """The statistic of another device whose total holds this one's."""

    @property
    @override
    def energy(self) -> tuple[str, ...]:
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
