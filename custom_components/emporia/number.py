"""The charging rate."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    async_add_as_supported,
)

from .api.const import LEAST_RATE
from .entities.entity import CommandEntity, device_errors, status_candidates
from .runtime import EmporiaConfigEntry
from .status import ChargerState, StatusSnapshot

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class NumberDescription(CloudDescription[ChargerState], NumberEntityDescription):
    """A number of a charger."""


CHARGE_RATE = NumberDescription(
    key="charge_rate",
    device_class=NumberDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    native_min_value=LEAST_RATE,
    native_step=1,
    mode=NumberMode.SLIDER,
    entity_category=EntityCategory.CONFIG,
    is_supported_fn=lambda state: state.charger.max_rate is not None,
    available_fn=lambda state: not state.offline,
)


class ChargeRate(CommandEntity[ChargerState], NumberEntity):
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
        return (part and part.charger.max_rate) or LEAST_RATE

    @override
    async def async_set_native_value(self, value: float) -> None:
        entry: EmporiaConfigEntry = self.coordinator.config_entry
        with device_errors(entry):
            await self.coordinator.async_set_charger(self.gid, rate=round(value))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    status = entry.runtime_data.status
    async_add_as_supported(entry, status, async_add_entities, _candidates)


def _candidates(snapshot: StatusSnapshot) -> list[Candidate[StatusSnapshot]]:
    return status_candidates(
        ChargeRate, [CHARGE_RATE], snapshot.chargers, lambda s, gid: s.chargers.get(gid)
    )
