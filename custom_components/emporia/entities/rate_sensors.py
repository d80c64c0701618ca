"""What a kWh costs a charger now, and from when on it costs something else."""

from collections.abc import Callable, Iterator
from typing import override

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    CloudSensorDescription,
    Place,
)
from custom_components.cloud_energy.entities.measures import COUNT, TIMESTAMP
from custom_components.emporia.calculations.rates import Rate
from custom_components.emporia.devices import device_link
from custom_components.emporia.snapshot import Snapshot

CURRENT_RATE: CloudSensorDescription[Rate] = CloudSensorDescription(
    key="current_rate",
    measure=COUNT.rounded(3),
    value_fn=lambda rate: rate.cost,
    attributes_fn=lambda rate: {
        "plan": rate.plan,
        "period": rate.kind,
        "next_rate": rate.next_cost,
    },
)
NEXT_CHANGE: CloudSensorDescription[Rate] = CloudSensorDescription(
    key="next_rate_change",
    measure=TIMESTAMP,
    value_fn=lambda rate: rate.next_change,
)


class RateSensor(CloudSensor[Snapshot, Rate]):
    """A price of a kWh in the home's currency."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        return f"{self.coordinator.hass.config.currency}/kWh"


def rate_candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    """Yield the sensors of all devices with a plan by time of use."""
    for gid in snapshot.rates:
        place = Place(key=str(gid), device=device_link(gid), part_fn=_rate_fn(gid))
        yield Candidate(RateSensor, place, CURRENT_RATE)
        yield Candidate(CloudSensor, place, NEXT_CHANGE)


def _rate_fn(gid: int) -> Callable[[Snapshot], Rate | None]:
    return lambda snapshot: snapshot.rates.get(gid)
