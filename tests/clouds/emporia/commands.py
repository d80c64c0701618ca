"""What a user can switch (wire 4.7, 4.8). A command shows its effect after some seconds."""

from random import Random
from typing import Final

from aiohttp import web
import voluptuous as vol

from tests.clouds.clock import Clock

from .api import Gate, Refused, json_body, own_device, own_serial
from .charger import MIN_AMPS, Charger
from .customers import Login
from .devices import Device
from .status import Status

DELAY: Final = (3.0, 8.0)
COMMANDS: Final = ("TURN_ON", "TURN_OFF", "CHARGE_AT_FULL_POWER")


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise vol.Invalid("expected a whole number")
    return value


CHARGER: Final = vol.Schema(
    {
        vol.Required("deviceGid"): _whole,
        vol.Required("loadGid"): _whole,
        vol.Required("chargerOn"): bool,
        vol.Required("chargingRate"): _whole,
        vol.Required("maxChargingRate"): _whole,
        "breakerPIN": vol.Any(str, None),
    },
    extra=vol.ALLOW_EXTRA,
)
OUTLET: Final = vol.Schema(
    {
        vol.Required("deviceGid"): _whole,
        vol.Required("outletOn"): bool,
        vol.Required("loadGid"): _whole,
    },
    extra=vol.ALLOW_EXTRA,
)
CONTROL: Final = vol.Schema(
    {vol.Required("device_id"): str, vol.Required("command"): str}
)
SETTINGS: Final = vol.Schema(
    {
        vol.Required("device_id"): str,
        vol.Required("device_type"): "EV_CHARGER",
        "charger_on": vol.Any(bool, None),
        "charging_rate": vol.Any(_whole, None),
    }
)


class Commands:
    """The calls that change something. `empty_answers`: a charger command is answered without a body."""

    def __init__(self, status: Status, clock: Clock, rng: Random, gate: Gate) -> None:
        """Answer with what `status` tells."""
        self._status = status
        self._clock = clock
        self._rng = rng
        self._gate = gate
        self.empty_answers = False

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "PUT /devices/evcharger": self._set_charger,
            "PUT /devices/outlet": self._set_outlet,
            "POST /v1/customers/evse/control": self._control,
            "PUT /v1/customers/devices/settings": self._settings,
        }
        return self._gate.routes(calls)

    async def _set_charger(self, request: web.Request, login: Login) -> web.Response:
        body = await json_body(request, CHARGER)
        device, charger = _charger(own_device(login, body["deviceGid"]))
        if body["loadGid"] != device.load_gid:
            raise Refused(400, "loadGid is not the charger's")
        if (body.get("breakerPIN") or "") != charger.pin:
            raise Refused(400, "breakerPIN is missing or wrong")
        self._write(device, charger, body["chargerOn"], body["chargingRate"])
        if self.empty_answers:
            return web.Response()
        return web.json_response(self._status.charger(device, waiting=True))

    async def _set_outlet(self, request: web.Request, login: Login) -> web.Response:
        body = await json_body(request, OUTLET)
        device = own_device(login, body["deviceGid"])
        if device.outlet_on is None or body["loadGid"] != device.load_gid:
            raise Refused(400, "loadGid is not the outlet's")
        device.outlet_on.set(self._effective(), body["outletOn"])
        shown = self._status.outlet(device) or {}
        return web.json_response(shown | {"outletOn": body["outletOn"]})

    async def _control(self, request: web.Request, login: Login) -> web.Response:
        body = await json_body(request, CONTROL)
        command = body["command"]
        if command not in COMMANDS:
            raise Refused(400, f"Unexpected value '{command}'")
        device, charger = _charger(own_serial(login, body["device_id"]))
        if command == "CHARGE_AT_FULL_POWER":
            controller = self._status.controllers[device]
            controller.charge_at_full_power(self._clock.timestamp(), self._effective())
        else:
            self._write(device, charger, command == "TURN_ON", None)
        return web.Response()

    async def _settings(self, request: web.Request, login: Login) -> web.Response:
        body = await json_body(request, SETTINGS)
        device, charger = _charger(own_serial(login, body["device_id"]))
        self._write(device, charger, body.get("charger_on"), body.get("charging_rate"))
        return web.Response()

    def _write(
        self, device: Device, charger: Charger, on: bool | None, amps: int | None
    ) -> None:
        """Change a charger in some seconds, unless it is offline; None leaves a value alone.

        :raises Refused: the rate is below 6 A or above the maximum
        """
        if amps is not None and not MIN_AMPS <= amps <= charger.max_amps:
            text = f"charging rate must be {MIN_AMPS} to {charger.max_amps}"
            raise Refused(400, text)
        if device.offline_since is not None:
            return
        at = self._effective()
        if on is not None:
            charger.on.set(at, on)
        forgotten = charger.quirk_paused_rate and not charger.on.final()
        if amps is not None and not forgotten:
            charger.amps.set(at, amps)
        charger.forget()

    def _effective(self) -> float:
        return self._clock.timestamp() + self._rng.uniform(*DELAY)


def _charger(device: Device) -> tuple[Device, Charger]:
    """The device with its charger.

    :raises Refused: it is none
    """
    if device.charger is None:
        raise Refused(400, "the device is no charger")
    return device, device.charger
