"""What follows from what was sent: directions, counters, the load (wire 6.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .book import Book
from .kinds import ComponentKind
from .layout import Layout
from .roles import (
    BATTERY_POWER,
    CHARGE_ENERGY,
    CHARGE_POWER,
    DISCHARGE_ENERGY,
    DISCHARGE_POWER,
    EXPORT_ENERGY,
    EXPORT_POWER,
    GRID_POWER,
    IMPORT_ENERGY,
    IMPORT_POWER,
    LOAD_POWER,
    PV_POWER,
)

_CALCULATED: Final = "_calculated"


@dataclass(frozen=True)
class Direction:
    """One of the two ways in which a power can go."""

    sign: int
    power: str
    energy: str

    @property
    def calculated(self) -> str:
        """The counter that is calculated where the cloud has none."""
        return f"{self.energy}{_CALCULATED}"


@dataclass(frozen=True)
class SignedPower:
    """A power with two directions."""

    key: str
    forth: Direction
    back: Direction
    kinds: tuple[ComponentKind, ...]
    """What knows it best comes first."""

    @property
    def directions(self) -> tuple[Direction, Direction]:
        """The direction of positive values, then that of negative ones."""
        return self.forth, self.back


BATTERY: Final = SignedPower(
    BATTERY_POWER,
    Direction(1, DISCHARGE_POWER, DISCHARGE_ENERGY),
    Direction(-1, CHARGE_POWER, CHARGE_ENERGY),
    (
        ComponentKind.PCS,
        ComponentKind.BMS,
        ComponentKind.BATTERY,
        ComponentKind.EMS,
        ComponentKind.CABINET,
    ),
)
GRID: Final = SignedPower(
    GRID_POWER,
    Direction(1, IMPORT_POWER, IMPORT_ENERGY),
    Direction(-1, EXPORT_POWER, EXPORT_ENERGY),
    (ComponentKind.METER, ComponentKind.EMS, ComponentKind.CABINET),
)
SIGNED_POWERS: Final = (BATTERY, GRID)
_SUN_KINDS: Final = (ComponentKind.PV, ComponentKind.EMS, ComponentKind.CABINET)


@dataclass(frozen=True)
class DerivedPoints:
    """Knows what can be derived from what is in the book."""

    book: Book
    layout: Layout

    def powers(self, owner: str) -> Iterator[str]:
        """Yield the powers of an owner that are not sent themselves."""
        for signed in SIGNED_POWERS:
            sent = [each for each in signed.directions if self._holds(owner, each)]
            if self.book.holds(owner, signed.key):
                yield from (x.power for x in signed.directions if x not in sent)
            elif len(sent) == 2:
                yield signed.key

    def counters(self, owner: str, signed: SignedPower) -> list[Direction]:
        """Return the directions of an owner's power that nobody else counts."""
        cabinet = self.layout.cabinet(owner)
        if owner not in self.sources(cabinet, signed.key, signed.kinds):
            return []
        members = self.layout.members(cabinet)
        return [
            each
            for each in signed.directions
            if not any(self.book.holds(m.sn, each.energy) for m in members)
        ]

    def sources(
        self, cabinet: str, key: str, kinds: tuple[ComponentKind, ...]
    ) -> list[str]:
        """Return who sends a cabinet's value: all parts of the first kind that do."""
        members = self.layout.members(cabinet)
        for kind in kinds:
            found = [m.sn for m in members if m.kind is kind and self.has(m.sn, key)]
            if found:
                return found
        return []

    def has(self, owner: str, key: str) -> bool:
        """Return whether a value is sent, or derived from what is sent."""
        return self.book.holds(owner, key) or key in self.powers(owner)

    def load_parts(self, cabinet: str) -> list[tuple[str, str]]:
        """Return the owners and keys of what a cabinet's load is the sum of.

        Empty if the load is sent, or can't be told: more than one meter could be
        those of anything.
        """
        members = self.layout.members(cabinet)
        if any(self.book.holds(member.sn, LOAD_POWER) for member in members):
            return []
        grid = self.sources(cabinet, GRID.key, GRID.kinds)
        battery = self.sources(cabinet, BATTERY.key, BATTERY.kinds)
        sun = self.sources(cabinet, PV_POWER, _SUN_KINDS)
        has_sun = self.layout.has(cabinet, ComponentKind.PV)
        if len(grid) != 1 or not battery or (has_sun and not sun):
            return []
        return [
            (grid[0], GRID.key),
            *((owner, BATTERY.key) for owner in battery),
            *((owner, PV_POWER) for owner in sun),
        ]

    def _holds(self, owner: str, direction: Direction) -> bool:
        return self.book.holds(owner, direction.power)
