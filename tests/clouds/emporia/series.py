"""Energy, power and state of charge over time, by serial (wire 4.12)."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import sin
from typing import Any, Final

from aiohttp import web

from .api import Gate, Refused, choice, parameter, time_parameter
from .buckets import Calendar, wire_time
from .customers import Login
from .devices import LEGS, MAINS, Device, Kind
from .records import Records
from .status import Status

RESOLUTIONS: Final = {
    "MINUTES": "1MIN",
    "FIFTEEN_MINUTES": "15MIN",
    "HOURS": "1H",
    "DAYS": "1D",
    "WEEKS": "1W",
    "MONTHS": "1MON",
    "YEARS": "1Y",
}
POWER_RESOLUTIONS: Final = ("MINUTES", "FIFTEEN_MINUTES")
CHARGE_RESOLUTIONS: Final = ("MINUTES", "HOURS", "DAYS")
PATHS: Final[dict[str, Kind]] = {
    "energy-monitors": "vue",
    "evses": "charger",
    "outlets": "outlet",
    "batteries": "battery",
}

type Bucket = tuple[float, float]
type Read = Callable[[Device, str, Bucket], dict[str, Any]]


class Series:
    """The calls about time series.

    - `first_party_names`: powers and circuits are named as in Emporia's own client, not as in the others
    """

    def __init__(self, records: Records, status: Status, gate: Gate) -> None:
        """Answer from `records`."""
        self._records = records
        self._status = status
        self._gate = gate
        self.first_party_names = False

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /v1/devices/{family}": self._devices,
            "GET /v1/devices/energy-monitors/circuits/usages/energy": self._circuits_energy,
            "GET /v1/devices/energy-monitors/circuits/usages/power": self._circuits_power,
            "GET /v1/devices/{family}/usages/energy": self._energy,
            "GET /v1/devices/{family}/usages/power": self._power,
            "GET /v1/devices/batteries/state-of-charge": self._state_of_charge,
        }
        return self._gate.routes(calls)

    async def _devices(self, request: web.Request, login: Login) -> web.Response:
        kind = _kind(request)
        found, errors = _chosen(request, login, kind)
        shown = [self._device(device) for device in found]
        return web.json_response({"success": shown, "error": errors})

    async def _circuits_energy(
        self, request: web.Request, login: Login
    ) -> web.Response:
        resolution = choice(request, "energy_resolution", tuple(RESOLUTIONS))
        return self._circuits(
            request, login, "energy_resolution", resolution, self._kwh
        )

    async def _circuits_power(self, request: web.Request, login: Login) -> web.Response:
        resolution = choice(request, "power_resolution", POWER_RESOLUTIONS)
        return self._circuits(request, login, "power_resolution", resolution, self._kw)

    async def _energy(self, request: web.Request, login: Login) -> web.Response:
        resolution = choice(request, "energy_resolution", tuple(RESOLUTIONS))
        return self._plain(request, login, "energy_resolution", resolution, self._kwh)

    async def _power(self, request: web.Request, login: Login) -> web.Response:
        resolution = choice(request, "power_resolution", POWER_RESOLUTIONS)
        return self._plain(request, login, "power_resolution", resolution, self._kw)

    async def _state_of_charge(
        self, request: web.Request, login: Login
    ) -> web.Response:
        name = "state_of_charge_resolution"
        resolution = choice(request, name, CHARGE_RESOLUTIONS)
        found, errors = _chosen(request, login, "battery")
        success = [
            {
                "device_id": device.serial,
                "values": self._intervals(
                    request, device, MAINS, resolution, self._charge
                ),
            }
            for device in found
        ]
        return web.json_response(
            {name: resolution, "success": success, "error": errors}
        )

    def _circuits(
        self, request: web.Request, login: Login, name: str, resolution: str, read: Read
    ) -> web.Response:
        circuits = parameter(request, "circuit_ids").split(",")
        found, errors = _chosen(request, login, "vue")
        outer, inner = self._circuit_names(power=name == "power_resolution")
        success = []
        for device in found:
            known = [c for c in circuits if c in LEGS or device.channel(c)]
            rows = [
                {
                    "circuit_id": circuit,
                    inner: self._intervals(request, device, circuit, resolution, read),
                }
                for circuit in known
            ]
            success.append({"device_id": device.serial, outer: rows})
        return web.json_response(
            {name: resolution, "success": success, "error": errors}
        )

    def _circuit_names(self, *, power: bool) -> tuple[str, str]:
        if self.first_party_names:
            return "usages", "usage"
        return ("circuit_power", "power") if power else ("circuit_usages", "usage")

    def _plain(
        self, request: web.Request, login: Login, name: str, resolution: str, read: Read
    ) -> web.Response:
        kind = _kind(request)
        if kind == "vue":
            raise Refused(404, "not found")
        found, errors = _chosen(request, login, kind)
        success = [
            {
                "device_id": device.serial,
                "usages": self._intervals(request, device, MAINS, resolution, read),
            }
            for device in found
        ]
        return web.json_response(
            {name: resolution, "success": success, "error": errors}
        )

    def _intervals(
        self,
        request: web.Request,
        device: Device,
        circuit: str,
        resolution: str,
        read: Read,
    ) -> list[dict[str, Any]]:
        scale = RESOLUTIONS[resolution]
        start, end = time_parameter(request, "start"), time_parameter(request, "end")
        if start >= end:
            raise Refused(400, "start must lie before end")
        known = self._records.known_until
        first = max(start, self._records.oldest(scale))
        return [
            {
                "interval": {
                    "start": wire_time(bucket[0]),
                    "end": wire_time(bucket[1]),
                },
                **read(device, circuit, bucket),
                "partial": bucket[1] > known,
            }
            for bucket in Calendar(device.location).buckets(
                scale, first, min(end, known)
            )
        ]

    def _kwh(self, device: Device, circuit: str, bucket: Bucket) -> dict[str, Any]:
        return {"energy_kwhs": self._recorded(device, circuit, bucket)}

    def _kw(self, device: Device, circuit: str, bucket: Bucket) -> dict[str, Any]:
        """Mean power; volts and amps for the circuits of a monitor."""
        kwh = self._recorded(device, circuit, bucket)
        length = min(bucket[1], self._records.known_until) - bucket[0]
        kw = None if kwh is None else kwh * 3600 / length
        if self.first_party_names:
            return {"power_watts": None if kw is None else kw * 1000}
        if device.kind != "vue":
            return {"average_power_kw": kw}
        volts = _volts(bucket[0])
        legs = 1 if circuit in LEGS else 2
        amps = None if kw is None else round(abs(kw) * 1000 / (volts * legs), 3)
        return {"average_power_kw": kw, "volts": volts, "amps": amps}

    def _charge(self, device: Device, circuit: str, bucket: Bucket) -> dict[str, Any]:
        middle = datetime.fromtimestamp((bucket[0] + bucket[1]) / 2, UTC)
        soc = device.residence.household.state_of_charge(middle)
        return {"average_state_of_charge": round(soc, 1)}

    def _recorded(self, device: Device, circuit: str, bucket: Bucket) -> float | None:
        if device.kind == "battery":
            energy = device.residence.energy
            until = min(bucket[1], self._records.known_until)
            charged = energy("battery_charge", bucket[0], until)
            return charged - energy("battery_discharge", bucket[0], until)
        share = LEGS.get(circuit, 1.0)
        channel = device.channel(MAINS if circuit in LEGS else circuit)
        if channel is None:
            return None
        kwh = self._records.value(device, channel.num, *bucket)
        return None if kwh is None else kwh * share

    def _device(self, device: Device) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "device_id": device.serial,
            "device_gid": device.gid,
            "firmware": device.firmware,
            "connected": device.offline_since is None,
        }
        charger = self._status.charger(device)
        if charger is None or device.charger is None:
            return shown
        controller = self._status.controllers[device]
        return shown | {
            "vehicle_connected": charger["icon"] == "CarConnected",
            "vehicle_charging": charger["status"] == "Charging",
            "charger_on": charger["chargerOn"],
            "charge_rate_amps": charger["chargingRate"],
            "max_charge_rate_amps": charger["maxChargingRate"],
            "energy_management_active": controller.kind or "NONE",
            "evse_model": "CLASSIC",
            "connected_changed_time": None,
            "partner_schedule_status": None,
            "breaker_pin": charger["breakerPIN"],
            "parent_channel_num": "1,2,3",  # wrong on the wire, too
        }


def _kind(request: web.Request) -> Kind:
    kind = PATHS.get(request.match_info["family"])
    if kind is None:
        raise Refused(404, "not found")
    return kind


def _chosen(
    request: web.Request, login: Login, kind: Kind
) -> tuple[list[Device], list[dict[str, str]]]:
    """The caller's devices of a kind, and an error for every other serial."""
    found, errors = [], []
    for serial in parameter(request, "device_ids").split(","):
        device = login.by_serial(serial)
        if device is not None and device.kind == kind and not device.forbidden:
            found.append(device)
        else:
            errors.append({"device_id": serial, "message": "device not found"})
    return found, errors


def _volts(at: float) -> float:
    """The mains voltage, which breathes a little over the day."""
    return round(121.0 + 1.5 * sin(at / 7200), 1)
