"""The Green Button file: a year of hourly usage as ESPI XML (wire 4.5).

It is coarse and has known flaws, so it only serves to fill what the workbook does
not reach back to, and only after `calibrate`:

- values are whole kWh, cost is always 0;
- the declared interval length is wrong, each reading's own duration is right;
- all times of one file are late by the same unknown number of hours;
- the last day is filled up with zeros.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from math import fsum
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import number

from .intervals import IntervalUsage

_HOUR: Final = timedelta(hours=1)
_CHUNK: Final = 64 * 1024
_WATT_HOURS_PER_KWH: Final = 1000
_LATEST_SHIFT: Final = 12
_FEWEST_HOURS: Final = 48


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


class _NoDoctype(TreeBuilder):
    """Builds the tree, but of no document that could define entities."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise Malformed("The Green Button file declares entities")


def read_green_button(content: bytes) -> list[GreenButtonReading]:
    """Return all readings in order of time; takes a while.

    :raises Malformed: it is no Green Button file.
    """
    readings = _readings(_parse(content))
    return sorted(readings, key=lambda reading: (reading.flow, reading.start))


def calibrate(
    readings: Iterable[GreenButtonReading], known: Iterable[IntervalUsage]
) -> timedelta | None:
    """Return by how much the file's times are late, judged by true intervals.

    None if too few hours are in both, or if no shift fits clearly better than the
    next best one.
    """
    rounded = {
        reading.start: reading.value
        for reading in readings
        if reading.flow is Flow.DELIVERED
    }
    hours = _whole_hours(known)
    errors: list[tuple[float, int]] = []
    for shift in range(-_LATEST_SHIFT, _LATEST_SHIFT + 1):
        pairs = [
            (rounded[start], value)
            for hour, value in hours.items()
            if (start := hour + shift * _HOUR) in rounded
        ]
        if len(pairs) >= _FEWEST_HOURS:
            mean = fsum((a - b) ** 2 for a, b in pairs) / len(pairs)
            errors.append((mean, shift))
    errors.sort()
    if len(errors) < 2 or errors[0][0] >= errors[1][0] / 2:
        return None
    return errors[0][1] * _HOUR


def _whole_hours(known: Iterable[IntervalUsage]) -> dict[datetime, float]:
    halves: defaultdict[datetime, list[float]] = defaultdict(list)
    for usage in known:
        if usage.consumption is not None:
            halves[usage.start.replace(minute=0)].append(usage.consumption)
    return {hour: sum(both) for hour, both in halves.items() if len(both) == 2}


def _parse(content: bytes) -> Element:
    parser = XMLParser(target=_NoDoctype())  # noqa: S314 - a DOCTYPE is refused
    try:
        # In pieces, since the parser lets no other thread run meanwhile.
        for at in range(0, len(content), _CHUNK):
            parser.feed(content[at : at + _CHUNK])
        root = parser.close()
    except ParseError as err:
        raise Malformed(f"The Green Button file is no XML (code {err.code})") from None
    if _name(root) != "feed":
        raise Malformed("The Green Button file is no feed")
    return root


def _readings(root: Element) -> Iterator[GreenButtonReading]:
    """Walk the file: a block of readings follows the description of its kind."""
    flow, factor = Flow.DELIVERED, 1 / _WATT_HOURS_PER_KWH
    for element in root.iter():
        if _name(element) == "ReadingType":
            flow, factor = _kind(_members(element))
        elif _name(element) == "IntervalReading":
            yield _reading(element, flow, factor)


def _kind(members: dict[str, str]) -> tuple[Flow, float]:
    if _whole(members, "uom") != 72:
        raise Malformed("The Green Button file is not in watt hours")
    flow = _whole(members, "flowDirection")
    if flow not in set(Flow):
        raise Malformed("The Green Button file has an unknown flow")
    power = _whole(members, "powerOfTenMultiplier")
    return Flow(flow), 10.0**power / _WATT_HOURS_PER_KWH


def _reading(element: Element, flow: Flow, factor: float) -> GreenButtonReading:
    members = _members(element)
    start, value = number(members.get("start")), number(members.get("value"))
    duration = number(members.get("duration"))
    if start is None or value is None or not duration:
        raise Malformed("A reading of the Green Button file is incomplete")
    try:
        return GreenButtonReading(
            start=datetime.fromtimestamp(start, UTC),
            duration=timedelta(seconds=duration),
            value=value * factor,
            flow=flow,
        )
    except OverflowError, ValueError, OSError:
        raise Malformed("A reading of the Green Button file has no time") from None


def _members(element: Element) -> dict[str, str]:
    return {_name(each): each.text or "" for each in element.iter()}


def _whole(members: dict[str, str], name: str) -> int:
    value = number(members.get(name))
    if value is None:
        raise Malformed(f"The Green Button file has no {name}")
    return int(value)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
