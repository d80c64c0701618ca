"""What the cloud has recorded: the true energy, less what never came or has not come yet, plus corrections."""

from collections import defaultdict
from dataclasses import dataclass
from math import floor, inf
from typing import Any, Final

from tests.clouds.clock import Clock

from .buckets import FIXED, Calendar, wire_time
from .devices import FROM_GRID, MAINS, TO_GRID, Device

RETENTION: Final = {"1S": 3 * 3600, "1MIN": 7 * 86400}
"""How long fine buckets are kept (wire 4.10); the others stay for years."""
SOLAR_TYPE: Final = 13
LATEST: Final = 1e12
"""A time at which everything that is late has come."""
INSTALLED: Final = 1704067200.0
"""2024-01-01: no device is older."""


@dataclass(slots=True)
class Gap:
    """A span of a device's data that is not there until `due` (inf = never), for all channels or some."""

    start: float
    end: float
    due: float = inf
    channels: frozenset[str] | None = None

    def hides(self, channel: str, now: float) -> bool:
        """Whether the span is missing now."""
        return now < self.due and (self.channels is None or channel in self.channels)


@dataclass(frozen=True, slots=True)
class Correction:
    """Energy that a correction adds, spread evenly over its span."""

    start: float
    end: float
    kwh: float

    def energy(self, start: float, end: float) -> float:
        """The part within `[start, end)`."""
        shared = max(0.0, min(end, self.end) - max(start, self.start))
        return self.kwh * shared / (self.end - self.start)


class Records:
    """Recorded energy by device and channel.

    - `gaps`: spans that are missing; `corrections`: spans that were changed
    - `delay`: how many seconds the newest data are old
    - `null_channels`, `missing_channels`: channel numbers that are told as null, or left out
    """

    def __init__(self, clock: Clock) -> None:
        """Start without accidents."""
        self._clock = clock
        self.delay = 0.0
        self.gaps: defaultdict[int, list[Gap]] = defaultdict(list)
        self.corrections: defaultdict[tuple[int, str], list[Correction]] = defaultdict(
            list
        )
        self.null_channels: defaultdict[int, set[str]] = defaultdict(set)
        self.missing_channels: defaultdict[int, set[str]] = defaultdict(set)

    @property
    def known_until(self) -> float:
        """The end of what has arrived, in whole seconds: then all channels of an answer end alike."""
        return floor(self._clock.timestamp()) - self.delay

    def oldest(self, scale: str) -> float:
        """The start of what is kept."""
        kept = RETENTION.get(scale, inf)
        return max(INSTALLED, self._clock.timestamp() - kept)

    def value(
        self,
        device: Device,
        channel: str,
        start: float,
        end: float,
        known_until: float | None = None,
    ) -> float | None:
        """Energy in kWh of a bucket as far as it is recorded; None where nothing is.

        :param known_until: the property of that name, where somebody has it at hand
        """
        if known_until is None:
            known_until = self.known_until
        spans = self._told(device, channel, start, min(end, known_until))
        return self._sum(device, channel, spans)

    def energy(self, device: Device, channel: str, start: float, end: float) -> float:
        """Energy in kWh with its corrections, whether it has arrived or not."""
        total = device.residence.measured(device, channel, start, end)
        if not self.corrections:
            return total
        return total + self._corrected(device, channel, start, end)

    def is_complete(
        self, device: Device, channel: str, start: float, end: float
    ) -> bool:
        """Whether the bucket is over and will not change by itself any more, and has a value."""
        if end > self.known_until or not self._told(device, channel, start, end):
            return False
        now = self._clock.timestamp()
        return not any(
            gap.due < inf and gap.hides(channel, now)
            for gap in self._gaps(device, start, end)
        )

    def final(
        self, device: Device, channel: str, start: float, end: float
    ) -> float | None:
        """Energy in kWh once everything that is late has come; None where nothing ever will."""
        spans = self._recorded(device, channel, start, end, now=LATEST)
        return self._sum(device, channel, spans)

    def _told(
        self, device: Device, channel: str, start: float, end: float
    ) -> list[tuple[float, float]]:
        """The parts of a bucket, as far as it is known, that are told now."""
        found = device.channel(channel)
        if found is not None and not found.has_data:
            return []
        if channel in self.null_channels[device.gid]:
            return []
        return self._recorded(device, channel, max(start, INSTALLED), end)

    def _sum(
        self, device: Device, channel: str, spans: list[tuple[float, float]]
    ) -> float | None:
        if not spans:
            return None
        return sum(self.energy(device, channel, *span) for span in spans)

    def _corrected(
        self, device: Device, channel: str, start: float, end: float
    ) -> float:
        """What corrections add: with sun the mains are import less export; the balance lacks what circuits gain."""
        added = self._added(device.gid, channel, start, end)
        match channel:
            case "1,2,3":
                added += self._added(device.gid, FROM_GRID, start, end)
                added += self._added(device.gid, TO_GRID, start, end)
            case "Balance":
                added += self._corrected(device, MAINS, start, end)
                added -= self._below_mains(device, start, end)
            case "TotalUsage":
                added += self._corrected(device, MAINS, start, end)
                added -= sum(
                    self._added(device.gid, each.num, start, end)
                    for each in device.channels
                    if each.type_gid == SOLAR_TYPE
                )
        return added

    def _below_mains(self, device: Device, start: float, end: float) -> float:
        total = 0.0
        for channel in device.channels[1:]:
            total += self._added(device.gid, channel.num, start, end)
            for child in device.residence.children(device, channel):
                total += self._added(child.gid, MAINS, start, end)
        return total

    def _added(self, gid: int, channel: str, start: float, end: float) -> float:
        entries = self.corrections.get((gid, channel), ())
        return sum(entry.energy(start, end) for entry in entries)

    def _gaps(self, device: Device, start: float, end: float) -> list[Gap]:
        return [g for g in self.gaps[device.gid] if g.start < end and g.end > start]

    def _recorded(
        self,
        device: Device,
        channel: str,
        start: float,
        end: float,
        now: float | None = None,
    ) -> list[tuple[float, float]]:
        """The parts of `[start, end)` that are there."""
        if start >= end:
            return []
        spans = [(start, end)]
        if not (gaps := self._gaps(device, start, end)):
            return spans
        now = self._clock.timestamp() if now is None else now
        for gap in gaps:
            if gap.hides(channel, now):
                spans = [rest for span in spans for rest in _without(span, gap)]
        return spans


def _without(span: tuple[float, float], gap: Gap) -> list[tuple[float, float]]:
    parts = [(span[0], min(span[1], gap.start)), (max(span[0], gap.end), span[1])]
    return [(start, end) for start, end in parts if start < end]


def truth_intervals(
    records: Records, device: Device, channel: str, scale: str, start: float, end: float
) -> list[dict[str, Any]]:
    """The buckets that begin in `[start, end)`, for the control address."""
    length = FIXED[scale]
    first = -(-start // length) * length
    return [
        {
            "start": wire_time(begin),
            "end": wire_time(until),
            "value": records.final(device, channel, begin, until),
            "unit": "kWh",
            "published": records.is_complete(device, channel, begin, until),
            "true": device.residence.measured(device, channel, begin, until),
        }
        for begin, until in Calendar(device.location).buckets(scale, first, end)
    ]
