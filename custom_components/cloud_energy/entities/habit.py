"""Entities of what a home or a circuit always draws; disabled unless somebody asks."""

from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass

from custom_components.cloud_energy.entry.habit_book import Watched

from .entity import (
    CloudBinarySensor,
    CloudBinarySensorDescription,
    CloudEntity,
    CloudSensor,
    CloudSensorDescription,
)
from .measures import POWER, money

BASE_LOAD: Final[CloudSensorDescription[Watched]] = CloudSensorDescription(
    key="base_load",
    measure=POWER,
    entity_registry_enabled_default=False,
    value_fn=lambda watched: watched.habits.base_load,
)

UNUSUAL_USAGE: Final[CloudBinarySensorDescription[Watched]] = (
    CloudBinarySensorDescription(
        key="unusual_usage",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_registry_enabled_default=False,
        value_fn=lambda watched: watched.habits.is_unusual,
    )
)


def base_load_cost(currency: str | None) -> CloudSensorDescription[Watched]:
    """Describe what the base load costs per year.

    :param currency: None if it is Home Assistant's
    """
    return CloudSensorDescription(
        key="base_load_cost",
        measure=money(currency),
        entity_registry_enabled_default=False,
        value_fn=lambda watched: watched.yearly_cost,
    )


class HabitEntity[SnapshotT](CloudEntity[SnapshotT, Watched]):
    """An entity that has the hours of a statistic looked at while it is enabled."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if watched := self.part:
            self.async_on_remove(watched.async_watch())


class HabitSensor[SnapshotT](HabitEntity[SnapshotT], CloudSensor[SnapshotT, Watched]):
    """A figure of habits."""


class HabitBinarySensor[SnapshotT](
    HabitEntity[SnapshotT], CloudBinarySensor[SnapshotT, Watched]
):
    """Whether the latest day stands out."""
