"""Sensors of measured channels: power and energy."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, override

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    CloudEntity,
    CloudSensor,
    CloudSensorDescription,
    Place,
)
from custom_components.cloud_energy.entities.measures import (
    ENERGY_TOTAL,
    POWER,
    money_total,
    price,
)
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.prices.money import MoneySensor
from custom_components.emporia.api.home import Device
from custom_components.emporia.api.models.channels import (
    BALANCE,
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
    TOTAL_USAGE,
)
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.coordinators.extras import Extra
from custom_components.emporia.devices import device_link
from custom_components.emporia.snapshot import Amount, ChannelState, Snapshot

_OWN_NAMES: Final = {MAINS, GRID_IMPORT, GRID_EXPORT, BALANCE, TOTAL_USAGE}


def _since(amount: Amount | None) -> datetime | None:
    return amount.since if amount else None


def _total(amount: Amount | None) -> float | None:
    return round(amount.total, 4) if amount else None


def _has_price(state: ChannelState) -> bool:
    return state.device.cents_per_kwh is not None and state.today is not None


CHANNEL_SENSORS: tuple[CloudSensorDescription[ChannelState], ...] = (
    CloudSensorDescription(
        key="power",
        translation_key=None,
        measure=POWER,
        is_supported_fn=lambda state: state.watts is not None,
        value_fn=lambda state: state.watts,
    ),
    CloudSensorDescription(
        key="energy_today",
        translation_key=None,
        measure=ENERGY_TOTAL,
        is_supported_fn=lambda state: state.today is not None,
        value_fn=lambda state: _total(state.today),
        last_reset_fn=lambda state: _since(state.today),
    ),
    CloudSensorDescription(
        key="energy_month",
        translation_key=None,
        measure=ENERGY_TOTAL.rounded(1),
        entity_registry_enabled_default=False,
        is_supported_fn=lambda state: state.month is not None,
        value_fn=lambda state: _total(state.month),
        last_reset_fn=lambda state: _since(state.month),
    ),
)

HOME_COSTS: tuple[CloudSensorDescription[ChannelState], ...] = (
    CloudSensorDescription(
        key="cost_today",
        translation_key="mains_cost_today",
        measure=money_total(None),
        optional_request=Extra.COSTS,
        is_supported_fn=_has_price,
        value_fn=lambda state: _total(state.cost_today),
        last_reset_fn=lambda state: _since(state.cost_today),
    ),
    CloudSensorDescription(
        key="cost_month",
        translation_key="mains_cost_month",
        measure=money_total(None),
        optional_request=Extra.COSTS,
        is_supported_fn=_has_price,
        value_fn=lambda state: _total(state.cost_month),
        last_reset_fn=lambda state: _since(state.cost_month),
    ),
)

CIRCUIT_COSTS: tuple[CloudSensorDescription[ChannelState], ...] = tuple(
    replace(description, translation_key=None, entity_registry_enabled_default=False)
    for description in HOME_COSTS
)

DEVICE_SENSORS: tuple[CloudSensorDescription[Device], ...] = (
    CloudSensorDescription(
        key="electricity_rate",
        measure=price("¢/kWh"),
        entity_category=EntityCategory.DIAGNOSTIC,
        is_supported_fn=lambda device: (
            device.cents_per_kwh is not None and not device.is_load
        ),
        value_fn=lambda device: device.cents_per_kwh,
    ),
)


class ChannelEntity[PartT](CloudEntity[Snapshot, PartT]):
    """An entity that is named after its channel."""

    def __init__(
        self,
        coordinator: CloudCoordinator[Snapshot],
        place: Place[Snapshot, PartT],
        description: CloudDescription[PartT],
        key: ChannelKey,
    ) -> None:
        """Show something of a channel."""
        super().__init__(coordinator, place, description)
        self._channel = key
        state = self._state
        assert state is not None
        self._naming = _naming(state)
        self._set_naming()
        if state.channel.slug == TOTAL_USAGE:
            self._attr_entity_registry_enabled_default = False

    @property
    def _state(self) -> ChannelState | None:
        return self.coordinator.data.channels.get(self._channel)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        state = self._state
        # A name that is missing now may be there again with the next list.
        if state and state.channel.name and _naming(state) != self._naming:
            self._naming = _naming(state)
            self._set_naming()
            self._async_follow_name()
        super()._handle_coordinator_update()

    def _set_naming(self) -> None:
        kind, channel = self._naming
        self._attr_translation_key = f"{kind}_{self.entity_description.key}"
        self._attr_translation_placeholders = {"channel": channel}

    @callback
    def _async_follow_name(self) -> None:
        """Have Home Assistant take the new name; one that the user gave stays."""
        # Names are made once: neither of these knows what it was made of.
        for made in ("_name_translation_key", "name"):
            self.__dict__.pop(made, None)
        name = self.name
        er.async_get(self.hass).async_update_entity(
            self.entity_id,
            original_name=name if isinstance(name, str) else None,
            translation_key=self.translation_key,
        )


class ChannelSensor(ChannelEntity[ChannelState], CloudSensor[Snapshot, ChannelState]):
    """A figure of a channel at one time."""

    @property
    @override
    def available(self) -> bool:
        lost = self.coordinator.data.power_is_lost
        return super().available and not (lost and self.is_power)

    @property
    def is_power(self) -> bool:
        """Whether it is good for minutes only."""
        return self.device_class is SensorDeviceClass.POWER


class ChannelCost(MoneySensor[Snapshot, ChannelState], ChannelSensor):
    """What a channel has cost, named after it."""


def _naming(state: ChannelState) -> tuple[str, str]:
    """Return what kind of name a channel has, and the name itself."""
    slug, name = state.channel.slug, state.channel.name
    if slug == MAINS and state.device.is_load:
        return "device", ""
    if slug in _OWN_NAMES:
        return slug, ""
    if name:
        return "channel", name
    return "circuit", slug.removeprefix("circuit_").replace("_", "+")


def channel_candidates(snapshot: Snapshot) -> Iterator[Candidate[Snapshot]]:
    """Yield all that the channels and their devices may have."""
    for key, state in snapshot.channels.items():
        place = Place(
            key=f"{key[0]}_{key[1]}",
            device=device_link(key[0]),
            part_fn=_channel_fn(key),
        )
        for description in CHANNEL_SENSORS:
            yield Candidate(partial(ChannelSensor, key=key), place, description)
        for description in _costs(state):
            yield Candidate(partial(ChannelCost, key=key), place, description)
    for gid in snapshot.home:
        device_place = Place(
            key=str(gid), device=device_link(gid), part_fn=_device_fn(gid)
        )
        for device_description in DEVICE_SENSORS:
            yield Candidate(CloudSensor, device_place, device_description)


def _costs(state: ChannelState) -> tuple[CloudSensorDescription[ChannelState], ...]:
    slug, device = state.channel.slug, state.device
    if slug == MAINS and device.is_panel:
        return HOME_COSTS
    if slug in (BALANCE, TOTAL_USAGE) or (slug == MAINS and device.is_secondary):
        return ()
    return CIRCUIT_COSTS


def _channel_fn(key: ChannelKey) -> Callable[[Snapshot], ChannelState | None]:
    return lambda snapshot: snapshot.channels.get(key)


def _device_fn(gid: int) -> Callable[[Snapshot], Device | None]:
    return lambda snapshot: snapshot.home.get(gid)
