"""What has to be in the recorder at the end of a run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    first: datetime | None = None
    """Before it nothing has to be there; None if everything has to."""
    before: Known = field(default_factory=lambda: Known({}))
    """What it has told before the statistic was deleted: some of it may be known still."""

    @property
    def wanted(self) -> set[datetime]:
        """The hours that have to be there."""
        hours = self.latest.hours.keys() - self.latest.maybe
        return {at for at in hours if self.first is None or at >= self.first}

    def has(self, hour: datetime) -> bool:
        """Return whether an hour was ever told, or is about to be."""
        return hour in self.values or hour in self.maybe

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
        """Begin with no finding."""
        self.told: defaultdict[str, Told] = defaultdict(Told)
        self.corrections: defaultdict[str, list[Correction]] = defaultdict(list)
        self.foreign: defaultdict[str, Rows] = defaultdict(dict)
        """Rows of others."""

    def take(self, known: Mapping[str, Known]) -> None:
        """Take what clouds tell now."""
        for statistic_id, series in known.items():
            self.told[statistic_id].take(series)

    def forget(self, statistic_id: str, first: datetime | None) -> None:
        """Know no more of a statistic than what is told of it now.

        :param first: how far back it has to be imported again
        """
        old = self.told[statistic_id]
        told = self.told[statistic_id] = Told(
            first=first, before=old.before | old.ever, maybe=set(old.ever.hours)
        )
        told.take(old.latest)
        self.corrections.pop(statistic_id, None)
        self.foreign.pop(statistic_id, None)

    async def differences(self, hass: HomeAssistant) -> list[str]:
        """Compare the recorder with all of it."""
        found: list[str] = []
        for statistic_id, told in self.told.items():
            kinds = ("mean",) if told.latest.is_mean else ("state", "sum")
            rows = await stored_rows(hass, statistic_id, *kinds)
            amounts = _amounts(rows, kinds[0])
            foreign = self.foreign[statistic_id]
            problems = (
                *_changed(told, foreign, amounts),
                *_wrong_amounts(told, foreign, amounts),
                *_wrong_sums(rows, told, self._extras(statistic_id)),
            )
            found += [f"{statistic_id}: {problem}" for problem in problems]
        return found

    def _extras(self, statistic_id: str) -> Rows:
        """Return what users have done to the running total, by the hour."""
        extras: defaultdict[datetime, float] = defaultdict(float)
        for each in self.corrections[statistic_id]:
            extras[each.hour] += each.change
        for hour, state in self.foreign[statistic_id].items():
            # Nothing was added to the total by it
            extras[hour] -= state
        return extras


def _amounts(rows: list[dict[str, Any]], kind: str) -> Rows:
    return {dt_util.utc_from_timestamp(row["start"]): row[kind] for row in rows}


def _changed(told: Told, foreign: Rows, stored: Rows) -> Iterator[str]:
    """Tell what has become of others' rows for which the cloud has nothing."""
    kept = {hour: state for hour, state in foreign.items() if not told.has(hour)}
    yield from _some(
        "not as others wrote them",
        [hour for hour, state in kept.items() if stored.get(hour) != state],
    )


def _wrong_amounts(told: Told, foreign: Rows, stored: Rows) -> Iterator[str]:
    latest, also = told.ever.rows(), (told.before | told.ever).rows()
    yield from _some("missing", sorted(told.wanted - stored.keys()))
    known = told.values.keys() | told.maybe | foreign.keys()
    yield from _some("invented", sorted(stored.keys() - known))
    wrong = [
        f"{hour} holds {stored[hour]:.4f} instead of {wanted:.4f}"
        for hour, wanted in latest.items()
        if not _lies_between(stored.get(hour, wanted), wanted, also.get(hour, wanted))
    ]
    # What was withdrawn keeps a value that it had
    wrong += [
        f"{hour} holds {stored[hour]:.4f}, which it never had"
        for hour in sorted(stored.keys() & told.values.keys() - latest.keys())
        if min(abs(stored[hour] - each) for each in told.values[hour]) > _TOLERANCE
    ]
    yield from _some("wrong", wrong)


def _lies_between(value: float, one: float, other: float) -> bool:
    """Return whether it is one, or the other, or of some hours the one, of some the other."""
    least, most = sorted((one, other))
    return least - _TOLERANCE <= value <= most + _TOLERANCE


def _wrong_sums(rows: list[dict[str, Any]], told: Told, extras: Rows) -> Iterator[str]:
    if told.latest.is_mean:
        return
    before, wrong = 0.0, []
    for row in rows:
        hour = dt_util.utc_from_timestamp(row["start"])
        rest = row["sum"] - before - row["state"]
        # What a user has done to an hour may go, once the cloud tells another value
        is_certain = len(told.values.get(hour, ())) <= 1
        is_right = abs(rest - extras.get(hour, 0.0)) <= _TOLERANCE
        if not is_right and (
            is_certain or (hour not in extras and abs(rest) > _TOLERANCE)
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
