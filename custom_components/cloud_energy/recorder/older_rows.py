"""What the rows of another statistic say of the time before ours (pure functions)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum, isclose, isfinite

from custom_components.cloud_energy.readings import HOUR, Reading, floor_hour

from .series_rows import Stored

_NOTHING = 1e-6
_LARGEST = 10_000.0
"""kWh of an hour that no home and no meter of one ever has."""


@dataclass(frozen=True, kw_only=True)
class OlderRows:
    """What can be copied, and how many rows can't."""

    readings: tuple[Reading, ...] = ()
    """In kWh; one over several hours where rows are missing in between."""
    left_out: int = 0
    """Rows of which it isn't known what they add: resets, and the first one."""

    @property
    def energy(self) -> float:
        """The kWh of all rows together."""
        return fsum(reading.value for reading in self.readings)


def older_rows(
    rows: Mapping[datetime, Stored],
    in_kwh: Callable[[float], float],
    *,
    is_hourly: bool,
) -> OlderRows:
    """Return what each row adds to the one before.

    :param rows: those with a total, in order of time
    :param is_hourly: whether `state` is an hour's amount, and no meter's reading
    """
    readings: list[Reading] = []
    left_out, before = 0, None
    for hour, row in rows.items():
        if row.sum is None or not isfinite(row.sum) or hour != floor_hour(hour):
            continue
        amount = row.sum - (before[1] if before else 0.0)
        says_so = is_hourly and row.state is not None
        is_own = says_so and isclose(
            row.state or 0.0, amount, rel_tol=1e-6, abs_tol=1e-4
        )
        kwh = in_kwh(amount)
        start = hour if is_own or before is None else before[0] + HOUR
        if (before is None and not is_own) or not -_NOTHING <= kwh <= _LARGEST * (
            (hour + HOUR - start) / HOUR
        ):
            left_out += 1
        else:
            readings.append(Reading(start, hour + HOUR, max(0.0, kwh)))
        before = (hour, row.sum)
    return OlderRows(readings=tuple(readings), left_out=left_out)
