"""The charging rate and the energy wanted."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfElectricCurrent, UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudDescription,
    async_add_as_supported,
)

from .api.const import MIN_RATE
from .charging.wishes import MAX_ENERGY
from .const import DOMAIN
from .entities.entity import CommandEntity, charger_candidates, device_errors
from .entities.planned_entity import PlannedEntity
from .runtime import EmporiaConfigEntry
from .status import ChargerState
from .texts import Message

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class NumberDescription(CloudDescription[ChargerState], NumberEntityDescription):
    """A number of a charger."""


CHARGE_RATE = NumberDescription(
    key="charge_rate",
    device_class=NumberDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    native_min_value=MIN_RATE,
    native_step=1,
    mode=NumberMode.SLIDER,
    entity_category=EntityCategory.CONFIG,
    is_supported_fn=lambda state: state.charger.max_rate is not None,
    available_fn=lambda state: not state.offline,
)


ENERGY_WANTED = NumberDescription(
    key="energy_wanted",
    device_class=NumberDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    native_min_value=0,
    native_max_value=MAX_ENERGY,
    native_step=0.1,
    mode=NumberMode.BOX,
)


class _FiniteNumber(NumberEntity):
    """A number; Home Assistant's own check of the range lets NaN pass."""

    @override
    async def async_set_native_value(self, value: float) -> None:
        if not isfinite(value):
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key=Message.NO_NUMBER
            )
        await self.async_take(value)

    @abstractmethod
    async def async_take(self, value: float) -> None:
        """Set a number that is in the range."""


class ChargeRate(CommandEntity[ChargerState], _FiniteNumber):
    """The setpoint, which can be changed while the charger is off as well."""

    @property
    @override
    def native_value(self) -> float | None:
        part = self.part
        return None if part is None else part.charger.rate

    @property
    @override
    def native_max_value(self) -> float:
        part = self.part
        return (part and part.charger.max_rate) or MIN_RATE

    @override
    async def async_take(self, value: float) -> None:
        entry: EmporiaConfigEntry = self.coordinator.config_entry
        with device_errors(entry):
            await self.coordinator.async_set_charger(self.gid, rate=round(value))


class EnergyWanted(PlannedEntity, _FiniteNumber):
    """What a session shall take."""

    @property
    @override
    def native_value(self) -> float:
        return self.wishes.energy

    @override
    async def async_take(self, value: float) -> None:
        await self._planner.async_wish(self.gid, energy=value)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    status = entry.runtime_data.status
    wanted = partial(EnergyWanted, entry.runtime_data.planner)
    async_add_as_supported(
        entry,
        status,
        async_add_entities,
        lambda snapshot: [
            *charger_candidates(snapshot, ChargeRate, [CHARGE_RATE]),
            *charger_candidates(snapshot, wanted, [ENERGY_WANTED]),
        ],
    )
