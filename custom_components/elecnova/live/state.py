"""What the broker has sent, and what follows from it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from custom_components.cloud_energy.entities.power_integral import PowerIntegral
from custom_components.cloud_energy.helpers.own_store import readable
from custom_components.elecnova.api.messages import Point

from .book import Book, slug
from .counters import Counters, PointKey
from .derived import SIGNED_POWERS, DerivedPoints, SignedPower
from .layout import Layout
from .roles import LOAD_POWER, Quantity, Role
from .values import Conventions, Reading, is_confirmed, read

LIFE: Final = timedelta(minutes=15)
"""How long a value counts after it came."""
_MAX_NAMES: Final = 1000
_MAX_OVER_RATED: Final = 20


@dataclass(frozen=True)
class Timed:
    """A value, and when it came; None where what came makes no sense."""

    value: Reading | None
    at: datetime

    def is_live(self, now: datetime) -> bool:
        """Return whether it still counts."""
        return abs(now - self.at) <= LIFE


@dataclass
class Memory:
    """What survives a restart: what was seen, and what was counted."""

    book: Book = field(default_factory=Book)
    integrals: dict[PointKey, PowerIntegral] = field(default_factory=dict, repr=False)
    counters: Counters = field(default_factory=Counters)

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored."""
        integrals = [
            {"owner": owner, "power": key, "integral": integral.stored()}
            for (owner, key), integral in self.integrals.items()
        ]
        return {
            "book": self.book.stored(),
            "integrals": integrals,
            "counters": self.counters.stored(),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Read what an earlier run has stored."""
        integrals = dict(readable(stored.get("integrals"), _read_integral))
        counters = Counters.restored(stored.get("counters"))
        return cls(Book.restored(stored.get("book")), integrals, counters)


class LiveValues:
    """The latest values of all owners; their time is that of arrival."""

    def __init__(
        self, memory: Memory, conventions: Conventions, layout: Layout
    ) -> None:
        """Continue with what earlier runs have seen and counted."""
        self.memory = memory
        self.conventions = conventions
        self.seen: Counter[str] = Counter()
        """How often something could not be used."""
        self.points: dict[str, dict[str, Point]] = {}
        """The latest of each owner, by name."""
        self.doubted: set[PointKey] = set()
        """Owner and name of points that must come in another unit."""
        self._values: dict[PointKey, Timed] = {}
        self.take_layout(layout)

    def take_layout(self, layout: Layout) -> None:
        """Take how the account looks now."""
        self.layout = layout
        self.derived = DerivedPoints(self.memory.book, layout)
        self.memory.book.follow(layout, self.conventions)

    @property
    def revision(self) -> tuple[int, ...]:
        """Another one whenever there may be more, or less, to show than before."""
        settled = sum(each.is_settled for each in self.memory.integrals.values())
        return self.memory.book.changes, settled, len(self.doubted)

    def timed(self, owner: str, key: str) -> Timed | None:
        """Return a value with its time; None if none has come."""
        return self._values.get((owner, key))

    def live(self, owner: str, key: str, now: datetime) -> Reading | None:
        """Return a value that still counts."""
        timed = self.timed(owner, key)
        return timed.value if timed and timed.is_live(now) else None

    def expired(self, after: datetime, now: datetime) -> set[str]:
        """Return the owners of values that have become too old between two times."""
        return {
            owner
            for (owner, _), timed in self._values.items()
            if after <= timed.at + LIFE < now
        }

    def keys(self, owner: str) -> Iterator[str]:
        """Yield all keys of an owner but those of unknown points."""
        yield from self.memory.book.roles.get(owner, ())
        yield from self.derived.powers(owner)
        for signed in SIGNED_POWERS:
            integral = self.memory.integrals.get((owner, signed.key))
            if integral and integral.is_settled:
                directions = self.derived.counters(owner, signed)
                yield from (each.calculated for each in directions)
        if self.derived.load_parts(owner):
            yield LOAD_POWER

    def apply(self, points: Iterable[Point], arrived: datetime) -> set[str]:
        """Take the points of a message; returns the owners with new values."""
        fresh = {
            point_key for point in points for point_key in self._take(point, arrived)
        }
        for owner in {owner for owner, _ in fresh}:
            for signed in SIGNED_POWERS:
                fresh |= self._derive(owner, signed, fresh, arrived)
        for cabinet in {self.layout.cabinet(owner) for owner, _ in fresh}:
            fresh |= self._derive_load(cabinet, fresh, arrived)
        return {owner for owner, _ in fresh}

    def _take(self, point: Point, arrived: datetime) -> Iterator[PointKey]:
        owner = self.layout.owner_of(point.owner)
        point = replace(point, owner=owner)
        known = self.points.setdefault(owner, {})
        if point.name not in known and len(known) >= _MAX_NAMES:
            self.seen["too_many"] += 1
            return
        if point.value is None and not self.memory.book.knows(point):
            return
        known[point.name] = point
        role = self.memory.book.enter(point, self.layout, self.conventions)
        point_key = owner, role.key if role else f"point_{slug(point.name)}"
        value = self._value(point, role, arrived) if role else point.value
        if value is None and point.value is not None:
            self.seen["unreadable"] += 1
        self._values[point_key] = Timed(value, arrived)
        yield point_key

    def _value(self, point: Point, role: Role, arrived: datetime) -> Reading | None:
        if role.several:
            return self._any(point.owner, role)
        value = read(point, role, self.conventions)
        if not isinstance(value, float):
            return value
        if role.quantity is Quantity.ENERGY:
            point_key = point.owner, role.key
            return self.memory.counters.steady(point_key, value, arrived)
        is_power = role.quantity is Quantity.POWER
        return None if is_power and self._is_doubtful(point, value) else value

    def _any(self, owner: str, role: Role) -> bool | None:
        """Return whether any of the points that have a role says so."""
        names = self.memory.book.roles[owner][role.key]
        points = [
            self.points[owner][name] for name in names if name in self.points[owner]
        ]
        values = [read(point, role, self.conventions) for point in points]
        known = [bool(value) for value in values if value is not None]
        return any(known) if known else None

    def _is_doubtful(self, point: Point, power: float) -> bool:
        """Return whether a power can't be right, now or before: then it is in W.

        Until the user says in which unit it comes, nothing of it may be counted.
        """
        if is_confirmed(point, self.conventions):
            return False
        point_key = point.owner, point.name
        rated = self.layout.rated_powers.get(self.layout.cabinet(point.owner))
        if rated and abs(power) > rated * _MAX_OVER_RATED:
            self.doubted.add(point_key)
        return point_key in self.doubted

    def _derive(
        self, owner: str, signed: SignedPower, fresh: set[PointKey], arrived: datetime
    ) -> set[PointKey]:
        """Split a power into its directions, or put it together, and count it."""
        done: set[PointKey] = set()
        missing = set(self.derived.powers(owner))
        if signed.key in missing:
            sent = [(owner, each.power) for each in signed.directions]
            if fresh.intersection(sent):
                forth, back = (self._number(point_key, arrived) for point_key in sent)
                net = None if forth is None or back is None else forth - back
                self._values[owner, signed.key] = Timed(_rounded(net), arrived)
                done.add((owner, signed.key))
        elif (owner, signed.key) in fresh:
            power = self._number((owner, signed.key), arrived)
            for each in signed.directions:
                if each.power in missing:
                    part = None if power is None else max(0.0, power * each.sign)
                    self._values[owner, each.power] = Timed(part, arrived)
                    done.add((owner, each.power))
        if (owner, signed.key) in fresh | done:
            done |= self._count(owner, signed, arrived)
        return done

    def _count(
        self, owner: str, signed: SignedPower, arrived: datetime
    ) -> set[PointKey]:
        directions = self.derived.counters(owner, signed)
        if not directions:
            return set()
        point_key = owner, signed.key
        integral = self.memory.integrals.setdefault(point_key, PowerIntegral())
        integral.add(self._number(point_key, arrived), arrived)
        for each in directions:
            energy = integral.positive if each.sign > 0 else integral.negative
            self._values[owner, each.calculated] = Timed(round(energy, 4), arrived)
        return {(owner, each.calculated) for each in directions}

    def _derive_load(
        self, cabinet: str, fresh: set[PointKey], arrived: datetime
    ) -> set[PointKey]:
        parts = self.derived.load_parts(cabinet)
        if not fresh.intersection(parts):
            return set()
        known = [
            self._values[point_key] for point_key in parts if point_key in self._values
        ]
        powers = [self._number(point_key, arrived) for point_key in parts]
        sent = [power for power in powers if power is not None]
        load = sum(sent) if len(sent) == len(parts) else None
        # It is as old as the oldest of what it is made of.
        oldest = min(each.at for each in known)
        self._values[cabinet, LOAD_POWER] = Timed(_rounded(load), oldest)
        return {(cabinet, LOAD_POWER)}

    def _number(self, point_key: PointKey, now: datetime) -> float | None:
        timed = self._values.get(point_key)
        if (
            timed is None
            or not timed.is_live(now)
            or not isinstance(timed.value, float)
        ):
            return None
        return timed.value


def _read_integral(stored: Mapping[str, Any]) -> tuple[PointKey, PowerIntegral]:
    place = str(stored["owner"]), str(stored["power"])
    return place, PowerIntegral.restored(stored["integral"])


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 6)
