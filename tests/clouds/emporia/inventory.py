"""Who somebody is and what they have (sheet 4.1 to 4.3)."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .api import Gate, Refused, json_body, own_device
from .channel_types import CHANNEL_TYPES
from .customers import Login
from .devices import LEGS, Channel, Device
from .status import Status

CREATED: Final = "2024-01-01T12:34:56.789Z"
RENAMED: Final = vol.Schema(
    {
        vol.Required("deviceGid"): int,
        vol.Required("name"): vol.Any(str, None),
        vol.Required("channelNum"): str,
        vol.Required("channelMultiplier"): vol.Any(float, int),
        vol.Required("channelTypeGid"): vol.Any(int, None),
        vol.Required("type"): str,
        vol.Required("parentChannelNum"): vol.Any(str, None),
    },
    extra=vol.ALLOW_EXTRA,
)


@dataclass(slots=True)
class InventoryLook:
    """How the device tree is written.

    - `string_gids`: gids are text
    - `extra_keys`: every device has keys that nobody knows
    - `no_channels`: devices have no channels
    - `merged`: `parts` tells a merged circuit with its two halves, `single` without them
    - `nested`: branch channels hide in a nested WAT001
    """

    string_gids: bool = False
    extra_keys: bool = False
    no_channels: bool = False
    merged: str = "parts"
    nested: bool = True


class Inventory:
    """The calls about customers and devices."""

    def __init__(self, status: Status, gate: Gate) -> None:
        """Ask `status` how the devices are."""
        self._status = status
        self._gate = gate
        self.look = InventoryLook()

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /customers": self._customer,
            "GET /customers/devices": self._tree,
            "GET /devices/channels/channeltypes": self._types,
            "PUT /devices/{gid}/channels": self._rename,
            "GET /v1/customers": self._modern_customer,
            "GET /v1/customers/devices": self._modern_devices,
            "GET /v1/customers/devices/channels": self._modern_channels,
            "GET /v1/customers/sites": self._sites,
        }
        return self._gate.routes(calls)

    async def _customer(self, request: web.Request, login: Login) -> web.Response:
        if request.query.get("email", login.email).lower() != login.email:
            raise Refused(401, "Unauthorized")
        return web.json_response(_customer(login))

    async def _modern_customer(
        self, request: web.Request, login: Login
    ) -> web.Response:
        return web.json_response(
            {
                "customer_gid": login.customer_gid,
                "first_name": login.first_name,
                "last_name": login.last_name,
                "email": login.email,
                "created_at": CREATED,
                "user_type": "CUSTOMER",
                "email_marketing_status": "UNSUBSCRIBED",
                "can_toggle_email_marketing": True,
            }
        )

    async def _tree(self, request: web.Request, login: Login) -> web.Response:
        devices = [self._device(d) for d in login.devices if not d.in_site]
        return web.json_response(_customer(login) | {"devices": devices})

    async def _types(self, request: web.Request, login: Login) -> web.Response:
        return web.json_response(CHANNEL_TYPES)

    async def _rename(self, request: web.Request, login: Login) -> web.Response:
        device = own_device(login, request.match_info["gid"])
        body = await json_body(request, RENAMED)
        old = device.channel(body["channelNum"])
        if old is None or body["deviceGid"] != device.gid:
            raise Refused(400, "no such channel")
        new = Channel(
            old.num,
            body["name"],
            old.type,
            body["channelTypeGid"],
            old.multiplier,
            old.parts,
            old.merged_id,
            old.merged_into,
        )
        device.channels[device.channels.index(old)] = new
        return web.json_response(self._channel(device, new))

    async def _modern_devices(self, request: web.Request, login: Login) -> web.Response:
        devices = [_modern_device(device) for device in login.devices]
        return web.json_response({"devices": devices})

    async def _modern_channels(
        self, request: web.Request, login: Login
    ) -> web.Response:
        return web.json_response(
            [
                {
                    "device_gid": device.gid,
                    "device_id": device.serial,
                    "channels": [_named(c) for c in device.channels]
                    + [{"channel_id": leg, "name": None} for leg in _legs(device)],
                }
                for device in login.devices
            ]
        )

    async def _sites(self, request: web.Request, login: Login) -> web.Response:
        inside = [device for device in login.devices if device.in_site]
        sites = [
            {"site_id": "1", "name": "Site", "device_gids": [d.gid for d in inside]}
        ]
        return web.json_response({"sites": sites if inside else []})

    def _device(self, device: Device) -> dict[str, Any]:
        parent_gid, parent_channel = device.parent or (None, None)
        shown = {
            "deviceGid": self._gid(device),
            "manufacturerDeviceId": device.serial,
            "model": device.model,
            "firmware": device.firmware,
            "parentDeviceGid": parent_gid,
            "parentChannelNum": parent_channel,
            "primaryVueGid": None,
            "combinedVue": None,
            "locationProperties": device.location,
            "outlet": self._status.outlet(device),
            "evCharger": self._status.charger(device),
            "battery": self._status.battery(device),
            "deviceConnected": self._status.connection(device),
            **self._channels(device),
        }
        return shown | ({"futureKey": {"a": [1]}} if self.look.extra_keys else {})

    def _channels(self, device: Device) -> dict[str, Any]:
        """`channels` and the sub-device that holds the branches."""
        if self.look.no_channels:
            return {"channels": [], "devices": []}
        hidden = self.look.merged == "single"
        shown = [
            self._channel(device, channel)
            for channel in device.channels
            if not (hidden and channel.merged_into)
        ]
        if device.sub_serial is None or not self.look.nested:
            return {"channels": shown, "devices": []}
        sub_device = {
            "deviceGid": self._gid(device),
            "manufacturerDeviceId": device.sub_serial,
            "model": "WAT001",
            "firmware": None,
            "channels": shown[1:],
        }
        return {"channels": shown[:1], "devices": [sub_device]}

    def _channel(self, device: Device, channel: Channel) -> dict[str, Any]:
        return {
            "deviceGid": self._gid(device),
            "name": channel.name,
            "channelNum": channel.num,
            "channelId": channel.id,
            "channelMultiplier": channel.multiplier,
            "channelTypeGid": channel.type_gid,
            "type": channel.type,
            "parentChannelNum": None,
            "mergedChannelId": channel.merged_id or channel.merged_into,
        }

    def _gid(self, device: Device) -> int | str:
        return str(device.gid) if self.look.string_gids else device.gid


def _customer(login: Login) -> dict[str, Any]:
    return {
        "customerGid": login.customer_gid,
        "email": login.email,
        "firstName": login.first_name,
        "lastName": login.last_name,
        "createdAt": CREATED,
        "actor": None,
    }


def _legs(device: Device) -> list[str]:
    return list(LEGS) if device.kind == "vue" else []


def _named(channel: Channel) -> dict[str, Any]:
    types = {each["channelTypeGid"]: each["description"] for each in CHANNEL_TYPES}
    sub_type = types.get(channel.type_gid or 0)
    return {"channel_id": channel.id, "name": channel.name, "sub_type": sub_type}


def _modern_device(device: Device) -> dict[str, Any]:
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
