"""Asks meters for their readings, and remembers what their answers have shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
import logging
from typing import Final

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.cloud_energy.readings import local_midnight
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.consumption import (
    MeterAddress,
    MeterKind,
    last_invoice_day,
)
from custom_components.iec.api.intervals import DayIntervals, Interval, place
from custom_components.iec.api.models.reading import (
    MeterReport,
    ReadingReport,
    Resolution,
)
from custom_components.iec.calculations.load_classes import LoadClasses
from custom_components.iec.calculations.meter_change import united
from custom_components.iec.calculations.meters import Life, Meter

_LOGGER = logging.getLogger(__name__)

SHARED_FOR: Final = timedelta(hours=1, minutes=30)
"""How long the answer for a day does for all that want it."""

_LATEST_DAYS = timedelta(days=7)
"""Days that are kept longer than that: entities show them."""
_OLD = timedelta(days=30)
_NEXT_KIND = {
    MeterKind.BOTH_WAYS: MeterKind.BOTH_WAYS_OTHER,
    MeterKind.BOTH_WAYS_OTHER: MeterKind.CONSUMPTION,
}


@dataclass(frozen=True, kw_only=True)
class DayReadings:
    """The readings of one meter on one local day."""

    day: date
    intervals: Sequence[Interval] = ()
    load_classes: tuple[tuple[datetime, int], ...] = ()
    report: MeterReport | None = None
    asked_at: datetime

    @property
    def consumption(self) -> float | None:
        """The kWh of the intervals that are there; None for none."""
        if not self.intervals:
            return None
        return round(sum(interval.consumption for interval in self.intervals), 3)

    @property
    def return_(self) -> float | None:
        """The same of the other direction."""
        found = [i.return_ for i in self.intervals if i.return_ is not None]
        return round(sum(found), 3) if found else None

    @property
    def is_whole(self) -> bool:
        """Whether the intervals fill the day."""
        begin, end = (
            local_midnight(day, SITE_ZONE)
            for day in (self.day, self.day + timedelta(days=1))
        )
        known = sum((each.length for each in self.intervals), timedelta(0))
        return known >= end - begin

    @property
    def end(self) -> datetime | None:
        """Until when readings are there."""
        return self.intervals[-1].end if self.intervals else None


@dataclass
class _Known:
    """What the answers of one meter have shown."""

    kind: MeterKind | None = None
    is_two_way: bool = False
    offset_is_false: bool | None = None
    life: Life = field(default_factory=Life)

    @property
    def since(self) -> date | None:
        return self.life.since


@dataclass
class DayReader:
    """Reads the meters of one entry."""

    client: IecClient
    latest: dict[str, datetime] = field(default_factory=dict, repr=False)
    """Until when the readings of each stem have been seen."""
    billed_until: dict[str, date] = field(default_factory=dict, repr=False)
    """The last billed day of each contract."""
    load_classes: dict[str, LoadClasses] = field(default_factory=dict, repr=False)
    """What the answers have shown of each contract's peak hours."""
    wants_two_way: dict[str, bool] = field(default_factory=dict, repr=False)
    """Whether both directions are requested of the meter of a stem."""
    _days: dict[tuple[str, date], DayReadings] = field(default_factory=dict, repr=False)
    _known: dict[str, _Known] = field(default_factory=dict, repr=False)

    def is_two_way(self, meter: Meter) -> bool:
        """Return whether an answer has proven that the meter counts both ways."""
        return self._of(meter.address).is_two_way

    def since(self, meter: Meter) -> date | None:
        """Return the first day of the meter, or of the first one in its place.

        None as long as one of them has not been asked.
        """
        starts = [
            self._of(address).since for address in (meter.address, *meter.earlier)
        ]
        known = [start for start in starts if start]
        return min(known) if len(known) == len(starts) else None

    def life(self, address: MeterAddress) -> Life:
        """Return from when until when a meter is known to have counted."""
        return self._of(address).life

    async def learn_starts(self, meter: Meter, day: date) -> None:
        """Get to know the first days of meters that were replaced, by a day of theirs.

        One that the cloud refuses, as it may have been none, stays unknown.

        :raises CloudError: nothing can be fetched now.
        """
        for address in meter.earlier:
            if self._of(address).since is None:
                try:
                    await self._ask(address, meter.stem, day, Resolution.DAILY)
                except (NotPermitted, ProviderError) as err:
                    _LOGGER.debug("Not known since when a meter has counted: %s", err)

    def known_day(self, meter: Meter, day: date) -> DayReadings | None:
        """Return what was read last of a day."""
        return self._days.get((meter.stem, day))

    async def read_day(
        self, meter: Meter, day: date, *, max_age: timedelta = timedelta(0)
    ) -> DayReadings:
        """Return the readings of a local day, requested unless they are new enough.

        :raises CloudError: they can't be fetched now.
        """
        now = dt_util.utcnow()
        known = self.known_day(meter, day)
        if known and is_recent(known.asked_at, max_age, now):
            return known
        reading = await self._ask_day(meter, day, now)
        self._remember(meter, reading)
        return reading

    async def read_days(
        self, meter: Meter, day: date, resolution: Resolution
    ) -> MeterReport | None:
        """Return the days of the local week or month that a day lies in.

        :raises CloudError: they can't be fetched now.
        """
        report = await self.read_days_of(meter, meter.address, day, resolution)
        first = report.start if report and report.start else day
        before = [
            await self.read_days_of(meter, address, day, resolution)
            for address, _ in self.replaced(meter, first)
        ]
        return united(report, before)

    async def read_days_of(
        self, meter: Meter, address: MeterAddress, day: date, resolution: Resolution
    ) -> MeterReport | None:
        """Return what one of the meters that follow one another has of these days.

        :raises CloudError: they can't be fetched now.
        """
        report = await self._ask(address, meter.stem, day, resolution)
        return report.of(address.serial, address.code)

    def replaced(
        self, meter: Meter, first: date
    ) -> Iterator[tuple[MeterAddress, date]]:
        """Yield the earlier meters that have counted since a day, the latest first.

        With each comes the day of its replacement. Asking one may show when it came.
        """
        until = self._of(meter.address).since
        for address in meter.earlier:
            if until is None or until < first:
                break
            yield address, until
            # One that nobody has seen counting may stand for none of their days
            until = self._of(address).since or until

    async def _ask_day(self, meter: Meter, day: date, now: datetime) -> DayReadings:
        """Ask the meter that was there, or both on the day of a change."""
        reading = await self._ask_meter(meter.address, meter.stem, day, now)
        for address, _ in self.replaced(meter, day):
            before = await self._ask_meter(address, meter.stem, day, now)
            reading = replace(
                reading, intervals=_joined(before.intervals, reading.intervals)
            )
        return reading

    async def _ask_meter(
        self, address: MeterAddress, stem: str, day: date, now: datetime
    ) -> DayReadings:
        answer = await self._ask(address, stem, day, Resolution.DAILY)
        report = answer.of(address.serial, address.code)
        placed = self._place(address, report, day) if report else DayIntervals(day, ())
        return DayReadings(
            day=day,
            intervals=placed.intervals,
            load_classes=_load_classes(answer),
            report=report,
            asked_at=now,
        )

    def _learn_classes(self, contract: str, answer: ReadingReport) -> None:
        classes = self.load_classes.get(contract, LoadClasses())
        self.load_classes[contract] = classes.learned(_load_classes(answer))

    def _place(
        self, address: MeterAddress, report: MeterReport, day: date
    ) -> DayIntervals:
        known = self._of(address)
        placed = place(
            report.periods,
            day,
            two_way=report.is_two_way,
            is_old=dt_util.now(SITE_ZONE).date() - day > _OLD,
            offset_is_false=known.offset_is_false,
        )
        if placed.offset_is_false is not None:
            known.offset_is_false = placed.offset_is_false
        return placed

    async def _ask(
        self, address: MeterAddress, stem: str, day: date, resolution: Resolution
    ) -> ReadingReport:
        """Request both directions where wanted; the answer shows if that was right."""
        known = self._of(address)
        if not self.wants_two_way.get(stem, False):
            known.kind, known.is_two_way = MeterKind.CONSUMPTION, False
        elif known.kind is None:
            known.kind = MeterKind.BOTH_WAYS
        while True:
            answer = await self._send(address, day, resolution, known.kind)
            self._learn_classes(address.contract, answer)
            report = answer.of(address.serial, address.code)
            if report:
                known.life = known.life.seen(report.meter_start, report.last_day)
                known.is_two_way = known.is_two_way or report.is_two_way
            if report is None or known.is_two_way:
                return answer
            following = _NEXT_KIND.get(known.kind)
            if following is None or report.kind is None:
                return answer
            # It was understood as another kind: the other spelling, or one way.
            known.kind = following
            if following is MeterKind.CONSUMPTION:
                return answer

    async def _send(
        self, address: MeterAddress, day: date, resolution: Resolution, kind: MeterKind
    ) -> ReadingReport:
        return await self.client.consumption.get_report(
            address,
            day,
            resolution,
            last_invoice=self.running_from(address.contract),
            kind=kind,
        )

    def running_from(self, contract: str) -> date:
        """Return the day from which on the cloud is asked to count what is not billed."""
        today = dt_util.now(SITE_ZONE).date()
        return last_invoice_day(today, self.billed_until.get(contract))

    def _remember(self, meter: Meter, reading: DayReadings) -> None:
        self._days[meter.stem, reading.day] = reading
        if reading.end:
            self.note_latest(meter, reading.end)
        now = reading.asked_at
        self._days = {
            (stem, day): known
            for (stem, day), known in self._days.items()
            if is_recent(known.asked_at, SHARED_FOR, now) or self._is_new(stem, day)
        }

    def _is_new(self, stem: str, day: date) -> bool:
        """Tell whether a day is one of the newest that there are readings of."""
        latest = self.latest.get(stem) or dt_util.utcnow()
        return day >= latest.astimezone(SITE_ZONE).date() - _LATEST_DAYS

    def note_latest(self, meter: Meter, end: datetime) -> None:
        """Take that readings are there until a time."""
        self.latest[meter.stem] = max(end, self.latest.get(meter.stem, end))

    def _of(self, address: MeterAddress) -> _Known:
        return self._known.setdefault(address.serial, _Known())


def _joined(
    before: Sequence[Interval], after: Sequence[Interval]
) -> Sequence[Interval]:
    """Put the intervals of two meters together; where both have one, both count."""
    joined = {interval.start: interval for interval in before}
    for interval in after:
        known = joined.get(interval.start)
        joined[interval.start] = _added(known, interval) if known else interval
    return [joined[start] for start in sorted(joined)]


def _added(first: Interval, second: Interval) -> Interval:
    returns = [each.return_ for each in (first, second) if each.return_ is not None]
    return replace(
        second,
        consumption=first.consumption + second.consumption,
        return_=sum(returns) if returns else None,
    )


def _load_classes(answer: ReadingReport) -> tuple[tuple[datetime, int], ...]:
    return tuple(
        (row.start, row.load_class)
        for row in answer.load_classes
        if row.start and row.start.tzinfo and row.load_class is not None
    )
