"""Who somebody is and what they have (wire 4.1 to 4.3)."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .api import Gate, Refused, json_body, own_device
from .channel_types import CHANNEL_TYPES
from .customers import Login
from .devices import Channel, Device
from .modern_devices import modern_device, named_channels
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

    - `no_channels`: devices have no channels
    - `merged`: `parts` tells a merged circuit with its two halves, `single` without them
    - `nested`: branch channels hide in a nested WAT001
    - `no_location`: devices have no location properties; `bare_location`: those have only names
    - `no_kinds`: what a device or a channel is, is null
    """

    no_channels: bool = False
    no_location: bool = False
    bare_location: bool = False
    no_kinds: bool = False
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
        return web.json_response(_channel(device, new))

    async def _modern_devices(self, request: web.Request, login: Login) -> web.Response:
        devices = [modern_device(device) for device in login.devices]
        return web.json_response({"devices": devices})

    async def _modern_channels(
        self, request: web.Request, login: Login
    ) -> web.Response:
        return web.json_response(
            [
                {
                    "device_gid": device.gid,
                    "device_id": device.serial,
                    "channels": named_channels(device),
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
        return {
            "deviceGid": device.gid,
            "manufacturerDeviceId": device.serial,
            "model": device.model,
            "firmware": device.firmware,
            "parentDeviceGid": parent_gid,
            "parentChannelNum": parent_channel,
            "primaryVueGid": device.primary.gid if device.primary else None,
            "combinedVue": True if device.primary else None,
            "locationProperties": self._location(device),
            "deviceConnected": self._status.connection(device),
            **self._kinds(device),
            **self._channels(device),
        }

    def _kinds(self, device: Device) -> dict[str, Any]:
        if self.look.no_kinds:
            return dict.fromkeys(("outlet", "evCharger", "battery"))
        return {
            "outlet": self._status.outlet(device),
            "evCharger": self._status.charger(device),
            "battery": self._status.battery(device),
        }

    def _location(self, device: Device) -> dict[str, Any] | None:
        if self.look.no_location:
            return None
        if self.look.bare_location:
            names = ("deviceGid", "deviceName", "displayName")
            return {
                key: value for key, value in device.location.items() if key in names
            }
        return device.location

    def _channel(self, device: Device, channel: Channel) -> dict[str, Any]:
        told = _channel(device, channel)
        left_out = ("channelTypeGid", "type") if self.look.no_kinds else ()
        return told | dict.fromkeys(left_out)

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
            "deviceGid": device.gid,
            "manufacturerDeviceId": device.sub_serial,
            "model": "WAT001",
            "firmware": None,
            "channels": shown[1:],
        }
        return {"channels": shown[:1], "devices": [sub_device]}


def _customer(login: Login) -> dict[str, Any]:
    return {
        "customerGid": login.customer_gid,
        "email": login.email,
        "firstName": login.first_name,
        "lastName": login.last_name,
        "createdAt": CREATED,
        "actor": None,
    }


def _channel(device: Device, channel: Channel) -> dict[str, Any]:
    return {
        "deviceGid": device.gid,
        "name": channel.name,
        "channelNum": channel.num,
        "channelId": channel.id,
        "channelMultiplier": channel.multiplier,
        "channelTypeGid": channel.type_gid,
        "type": channel.type,
        "parentChannelNum": None,
        "mergedChannelId": channel.merged_id or channel.merged_into,
    }
