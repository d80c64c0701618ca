"""The simulated utility: its parts put together."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from aiohttp import web

from tests.clouds.cloud import Cloud, Switch, chosen

from .billing import Billing
from .bills import Bills
from .customer_data import CustomerData
from .customers import Account, Customers, Login
from .download import Download
from .gigya import Gigya
from .green_button import GreenButton
from .readings import Readings, truth_intervals
from .second_factor import SecondFactor
from .sessions import Sessions
from .state import State
from .usage import Usage
from .weather import Weather


class DominionCloud(Cloud):
    """Dominion Energy Virginia. All hosts share one base URL: their paths never collide."""

    provider: ClassVar[str] = "dominion_energy"
    host_prefixes: ClassVar[Mapping[str, str]] = {"login": "", "gigya": "", "data": ""}

    def __init__(
        self, *, seed: int = 1, now: datetime | None = None, lenient: bool = False
    ) -> None:
        """Build the cloud; see `Cloud`."""
        super().__init__(seed=seed, now=now, lenient=lenient)
        rng = Random(f"dominion_energy/tokens/{seed}")
        self.customers = Customers(seed)
        self.readings = Readings(self.clock)
        self.gigya = Gigya(self.customers, self.clock, rng)
        self.second_factor = SecondFactor(self.gigya, self.clock, rng, lenient=lenient)
        self.sessions = Sessions(self.gigya, self.clock, rng)
        self.billing = Billing(self.readings)
        authenticate = self.sessions.authenticate
        self.green_button = GreenButton(self.readings, authenticate)
        self._parts = (
            self.gigya,
            self.second_factor,
            self.sessions,
            CustomerData(self.customers, authenticate),
            Download(self.readings, authenticate),
            Bills(self.billing, authenticate),
            Usage(self.readings, self.billing, authenticate),
            Weather(authenticate),
            self.green_button,
        )
        self._state = State(
            self.customers,
            self.clock,
            self.gigya,
            self.second_factor,
            self.sessions,
            self.readings,
            self.billing,
        )

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return [_announced(login) for login in self.customers.logins]

    @override
    def routes(self) -> list[web.RouteDef]:
        return [route for part in self._parts for route in part.routes()]

    @override
    def switches(self) -> Mapping[str, Switch]:
        return self._state.switches()

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
        """The readings and bills of one account; without arguments of the first one, for the last 68 days.

        :return: `{"account", "start", "end", "series": {name: [{"start", "end", "value", "unit", "published", ...}]}}`
        """
        name = account or self.customers.logins[0].name
        found = self.customers.account(name)
        point = self.customers.point(name, meter)
        end = end or self.clock.now()
        start = start or end - timedelta(days=self.readings.window_days)
        series = {
            each: truth_intervals(self.readings, point, each, start, end)
            for each in point.series
        }
        return {
            "account": found.number,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "series": chosen(series | self.billing.truth(found, start, end), only),
        }


def _announced(login: Login) -> dict[str, Any]:
    """What somebody who logs in must know; ids are those of the first account."""
    first = login.accounts[0] if login.accounts else None
    return {
        "name": login.name,
        "username": login.username,
        "password": login.password,
        "user_id": login.uid,
        "code": login.code,
        "bp_number": login.bp_number,
        "account": first.number if first else None,
        "meter": first.points[0].meter if first else None,
        "contract": first.points[0].contract if first else None,
        "accounts": [_announced_account(account) for account in login.accounts],
        "second_factors": [target.provider for target in login.targets],
    }


def _announced_account(account: Account) -> dict[str, Any]:
    return {
        "account": account.number,
        "active": account.closing is None,
        "meters": [
            {
                "meter": point.meter,
                "contract": point.contract,
                "ami": point.ami,
                "net_metering": point.net_metering,
            }
            for point in account.points
        ],
    }
