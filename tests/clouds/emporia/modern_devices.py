"""Devices and channels as the c-api lists them (wire 4.3)."""

from typing import Any

from .channel_types import CHANNEL_TYPES
from .devices import LEGS, Channel, Device


def named_channels(device: Device) -> list[dict[str, Any]]:
    """The channels with names and what hangs there; the legs have none."""
    legs = [{"channel_id": leg, "name": None} for leg in _legs(device)]
    return [_named(channel) for channel in device.channels] + legs


def _legs(device: Device) -> list[str]:
    return list(LEGS) if device.kind == "vue" else []


def _named(channel: Channel) -> dict[str, Any]:
    types = {each["channelTypeGid"]: each["description"] for each in CHANNEL_TYPES}
    sub_type = types.get(channel.type_gid or 0)
    return {"channel_id": channel.id, "name": channel.name, "sub_type": sub_type}


def modern_device(device: Device) -> dict[str, Any]:
    """One device."""
    shown: dict[str, Any] = {
        "device_gid": device.gid,
        "device_id": device.serial,
        "display_name": device.name,
        "model": device.model,
        "time_zone": device.location["timeZone"],
        "energy_managements_configured": [],
        "supported_energy_managements": [],
        "channels": [_modern_channel(channel) for channel in device.channels]
        + [_modern_leg(leg) for leg in _legs(device)],
    }
    if device.kind == "vue":
        shown["supported_energy_managements"] = ["POWER_SMART", "EXCESS_SOLAR"]
    if device.charger is not None:
        shown |= {
            "load_gid": device.load_gid,
            "evse_model": "CLASSIC",
            "evse_branding": "EMPORIA",
            "evse_power_source": "HARDWIRED",
            "evse_color": "BLACK",
            "evse_gun_type": "J1772",
            "breaker_pin": device.charger.pin or None,
            "primary_vehicle_brand": None,
            "power_smart_monitor_device_id": None,
            "power_smart_upgraded": False,
        }
    return shown


def _modern_channel(channel: Channel) -> dict[str, Any]:
    main = channel.type == "Main"
    return {
        "channel_id": channel.id,
        "parent_channel_id": None,
        "multiplier": channel.multiplier,
        "channel_type_gid": channel.type_gid,
        "channel_classification": "MAIN" if main else "FIFTY_AMP",
        "has_data": channel.has_data,
    }


def _modern_leg(leg: str) -> dict[str, Any]:
    return {
        "channel_id": leg,
        "parent_channel_id": "Mains",
        "multiplier": 1.0,
        "channel_type_gid": None,
        "channel_classification": "MAIN",
        "has_data": True,
    }
