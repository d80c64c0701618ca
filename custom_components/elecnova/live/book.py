"""Which points were ever seen, and what each of them is taken for (wire 6.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from homeassistant.util import slugify

from custom_components.cloud_energy.helpers.own_store import readable
from custom_components.elecnova.api.messages import Point

from .kinds import ComponentKind
from .layout import Layout
from .roles import ROLES, Role, role_of
from .values import Conventions, point_key, read

_MAX_POINTS: Final = 300
"""Of one owner: more than that are not points, but names that change."""


@dataclass(frozen=True)
class SeenPoint:
    """A point that nothing is known of."""

    name: str
    is_numeric: bool
    unit: str


@dataclass
class Book:
    """The roles and the unknown points of every owner, as they were first seen.

    Where several points could have the same role, the first one that was seen has
    it, now and after a restart; what the user says goes before.
    """

    roles: dict[str, dict[str, list[str]]] = field(default_factory=dict, repr=False)
    """Owner -> role -> names of the points that have it."""
    unknown: dict[str, dict[str, SeenPoint]] = field(default_factory=dict, repr=False)
    """Owner -> slug of the name -> point."""
    changes: int = field(default=0, compare=False)
    """Grows with every change since the start."""

    def enter(
        self, point: Point, layout: Layout, conventions: Conventions
    ) -> Role | None:
        """Return the role of a point, which is entered if it is new; None if unknown."""
        role = self._role(point, layout, conventions)
        if role is None:
            self._note(point)
            return None
        names = self.roles.setdefault(point.owner, {}).setdefault(role.key, [])
        if point.name not in names:
            self.changes += 1
            names.append(point.name)
            self.unknown.get(point.owner, {}).pop(slug(point.name), None)
        return role

    def knows(self, point: Point) -> bool:
        """Return whether a point has been entered."""
        is_unknown = slug(point.name) in self.unknown.get(point.owner, {})
        return is_unknown or self.role_of(point.owner, point.name) is not None

    def role_of(self, owner: str, name: str) -> str | None:
        """Return the role that a point of an owner has."""
        roles = self.roles.get(owner, {})
        return next((key for key, names in roles.items() if name in names), None)

    def holds(self, owner: str, role: str) -> bool:
        """Return whether a point of an owner has a role."""
        return bool(self.roles.get(owner, {}).get(role))

    def unknown_points(self) -> Iterator[tuple[str, str, SeenPoint]]:
        """Yield owner, slug and point of all that is unknown."""
        for owner, points in self.unknown.items():
            for key, point in points.items():
                yield owner, key, point

    def follow(self, layout: Layout, conventions: Conventions) -> None:
        """Give up what the user says otherwise about, or no longer says."""
        self.changes += 1
        for key, assigned in conventions.assignments.items():
            owner, _, name = key.partition("/")
            if assigned.role in ROLES:
                self.unknown.get(owner, {}).pop(slug(name), None)
        for owner, roles in self.roles.items():
            kind = layout.kind(owner)
            if owner and kind is ComponentKind.ACCOUNT:
                continue  # It may come back.
            for key in list(roles):
                names = [
                    name
                    for name in roles[key]
                    if self._stands(owner, kind, key, name, conventions)
                ]
                roles[key] = names
                if not names:
                    del roles[key]

    def _stands(
        self,
        owner: str,
        kind: ComponentKind,
        role: str,
        name: str,
        conventions: Conventions,
    ) -> bool:
        assigned = conventions.assignments.get(point_key(owner, name))
        if assigned:
            return assigned.role == role
        return role_of(kind, name) is ROLES[role] and not self._is_given(
            owner, role, conventions
        )

    def _role(
        self, point: Point, layout: Layout, conventions: Conventions
    ) -> Role | None:
        if assigned := conventions.assigned(point):
            return ROLES.get(assigned.role)
        role = role_of(layout.kind(point.owner), point.name)
        if role is None:
            return None
        names = self.roles.get(point.owner, {}).get(role.key, [])
        if point.name in names:
            return role
        is_free = role.several or not names
        if not is_free or self._is_given(point.owner, role.key, conventions):
            return None
        # A role is given for a value that makes sense, not for a name alone.
        return role if read(point, role, conventions) is not None else None

    @staticmethod
    def _is_given(owner: str, role: str, conventions: Conventions) -> bool:
        """Return whether the user has given a role to a point of that owner."""
        return not ROLES[role].several and any(
            key.partition("/")[0] == owner and each.role == role
            for key, each in conventions.assignments.items()
        )

    def _note(self, point: Point) -> None:
        points, key = self.unknown.setdefault(point.owner, {}), slug(point.name)
        if key not in points and len(points) < _MAX_POINTS:
            is_numeric = not isinstance(point.value, (bool, str))
            points[key] = SeenPoint(point.name, is_numeric, point.unit)
            self.changes += 1

    def stored(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        unknown = {
            owner: {key: asdict(point) for key, point in points.items()}
            for owner, points in self.unknown.items()
        }
        return {"roles": self.roles, "unknown": unknown}

    @classmethod
    def restored(cls, stored: object) -> Self:
        """Read what an earlier run has seen."""
        book = stored if isinstance(stored, dict) else {}
        roles = dict(readable(book.get("roles"), _read_roles))
        unknown = dict(readable(book.get("unknown"), _read_unknown))
        return cls(roles, unknown)


def _read_roles(owner: str, stored: object) -> tuple[str, dict[str, list[str]]]:
    roles = readable(stored, lambda key, names: (key, readable(names, str)))
    return owner, {key: names for key, names in roles if key in ROLES and names}


def _read_unknown(owner: str, stored: object) -> tuple[str, dict[str, SeenPoint]]:
    return owner, dict(readable(stored, _read_point))


def _read_point(key: str, stored: Mapping[str, Any]) -> tuple[str, SeenPoint]:
    name, unit = str(stored["name"]), str(stored["unit"])
    return key, SeenPoint(name, stored["is_numeric"] is True, unit)


def slug(name: str) -> str:
    """Return a point's name as a part of ids."""
    return slugify(name)
