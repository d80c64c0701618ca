"""The place of all entities: the meter."""

from collections.abc import Callable, Iterable
from typing import Any

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.cloud_energy.entry.devices import device_link
from custom_components.dominion_energy.const import DOMAIN
from custom_components.dominion_energy.devices import meter_key
from custom_components.dominion_energy.runtime import DominionConfigEntry
from custom_components.dominion_energy.snapshot import Snapshot


def candidates[PartT](
    entry: DominionConfigEntry,
    kind: Callable[..., CloudEntity[Snapshot, Any]],
    descriptions: Iterable[CloudDescription[PartT]],
    part_fn: Callable[[Snapshot], PartT | None],
) -> list[Candidate[Snapshot]]:
    """Return the entities of one part of the snapshot."""
    key = meter_key(entry)
    place = Place(key=key, device=device_link(DOMAIN, key), part_fn=part_fn)
    return [Candidate(kind, place, description) for description in descriptions]
