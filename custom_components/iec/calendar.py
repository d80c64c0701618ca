"""A calendar of bills to pay and planned interruptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import override

from homeassistant.components.calendar import CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.calendar import EventCalendar, timed_events
from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    CloudEntity,
    Place,
    async_add_as_supported,
)
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator

from .api.const import CURRENCY
from .coordinators.outages import OutageCoordinator
from .entities.entity import contract_candidates
from .runtime import IecConfigEntry
from .snapshot import ContractState, Snapshot

PARALLEL_UPDATES = 0

_DAY = timedelta(days=1)
_USUAL_LENGTH = timedelta(hours=4)
"""How long a planned outage is shown if its end is unknown."""


@dataclass(frozen=True, kw_only=True)
class CalendarDescription(CloudDescription[ContractState], CalendarEntityDescription):
    """The calendar of a contract."""


CALENDAR = CalendarDescription(key="calendar", translation_key="events")


class ContractCalendar(CloudEntity[Snapshot, ContractState], EventCalendar):
    """The days on which something of a contract is due."""

    event_keys = ("bill_due", "planned_interruption")

    def __init__(
        self,
        outages: OutageCoordinator | None,
        coordinator: CloudCoordinator[Snapshot],
        place: Place[Snapshot, ContractState],
        description: CalendarDescription,
    ) -> None:
        """Show bills of the one coordinator and interruptions of the other."""
        super().__init__(coordinator, place, description)
        self._outages = outages

    @override
    async def async_added_to_hass(self) -> None:
        """Follow both coordinators."""
        await super().async_added_to_hass()
        if self._outages:
            self.async_on_remove(
                self._outages.async_add_listener(self.async_write_ha_state)
            )

    @override
    def events(self) -> Iterator[CalendarEvent]:
        if self.part:
            yield from self._bills(self.part)
        yield from self._interruptions()

    def _bills(self, part: ContractState) -> Iterator[CalendarEvent]:
        details = part.supply.details
        due: dict[date, float | None] = {}
        if details and details.due_date and details.total_debt:
            due[details.due_date] = details.total_debt
        for invoice in part.invoices.invoices if part.invoices else ():
            if invoice.due and invoice.to_pay and invoice.to_pay > 0:
                due[invoice.due] = invoice.to_pay
        for day, amount in due.items():
            yield CalendarEvent(
                start=day,
                end=day + _DAY,
                summary=self.texts.get("bill_due", ""),
                description=f"{amount:.2f} {CURRENCY}",
            )

    def _interruptions(self) -> Iterator[CalendarEvent]:
        if self._outages is None:
            return
        for outage in self._outages.data.of(self.place.key).planned:
            if outage.start is None:
                continue
            end = outage.end or outage.estimate or outage.start + _USUAL_LENGTH
            yield from timed_events(
                outage.start,
                max(end, outage.start + timedelta(minutes=1)),
                self.texts.get("planned_interruption", ""),
                outage.kind or None,
            )


async def async_setup_entry(
    hass: HomeAssistant,
    entry: IecConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one for each contract."""
    runtime = entry.runtime_data
    make = partial(ContractCalendar, runtime.outages)
    async_add_as_supported(
        entry,
        runtime.coordinator,
        async_add_entities,
        lambda snapshot: contract_candidates(snapshot, make, [CALENDAR], lambda s: s),
    )
