"""What the account consists of, as far as values need to know (wire 4.2, 4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re
from typing import Self

from custom_components.elecnova.api.messages import Directory
from custom_components.elecnova.api.models import Cabinet
from custom_components.elecnova.snapshot import Snapshot

from .kinds import ComponentKind, kind_of


@dataclass(frozen=True)
class Owner:
    """A cabinet, or a part of one."""

    sn: str = field(repr=False)
    kind: ComponentKind
    cabinet: str = field(repr=False)
    """The serial of the cabinet, which may be itself."""


@dataclass(frozen=True)
class Layout:
    """Whose points there can be."""

    owners: Mapping[str, Owner] = field(repr=False)
    """By serial."""
    rated_powers: Mapping[str, float] = field(repr=False)
    """kW of its site, by the serial of a cabinet."""
    directory: Directory
    _members: Mapping[str, tuple[Owner, ...]] = field(repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Read it from what REST has reported."""
        owners = {sn: Owner(sn, ComponentKind.CABINET, sn) for sn in snapshot.cabinets}
        for part in snapshot.components:
            owners[part.sn] = Owner(part.sn, kind_of(part), part.cabinet_sn)
        powers = {}
        for sn, state in snapshot.cabinets.items():
            site = snapshot.sites.get(state.site_id or "")
            if site and site.rated_power:
                powers[sn] = site.rated_power
        directory = Directory(snapshot.cabinets, snapshot.components)
        members = {
            sn: tuple(each for each in owners.values() if each.cabinet == sn)
            for sn in snapshot.cabinets
        }
        return cls(owners, powers, directory, members)

    @property
    def cabinets(self) -> tuple[str, ...]:
        """The serials of the cabinets."""
        return tuple(self._members)

    @property
    def components(self) -> tuple[str, ...]:
        """The serials of their parts."""
        return tuple(sn for sn, owner in self.owners.items() if owner.cabinet != sn)

    def owner_of(self, sn: str) -> str:
        """Return whose a point is; what belongs to nothing is the only cabinet's."""
        if sn in self.owners:
            return sn
        cabinets = self.cabinets
        return cabinets[0] if len(cabinets) == 1 else ""

    def kind(self, sn: str) -> ComponentKind:
        """Return what an owner is."""
        owner = self.owners.get(sn)
        return owner.kind if owner else ComponentKind.ACCOUNT

    def cabinet(self, sn: str) -> str:
        """Return the cabinet of an owner; empty for the account."""
        owner = self.owners.get(sn)
        return owner.cabinet if owner else ""

    def members(self, cabinet: str) -> tuple[Owner, ...]:
        """Return a cabinet with its parts."""
        return self._members.get(cabinet, ())

    def has(self, cabinet: str, kind: ComponentKind) -> bool:
        """Return whether a cabinet has a part of that kind."""
        return any(each.kind is kind for each in self.members(cabinet))


def capacity(cabinet: Cabinet, snapshot: Snapshot) -> float | None:
    """Return a cabinet's kWh: its share of its site's, or the number in its model.

    The share goes by the models' numbers, or else all cabinets have the same.
    """
    site_id = snapshot.cabinets[cabinet.sn].site_id
    site = snapshot.sites.get(site_id or "")
    if site is None or not site.rated_capacity:
        return _by_model(cabinet)
    there = _cabinets_at(site_id, snapshot)
    sizes = [_by_model(each) for each in there]
    own, known = _by_model(cabinet), [size for size in sizes if size]
    if own and len(known) == len(there):
        return round(site.rated_capacity * own / sum(known), 1)
    return round(site.rated_capacity / len(there), 1)


def _cabinets_at(site_id: str | None, snapshot: Snapshot) -> list[Cabinet]:
    states = snapshot.cabinets.values()
    return [state.cabinet for state in states if state.site_id == site_id]


def _by_model(cabinet: Cabinet) -> float | None:
    """Read `ECO-E215WS` as 215 kWh (wire 1)."""
    found = re.search(r"-E(\d{2,4})", cabinet.model.upper())
    return float(found[1]) if found else None
