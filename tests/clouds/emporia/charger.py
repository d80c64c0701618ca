"""A car charger: what it was told, what the car does, and the energy that flows (wire 4.4, 4.7)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import inf
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from .timeline import Timeline

VOLTS: Final = 240
MIN_AMPS: Final = 6
CAR_AMPS: Final = 32
QUARTER: Final = 900


@dataclass(eq=False, slots=True)
class CarSession:
    """A car that is plugged in from `plug_in` to `plug_out` (epoch seconds; inf = still) and takes `need` kWh at most."""

    plug_in: float
    plug_out: float = inf
    need: float = inf
    amps: int = CAR_AMPS

    @property
    def id(self) -> str:
        """A stable id."""
        return f"{int(self.plug_in):x}"


@dataclass(frozen=True, slots=True)
class Charge:
    """A span of constant power; times in epoch seconds."""

    start: float
    end: float
    kw: float

    def energy(self, start: float, end: float) -> float:
        """Energy in kWh of the part within `[start, end)`."""
        return self.kw * max(0.0, min(end, self.end) - max(start, self.start)) / 3600


@dataclass(eq=False)
class Charger:
    """One charger. Until somebody plugs a car in or out by hand, a car comes on most evenings and leaves in the morning.

    :param quirk_paused_rate: an old firmware: a rate that is written while it is off is forgotten (wire 4.7)
    """

    zone: ZoneInfo
    seed: str
    max_amps: int
    pin: str
    quirk_paused_rate: bool = False
    on: Timeline[bool] = field(default_factory=lambda: Timeline(True))
    amps: Timeline[int] = field(default_factory=lambda: Timeline(CAR_AMPS))
    fault: Timeline[str | None] = field(default_factory=lambda: Timeline(None))
    accepting: Timeline[bool] = field(default_factory=lambda: Timeline(True))
    paused: Timeline[bool] = field(default_factory=lambda: Timeline(False))
    by_hand_since: float = inf
    by_hand: list[CarSession] = field(default_factory=list)
    _planned: dict[date, CarSession | None] = field(default_factory=dict)
    _charges: dict[CarSession, list[Charge]] = field(default_factory=dict)
    _days: dict[float, date] = field(default_factory=dict)

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has told it anything, nor moved a car by hand."""
        return (
            not self.by_hand
            and self.by_hand_since == inf
            and all(each.is_constant for each in self._told)
        )

    def plug_in(self, now: float, *, need: float = inf, amps: int = CAR_AMPS) -> None:
        """Bring a car; one that is there already goes on with the new need."""
        self.plug_out(now)
        self.by_hand.append(CarSession(now, inf, need, amps))

    def plug_out(self, now: float) -> None:
        """Take the car away."""
        session = self.session(now)
        if session is not None:
            session.plug_out = now
            self.forget()
        self.by_hand_since = min(self.by_hand_since, now)

    def session(self, at: float) -> CarSession | None:
        """The car that is plugged in at a time."""
        for session in self.sessions(at, at):
            if session.plug_in <= at < session.plug_out:
                return session
        return None

    def sessions(self, start: float, end: float) -> list[CarSession]:
        """The cars whose stay touches `[start, end]`, in order of time."""
        first = self._day(start) - timedelta(days=1)
        last = self._day(min(end, self.by_hand_since))
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        planned = [s for s in map(self._plan, days) if s is not None]
        return [
            session
            for session in planned + self.by_hand
            if session.plug_in <= end
            and session.plug_out >= start
            and (session in self.by_hand or session.plug_in < self.by_hand_since)
        ]

    def charges(self, session: CarSession) -> list[Charge]:
        """The spans in which energy flows during a car's stay."""
        if session not in self._charges:
            self._charges[session] = list(self._walk(session))
        return self._charges[session]

    def energy(self, start: float, end: float) -> float:
        """Energy in kWh of `[start, end)`."""
        return sum(
            charge.energy(start, end)
            for session in self.sessions(start, end)
            for charge in self.charges(session)
        )

    def kw(self, at: float) -> float:
        """Power at a time."""
        session = self.session(at)
        if session is None:
            return 0.0
        return next((c.kw for c in self.charges(session) if c.start <= at < c.end), 0.0)

    def edges(self, start: float, end: float) -> set[float]:
        """The times within `(start, end)` at which the power changes."""
        return {
            edge
            for session in self.sessions(start, end)
            for charge in self.charges(session)
            for edge in (charge.start, charge.end)
            if start < edge < end
        }

    def forget(self) -> None:
        """Walk the open stays again: something was told."""
        self._charges = {}

    @property
    def _told(self) -> tuple[Timeline[Any], ...]:
        return self.on, self.amps, self.fault, self.accepting, self.paused

    def _day(self, at: float) -> date:
        """The local day of a time. It begins with some quarter of an hour everywhere."""
        quarter = at // QUARTER
        if quarter not in self._days:
            self._days[quarter] = datetime.fromtimestamp(at, self.zone).date()
        return self._days[quarter]

    def _walk(self, session: CarSession) -> list[Charge]:
        start, stop = session.plug_in, session.plug_out
        edges = {start, stop}
        for timeline in self._told:
            edges.update(timeline.steps(start, stop))
        charges, left = [], session.need
        ordered = sorted(edges)
        for begin, end in pairwise(ordered):
            kw = self._kw_offered(session, begin)
            if not kw or left <= 0:
                continue
            end = min(end, begin + left / kw * 3600)
            left -= kw * (end - begin) / 3600
            charges.append(Charge(begin, end, kw))
        return charges

    def _kw_offered(self, session: CarSession, at: float) -> float:
        if not self.on.at(at) or not self.accepting.at(at):
            return 0.0
        if self.fault.at(at) or self.paused.at(at):
            return 0.0
        return min(self.amps.at(at), session.amps) * VOLTS / 1000

    def _plan(self, day: date) -> CarSession | None:
        """The car that comes on the evening of a local day."""
        if day not in self._planned:
            self._planned[day] = self._made_up(day)
        return self._planned[day]

    def _made_up(self, day: date) -> CarSession | None:
        rng = Random(f"{self.seed}/car/{day}")
        if rng.random() > 0.7:
            return None
        evening = datetime.combine(day, time(17, rng.randrange(60)), self.zone)
        morning = datetime.combine(
            day + timedelta(days=1), time(7, rng.randrange(60)), self.zone
        )
        return CarSession(
            evening.astimezone(UTC).timestamp(),
            morning.astimezone(UTC).timestamp(),
            need=round(rng.uniform(4, 24), 1),
        )
