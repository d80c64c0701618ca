"""Power and energy of a PV inverter (sheet 4.5).

GET {base}/api/v1/dev/pv/power-cap/{sn}?begin=2026-11-01T00:00:00Z&end=...
GET {base}/api/v1/dev/pv/power-gen/daily/{sn}
GET {base}/api/v1/dev/pv/power-gen/monthly/{sn}?month=2026-11
GET {base}/api/v1/dev/pv/power-gen/yearly/{sn}?year=2026

    {"code": 200, "message": "success",
     "data": [{"time": "2026-11-01T10:00:00+01:00", "value": 1234.5}]}
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import number

from .fields import read_local


@dataclass(frozen=True)
class PvPoint:
    """A value at the start of its five minutes, day or month."""

    time: datetime
    """Aware; of days and months their first moment, in the zone that was told."""
    value: float
    """W of five minutes (see the unit check), kWh of days and months."""


def read_points(entries: Iterable[Any], zone: tzinfo) -> list[PvPoint]:
    """Read points in order of time; those without a value are left out.

    :raises Malformed: an entry is no point.
    """
    points: dict[datetime, PvPoint] = {}
    for entry in entries:
        if not isinstance(entry, dict):
            raise Malformed("PvPoint: an object was expected")
        time, value = read_local(entry.get("time"), zone), number(entry.get("value"))
        if time is None:
            raise Malformed("PvPoint: time is invalid")
        if value is not None:
            points[time] = PvPoint(time, value)
    return [points[time] for time in sorted(points)]
