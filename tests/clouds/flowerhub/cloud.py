"""The simulated portal: its parts put together."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any, ClassVar, override

from aiohttp import web

from tests.clouds.cloud import Cloud, Switch, chosen
from tests.clouds.errors import ControlError

from .api import Gate
from .billing import Billing
from .customers import Customers, Login, Owner
from .invoices import Invoices
from .looks import Looks
from .owners import Owners
from .sessions import Sessions
from .state import State
from .uptime import Uptime


class FlowerhubCloud(Cloud):
    """The Flowerhub portal: one host."""

    provider: ClassVar[str] = "flowerhub"
    host_prefixes: ClassVar[Mapping[str, str]] = {"api": ""}

    def __init__(
        self, *, seed: int = 1, now: datetime | None = None, lenient: bool = False
    ) -> None:
        """Build the cloud; see `Cloud`."""
        super().__init__(seed=seed, now=now, lenient=lenient)
        rng = Random(f"flowerhub/tokens/{seed}")
        self.customers = Customers(seed)
        self.looks = Looks()
        self.sessions = Sessions(self.customers, self.clock, rng, self.looks)
        self._gate = Gate(self.sessions, self.looks, lenient=lenient)
        self.owners = Owners(self._gate)
        self.uptime = Uptime(self._gate, self.clock, seed, lenient=lenient)
        self.billing = Billing(self.clock, seed, self.looks)
        self.invoices = Invoices(self._gate, self.billing)
        self._state = State(self)

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return [_announced(login) for login in self.customers.logins]

    @override
    def routes(self) -> list[web.RouteDef]:
        parts = (self.owners, self.uptime, self.invoices)
        routes = [route for part in parts for route in part.routes()]
        return [*self.sessions.routes(self._gate), *routes]

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
        """The months of one account; without arguments of the first one, all there are.

        :param meter: id of the only site whose volumes are wanted
        :return: `{"account", "start", "end", "series": {"consumption/SITE", "production/SITE", "invoiced", "compensation",
            "uptime": [{"start", "end", "value", "unit", "published"}]}}`. Volumes have a `type` as well; uptime has `over`,
            since the running month changes until it ends.
        """
        owner = self.customers.owner(account or self.customers.logins[0].name)
        end = end or self.clock.now()
        start = start or datetime.fromtimestamp(0, UTC)
        site = _site(owner, meter)
        series = self.invoices.truth(owner, start, end, site)
        if owner.hub:
            series["uptime"] = self.uptime.truth(owner, start, end)
        return {
            "account": str(owner.owner_id),
            "start": start.isoformat(),
            "end": end.isoformat(),
            "series": chosen(series, only),
        }


def _site(owner: Owner, meter: str | None) -> int | None:
    found = [site for site in owner.sites.values() if str(site) == meter]
    if meter is not None and not found:
        raise ControlError(f"the account has no site {meter!r}")
    return found[0] if found else None


def _announced(login: Login) -> dict[str, Any]:
    """What somebody who logs in must know."""
    owner = login.owner
    hub = owner.hub if owner else None
    return {
        "name": login.name,
        "username": login.email,
        "password": login.password,
        "user_id": login.user_id,
        "account": str(owner.owner_id) if owner else None,
        "meter": str(owner.consumption_site) if owner else None,
        "asset_owner_id": owner.owner_id if owner else None,
        "asset_id": hub.asset_id if hub else None,
        "site_id": owner.consumption_site if owner else None,
        "production_site_id": owner.production_site if owner else None,
    }
