"""Chargers, plugs, sessions and cars (wire 4.7, 4.8, 4.13, 4.18)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from custom_components.cloud_energy.client.errors import Malformed

from .const import MIN_RATE
from .energy import wire_time
from .errors import NotFound, RateOutOfRange
from .models import (
    Charger,
    ChargingReport,
    DeviceDetails,
    Outlet,
    PlugInSession,
    Status,
    Vehicle,
    VehicleSettings,
)
from .models.series import read_sessions
from .service import Service

type Command = Literal["TURN_ON", "TURN_OFF", "CHARGE_AT_FULL_POWER"]


class Charging:
    """What the account can switch and charge."""

    def __init__(self, service: Service) -> None:
        """Ask through the account's service."""
        self._service = service

    async def get_status(self, *, urgent: bool = False) -> Status:
        """Return what all devices are doing; `urgent`: for a command of the user."""
        path = "/customers/devices/status"
        answer = await self._service.legacy(path, urgent=urgent)
        return self._service.read(answer, Status)

    async def get_chargers(self) -> list[Charger]:
        """Return all chargers."""
        return (await self.get_status()).chargers

    async def get_charger(self, gid: int, *, urgent: bool = False) -> Charger:
        """Return one charger; `urgent`: for a command of the user.

        :raises NotFound: there is none with this gid.
        """
        for charger in (await self.get_status(urgent=urgent)).chargers:
            if charger.gid == gid:
                return charger
        raise NotFound("The account has no such charger")

    async def set_charger(
        self, gid: int, *, on: bool | None = None, rate: int | None = None
    ) -> None:
        """Switch a charger and set its rate in one request; None leaves it alone.

        What is sent back is read again: older values would overwrite newer ones.

        :raises NotFound: there is no such charger.
        :raises RateOutOfRange: the charger can't charge at this rate.
        """
        charger = await self.get_charger(gid, urgent=True)
        body = _charger_body(charger, on=on, rate=rate)
        await self._service.command("PUT", "/devices/evcharger", body)

    async def control(self, serial: str, command: Command) -> None:
        """Send a command as the provider's web app does."""
        body = {"device_id": serial, "command": command}
        await self._service.command("POST", "/v1/customers/evse/control", body)

    async def change_settings(
        self, serial: str, *, on: bool | None = None, rate: int | None = None
    ) -> None:
        """Change a charger as the provider's web app does; None leaves it alone."""
        body = {
            "device_id": serial,
            "device_type": "EV_CHARGER",
            "charger_on": on,
            "charging_rate": rate,
        }
        await self._service.command("PUT", "/v1/customers/devices/settings", body)

    async def set_outlet(self, outlet: Outlet, *, on: bool) -> None:
        """Switch a plug."""
        body = {"deviceGid": outlet.gid, "outletOn": on, "loadGid": outlet.load_gid}
        await self._service.command("PUT", "/devices/outlet", body)

    async def get_evses(self, serials: Iterable[str]) -> list[DeviceDetails]:
        """Return chargers by their serial numbers."""
        answer = await self._service.capi(
            "/v1/devices/evses", {"device_ids": ",".join(serials)}
        )
        found = answer.get("success") if isinstance(answer, dict) else None
        return self._service.read_list(found, DeviceDetails)

    async def get_sessions(
        self, serials: Iterable[str], start: datetime, end: datetime
    ) -> dict[str, list[PlugInSession]]:
        """Return the plug-in sessions of chargers by serial number, oldest first."""
        query = {
            "device_ids": ",".join(serials),
            "start": wire_time(start),
            "end": wire_time(end),
        }
        answer = await self._service.capi("/v1/devices/evses/sessions", query)
        with self._service.drift.watching():
            return read_sessions(answer)

    async def get_report(
        self, serial: str, start: datetime, end: datetime
    ) -> ChargingReport:
        """Return what charging cost; naive local times, as the cloud reads them."""
        query = {
            "device_id": serial,
            "start": f"{start:%Y-%m-%dT%H:%M:%S}Z",
            "end": f"{end:%Y-%m-%dT%H:%M:%S}Z",
        }
        answer = await self._service.capi("/v1/customers/ev-charging-report", query)
        return self._service.read(answer, ChargingReport)

    async def get_vehicles(self) -> list[Vehicle]:
        """Return the cars that are linked to the account; most have none."""
        answer = await self._service.legacy("/customers/vehicles")
        return self._service.read_list(answer, Vehicle)

    async def get_vehicle_settings(self, gid: int) -> VehicleSettings:
        """Return a car's battery; it takes long and may wake the car."""
        answer = await self._service.legacy(
            "/vehicles/v2/settings", {"vehicleGid": str(gid)}
        )
        if not isinstance(answer, dict):
            raise Malformed("VehicleSettings: an object was expected")
        return self._service.read(answer.get("settings"), VehicleSettings)


def _charger_body(
    charger: Charger, *, on: bool | None, rate: int | None
) -> dict[str, Any]:
    maximum = charger.max_rate or MIN_RATE
    if rate is not None and not MIN_RATE <= rate <= maximum:
        raise RateOutOfRange(MIN_RATE, maximum)
    body: dict[str, Any] = {
        "deviceGid": charger.gid,
        "loadGid": charger.load_gid,
        "chargerOn": charger.on if on is None else on,
        "chargingRate": charger.rate if rate is None else rate,
        "maxChargingRate": charger.max_rate,
    }
    if any(value is None for value in body.values()):
        raise Malformed("The charger's status lacks what a command needs")
    if charger.breaker_pin:
        body["breakerPIN"] = charger.breaker_pin
    return body
