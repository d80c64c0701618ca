"""The places of entities: the login, its contracts, its meters."""

from collections.abc import Callable, Iterable
from typing import Any

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.iec.coordinators.outages import OutageSnapshot, Supplied
from custom_components.iec.devices import account_key, device_link
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.snapshot import ContractState, MeterState, Snapshot

type EntityFactory = Callable[..., CloudEntity[Any, Any]]


def account_candidates(
    entry: IecConfigEntry,
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[Snapshot]],
) -> list[Candidate[Snapshot]]:
    """Return the entities of the login itself."""
    key = account_key(entry)
    place = Place[Snapshot, Snapshot](
        key=key, device=device_link(key), part_fn=lambda s: s
    )
    return [Candidate(kind, place, description) for description in descriptions]


def contract_candidates[PartT](
    snapshot: Snapshot,
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[PartT]],
    part_fn: Callable[[ContractState], PartT | None],
) -> list[Candidate[Snapshot]]:
    """Return the entities of all contracts, each showing its part."""

    def place(number: str) -> Place[Snapshot, PartT]:
        def part(current: Snapshot) -> PartT | None:
            state = current.contracts.get(number)
            return part_fn(state) if state else None

        return Place(key=number, device=device_link(number), part_fn=part)

    return [
        Candidate(kind, place(number), description)
        for number in snapshot.contracts
        for description in descriptions
    ]


def meter_candidates(
    snapshot: Snapshot,
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[MeterState]],
) -> list[Candidate[Snapshot]]:
    """Return the entities of all meters."""

    def place(key: str) -> Place[Snapshot, MeterState]:
        return Place(
            key=key,
            device=device_link(key),
            part_fn=lambda current: current.meters.get(key),
        )

    return [
        Candidate(kind, place(key), description)
        for key in snapshot.meters
        for description in descriptions
    ]


def outage_candidates(
    snapshot: OutageSnapshot,
    kind: EntityFactory,
    descriptions: Iterable[CloudDescription[Supplied]],
) -> list[Candidate[OutageSnapshot]]:
    """Return the entities that report power outages."""

    def place(number: str) -> Place[OutageSnapshot, Supplied]:
        return Place(
            key=number,
            device=device_link(number),
            part_fn=lambda current: current.contracts.get(number),
        )

    return [
        Candidate(kind, place(number), description)
        for number in snapshot.contracts
        for description in descriptions
    ]
