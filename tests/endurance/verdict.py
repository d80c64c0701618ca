"""What has to be in the recorder at the end of a run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from tests.end_to_end.truth import Known, Rows
from tests.recorded import stored_rows

_TOLERANCE: Final = 2e-3
_SHOWN: Final = 3


@dataclass
class Told:
    """All that a cloud has told of a series while the run went on."""

    latest: Known = field(default_factory=lambda: Known({}))
    """What it tells now."""
    ever: Known = field(default_factory=lambda: Known({}))
    """What it has told last of each time."""
    values: defaultdict[datetime, set[float]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """Every value that an hour ever had."""
    maybe: set[datetime] = field(default_factory=set)
    """Hours that were there before they counted."""

    def take(self, known: Known) -> None:
        """Take what it tells now."""
        self.latest, self.ever = known, self.ever | known
        self.maybe |= known.maybe
        for hour, value in self.ever.rows().items():
            self.values[hour].add(value)


@dataclass(frozen=True)
class Correction:
    """What a user has added to an hour."""

    hour: datetime
    change: float


class Memory:
    """What was told and what was corrected, by the statistic's id."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.told: defaultdict[str, Told] = defaultdict(Told)
        self.corrections: defaultdict[str, list[Correction]] = defaultdict(list)

    def take(self, known: Mapping[str, Known]) -> None:
        """Take what clouds tell now."""
        for statistic_id, series in known.items():
            self.told[statistic_id].take(series)

    async def differences(self, hass: HomeAssistant) -> list[str]:
        """Compare the recorder with all of it."""
        found: list[str] = []
        for statistic_id, told in self.told.items():
            kinds = ("mean",) if told.latest.is_mean else ("state", "sum")
            rows = await stored_rows(hass, statistic_id, *kinds)
            problems = (
                *_wrong_amounts(told, _amounts(rows, kinds[0])),
                *_wrong_sums(rows, told, self.corrections[statistic_id]),
            )
            found += [f"{statistic_id}: {problem}" for problem in problems]
        return found


def _amounts(rows: list[dict[str, Any]], kind: str) -> Rows:
    return {dt_util.utc_from_timestamp(row["start"]): row[kind] for row in rows}


def _wrong_amounts(told: Told, stored: Rows) -> Iterator[str]:
    latest = told.ever.rows()
    missing = sorted(told.latest.hours.keys() - stored.keys() - told.latest.maybe)
    yield from _some("missing", missing)
    yield from _some(
        "invented", sorted(stored.keys() - told.values.keys() - told.maybe)
    )
    wrong = [
        f"{hour} holds {stored[hour]:.4f} instead of {wanted:.4f}"
        for hour, wanted in latest.items()
        if abs(stored.get(hour, wanted) - wanted) > _TOLERANCE
    ]
    # What was withdrawn keeps a value that it had
    wrong += [
        f"{hour} holds {stored[hour]:.4f}, which it never had"
        for hour in sorted(stored.keys() & told.values.keys() - latest.keys())
        if min(abs(stored[hour] - each) for each in told.values[hour]) > _TOLERANCE
    ]
    yield from _some("wrong", wrong)


def _wrong_sums(
    rows: list[dict[str, Any]], told: Told, corrections: list[Correction]
) -> Iterator[str]:
    if told.latest.is_mean:
        return
    added: dict[datetime, float] = defaultdict(float)
    for each in corrections:
        added[each.hour] += each.change
    before, wrong = 0.0, []
    for row in rows:
        hour = dt_util.utc_from_timestamp(row["start"])
        is_certain = len(told.values[hour]) == 1
        allowed = [added[hour]] if is_certain else [0.0, added[hour], inf]
        rest = row["sum"] - before - row["state"]
        if (
            inf not in allowed
            and min(abs(rest - each) for each in allowed) > _TOLERANCE
        ):
            wrong.append(
                f"{hour}: {before:.4f} + {row['state']:.4f} is {row['sum']:.4f}"
            )
        before = row["sum"]
    yield from _some("not adding up", wrong)


def _some(what: str, hours: list[Any]) -> Iterator[str]:
    if hours:
        shown = ", ".join(str(hour) for hour in hours[:_SHOWN])
        more = f", … {hours[-1]}" if len(hours) > _SHOWN else ""
        yield f"{len(hours)} hours are {what}: {shown}{more}"
