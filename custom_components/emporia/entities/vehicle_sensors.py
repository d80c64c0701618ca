"""Sensors of cars that are linked to the account."""

from collections.abc import Callable, Iterator

from homeassistant.const import PERCENTAGE, UnitOfTime

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    CloudSensorDescription,
    Place,
    SensorValue,
)
from custom_components.cloud_energy.entities.measures import BATTERY, duration
from custom_components.emporia.api.models import VehicleSettings
from custom_components.emporia.coordinators.extras import Extra
from custom_components.emporia.coordinators.vehicles import VehicleState
from custom_components.emporia.devices import vehicle_key, vehicle_link
from custom_components.emporia.snapshot import Snapshot


def _of_settings(
    value_fn: Callable[[VehicleSettings], SensorValue],
) -> Callable[[VehicleState], SensorValue]:
    return lambda state: None if state.settings is None else value_fn(state.settings)


VEHICLE_SENSORS: tuple[CloudSensorDescription[VehicleState], ...] = (
    CloudSensorDescription(
        key="battery_level",
        translation_key=None,
        measure=BATTERY,
        entity_registry_enabled_default=False,
        optional_request=Extra.VEHICLES,
        value_fn=_of_settings(lambda settings: settings.battery_level),
    ),
    CloudSensorDescription(
        key="charge_limit",
        native_unit_of_measurement=PERCENTAGE,
        entity_registry_enabled_default=False,
        optional_request=Extra.VEHICLES,
        value_fn=_of_settings(lambda settings: settings.charge_limit),
    ),
    CloudSensorDescription(
        key="charging_state",
        entity_registry_enabled_default=False,
        optional_request=Extra.VEHICLES,
        value_fn=_of_settings(lambda settings: settings.charging_state or None),
    ),
    CloudSensorDescription(
        key="time_to_full",
        measure=duration(UnitOfTime.MINUTES),
        entity_registry_enabled_default=False,
        optional_request=Extra.VEHICLES,
        value_fn=_of_settings(lambda settings: settings.minutes_to_full),
    ),
)


def vehicle_candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    """Yield the sensors of all linked cars."""
    for gid in snapshot.vehicles:
        place = Place(
            key=vehicle_key(gid),
            device=vehicle_link(gid),
            part_fn=_vehicle_fn(gid),
        )
        for description in VEHICLE_SENSORS:
            yield Candidate(CloudSensor, place, description)


def _vehicle_fn(gid: int) -> Callable[[Snapshot], VehicleState | None]:
    return lambda snapshot: snapshot.vehicles.get(gid)
