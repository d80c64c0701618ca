"""Stays of cars and what they cost (wire 4.13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isinf
from typing import Any

from aiohttp import web

from tests.clouds.clock import Clock

from .api import Gate, Refused, own_serial, parameter, time_parameter
from .buckets import wire_time
from .charger import CarSession, Charge, Charger
from .customers import Login
from .devices import Device
from .status import Status


@dataclass(slots=True)
class Charging:
    """A span in which energy flowed without a break; kWh."""

    start: float
    end: float
    kwh: float


class CarReports:
    """The calls about sessions."""

    def __init__(self, status: Status, clock: Clock, gate: Gate) -> None:
        """Ask `status` who owned the rate."""
        self._status = status
        self._clock = clock
        self._gate = gate

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "GET /v1/devices/evses/sessions": self._sessions,
            "GET /v1/customers/ev-charging-report": self._report,
        }
        return self._gate.routes(calls)

    async def _sessions(self, request: web.Request, login: Login) -> web.Response:
        start, end = time_parameter(request, "start"), time_parameter(request, "end")
        success, errors = [], []
        for serial in parameter(request, "device_ids").split(","):
            device = login.by_serial(serial)
            if device is None or device.charger is None:
                errors.append({"device_id": serial, "message": "device not found"})
                continue
            stays = [
                self._stay(device, stay) for stay in self._stays(device, start, end)
            ]
            success.append({"device_id": serial, "sessions": stays})
        return web.json_response({"success": success, "error": errors})

    def _stays(self, device: Device, start: float, end: float) -> list[CarSession]:
        now = self._clock.timestamp()
        stays = device.charger.sessions(start, min(end, now)) if device.charger else []
        return [stay for stay in stays if stay.plug_in <= now]

    def _stay(self, device: Device, stay: CarSession) -> dict[str, Any]:
        now = self._clock.timestamp()
        shown: dict[str, Any] = {
            "session_id": stay.id,
            "plug_in": wire_time(stay.plug_in),
        }
        if stay.plug_out <= now:
            shown["plug_out"] = wire_time(stay.plug_out)
        shown["sessions"] = [
            {
                "session_id": f"{stay.id}-{number}",
                "interval": _interval(each.start, each.end),
                "energy_kwhs": round(each.kwh, 4),
                "start_reason": self._reason(device, each.start),
                "end_reason": self._reason(device, each.end),
            }
            for number, each in enumerate(_chargings(device, stay, now))
        ]
        return shown

    def _reason(self, device: Device, at: float) -> str:
        controller = self._status.controllers[device]
        solar = controller.kind == "EXCESS_SOLAR" and at >= controller.since
        return "ExcessSolar" if solar else "Manual"

    async def _report(self, request: web.Request, login: Login) -> web.Response:
        """Times are read as local wall time, whatever their offset."""
        device = own_serial(login, parameter(request, "device_id"))
        if device.charger is None:
            raise Refused(400, "the device is no charger")
        start, end = (_local(request, name, device) for name in ("start", "end"))
        now = self._clock.timestamp()
        stays = self._stays(device, start, end)
        days = _days(device, device.charger, stays, start, min(end, now))
        return web.json_response(
            {
                "device_id": device.serial,
                "interval": _interval(start, end),
                "report_description": None,
                "call_to_action_type": "SET_UTILITY_RATE",
                "energy_kwhs": sum(day["energy_kwhs"] for day in days),
                "charging_cost": sum(day["charging_cost"] for day in days),
                "daily_charging_totals": days,
                "plug_in_sessions": [
                    {
                        "interval": _interval(stay.plug_in, min(stay.plug_out, now)),
                        "charging_sessions": [
                            _cost(device, each)
                            for each in _chargings(device, stay, now)
                        ],
                    }
                    for stay in stays
                ],
            }
        )


def _chargings(device: Device, stay: CarSession, now: float) -> Iterator[Charging]:
    """The stay's charges until now; those that only differ in power are one."""
    charges = device.charger.charges(stay) if device.charger else []
    open_one: Charging | None = None
    for charge in (each for each in charges if each.start < now):
        end, kwh = min(charge.end, now), charge.energy(charge.start, now)
        if open_one is not None and open_one.end == charge.start:
            open_one.end, open_one.kwh = end, open_one.kwh + kwh
            continue
        if open_one is not None:
            yield open_one
        open_one = Charging(charge.start, end, kwh)
    if open_one is not None:
        yield open_one


def _cost(device: Device, charging: Charging) -> dict[str, Any]:
    cents = device.cents.at(charging.start)
    return {
        "interval": _interval(charging.start, charging.end),
        "energy_kwhs": round(charging.kwh, 4),
        "charging_cost": round(charging.kwh * cents / 100, 4),
        "savings": None,
        "potential_savings": None,
    }


def _days(
    device: Device, charger: Charger, stays: list[CarSession], start: float, end: float
) -> list[dict[str, Any]]:
    charges = [each for stay in stays for each in charger.charges(stay)]
    first = datetime.fromtimestamp(start, charger.zone).date()
    last = datetime.fromtimestamp(max(start, end), charger.zone).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    totals = []
    for day in days:
        begin = max(start, _midnight(charger, day))
        until = min(end, _midnight(charger, day + timedelta(days=1)))
        kwh = _energy(charges, begin, until)
        totals.append(
            {
                "date": day.isoformat(),
                "energy_kwhs": round(kwh, 4),
                "charging_cost": round(kwh * device.cents.at(begin) / 100, 4),
                "savings": None,
                "potential_savings": None,
            }
        )
    return totals


def _energy(charges: list[Charge], start: float, end: float) -> float:
    return sum(charge.energy(start, end) for charge in charges)


def _midnight(charger: Charger, day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=charger.zone).timestamp()


def _local(request: web.Request, name: str, device: Device) -> float:
    """Epoch seconds of a time whose digits are the account's wall clock.

    :raises Refused: it is missing or no ISO time
    """
    try:
        time = datetime.fromisoformat(parameter(request, name).replace(" ", "+"))
    except ValueError as error:
        raise Refused(400, f"{name} is no ISO time") from error
    return time.replace(tzinfo=device.residence.household.zone).timestamp()


def _interval(start: float, end: float) -> dict[str, str | None]:
    until = None if isinf(end) else wire_time(end)
    return {"start": wire_time(start), "end": until}
