"""Cars that are linked to the account (wire 4.18)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.emporia.api.charging import Charging
from custom_components.emporia.api.models import Vehicle, VehicleSettings

_LIST_EVERY = timedelta(days=1)
_EVERY = timedelta(minutes=30)
"""Asking takes the cloud ten seconds, and may wake the car."""


@dataclass(frozen=True, kw_only=True)
class VehicleState:
    """A car, and its battery where that was requested."""

    vehicle: Vehicle
    settings: VehicleSettings | None = field(default=None)


async def async_list_vehicles(
    answers: AnswerCache, charging: Charging
) -> list[Vehicle]:
    """Return the linked cars; most accounts have none.

    :raises AuthFailed: the user must sign in again.
    """
    found = await answers.get("vehicles", charging.get_vehicles, every=_LIST_EVERY)
    return found or []


async def async_read_vehicles(
    answers: AnswerCache, charging: Charging, vehicles: Iterable[Vehicle]
) -> Mapping[int, VehicleSettings]:
    """Return the batteries of cars, by gid.

    :raises AuthFailed: the user must sign in again.
    """
    found = {
        vehicle.gid: await answers.get(
            f"vehicle_{vehicle.gid}",
            lambda gid=vehicle.gid: charging.get_vehicle_settings(gid),  # type: ignore[misc]  # bound at once
            every=_EVERY,
        )
        for vehicle in vehicles
    }
    return {gid: settings for gid, settings in found.items() if settings}
