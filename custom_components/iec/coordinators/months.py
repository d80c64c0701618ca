"""Asks for the months of a meter, with what those that it has replaced have counted."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.consumption import MeterAddress
from custom_components.iec.api.models.reading import (
    MeterReport,
    Resolution,
    RunningPeriod,
)
from custom_components.iec.calculations.meter_change import running_of_all, united
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.statistics.reader import DayReader

_THIS_EVERY: Final = timedelta(minutes=50)
_LAST_EVERY: Final = timedelta(hours=12)
_DAY: Final = timedelta(days=1)
_KEPT: Final = timedelta(days=75)
"""As long as the running billing period, or this month, may hold a change of meters."""


class MonthPoller:
    """Reads whole months, and what has not been billed."""

    def __init__(self, answers: AnswerCache, reader: DayReader) -> None:
        """Ask through the reader of an entry."""
        self._answers = answers
        self._reader = reader

    def due(self, meter: Meter) -> None:
        """Have what runs since the last bill requested again."""
        today = dt_util.now(SITE_ZONE).date()
        self._answers.due(_part(meter.address, today))
        for day in (_month_before(today), today):
            for address in meter.earlier:
                self._answers.due(_part_before(address, day))
        self._answers.due(f"running_{meter.key}")

    def keep_replaced(self, meter: Meter) -> None:
        """Keep what is known of the meter before: the cloud may forget it at once."""
        today = dt_util.now(SITE_ZONE).date()
        for day in (_month_before(today), today):
            old = meter.earlier[0]
            if (known := self._answers.last(_part(old, day))) is not None:
                self._answers.remember(_part_before(old, day), known, keep=_KEPT)

    async def async_this(self, meter: Meter, today: date) -> MeterReport | None:
        """Return the month of today."""
        return await self._async_month(meter, today, _THIS_EVERY)

    async def async_last(self, meter: Meter, today: date) -> MeterReport | None:
        """Return the month before that of today."""
        return await self._async_month(meter, _month_before(today), _LAST_EVERY)

    async def async_running(
        self, meter: Meter, today: date, *reports: MeterReport | None
    ) -> RunningPeriod | None:
        """Return the current period from the first answer that has it.

        What meters before have counted in it belongs to it.
        """
        found = next((r.valid_running for r in reports if r and r.valid_running), None)
        if found is None:
            before = await self._answers.get(
                f"running_{meter.key}",
                partial(self._async_read, meter, meter.address, today - 2 * _DAY),
                every=_LAST_EVERY,
            )
            found = before.valid_running if before else None
        begin = self._reader.running_from(meter.address.contract)
        replaced = [
            await self._async_before(meter, address, until)
            for address, until in self._reader.replaced(meter, begin)
        ]
        return running_of_all(found, replaced)

    async def _async_month(
        self, meter: Meter, day: date, every: timedelta
    ) -> MeterReport | None:
        report = await self._answers.get(
            _part(meter.address, day),
            partial(self._async_read, meter, meter.address, day),
            every=every,
        )
        first = day.replace(day=1)
        before = [
            await self._async_before(meter, address, day)
            for address, _ in self._reader.replaced(meter, first)
        ]
        return united(report, before)

    async def _async_before(
        self, meter: Meter, address: MeterAddress, day: date
    ) -> MeterReport | None:
        """Return a month of a replaced meter; what was known of it stays known."""
        part = _part_before(address, day)
        known: MeterReport | None = self._answers.last(part)

        async def fetch() -> MeterReport | None:
            found = await self._async_read(meter, address, day)
            return found if found and found.periods else known

        return await self._answers.get(part, fetch, every=_LAST_EVERY, keep=_KEPT)

    async def _async_read(
        self, meter: Meter, address: MeterAddress, day: date
    ) -> MeterReport | None:
        return await self._reader.read_days_of(meter, address, day, Resolution.MONTHLY)


def _part(address: MeterAddress, day: date) -> str:
    return f"month_{address.contract}_{address.serial}_{day:%m}"


def _part_before(address: MeterAddress, day: date) -> str:
    """Return what the answer of a replaced meter is called.

    Earlier versions kept its successor's by its own number.
    """
    return f"replaced_{_part(address, day)}"


def _month_before(today: date) -> date:
    return today.replace(day=1) - _DAY
