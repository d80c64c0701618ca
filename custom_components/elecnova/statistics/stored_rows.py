"""Puts statistics right that were made by another unit than power really comes in.

A stored day is compared with its total. So it does no harm to begin again after an
interruption, and what was right from the start stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
import logging
from math import fsum
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.readings import HOUR, Reading, local_day
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.elecnova.calculations.pv import Inverter
from custom_components.elecnova.calculations.units import scale_to
from custom_components.elecnova.coordinators.account import ElecnovaCoordinator

from .series import pv_series

_LOGGER = logging.getLogger(__name__)

_AGAIN: Final = timedelta(hours=6)
_TRIES: Final = 4
"""So often are days looked at of which nothing is answered: an answer may be empty once."""

type Hours = Mapping[datetime, float]
type _ReadDay = Callable[[Inverter, datetime, datetime], Awaitable[list[Reading]]]


class StoredRows:
    """The stored hours of one account's inverters."""

    def __init__(
        self,
        hass: HomeAssistant,
        coordinator: ElecnovaCoordinator,
        feed: StatisticsFeed,
        *,
        read: _ReadDay,
        may_go_on: Callable[[], bool],
    ) -> None:
        """Import through a feed; `read` returns the readings of days, requested."""
        self._hass = hass
        self._coordinator = coordinator
        self._feed = feed
        self._read = read
        self._may_go_on = may_go_on
        self._failed_at: dict[str, datetime] = {}
        self._unanswered: Counter[str] = Counter()
        """How often days of an inverter were without an answer, by its serial."""

    async def async_correct(self, inverter: Inverter) -> None:
        """Make all of an inverter's rows those of its unit, once that is known.

        :raises CloudError: no inverter can be asked now.
        """
        unit, now = self._coordinator.units.of(inverter), dt_util.utcnow()
        failed_at = self._failed_at.get(inverter.sn)
        if unit is None or unit == self._coordinator.rows_unit(inverter):
            return
        if failed_at and is_recent(failed_at, _AGAIN, now):
            return
        try:
            if await self._async_correct_all(inverter, now):
                self._coordinator.async_note_rows(inverter, unit)
        except ProviderError as err:
            _LOGGER.debug("Comparing stored days with their totals later: %s", err)
            self._failed_at[inverter.sn] = now

    async def _async_correct_all(self, inverter: Inverter, now: datetime) -> bool:
        """Go through the stored months, latest first; False if it continues later.

        :raises ProviderError: a month can't be fetched now, or days are not answered.
        """
        hours = await async_stored_hours(self._hass, pv_series(inverter).statistic_id)
        days = _finished_days(hours, inverter, now)
        latest_first = sorted(days, reverse=True)
        are_answered = True
        for _, month in groupby(latest_first, key=lambda day: (day.year, day.month)):
            if not self._may_go_on():
                return False
            of_month = {day: days[day] for day in month}
            are_answered &= await self._async_correct_month(inverter, of_month)
        self._unanswered[inverter.sn] += not are_answered
        if not are_answered and self._unanswered[inverter.sn] < _TRIES:
            raise ProviderError("Days with energy were answered without any")
        return True

    async def _async_correct_month(
        self, inverter: Inverter, days: Mapping[date, Hours]
    ) -> bool:
        """Return whether something was answered of each day that has energy."""
        are_answered = True
        totals = await self._coordinator.reader.month(inverter, next(iter(days)))
        readings: list[Reading] = []
        for day, hours in days.items():
            scale = scale_to(totals.get(day), fsum(hours.values()))
            if scale is None and any(hours.values()):
                found = await self._read(inverter, *local_day(day, inverter.zone))
                are_answered &= bool(found)
                readings += found
            elif scale not in (None, 1):
                readings += [
                    Reading(hour, hour + HOUR, kwh * scale)
                    for hour, kwh in hours.items()
                ]
        if readings:
            await self._feed.async_store([Batch(pv_series(inverter), tuple(readings))])
        return are_answered


def _finished_days(
    hours: Hours, inverter: Inverter, now: datetime
) -> dict[date, dict[datetime, float]]:
    """Sort stored hours by local day; the running one is read again anyway."""
    days: defaultdict[date, dict[datetime, float]] = defaultdict(dict)
    for hour, kwh in hours.items():
        days[inverter.today(hour)][hour] = kwh
    days.pop(inverter.today(now), None)
    return dict(days)
