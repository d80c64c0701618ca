"""The hub, what hangs behind it, and the electricity account."""

from collections.abc import Iterator

from homeassistant.helpers.device_registry import DeviceInfo

from custom_components.cloud_energy.entry.devices import Device, device_link

from .api.const import PORTAL
from .api.models import Battery, Inverter
from .const import CONF_ASSET_OWNER_ID, CONF_KEY, DOMAIN, MANUFACTURER
from .runtime import FlowerhubConfigEntry

HUB, INVERTER, BATTERY = "hub", "inverter", "battery"
_USUAL_MODEL = "Flower Hub"


def hub_key(entry: FlowerhubConfigEntry) -> str:
    """Return what the hub is known by."""
    key: str = entry.data[CONF_KEY]
    return key


def owner_key(entry: FlowerhubConfigEntry) -> str:
    """Return what the electricity account is known by."""
    return f"owner_{entry.data[CONF_ASSET_OWNER_ID]}"


def part_link(entry: FlowerhubConfigEntry, part: str) -> DeviceInfo:
    """Refer to a part of the system."""
    return device_link(DOMAIN, _part_key(entry, part))


def account_link(entry: FlowerhubConfigEntry) -> DeviceInfo:
    """Refer to the electricity account."""
    return device_link(DOMAIN, owner_key(entry))


def has_parts(made: Inverter | Battery) -> bool:
    """Return whether an inverter or a battery is known to be there."""
    return bool(made.name or made.manufacturer_name or made.power_capacity)


def devices(entry: FlowerhubConfigEntry) -> Iterator[Device]:
    """Yield the account's devices, as the portal reports them now."""
    yield _hub(entry)
    asset = entry.runtime_data.coordinator.data
    if asset is not None:
        for part, made in ((INVERTER, asset.inverter), (BATTERY, asset.battery)):
            if has_parts(made):
                yield Device(
                    key=_part_key(entry, part),
                    translation_key=part,
                    manufacturer=made.manufacturer_name or None,
                    model=made.name or None,
                    via=hub_key(entry),
                )
    yield Device(
        key=owner_key(entry),
        translation_key="electricity_account",
        manufacturer=MANUFACTURER,
        configuration_url=PORTAL,
        is_service=True,
    )


def _hub(entry: FlowerhubConfigEntry) -> Device:
    details = entry.runtime_data.account_data.data.details
    info = details.asset if details else None
    model = info.asset_model.name if info and info.asset_model else ""
    return Device(
        key=hub_key(entry),
        name=entry.title,
        manufacturer=MANUFACTURER,
        model=model or _USUAL_MODEL,
        serial_number=(info.serial_number if info else "") or None,
        configuration_url=PORTAL,
    )


def _part_key(entry: FlowerhubConfigEntry, part: str) -> str:
    key = hub_key(entry)
    return key if part == HUB else f"{key}_{part}"
