"""The devices of an entry: declared by its provider, kept in the device registry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .runtime import CloudRuntime


@dataclass(frozen=True, kw_only=True)
class Device:
    """What the registry says of a device; None where the provider doesn't say."""

    key: str = field(repr=False)
    """Stable and unique in the provider."""
    name: str | None = field(default=None, repr=False)
    translation_key: str | None = None
    """Of a name in the user's language, which may mention the entry's as `{name}`."""
    placeholders: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What else such a name mentions."""
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    serial_number: str | None = field(default=None, repr=False)
    sw_version: str | None = None
    configuration_url: str | None = None
    is_service: bool = False
    """Whether it is nothing to touch: an account, a contract."""
    via: str | None = field(default=None, repr=False)
    """The key of the device that it is reached through."""


def device_link(domain: str, key: str) -> DeviceInfo:
    """Refer an entity to a device that its provider reports."""
    return DeviceInfo(identifiers={(domain, key)})


def keys_of(domain: str, device: dr.AnyDeviceEntry) -> set[str]:
    """Return the keys that a provider's device has in the registry."""
    return {key for owner, key in device.identifiers if owner == domain}


class DeviceSync[RuntimeT: CloudRuntime[Any]]:
    """Keeps the registry as the account of an entry is."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[RuntimeT],
        devices: Callable[[ConfigEntry[RuntimeT]], Iterable[Device]],
        is_removable: Callable[[str], bool],
    ) -> None:
        """Describe the `devices` of a loaded entry, and continue as they change.

        :param devices: each behind the one that it is reached through
        :param is_removable: whether the device of a key is removed once it is gone
        """
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._devices = devices
        self._may_go = is_removable
        self._described: Sequence[Device] = ()
        self._lists = 0
        self._missing: set[str] = set()
        entry.async_on_unload(entry.runtime_data.async_add_listener(self._follow))
        self._follow()

    @callback
    def _follow(self) -> None:
        devices = list(self._devices(self._entry))
        if devices != self._described:
            self._described = devices
            for device in devices:
                self._describe(device)
        lists = self._entry.runtime_data.coordinator.whole_lists
        if lists != self._lists:
            self._lists = lists
            self._remove_gone()

    def _describe(self, device: Device) -> None:
        registered = self._registered
        self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(self._entry.domain, device.key)},
            name=device.name,
            translation_key=device.translation_key,
            translation_placeholders={"name": self._entry.title, **device.placeholders},
            manufacturer=device.manufacturer,
            model=device.model,
            model_id=device.model_id,
            serial_number=device.serial_number,
            sw_version=device.sw_version,
            configuration_url=device.configuration_url,
            entry_type=DeviceEntryType.SERVICE if device.is_service else None,
            via_device_id=registered.get(device.via) if device.via else None,
        )

    def _remove_gone(self) -> None:
        """Remove what is missing again: a list may be short once, hardly twice."""
        registered = self._registered
        gone = registered.keys() - {device.key for device in self._described}
        gone = {key for key in gone if self._may_go(key)}
        for key in gone & self._missing:
            self._registry.async_remove_device(registered[key])
        self._missing = gone

    @property
    def _registered(self) -> Mapping[str, str]:
        """The ids of the entry's devices in the registry, by their keys."""
        return {
            key: device.id
            for device in dr.async_entries_for_config_entry(
                self._registry, self._entry.entry_id
            )
            for key in keys_of(self._entry.domain, device)
        }
