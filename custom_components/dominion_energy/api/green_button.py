"""The Green Button file: a year of hourly usage as ESPI XML (wire 4.5).

It is coarse and has known flaws, so it only serves to fill what the workbook does
not reach back to, and only after `calibrate`:

- values are whole kWh, cost is always 0;
- the declared interval length is wrong, each reading's own duration is right;
- all times of one file are late by the same unknown number of hours;
- the last day is filled up with zeros.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from math import fsum
from time import monotonic
from typing import Final
from xml.etree.ElementTree import ParseError, XMLParser

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import number
from custom_components.cloud_energy.readings import Reading, hourly

from .const import SITE_ZONE
from .intervals import IntervalUsage

_HOUR: Final = timedelta(hours=1)
_CHUNK: Final = 64 * 1024
_WATT_HOURS_PER_KWH: Final = 1000
_LATEST_SHIFT: Final = 12
_FEWEST_HOURS: Final = 48
_WORST_FIT: Final = 0.3
"""Square of kWh: whole ones differ from true ones by a half at the most."""

MAX_BYTES: Final = 32 * 1024 * 1024
"""Thirteen months of two flows have some 6 MiB."""
_MAX_ELEMENTS: Final = 1_000_000
_MAX_SECONDS: Final = 20.0
_DEEPEST: Final = 32
_LARGEST_POWER: Final = 9
_MAX_KWH: Final = 100_000.0
_LONGEST: Final = 366 * 86400
_FIRST_START: Final = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_LAST_START: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_READ: Final = frozenset({"ReadingType", "IntervalReading"})
"""The elements that are read, with all that is in them."""


class Flow(IntEnum):
    """The direction of the energy, seen from the grid."""

    DELIVERED = 1
    RECEIVED = 19


@dataclass(frozen=True, slots=True)
class GreenButtonReading:
    """One reading as the file has it, its time not yet put right."""

    start: datetime
    """In UTC."""
    duration: timedelta
    value: float
    """In kWh."""
    flow: Flow


def read_green_button(content: bytes) -> list[GreenButtonReading]:
    """Return all readings in order of time; takes a while.

    :raises Malformed: it is no Green Button file, or it is more than such a file is.
    """
    if len(content) > MAX_BYTES:
        raise Malformed("The Green Button file is too large")
    document = _Document()
    parser = XMLParser(target=document)  # noqa: S314 - a DOCTYPE is refused
    try:
        # In pieces, since the parser lets no other thread run meanwhile.
        for at in range(0, len(content), _CHUNK):
            parser.feed(content[at : at + _CHUNK])
        parser.close()
    except ParseError as err:
        raise Malformed(f"The Green Button file is not XML (code {err.code})") from None
    except (LookupError, ValueError) as err:  # An encoding that nobody knows
        name = type(err).__name__
        raise Malformed(f"The Green Button file is damaged: {name}") from None
    return sorted(document.readings, key=lambda each: (each.flow, each.start))


def hours_of(
    readings: Iterable[GreenButtonReading], shift: timedelta
) -> dict[Flow, dict[datetime, float]]:
    """Return the kWh of whole hours of each flow, their times put right.

    Days of zeros are not published yet, and those at the end of the file are there to
    fill it up: neither is reported.
    """
    hours: dict[Flow, dict[datetime, float]] = {}
    for flow in Flow:
        placed = [
            Reading(each.start - shift, each.start - shift + each.duration, each.value)
            for each in readings
            if each.flow is flow and each.duration <= _HOUR
        ]
        hours[flow] = hourly(placed).complete
    published = {hour for found in hours.values() for hour, kwh in found.items() if kwh}
    days = {hour.astimezone(SITE_ZONE).date() for hour in published}
    last = max(published, default=None)
    return {
        flow: {
            hour: kwh
            for hour, kwh in found.items()
            if last and hour <= last and hour.astimezone(SITE_ZONE).date() in days
        }
        for flow, found in hours.items()
    }


def calibrate(
    readings: Iterable[GreenButtonReading], known: Iterable[IntervalUsage]
) -> timedelta | None:
    """Return by how much the file's times are late, judged by true intervals.

    None if too few hours are in both, if they differ by more than whole kWh do, or
    if no shift fits clearly better than the next best one.
    """
    return fit(readings, whole_hours(known))


def fit(
    readings: Iterable[GreenButtonReading], known: Mapping[datetime, float]
) -> timedelta | None:
    """Return the same, judged by the kWh of true hours (UTC start)."""
    rounded = hours_of(readings, timedelta(0))[Flow.DELIVERED]
    errors: list[tuple[float, int]] = []
    for shift in range(-_LATEST_SHIFT, _LATEST_SHIFT + 1):
        pairs = [
            (rounded[start], value)
            for hour, value in known.items()
            if (start := hour + shift * _HOUR) in rounded
        ]
        if len(pairs) >= _FEWEST_HOURS:
            mean = fsum((a - b) ** 2 for a, b in pairs) / len(pairs)
            errors.append((mean, shift))
    errors.sort()
    if len(errors) < 2 or errors[0][0] >= min(_WORST_FIT, errors[1][0] / 2):
        return None
    return errors[0][1] * _HOUR


def whole_hours(known: Iterable[IntervalUsage]) -> dict[datetime, float]:
    """Return the kWh of the hours (UTC start) of which both halves are known."""
    halves: defaultdict[datetime, list[float]] = defaultdict(list)
    for usage in known:
        if usage.consumption is not None:
            halves[usage.start.replace(minute=0)].append(usage.consumption)
    return {hour: sum(both) for hour, both in halves.items() if len(both) == 2}


class _Document:
    """Takes the events of a file, and makes readings of them.

    A block of readings follows the description of its kind.
    """

    def __init__(self) -> None:
        """Begin in front of the file."""
        self._deadline = monotonic() + _MAX_SECONDS
        self._elements = self._depth = 0
        self._flow, self._factor = Flow.DELIVERED, 1 / _WATT_HOURS_PER_KWH
        self._members: dict[str, str] | None = None
        """Of the element that is being read."""
        self._text: list[str] = []
        self.readings: list[GreenButtonReading] = []
        """In the order of the file."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse a document that could define entities."""
        raise Malformed("The Green Button file declares entities")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        name = _name(tag)
        if not self._elements and name != "feed":
            raise Malformed("The Green Button file is not a feed")
        self._elements += 1
        self._depth += 1
        if self._elements > _MAX_ELEMENTS or self._depth > _DEEPEST:
            raise Malformed("The Green Button file has too many elements")
        if monotonic() > self._deadline:
            raise Malformed("The Green Button file takes too long to read")
        if name in _READ:
            self._members = {}
        self._text = []

    def data(self, text: str) -> None:
        """Take some text; that of one element may come in pieces."""
        if self._members is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        name = _name(tag)
        if self._members is None:
            return
        if name not in _READ:
            self._members[name] = "".join(self._text)
            self._text = []
            return
        members, self._members = self._members, None
        if name == "ReadingType":
            self._flow, self._factor = _kind(members)
        else:
            self.readings.append(_reading(members, self._flow, self._factor))


def _kind(members: Mapping[str, str]) -> tuple[Flow, float]:
    if _whole(members, "uom") != 72:
        raise Malformed("The Green Button file is not in watt hours")
    flow = _whole(members, "flowDirection")
    if flow not in set(Flow):
        raise Malformed("The Green Button file has an unknown flow")
    power = _whole(members, "powerOfTenMultiplier")
    if abs(power) > _LARGEST_POWER:
        raise Malformed("The Green Button file has an impossible multiplier")
    return Flow(flow), 10.0**power / _WATT_HOURS_PER_KWH


def _reading(
    members: Mapping[str, str], flow: Flow, factor: float
) -> GreenButtonReading:
    start, value = number(members.get("start")), number(members.get("value"))
    duration = number(members.get("duration"))
    if start is None or value is None or not duration:
        raise Malformed("A reading of the Green Button file is incomplete")
    kwh = value * factor
    if not 0 <= kwh <= _MAX_KWH:
        raise Malformed("A reading of the Green Button file is impossible")
    if not _FIRST_START <= start <= _LAST_START or not 0 < duration <= _LONGEST:
        raise Malformed("A reading of the Green Button file has no time")
    return GreenButtonReading(
        start=datetime.fromtimestamp(start, UTC),
        duration=timedelta(seconds=duration),
        value=kwh,
        flow=flow,
    )


def _whole(members: Mapping[str, str], name: str) -> int:
    value = number(members.get(name))
    if value is None or value != int(value):
        raise Malformed(f"The Green Button file has no {name}")
    return int(value)


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
