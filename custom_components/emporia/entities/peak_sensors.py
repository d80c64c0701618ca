"""The highest demand of the month."""

from collections.abc import Callable, Iterator

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    CloudSensorDescription,
    Place,
)
from custom_components.cloud_energy.entities.measures import RATED_POWER
from custom_components.emporia.api.models import PeakDemand
from custom_components.emporia.devices import device_link
from custom_components.emporia.snapshot import Snapshot

PEAK_SENSORS: tuple[CloudSensorDescription[PeakDemand], ...] = (
    CloudSensorDescription(
        key="month_peak_demand",
        measure=RATED_POWER.rounded(2),
        entity_registry_enabled_default=False,
        is_supported_fn=lambda peak: peak.kilowatts is not None,
        value_fn=lambda peak: peak.kilowatts,
        attributes_fn=lambda peak: {"peak_time": peak.at},
    ),
)


def peak_candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    """Yield the peaks of all monitors."""
    for gid in snapshot.peaks:
        place = Place(key=str(gid), device=device_link(gid), part_fn=_peak_fn(gid))
        for description in PEAK_SENSORS:
            yield Candidate(CloudSensor, place, description)


def _peak_fn(gid: int) -> Callable[[Snapshot], PeakDemand | None]:
    return lambda snapshot: snapshot.peaks.get(gid)
