"""How the devices are now (wire 4.4, 4.5)."""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.clouds.clock import Clock

from .api import Gate
from .battery import battery_status
from .charger import Charger
from .controller import Controller
from .customers import Customers, Login
from .devices import Device

KEYS: Final = {"devicesConnected", "outlets", "batteries", "evChargers", "loads"}
TITLES: Final = {
    "EXCESS_SOLAR": "Excess Solar",
    "PEAK_DEMAND": "Peak Demand",
    "SCHEDULE": "Schedule",
}


class Status:
    """The calls about connectivity, chargers, outlets, batteries and loads.

    - `missing`: keys of the legacy answer that are left out
    - `tells_managers`: a controller that is on says in words what it does
    - `prose`: legacy `offlineSince` is a sentence instead of a time
    """

    def __init__(self, customers: Customers, clock: Clock, gate: Gate) -> None:
        """Answer about the customers' devices."""
        self._clock = clock
        self._gate = gate
        self.missing: set[str] = set()
        self.prose = True
        self.tells_managers = True
        self.controllers = {
            device: Controller(device.charger, device.residence)
            for device in customers.devices
            if device.charger is not None
        }

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /customers/devices/status": self._legacy,
            "GET /v1/customers/devices/status": self._modern,
        }
        return self._gate.routes(calls)

    def catch_up(self) -> None:
        """Let the controllers do what they did since the last call."""
        now = self._clock.timestamp()
        for controller in self.controllers.values():
            controller.catch_up(now)

    def connection(self, device: Device) -> dict[str, Any]:
        """`deviceConnected` of a device."""
        since = device.offline_since
        return {
            "deviceGid": device.gid,
            "connected": since is None,
            "offlineSince": None if since is None else self._offline_text(device),
        }

    def outlet(self, device: Device) -> dict[str, Any] | None:
        """The relay of a plug."""
        if device.outlet_on is None:
            return None
        return {
            "deviceGid": device.gid,
            "outletOn": device.outlet_on.at(self._clock.timestamp()),
            "loadGid": device.load_gid,
        }

    def charger(
        self, device: Device, *, waiting: bool = False
    ) -> dict[str, Any] | None:
        """A charger; `waiting` tells the values that it will have, as the answer to a command does."""
        charger = device.charger
        if charger is None:
            return None
        now = self._clock.timestamp()
        shown = self._shown(device, charger, now)
        if waiting:
            shown |= {"message": "Please wait a moment.", "iconLabel": "Pausing"}
        return {
            "deviceGid": device.gid,
            "loadGid": device.load_gid,
            **shown,
            "faultText": charger.fault.at(now),
            "proControlCode": None,
            "breakerPIN": charger.pin or None,
            "chargerOn": charger.on.final() if waiting else charger.on.at(now),
            "chargingRate": charger.amps.final() if waiting else charger.amps.at(now),
            "maxChargingRate": charger.max_amps,
            "loadManagementEnabled": False,
            "hideChargeRateSliderText": self._slider_text(device, now),
        }

    def battery(self, device: Device) -> dict[str, Any] | None:
        """A home battery."""
        if device.kind != "battery":
            return None
        return battery_status(device, self._clock.timestamp())

    def modern(self, login: Login) -> dict[str, list[dict[str, Any]]]:
        """The c-api's status, which is also what the stream tells."""
        now = self._clock.timestamp()
        devices = login.devices
        return {
            "devices_connected": [self._modern_connection(d) for d in devices],
            "evses": [self._evse(d, d.charger, now) for d in devices if d.charger],
            "batteries": [
                {
                    "device_id": device.serial,
                    "device_gid": device.gid,
                    "load_gid": device.load_gid,
                    "state_of_charge": round(battery["stateOfCharge"]),
                }
                for device in devices
                if (battery := self.battery(device))
            ],
            "outlets": [
                {
                    "device_id": device.serial,
                    "device_gid": device.gid,
                    "load_gid": device.load_gid,
                    "outlet_on": outlet["outletOn"],
                }
                for device in devices
                if (outlet := self.outlet(device))
            ],
        }

    async def _legacy(self, request: web.Request, login: Login) -> web.Response:
        devices = login.devices
        lists = {
            "devicesConnected": [self.connection(device) for device in devices],
            "outlets": list(filter(None, map(self.outlet, devices))),
            "batteries": list(filter(None, map(self.battery, devices))),
            "evChargers": list(filter(None, map(self.charger, devices))),
            "loads": [self._load(d) for d in devices if d.load_gid is not None],
        }
        shown = {key: each for key, each in lists.items() if key not in self.missing}
        return web.json_response(shown)

    async def _modern(self, request: web.Request, login: Login) -> web.Response:
        return web.json_response(self.modern(login))

    def _shown(self, device: Device, charger: Charger, now: float) -> dict[str, str]:
        """The texts of the app's card."""
        if device.offline_since is not None:
            return _card("Offline", "DeviceNotConnected", "CarNotConnected", "", "")
        if charger.fault.at(now):
            return _card("Check your EV", "Fault", "CarConnected", "Ready", "611")
        if charger.session(now) is None:
            message = "Ready" if charger.on.at(now) else "Off"
            return _card(message, "Standby", "CarNotConnected", "Ready", "011")
        if charger.kw(now):
            return _card("Charging", "Charging", "CarConnected", "On", "411")
        if not charger.on.at(now) or charger.paused.at(now):
            text = "Connected to EV"
            return _card(text, "Standby", "CarConnected", "Pausing", "311")
        text = "EV is not accepting charge"
        return _card(text, "Standby", "CarConnected", "Offering Charge", "311")

    def _slider_text(self, device: Device, now: float) -> str | None:
        controller = self.controllers[device]
        if controller.kind is None or controller.overridden(now):
            return None
        return f"Charge rate is managed by {TITLES[controller.kind]}."

    def _load(self, device: Device) -> dict[str, Any]:
        now = self._clock.timestamp()
        controller = self.controllers.get(device)
        kind = controller.kind if controller else None
        return {
            "loadGid": device.load_gid,
            "schedulesEnabled": kind == "SCHEDULE",
            "nextScheduledEventText": "Off at 6:00 am" if kind == "SCHEDULE" else None,
            "peakDemandEnabled": kind == "PEAK_DEMAND",
            "excessGenerationEnabled": kind == "EXCESS_SOLAR",
            "energyManagementText": (
                _managed_text(device, controller, now) if self.tells_managers else None
            ),
            "energyManagementOverridden": bool(
                controller and controller.overridden(now)
            ),
            "warningText": None,
        }

    def _modern_connection(self, device: Device) -> dict[str, Any]:
        since = device.offline_since
        return {
            "device_gid": device.gid,
            "connected": since is None,
            "offline_since": None if since is None else _iso(since),
        }

    def _evse(self, device: Device, charger: Charger, now: float) -> dict[str, Any]:
        controller = self.controllers[device]
        connection = self._modern_connection(device)
        active, overridden = [], []
        if controller.kind and controller.overridden(now):
            overridden = [{"type": controller.kind, "override_expires_at": None}]
        elif controller.kind:
            since = _iso(controller.since)
            active = [{"type": controller.kind, "active_since": since}]
        return {
            "device_id": device.serial,
            "device_gid": device.gid,
            "load_gid": device.load_gid,
            "connected": connection["connected"],
            "offline_since": connection["offline_since"],
            "charger_status": _modern_state(charger, now),
            "charging_rate": charger.amps.at(now),
            "max_charging_rate": charger.max_amps,
            "temperature_derated": False,
            "active_energy_managements": active,
            "overridden_energy_managements": overridden,
            "next_scheduled_event": None,
            "override": None,
        }

    def _offline_text(self, device: Device) -> str:
        since = device.offline_since or 0
        if not self.prose:
            return _iso(since)
        local = datetime.fromtimestamp(since, device.residence.household.zone)
        return f"since {local:%b} {local.day}, {local.year}, {_clock_text(local)}"


def _card(
    message: str, status: str, icon: str, label: str, code: str
) -> dict[str, str]:
    details = {
        "CarNotConnected": "Charger will start charging when connected to a vehicle.",
        "CarConnected": "",
    }
    return {
        "message": message,
        "status": status,
        "icon": icon,
        "iconLabel": label,
        "debugCode": code,
        "iconDetailText": details[icon],
    }


def _modern_state(charger: Charger, now: float) -> str:
    on = charger.on.at(now)
    if charger.fault.at(now):
        return "FAULT"
    if charger.session(now) is None:
        return "DISCONNECTED_ON" if on else "DISCONNECTED"
    if charger.kw(now):
        return "CHARGING"
    return "READY" if on else "IDLE"


def _managed_text(
    device: Device, controller: Controller | None, now: float
) -> str | None:
    if controller is None or controller.kind is None:
        return None
    zone = device.residence.household.zone
    since = _lower_clock(controller.since, zone)
    text = f"Charging with {TITLES[controller.kind]} since {since}."
    if controller.overridden(now) and controller.override_since is not None:
        first = _lower_clock(controller.override_since, zone)
        last = _lower_clock(controller.override_since + 3 * 3600, zone)
        text += f"\nOverridden from {first} to {last}."
    return text


def _lower_clock(at: float, zone: ZoneInfo) -> str:
    return _clock_text(datetime.fromtimestamp(at, zone)).lower()


def _clock_text(local: datetime) -> str:
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.hour % 12 or 12}:{local.minute:02} {half}"


def _iso(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
