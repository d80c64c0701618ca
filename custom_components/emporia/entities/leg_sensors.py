"""Sensors of the legs of a panel's mains."""

from collections.abc import Callable, Iterator

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfElectricCurrent, UnitOfElectricPotential

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    CloudSensorDescription,
    Place,
)
from custom_components.cloud_energy.entities.measures import POWER
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.coordinators.extras import Extra
from custom_components.emporia.coordinators.legs import Leg
from custom_components.emporia.devices import device_link
from custom_components.emporia.snapshot import Snapshot

LEG_SENSORS: tuple[CloudSensorDescription[Leg], ...] = (
    CloudSensorDescription(
        key="power",
        translation_key="leg_power",
        measure=POWER,
        entity_registry_enabled_default=False,
        optional_request=Extra.LEGS,
        value_fn=lambda leg: leg.watts,
    ),
    CloudSensorDescription(
        key="current",
        translation_key="leg_current",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        optional_request=Extra.LEGS,
        value_fn=lambda leg: leg.amps,
    ),
    CloudSensorDescription(
        key="voltage",
        translation_key="leg_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=1,
        entity_registry_enabled_default=False,
        optional_request=Extra.LEGS,
        value_fn=lambda leg: leg.volts,
    ),
)


class LegSensor(CloudSensor[Snapshot, Leg]):
    """A sensor that is named after its leg."""

    def __init__(
        self,
        coordinator: CloudCoordinator[Snapshot],
        place: Place[Snapshot, Leg],
        description: CloudSensorDescription[Leg],
    ) -> None:
        """Show one figure of a leg."""
        super().__init__(coordinator, place, description)
        leg = place.key.rpartition("_")[2].upper()
        self._attr_translation_placeholders = {"leg": leg}


def leg_candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    """Yield the sensors of all legs."""
    for gid, slug in snapshot.legs:
        place = Place(
            key=f"{gid}_{slug}", device=device_link(gid), part_fn=_leg_fn((gid, slug))
        )
        for description in LEG_SENSORS:
            yield Candidate(LegSensor, place, description)


def _leg_fn(key: ChannelKey) -> Callable[[Snapshot], Leg | None]:
    return lambda snapshot: snapshot.legs.get(key)
