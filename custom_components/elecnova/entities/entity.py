"""The places of entities: account, site, cabinet, component."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.elecnova.api.models import Cabinet, Component, Site
from custom_components.elecnova.devices import (
    cabinet_link,
    component_link,
    site_key,
    site_link,
)
from custom_components.elecnova.snapshot import CabinetState, PvState, Snapshot

type EntityFactory = Callable[..., CloudEntity[Snapshot, Any]]


def site_candidates(
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[Site]],
    snapshot: Snapshot,
) -> Iterator[Candidate[Snapshot]]:
    """Yield entities of all sites."""
    for site_id in snapshot.sites:
        place = _site_place(site_id)
        for description in descriptions:
            yield Candidate(kind, place, description)


def cabinet_candidates(
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[CabinetState]],
    snapshot: Snapshot,
) -> Iterator[Candidate[Snapshot]]:
    """Yield entities of all cabinets."""
    for state in snapshot.cabinets.values():
        place = _cabinet_place(state.cabinet)
        for description in descriptions:
            yield Candidate(kind, place, description)


def component_candidates(
    kind: EntityFactory,
    descriptions_fn: Callable[[Component], Iterable[CloudDescription[Component]]],
    snapshot: Snapshot,
) -> Iterator[Candidate[Snapshot]]:
    """Yield entities of all components."""
    for part in snapshot.components:
        place = _component_place(part.sn)
        for description in descriptions_fn(part):
            yield Candidate(kind, place, description)


def pv_candidates(
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[PvState]],
    snapshot: Snapshot,
) -> Iterator[Candidate[Snapshot]]:
    """Yield entities of all inverters."""
    for sn in snapshot.pv:
        place = _pv_place(sn)
        for description in descriptions:
            yield Candidate(kind, place, description)


def _site_place(site_id: str) -> Place[Snapshot, Site]:
    return Place(
        key=site_key(site_id),
        device=site_link(site_id),
        part_fn=lambda snapshot: snapshot.sites.get(site_id),
    )


def _cabinet_place(cabinet: Cabinet) -> Place[Snapshot, CabinetState]:
    return Place(
        key=cabinet.sn,
        device=cabinet_link(cabinet),
        part_fn=lambda snapshot: snapshot.cabinets.get(cabinet.sn),
    )


def _component_place(sn: str) -> Place[Snapshot, Component]:
    return Place(
        key=sn,
        device=component_link(sn),
        part_fn=lambda snapshot: snapshot.component(sn),
    )


def _pv_place(sn: str) -> Place[Snapshot, PvState]:
    return Place(
        key=sn,
        device=component_link(sn),
        part_fn=lambda snapshot: snapshot.pv.get(sn),
    )
