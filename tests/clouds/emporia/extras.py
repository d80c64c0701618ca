"""Preferences, energy management, vehicles, firmware, maintenance (wire 4.16 to 4.19)."""

from base64 import b64encode
import json
from typing import Any, Final

from aiohttp import web

from .api import Gate, Refused, own_devices, own_serial, parameter
from .customers import Login
from .status import Status

PREFERENCES: Final = {"theme": "dark", "units": "metric"}
MAINTENANCE_PATH: Final = "/com.emporiaenergy.manual.ota/maintenance/maintenance.json"
ACCESS_DENIED: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"""
FORMATS: Final = ("object", "bare", "plain", "rubbish")


class Extras:
    """The calls that nothing depends on.

    - `preferences`: how preferences are written: base64 in an `object`, `bare` base64, `plain` JSON, or `rubbish`
    - `refuses_json`: preferences are refused to those who accept only JSON (406)
    - `maintenance`: text of the maintenance flag; None = there is no flag (403); "" = there is none (404)
    """

    def __init__(self, status: Status, gate: Gate, *, lenient: bool) -> None:
        """Ask `status` who owns the rates."""
        self._status = status
        self._gate = gate
        self.preferences = "object"
        self.refuses_json = not lenient
        self.maintenance: str | None = None

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file; the maintenance flag needs no token."""
        calls = {
            "GET /v1/customers/app-preferences": self._preferences,
            "GET /v1/customers/excess-generation": self._excess,
            "GET /v1/customers/energy-monitor/excess-generation": self._monitor,
            "GET /v1/customers/power-smart": self._power_smart,
            "GET /v1/customers/peak-demand": self._peak_demand,
            "GET /devices/firmwareuptodate": self._firmware,
            "GET /customers/vehicles": self._vehicles,
            "GET /vehicles/v2/settings": self._vehicle,
        }
        flag = web.get(MAINTENANCE_PATH, self._flag, allow_head=False)
        return [*self._gate.routes(calls), flag]

    async def _preferences(self, request: web.Request, login: Login) -> web.Response:
        accepted = request.headers.get("Accept", "*/*")
        if self.refuses_json and "*/*" not in accepted:
            raise Refused(406, "No acceptable representation")
        plain = json.dumps(PREFERENCES)
        encoded = b64encode(plain.encode()).decode()
        texts = {
            "object": json.dumps({"preferences": encoded}),
            "bare": encoded,
            "plain": plain,
            "rubbish": "%%% no preferences %%%",
        }
        return web.Response(text=texts[self.preferences])

    async def _excess(self, request: web.Request, login: Login) -> web.Response:
        monitors = [
            {"device_id": device.serial, "enabled": self._excess_on(login)}
            for device in login.devices
            if device.solar
        ]
        return web.json_response({"monitors": monitors, "unavailable_monitors": []})

    async def _monitor(self, request: web.Request, login: Login) -> web.Response:
        device = own_serial(login, parameter(request, "device_id"))
        loads = [
            {"load_gid": each.load_gid, "enabled": self._excess_on(login)}
            for each in login.devices
            if each.charger
        ]
        return web.json_response(
            {
                "device_id": device.serial,
                "loads": loads,
                "solar_window": None,
                "sunrise": "2026-11-20T13:50:00Z",
                "sunset": "2026-11-20T23:40:00Z",
            }
        )

    def _excess_on(self, login: Login) -> bool:
        controllers = self._status.controllers
        kinds = [controllers[d].kind for d in login.devices if d in controllers]
        return "EXCESS_SOLAR" in kinds

    async def _power_smart(self, request: web.Request, login: Login) -> web.Response:
        vues = [device for device in login.devices if device.kind == "vue"]
        monitors = [{"monitor_gid": device.gid, "enabled": False} for device in vues]
        return web.json_response({"monitors": monitors})

    async def _peak_demand(self, request: web.Request, login: Login) -> web.Response:
        vues = [device for device in login.devices if device.kind == "vue"]
        goal = {"enabled": False, "demand_goal_kwatts": None}
        demands = [{"device_id": device.serial, **goal} for device in vues]
        return web.json_response({"peak_demands": demands})

    async def _firmware(self, request: web.Request, login: Login) -> web.Response:
        devices = own_devices(login, parameter(request, "deviceGids"))
        shown = [{"deviceGid": d.gid, "firmwareUpToDate": True} for d in devices]
        return web.json_response(shown)

    async def _vehicles(self, request: web.Request, login: Login) -> web.Response:
        return web.json_response(login.vehicles)

    async def _vehicle(self, request: web.Request, login: Login) -> web.Response:
        asked = parameter(request, "vehicleGid")
        for vehicle in login.vehicles:
            if str(vehicle["vehicleGid"]) == asked:
                return web.json_response({"settings": self._settings(login, vehicle)})
        raise Refused(401, f"{login.email} is not authorized on vehicleGid {asked}")

    def _settings(self, login: Login, vehicle: dict[str, Any]) -> dict[str, Any]:
        """The car's own view; whether it charges is the charger's state."""
        chargers = [self._status.charger(device) for device in login.devices]
        charging = any(each and each["status"] == "Charging" for each in chargers)
        return {
            "vehicleGid": vehicle["vehicleGid"],
            "vehicleState": "online",
            "batteryLevel": 64,
            "batteryRange": 210,
            "chargingState": "Charging" if charging else "Stopped",
            "chargeLimitPercent": 90,
            "minutesToFullCharge": 95 if charging else 0,
            "chargeCurrentRequest": 32,
            "chargeCurrentRequestMax": 32,
        }

    async def _flag(self, request: web.Request) -> web.Response:
        if self.maintenance:
            return web.json_response({"msg": self.maintenance})
        status = 403 if self.maintenance is None else 404
        xml = "application/xml"
        return web.Response(status=status, text=ACCESS_DENIED, content_type=xml)
