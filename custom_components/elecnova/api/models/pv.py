"""Power and energy of a PV inverter (wire 4.5).

GET {base}/api/v1/dev/pv/power-cap/{sn}?begin=2026-11-01T00:00:00Z&end=...
GET {base}/api/v1/dev/pv/power-gen/daily/{sn}
GET {base}/api/v1/dev/pv/power-gen/monthly/{sn}?month=2026-11
GET {base}/api/v1/dev/pv/power-gen/yearly/{sn}?year=2026

    {"code": 200, "message": "success",
     "data": [{"time": "2026-11-01T10:00:00+01:00", "value": 1234.5}]}
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import LONGEST_SERIES, good_members
from custom_components.cloud_energy.client.wire import number

from .fields import read_local


@dataclass(frozen=True)
class PvPoint:
    """A value at the start of its five minutes, day or month."""

    time: datetime
    """In UTC; of days and months their first moment."""
    value: float
    """W of five minutes (see the unit check), kWh of days and months."""


def read_points(entries: Collection[Any], zone: tzinfo) -> list[PvPoint]:
    """Read points in order of time; those without a value are left out.

    :raises Malformed: there are entries, and none of them is a point.
    """
    points: dict[datetime, PvPoint] = {}
    read = partial(_read_point, zone)
    for time, value in good_members(entries, read, "PvPoint", maximum=LONGEST_SERIES):
        if value is not None:
            points[time] = PvPoint(time, value)
    return [points[time] for time in sorted(points)]


def _read_point(zone: tzinfo, entry: object) -> tuple[datetime, float | None]:
    if not isinstance(entry, dict):
        raise Malformed("PvPoint: an object was expected")
    time = read_local(entry.get("time"), zone)
    if time is None:
        raise Malformed("PvPoint: time is invalid")
    # Once, and not at each of the many comparisons of a day's points
    return time.astimezone(UTC), number(entry.get("value"))
