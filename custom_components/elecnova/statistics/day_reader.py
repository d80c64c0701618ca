"""Reads the local days of inverters: their five minutes, and the totals of the month."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
import logging
from typing import Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.readings import (
    Reading,
    floor_hour,
    local_day,
    local_midnight,
)
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.calculations.pv import Inverter
from custom_components.elecnova.calculations.units import UnitUnknown
from custom_components.elecnova.coordinators.account import ElecnovaCoordinator

from .day_notes import DayNotes
from .series import PvDay, day_readings

_LOGGER = logging.getLogger(__name__)

SETTLED: Final = timedelta(minutes=10)
"""How long after its end an hour may still change."""

_DAY: Final = timedelta(days=1)
_UNITS_AGAIN: Final = timedelta(hours=6)
_MAX_DAYS_WITHOUT_POINTS: Final = 7
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

type _AskPoints = Callable[[Inverter, datetime, datetime], Awaitable[Sequence[PvPoint]]]


class DayReader:
    """Reads days of one account's inverters, and remembers what it lacked."""

    def __init__(self, coordinator: ElecnovaCoordinator) -> None:
        """Ask through the client of an account."""
        self._reader = coordinator.reader
        self._units = coordinator.units
        self.notes = DayNotes()
        self._puzzled_at: dict[str, datetime] = {}
        self._without_totals: set[str] = set()
        """Serials of which a month's list was refused of late: gaps stay open."""
        self._without_points: dict[str, int] = {}
        self._months: dict[tuple[str, int, int], Mapping[date, float]] = {}

    def forget_totals(self) -> None:
        """Request the totals of months again, whatever is known of them."""
        self._months.clear()

    def try_points_again(self) -> None:
        """Request the five minutes again of days before those that had none."""
        self._without_points.clear()

    def has_totals(self, inverter: Inverter) -> bool:
        """Return whether no month of an inverter was refused since `expect_totals`."""
        return inverter.sn not in self._without_totals

    def expect_totals(self, inverter: Inverter) -> None:
        """Forget that months of an inverter were refused."""
        self._without_totals.discard(inverter.sn)

    def readable(self, inverters: Iterable[Inverter], now: datetime) -> list[Inverter]:
        """Return the inverters that can be read: none whose unit was missing of late."""
        return [
            inverter
            for inverter in inverters
            if self._units.of(inverter)
            or now - self._puzzled_at.get(inverter.sn, _LONG_AGO) >= _UNITS_AGAIN
        ]

    async def read(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[Reading]:
        """Return the readings of the local days that two times lie in.

        Whole days: only of those is known whether anything is missing.
        """
        return await self._read_with(inverter, begin, end, self._reader.points)

    async def read_old(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[Reading]:
        """Return the same, of days of which the cloud may have no five minutes."""
        return await self._read_with(inverter, begin, end, self._old_points)

    async def _read_with(
        self, inverter: Inverter, begin: datetime, end: datetime, ask: _AskPoints
    ) -> list[Reading]:
        now = dt_util.utcnow()
        settled = floor_hour(now - SETTLED)
        readings: list[Reading] = []
        for day in _days(inverter, begin, end):
            totals = await self._totals_of(inverter, day)
            begin, end = local_day(day, inverter.zone)
            raw = await ask(inverter, begin, end)
            if end <= now:
                self._units.learn(inverter, raw, totals.get(day))
            points = self._in_watts(inverter, raw, now)
            found = PvDay(
                inverter=inverter, day=day, points=points, total=totals.get(day)
            )
            self.notes.note(found, now)
            readings += [r for r in day_readings(found, now) if r.end <= settled]
        return readings

    def _in_watts(
        self, inverter: Inverter, raw: Sequence[PvPoint], now: datetime
    ) -> list[PvPoint]:
        try:
            return self._units.in_watts(inverter, raw)
        except UnitUnknown:
            self._puzzled_at[inverter.sn] = now
            raise

    async def _totals_of(self, inverter: Inverter, day: date) -> Mapping[date, float]:
        """Return a month's totals; without them the five minutes count alone."""
        key = (inverter.sn, day.year, day.month)
        if key not in self._months:
            try:
                self._months[key] = await self._reader.month(inverter, day)
            except ProviderError as err:
                _LOGGER.debug("Skipping a month's totals for now: %s", err)
                self._months[key] = {}
                self._without_totals.add(inverter.sn)
        return self._months[key]

    async def _old_points(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> Sequence[PvPoint]:
        """Request a day unless it had no sun, or all before it had no points."""
        day = inverter.today(begin)
        totals = await self._totals_of(inverter, day)
        missed = self._without_points.get(inverter.sn, 0)
        if missed >= _MAX_DAYS_WITHOUT_POINTS or totals.get(day) == 0:
            return ()
        points = await self._reader.points(inverter, begin, end)
        if points:
            self._without_points[inverter.sn] = 0
        elif day in totals or not totals:
            # A day that is missing from its month proves nothing.
            self._without_points[inverter.sn] = missed + 1
        return points


def _days(inverter: Inverter, begin: datetime, end: datetime) -> Iterator[date]:
    """Yield the local days from the latest to the oldest."""
    day, first = inverter.today(end), inverter.today(begin)
    while day >= first:
        if local_midnight(day, inverter.zone) < end:
            yield day
        day -= _DAY
