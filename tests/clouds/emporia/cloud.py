"""The simulated cloud: its parts put together."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from aiohttp import web

from tests.clouds.cloud import Cloud, Switch
from tests.clouds.errors import ControlError

from .api import Gate
from .car_reports import CarReports
from .challenges import Challenges
from .cognito import Cognito
from .commands import Commands
from .customers import Customers, Login
from .devices import Device
from .extras import Extras
from .inventory import Inventory
from .password_proof import PasswordProof
from .rates import Rates
from .records import Records, truth_intervals
from .series import Series
from .state import State
from .status import Status
from .stream import Stream
from .tokens import Tokens
from .usage import Usage, told_channels

MINUTES_WINDOW = timedelta(hours=12)
TRUTH_WINDOW = timedelta(days=2)


class EmporiaCloud(Cloud):
    """Emporia Energy. All hosts share one base URL: their paths never collide."""

    provider: ClassVar[str] = "emporia"
    host_prefixes: ClassVar[Mapping[str, str]] = {
        "cognito": "",
        "legacy": "",
        "capi": "",
        "status": "",
    }

    def __init__(
        self, *, seed: int = 1, now: datetime | None = None, lenient: bool = False
    ) -> None:
        """Build the cloud; see `Cloud`."""
        super().__init__(seed=seed, now=now, lenient=lenient)
        rng = Random(f"emporia/tokens/{seed}")
        self.customers = Customers(seed)
        self.tokens = Tokens(self.customers, self.clock, rng)
        self.records = Records(self.clock)
        self.proof = PasswordProof(self.tokens, self.clock, rng)
        self.challenges = Challenges(self.clock, rng, lenient=lenient)
        self.cognito = Cognito(
            self.customers, self.clock, self.tokens, self.proof, self.challenges
        )
        gate = Gate(self.tokens, self.catch_up)
        self.status = Status(self.customers, self.clock, gate)
        self.inventory = Inventory(self.status, gate)
        self.usage = Usage(self.records, self.clock, gate, lenient=lenient)
        self.commands = Commands(self.status, self.clock, rng, gate)
        self.series = Series(self.records, self.status, gate)
        self.rates = Rates(self.clock, gate)
        self.extras = Extras(self.status, gate, lenient=lenient)
        self.stream = Stream(self.status, self.clock, gate, lenient=lenient)
        self.drift = gate.drift
        self._parts = (
            self.cognito,
            self.tokens,
            self.inventory,
            self.status,
            self.usage,
            self.commands,
            self.series,
            CarReports(self.status, self.clock, gate),
            self.rates,
            self.extras,
            self.stream,
        )
        self._state = State(self)

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return [_announced(login, self.tokens) for login in self.customers.logins]

    @override
    def routes(self) -> list[web.RouteDef]:
        return [route for part in self._parts for route in part.routes()]

    @override
    def switches(self) -> Mapping[str, Switch]:
        return self._state.switches()

    def catch_up(self) -> None:
        """Let happen what should have happened since the last call."""
        self.status.catch_up()
        self.stream.poke()

    @override
    def apply(self, state: Mapping[str, Any]) -> dict[str, Any]:
        self.catch_up()
        try:
            return super().apply(state)
        finally:
            self.stream.poke()

    @override
    async def stop(self) -> None:
        self.stream.drop()
        await super().stop()

    @override
    def truth(
        self,
        account: str | None,
        start: datetime | None,
        end: datetime | None,
        *,
        meter: str | None = None,
        only: str | None = None,
    ) -> dict[str, Any]:
        """The hours of all channels of one login; without arguments of the first one, for the last two days.

        :param meter: gid or serial of one device
        :param only: the one series to work out, as all of them take their time
        :return: `{"account", "start", "end", "series": {"GID/CHANNEL": [{"start", "end", "value", "unit", "published",
            "true"}]}, "minutes": {the same}}`. Signs are the wire's: solar and MainsToGrid are negative. `value` is what the
            cloud ends up with, `true` what flowed. Minutes are there for windows up to 12 hours.
        """
        self.catch_up()
        login = self.customers.login(account or self.customers.logins[0].name)
        end = end or self.clock.now()
        start = start or end - TRUTH_WINDOW
        devices = _chosen(login, meter)
        fine = devices if end - start <= MINUTES_WINDOW else []
        return {
            "account": str(login.customer_gid),
            "start": start.isoformat(),
            "end": end.isoformat(),
            "series": self._series(devices, only, "1H", start, end),
            "minutes": self._series(fine, only, "1MIN", start, end),
        }

    def _series(
        self,
        devices: list[Device],
        only: str | None,
        scale: str,
        start: datetime,
        end: datetime,
    ) -> dict[str, list[dict[str, Any]]]:
        window = (start.astimezone(UTC).timestamp(), end.astimezone(UTC).timestamp())
        return {
            name: truth_intervals(self.records, device, channel, scale, *window)
            for device in devices
            for channel in told_channels(device, scale, "KilowattHours")
            if (name := f"{device.gid}/{channel}") and only in (None, name)
        }


def _chosen(login: Login, meter: str | None) -> list[Device]:
    devices = [d for d in login.devices if meter in (None, str(d.gid), d.serial)]
    if not devices and meter is not None:
        raise ControlError(f"account {login.name!r} has no device {meter!r}")
    return devices


def _announced(login: Login, tokens: Tokens) -> dict[str, Any]:
    """What somebody who logs in must know; `device_gid` is the first device's."""
    first = login.devices[0] if login.devices else None
    return {
        "name": login.name,
        "username": login.email,
        "password": login.password,
        "user_id": login.sub,
        "client_id": tokens.client_id,
        "pool_id": tokens.pool_id,
        "code": login.code,
        "mfa": login.mfa,
        "refresh_token": login.refresh_token,
        "account": str(login.customer_gid),
        "customer_gid": login.customer_gid,
        "device_gid": first.gid if first else None,
        "meter": str(first.gid) if first else None,
        "devices": [
            {
                "device_gid": device.gid,
                "kind": device.kind,
                "serial": device.serial,
                "load_gid": device.load_gid,
            }
            for device in login.devices
        ],
    }
