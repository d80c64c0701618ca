"""Adds an entry's statistics to the Energy dashboard, on the user's word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from homeassistant.components.energy.data import (
    EnergyPreferencesUpdate,
    GridSourceType,
    SourceType,
    async_get_manager,
)
from homeassistant.core import HomeAssistant


@dataclass(frozen=True, kw_only=True)
class GridSource:
    """A connection to the grid, by the ids of its statistics."""

    name: str
    consumption: str
    return_: str | None = None
    cost: str | None = None
    compensation: str | None = None

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
        preference = {
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
        return cast("GridSourceType", preference)


type EnergySource = GridSource


async def async_add_to_energy_dashboard(
    hass: HomeAssistant, sources: Iterable[EnergySource]
) -> Sequence[str]:
    """Add what the dashboard does not have yet; nothing in it is changed.

    Returns the ids of the statistics that were added: none the second time.
    """
    manager = await async_get_manager(hass)
    present = list(manager.data["energy_sources"]) if manager.data else []
    used = _used_statistics(present)
    new = [new for source in sources if (new := source.preference(used))]
    if new:
        update: dict[str, list[SourceType]] = {"energy_sources": [*present, *new]}
        await manager.async_update(cast("EnergyPreferencesUpdate", update))
    return sorted(_used_statistics(new))


def _used_statistics(sources: Iterable[SourceType]) -> frozenset[str]:
    values: list[Any] = [value for source in sources for value in source.values()]
    return frozenset(
        value for value in values if isinstance(value, str) and ":" in value
    )
