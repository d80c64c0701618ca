"""What a home always draws, and whether its latest day stands out."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    Place,
)
from custom_components.cloud_energy.entities.habit import (
    BASE_LOAD,
    UNUSUAL_USAGE,
    HabitBinarySensor,
    HabitSensor,
    base_load_cost,
)
from custom_components.cloud_energy.entry.habit_book import Watched
from custom_components.iec.api.const import CURRENCY
from custom_components.iec.devices import device_link
from custom_components.iec.runtime import IecRuntime
from custom_components.iec.snapshot import Snapshot

SENSORS: Final = (BASE_LOAD, base_load_cost(CURRENCY))
ALARMS: Final = (UNUSUAL_USAGE,)


def habit_sensors(runtime: IecRuntime, snapshot: Snapshot) -> list[Candidate[Snapshot]]:
    """Return the base load of all meters, and its cost."""
    return _candidates(runtime, snapshot, HabitSensor, SENSORS)


def habit_alarms(runtime: IecRuntime, snapshot: Snapshot) -> list[Candidate[Snapshot]]:
    """Return whether the latest day of the meters stands out."""
    return _candidates(runtime, snapshot, HabitBinarySensor, ALARMS)


def _candidates(
    runtime: IecRuntime,
    snapshot: Snapshot,
    kind: Callable[..., CloudEntity[Snapshot, Any]],
    descriptions: Iterable[CloudDescription[Any]],
) -> list[Candidate[Snapshot]]:
    return [
        Candidate(
            kind,
            Place(key=key, device=device_link(key), part_fn=_watched_fn(runtime, key)),
            description,
        )
        for key in snapshot.meters
        for description in descriptions
    ]


def _watched_fn(runtime: IecRuntime, key: str) -> Callable[[Snapshot], Watched | None]:
    def part(current: Snapshot) -> Watched | None:
        state = current.meters.get(key)
        return runtime.watched(state.meter) if state else None

    return part
