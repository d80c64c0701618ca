"""The places of entities: parts of the system, and the electricity account."""

from collections.abc import Callable, Iterable
from typing import Any

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.flowerhub.api.models import Asset
from custom_components.flowerhub.const import CONF_KEY
from custom_components.flowerhub.devices import account_link, owner_key, part_link
from custom_components.flowerhub.runtime import FlowerhubConfigEntry
from custom_components.flowerhub.snapshot import Snapshot

type EntityFactory[SnapshotT] = Callable[..., CloudEntity[SnapshotT, Any]]


def hub_candidates[PartT](
    entry: FlowerhubConfigEntry,
    kind: EntityFactory[Asset],
    descriptions: Iterable[CloudDescription[PartT]],
    device: str,
    part_fn: Callable[[Asset], PartT | None],
) -> list[Candidate[Asset]]:
    """Return entities that show a part of the hub's answer, at one of its devices."""
    link = part_link(entry, device)
    place = Place(key=entry.data[CONF_KEY], device=link, part_fn=part_fn)
    return [Candidate(kind, place, description) for description in descriptions]


def account_candidates[PartT](
    entry: FlowerhubConfigEntry,
    kind: EntityFactory[Snapshot],
    descriptions: Iterable[CloudDescription[PartT]],
    part_fn: Callable[[Snapshot], PartT | None],
    *,
    device: str | None = None,
) -> list[Candidate[Snapshot]]:
    """Return entities that show the rest, at the account or one of the hub's devices."""
    if device:
        key, link = entry.data[CONF_KEY], part_link(entry, device)
    else:
        key, link = owner_key(entry), account_link(entry)
    place = Place(key=key, device=link, part_fn=part_fn)
    return [Candidate(kind, place, description) for description in descriptions]
