"""Looks for hours that are missing: each poll brings all that the portal has."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.backfill import HistorySource
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.cloud_energy.recorder.history import AccountHistory
from custom_components.dominion_energy.coordinators.meter import DominionCoordinator


class History(AccountHistory):
    """The statistics of one meter."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        coordinator: DominionCoordinator,
    ) -> None:
        """Look at what the polls of an entry have left open."""
        super().__init__(hass, entry, coordinator.feed)
        self._coordinator = coordinator

    @callback
    @override
    def async_start(self) -> None:
        """Begin now, and look again after every poll."""
        self._entry.async_on_unload(
            self._coordinator.async_add_connection_listener(self.async_work)
        )
        super().async_start()

    @override
    def share_done(self) -> float:
        return 1.0 if self._coordinator.derived else 0.0

    @override
    async def _async_work(self) -> None:
        await self._feed.async_settled()

    @override
    def _sources(self, now: datetime) -> Sequence[HistorySource]:
        derived, series = self._coordinator.derived, self._coordinator.series
        # Costs are worked out from them: those of a month may be known as a whole only
        metered = (series.consumption, series.return_)
        batches = derived.batches if derived else ()
        found = [_source(batch) for batch in batches if batch.series in metered]
        return [source for source in found if source]

    @override
    def _has_requests_to_spare(self) -> bool:
        return True


def _source(batch: Batch) -> HistorySource | None:
    """Offer the hours that the last poll has brought; None if there are none."""
    fine = [reading for reading in batch.readings if reading.length <= HOUR]
    if not fine:
        return None
    return HistorySource(
        series=batch.series,
        fetch=partial(_between, fine),
        earliest=(first := min(reading.start for reading in fine)),
        available_from=first,
    )


async def _between(
    readings: Sequence[Reading], start: datetime, end: datetime
) -> Sequence[Reading]:
    return [r for r in readings if start <= r.start and r.end <= end]
