"""The hub, what hangs behind it, and the electricity account in the registry."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .api.const import PORTAL
from .api.models import Asset, Battery, Inverter
from .const import CONF_ASSET_OWNER_ID, CONF_KEY, DOMAIN, MANUFACTURER
from .runtime import FlowerhubConfigEntry

HUB, INVERTER, BATTERY = "hub", "inverter", "battery"
_USUAL_MODEL = "Flower Hub"


def owner_key(entry: FlowerhubConfigEntry) -> str:
    """Return what the ids of the electricity account begin with."""
    return f"owner_{entry.data[CONF_ASSET_OWNER_ID]}"


def identifier(entry: FlowerhubConfigEntry, part: str) -> tuple[str, str]:
    """Return what a part of the system is known by."""
    key = entry.data[CONF_KEY]
    return (DOMAIN, key if part == HUB else f"{key}_{part}")


def device_link(entry: FlowerhubConfigEntry, part: str) -> DeviceInfo:
    """Refer to a part of the system that `async_watch_devices` has described."""
    return DeviceInfo(identifiers={identifier(entry, part)})


def account_link(entry: FlowerhubConfigEntry) -> DeviceInfo:
    """Refer to the electricity account."""
    return DeviceInfo(identifiers={(DOMAIN, owner_key(entry))})


def has_parts(made: Inverter | Battery) -> bool:
    """Tell whether an inverter or a battery is known to be there."""
    return bool(made.name or made.manufacturer_name or made.power_capacity)


@callback
def async_watch_devices(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    """Keep the registry as the portal tells."""

    @callback
    def follow() -> None:
        hub_id = _describe_hub(hass, entry)
        for part, made in _made(entry):
            _describe_part(hass, entry, hub_id, part, made)
        _describe_account(hass, entry)

    for coordinator in (
        entry.runtime_data.coordinator,
        entry.runtime_data.account_data,
    ):
        entry.async_on_unload(coordinator.async_add_listener(follow))
    follow()


@callback
def _describe_hub(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> str:
    details = entry.runtime_data.account_data.data.details
    info = details.asset if details else None
    model = info.asset_model.name if info and info.asset_model else ""
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={identifier(entry, HUB)},
        name=entry.title,
        manufacturer=MANUFACTURER,
        model=model or _USUAL_MODEL,
        serial_number=(info.serial_number if info else "") or None,
        configuration_url=PORTAL,
    )
    return device.id


@callback
def _describe_part(
    hass: HomeAssistant,
    entry: FlowerhubConfigEntry,
    hub_id: str,
    part: str,
    made: Inverter | Battery,
) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={identifier(entry, part)},
        translation_key=part,
        translation_placeholders={"name": entry.title},
        manufacturer=made.manufacturer_name or None,
        model=made.name or None,
        via_device_id=hub_id,
    )


@callback
def _describe_account(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, owner_key(entry))},
        translation_key="electricity_account",
        translation_placeholders={"name": entry.title},
        manufacturer=MANUFACTURER,
        configuration_url=PORTAL,
        entry_type=DeviceEntryType.SERVICE,
    )


@callback
def is_current(entry: FlowerhubConfigEntry, device: dr.AnyDeviceEntry) -> bool:
    """Tell whether a device is still a part of the account."""
    current = {identifier(entry, HUB), (DOMAIN, owner_key(entry))}
    current |= {identifier(entry, part) for part, _ in _made(entry)}
    return bool(current & device.identifiers)


def _made(entry: FlowerhubConfigEntry) -> list[tuple[str, Inverter | Battery]]:
    """Return the parts that the hub is known to have."""
    asset: Asset | None = entry.runtime_data.coordinator.data
    if asset is None:
        return []
    parts = ((INVERTER, asset.inverter), (BATTERY, asset.battery))
    return [(part, made) for part, made in parts if has_parts(made)]
