"""Switches: whether a charger may charge, and smart plugs."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.switch import (
    SwitchDeviceClass,
    SwitchEntity,
    SwitchEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    SensorValue,
    async_add_as_supported,
)

from .entities.entity import (
    CommandEntity,
    EntityFactory,
    charger_candidates,
    device_errors,
    status_candidates,
)
from .entities.planned_entity import PlannedEntity
from .runtime import EmporiaConfigEntry
from .status import ChargerState, OutletState, StatusSnapshot

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class SwitchDescription[PartT](CloudDescription[PartT], SwitchEntityDescription):
    """A switch by its functions."""


CHARGER = SwitchDescription[ChargerState](
    key="charging",
    available_fn=lambda state: not state.offline and state.charger.on is not None,
)
CHARGER_PLAN = SwitchDescription[ChargerState](key="smart_charging")
OUTLET = SwitchDescription[OutletState](
    key="outlet",
    translation_key=None,
    name=None,
    device_class=SwitchDeviceClass.OUTLET,
    available_fn=lambda state: (
        state.connected is not False and state.outlet.on is not None
    ),
)


class _Switch[StateT](CommandEntity[StateT], SwitchEntity):
    """What can be switched on and off."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        with device_errors(self.coordinator.config_entry):
            await self._async_set(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        with device_errors(self.coordinator.config_entry):
            await self._async_set(on=False)

    @abstractmethod
    async def _async_set(self, *, on: bool) -> None: ...


class ChargerSwitch(_Switch[ChargerState]):
    """Whether the charger may charge: it stays on without a car."""

    @property
    @override
    def is_on(self) -> bool | None:
        part = self.part
        return None if part is None else part.charger.on

    @override
    async def _async_set(self, *, on: bool) -> None:
        await self.coordinator.async_set_charger(self.gid, on=on)


class SmartCharging(PlannedEntity, SwitchEntity):
    """Whether the plan switches the charger."""

    @property
    @override
    def is_on(self) -> bool:
        return self.wishes.is_smart

    @property
    @override
    def extra_state_attributes(self) -> dict[str, SensorValue] | None:
        return {"plan_status": self.planned.status}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._planner.async_wish(self.gid, is_smart=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._planner.async_wish(self.gid, is_smart=False)


class OutletSwitch(_Switch[OutletState]):
    """A smart plug's relay."""

    @property
    @override
    def is_on(self) -> bool | None:
        part = self.part
        return None if part is None else part.outlet.on

    @override
    async def _async_set(self, *, on: bool) -> None:
        await self.coordinator.async_set_outlet(self.gid, on=on)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    status = entry.runtime_data.status
    smart = partial(SmartCharging, entry.runtime_data.planner)
    async_add_as_supported(
        entry, status, async_add_entities, lambda found: _candidates(found, smart)
    )


def _candidates(
    snapshot: StatusSnapshot, smart: EntityFactory
) -> Iterator[Candidate[StatusSnapshot]]:
    yield from charger_candidates(snapshot, ChargerSwitch, [CHARGER])
    yield from charger_candidates(snapshot, smart, [CHARGER_PLAN])
    yield from status_candidates(
        OutletSwitch, [OUTLET], snapshot.outlets, lambda s, gid: s.outlets.get(gid)
    )
