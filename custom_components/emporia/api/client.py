"""The client: the account, its devices, rates and preferences (wire 4)."""

from base64 import b64decode
import binascii
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import astuple
from typing import Any, Final

from aiohttp import ClientTimeout

from custom_components.cloud_energy.client.call import SMALL_BYTES, Body, Call
from custom_components.cloud_energy.client.client import CloudClient
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import whole
from custom_components.cloud_energy.client.server_clock import ServerClock
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.streaming import open_stream
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, members, text

from .auth import Authenticator
from .charging import Charging
from .const import Endpoints
from .energy import Energy
from .errors import NotFound
from .home import Home, build_home
from .login import Credentials, Login
from .models import (
    ChannelType,
    Customer,
    DeviceList,
    ExcessGeneration,
    Firmware,
    ModernDevice,
    ModernStatus,
    PeakDemandGoal,
    PowerSmart,
    Status,
    TimeOfUse,
    WireDevice,
)
from .service import Service
from .stream import status_events

_MAINTENANCE: Final = "/com.emporiaenergy.manual.ota/maintenance/maintenance.json"
_STREAM_TIMEOUT: Final = ClientTimeout(total=None, sock_connect=30, sock_read=300)


class EmporiaClient(CloudClient[Login]):
    """One account and what it may read and switch.

    Signing in raises `ProviderChanged` if the user pool is another one now.
    """

    _auth: Authenticator

    def __init__(
        self,
        transport: Transport,
        *,
        endpoints: Endpoints | None = None,
        credentials: Credentials | None = None,
        login: Login | None = None,
        persist: Persist[Login] = lambda _: None,
        attempts: int | None = None,
    ) -> None:
        """Take the transport, whose session is this login's own.

        `login` is what `persist` last got; `persist` is called with each new login
        before it is used. Without `credentials` only the refresh token keeps it alive.
        `attempts`: how often a question is asked before it fails; None: as usual.
        """
        endpoints = endpoints or Endpoints()
        transport.belongs_to(*astuple(endpoints))
        self._auth = Authenticator(
            transport,
            endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
        )
        self.server_clock = ServerClock(endpoints.legacy, endpoints.capi)
        transport.observers.append(self.server_clock)
        self._service = Service(transport, endpoints, self._auth, attempts)
        self.energy = Energy(self._service)
        self.charging = Charging(self._service)

    @property
    def drift(self) -> Drift:
        """What the cloud sends beyond what is known."""
        return self._service.drift

    async def use_refresh_token(self, refresh_token: str) -> Login:
        """Sign in with a token of a Google or Apple account.

        :raises SessionExpired: it is dead.
        """
        return await self._auth.use_refresh_token(refresh_token)

    async def get_customer(self) -> Customer:
        """Return the customer that the account belongs to."""
        return self._service.read(await self._service.legacy("/customers"), Customer)

    async def get_devices(self) -> list[WireDevice]:
        """Return the legacy device tree."""
        answer = await self._service.legacy("/customers/devices")
        return self._service.read(answer, DeviceList).devices

    async def get_modern_devices(self) -> list[ModernDevice]:
        """Return the modern inventory, which knows devices of sites as well."""
        answer = await self._service.capi("/v1/customers/devices")
        found = answer.get("devices") if isinstance(answer, dict) else None
        return self._service.read_list(found, ModernDevice)

    async def get_channel_names(self) -> list[ModernDevice]:
        """Return the channels of the modern inventory with their names."""
        answer = await self._service.capi("/v1/customers/devices/channels")
        return self._service.read_list(answer, ModernDevice)

    async def get_sites(self) -> list[Any]:
        """Return the homes of an account that has several, as the cloud has them."""
        answer = await self._service.capi("/v1/customers/sites")
        if not isinstance(answer, dict):
            raise Malformed("Sites: an object was expected")
        return members(answer.get("sites"))

    async def get_home(self) -> Home:
        """Return all devices with their channels, from both APIs."""
        return build_home(
            await self.get_devices(),
            await self.get_modern_devices(),
            await self.get_channel_names(),
        )

    async def get_channel_types(self) -> list[ChannelType]:
        """Return what a circuit can be."""
        answer = await self._service.legacy("/devices/channels/channeltypes")
        return self._service.read_list(answer, ChannelType)

    async def get_status(self) -> Status:
        """Return what all devices are doing."""
        return await self.charging.get_status()

    async def get_modern_status(self) -> ModernStatus:
        """Return the modern status, which knows the provider's controllers."""
        answer = await self._service.capi("/v1/customers/devices/status")
        return self._service.read(answer, ModernStatus)

    @asynccontextmanager
    async def stream_status(self) -> AsyncIterator[AsyncGenerator[ModernStatus]]:
        """Open the stream of status changes; it ends when the cloud closes it.

        :raises TimedOut: the cloud has been silent for five minutes.
        :raises CloudError: it can't be opened, or it broke.
        """
        call = Call(
            method="GET",
            base=self._service.endpoints.capi,
            path="/v1/customers/stream",
            query={"event_types": "DEVICE_STATUS"},
            headers={"Accept": "text/event-stream"},
            timeout=_STREAM_TIMEOUT,
        )
        async with open_stream(self._service.transport, call, self._auth) as chunks:
            yield status_events(chunks, self.drift)

    async def get_rates(self) -> dict[int, float | None]:
        """Return the cents per kWh of each device."""
        return {
            device.gid: device.location.cents_per_kwh if device.location else None
            for device in await self.get_devices()
        }

    async def set_rate(self, gids: Iterable[int], cents: float) -> None:
        """Set the cents per kWh of devices; all else of their location stays.

        :raises NotFound: there is no such device.
        """
        answer = await self._service.legacy("/customers/devices")
        self._service.read(answer, DeviceList)
        places: dict[int | None, Any] = {
            whole(device.get("deviceGid")): device.get("locationProperties")
            for device in answer["devices"]
            if isinstance(device, dict)
        }
        wanted = list(gids)
        if any(not isinstance(places.get(gid), dict) for gid in wanted):
            raise NotFound("The account has no such device")
        for gid in wanted:
            await self._service.command(
                "PATCH",
                "/devices/{gid}/locationProperties",
                {**places[gid], "usageCentPerKwHour": cents},
                {"gid": str(gid)},
            )

    async def get_time_of_use(self) -> TimeOfUse:
        """Return tariffs by time and their schedules."""
        answer = await self._service.legacy("/customers/timeofuse")
        found = answer.get("timeOfUseManagement") if isinstance(answer, dict) else None
        return self._service.read({} if found is None else found, TimeOfUse)

    async def get_excess_generation(self) -> ExcessGeneration:
        """Return where cars are charged with solar surplus."""
        answer = await self._service.capi("/v1/customers/excess-generation")
        return self._service.read(answer, ExcessGeneration)

    async def get_power_smart(self) -> PowerSmart:
        """Return where loads are held below the breaker's limit."""
        answer = await self._service.capi("/v1/customers/power-smart")
        return self._service.read(answer, PowerSmart)

    async def get_peak_demand_goals(self) -> list[PeakDemandGoal]:
        """Return what demand is not to be exceeded."""
        answer = await self._service.capi("/v1/customers/peak-demand")
        found = answer.get("peak_demands") if isinstance(answer, dict) else None
        return self._service.read_list(found, PeakDemandGoal)

    async def get_firmware(self, gids: Iterable[int]) -> list[Firmware]:
        """Return whether devices run the latest firmware."""
        answer = await self._service.legacy(
            "/devices/firmwareuptodate", {"deviceGids": ",".join(map(str, gids))}
        )
        return self._service.read_list(answer, Firmware)

    async def get_app_preferences(self) -> Any:
        """Return the preferences of the provider's app, whatever form they have.

        JSON in base64, inside an object or by itself, plain JSON, or a text.
        """
        call = Call(
            method="GET",
            base=self._service.endpoints.capi,
            path="/v1/customers/app-preferences",
            headers={"Accept": "*/*"},
            body=Body.TEXT,
            max_bytes=SMALL_BYTES,
        )
        return _preferences((await self._service.send(call)).text())

    async def get_maintenance(self) -> str:
        """Return what the provider announces; empty in ordinary times."""
        call = Call(
            method="GET",
            base=self._service.endpoints.status,
            path=_MAINTENANCE,
            body=Body.TEXT,
            max_bytes=SMALL_BYTES,
            good={200, 403, 404},
            # It is about the others' trouble, and need not wait for its end.
            urgent=True,
        )
        reply = await self._service.transport.send(call)
        if reply.status != 200:
            return ""
        found = _json(reply.text())
        return text(found.get("msg")) if isinstance(found, dict) else ""


def _preferences(body: str) -> Any:
    found = _json(body)
    if isinstance(found, dict) and isinstance(found.get("preferences"), str):
        encoded = found["preferences"]
    elif found is not None and not isinstance(found, str):
        return found
    else:
        encoded = found if isinstance(found, str) else body
    try:
        return parse_json(b64decode(encoded.strip(), validate=True))
    except binascii.Error, ValueError:
        return encoded


def _json(body: str) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        return None
