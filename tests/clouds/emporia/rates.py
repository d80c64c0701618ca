"""Prices (wire 4.15)."""

from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from tests.clouds.clock import Clock

from .api import Gate, Refused, json_body, own_device
from .customers import Login
from .devices import Device

LOCATION: Final = vol.Schema(
    {
        vol.Required("deviceGid"): int,
        vol.Required("usageCentPerKwHour"): vol.All(
            vol.Any(float, int), vol.Range(min=0, max=1000)
        ),
    },
    extra=vol.ALLOW_EXTRA,
)


class Rates:
    """The calls about prices.

    - `reading_fails`: location properties cannot be read on their own
    - `plan`: the periods of a weekday; weekends cost what its first one does. None: all costs the same
    """

    def __init__(self, clock: Clock, gate: Gate) -> None:
        """New prices hold from now on."""
        self._clock = clock
        self._gate = gate
        self.reading_fails = False
        self.plan: list[dict[str, Any]] | None = None

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /devices/{gid}/locationProperties": self._read,
            "PATCH /devices/{gid}/locationProperties": self._write,
            "GET /customers/timeofuse": self._time_of_use,
        }
        return self._gate.routes(calls)

    async def _read(self, request: web.Request, login: Login) -> web.Response:
        device = own_device(login, request.match_info["gid"])
        if self.reading_fails:
            raise Refused(400, "Bad Request")
        return web.json_response(device.location)

    async def _write(self, request: web.Request, login: Login) -> web.Response:
        device = own_device(login, request.match_info["gid"])
        body = await json_body(request, LOCATION)
        if missing := set(device.location) - set(body):
            raise Refused(400, f"missing: {', '.join(sorted(missing))}")
        if body["deviceGid"] != device.gid:
            raise Refused(400, "deviceGid is another device's")
        cents = float(body["usageCentPerKwHour"])
        device.location |= {key: body[key] for key in device.location}
        device.location["usageCentPerKwHour"] = cents
        device.cents.set(self._clock.timestamp(), cents)
        return web.json_response(device.location)

    async def _time_of_use(self, request: web.Request, login: Login) -> web.Response:
        chargers = [device for device in login.devices if device.charger]
        management = {
            "touDevices": [_plan(device, self.plan) for device in chargers],
            "touSchedules": [],
        }
        return web.json_response({"timeOfUseManagement": management})


def _plan(device: Device, periods: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The plan of a charger; a flat rate is written as one of one period."""
    midnight = {"hour": 0, "minute": 0, "second": 0, "nano": 0}
    flat = {
        "ratePeriod": "FlatRate",
        "cost": device.location["usageCentPerKwHour"] / 100,
        "intervalStart": midnight,
        "intervalEnd": midnight | {"hour": 23, "minute": 59},
    }
    return {
        "loadGid": device.load_gid,
        "touSchedulesEnabled": False,
        "deviceName": device.name,
        "loadType": "EV_CHARGER",
        "touRatePlan": {
            "utilityRateGid": None,
            "utilityRateName": "EV nights" if periods else "Flat",
            "weekdayPeriods": periods or [flat],
            "weekendPeriods": [flat | {"cost": periods[0]["cost"]}]
            if periods
            else [flat],
        },
    }
