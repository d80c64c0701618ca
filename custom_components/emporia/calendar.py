"""A calendar of the times at which a car is going to be charged."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import override

from homeassistant.components.calendar import CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.calendar import EventCalendar, timed_events
from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    async_add_as_supported,
)

from .charging.plan import Block
from .entities.entity import charger_candidates
from .entities.planned_entity import PlannedEntity
from .runtime import EmporiaConfigEntry
from .status import ChargerState

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class CalendarDescription(CloudDescription[ChargerState], CalendarEntityDescription):
    """The calendar of a charger."""


CALENDAR = CalendarDescription(key="charging_plan")


class ChargingCalendar(PlannedEntity, EventCalendar):
    """The blocks of a plan, each with its price."""

    event_keys = ("charging",)

    @override
    def events(self) -> Iterator[CalendarEvent]:
        currency = self.planned.currency or self.hass.config.currency
        text = self.texts.get("charging", "")
        for block in self.planned.blocks:
            yield from timed_events(
                block.start,
                block.end,
                f"{text} {_price(block, currency)}".strip(),
                _amount(block, currency),
            )


def _price(block: Block, currency: str) -> str:
    return "" if block.price is None else f"({block.price:.4g} {currency}/kWh)"


def _amount(block: Block, currency: str) -> str:
    energy = f"{block.energy:.1f} kWh"
    return energy if block.cost is None else f"{energy}, {block.cost:.2f} {currency}"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one for each charger."""
    runtime = entry.runtime_data
    kind = partial(ChargingCalendar, runtime.planner)
    async_add_as_supported(
        entry,
        runtime.status,
        async_add_entities,
        lambda snapshot: charger_candidates(snapshot, kind, [CALENDAR]),
    )
