"""The simulated cloud: its parts put together."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, ClassVar, Final, override

from aiohttp import web

from tests.clouds.cloud import HOST, Cloud, Switch
from tests.clouds.errors import ControlError

from .amqtt_broker import AmqttBroker
from .broker import Broker
from .certificate import TRUSTED
from .customers import Account, Cabinet, Customers
from .door import Door
from .energy import FLOWS
from .fleets import FleetMaker
from .gate import TOKEN_PATH, Gate
from .inventory import Inventory
from .looks import Looks
from .message_state import MessageState
from .messenger import Messenger
from .pv import PvHistory
from .records import Records, charge_truth, flow_truth
from .state import State
from .thieves import Thieves
from .tokens import Tokens
from .topics import Topics

TRUTH_WINDOW: Final = timedelta(days=2)


class ElecnovaCloud(Cloud):
    """The ECO EMS Cloud."""

    provider: ClassVar[str] = "elecnova"
    host_prefixes: ClassVar[Mapping[str, str]] = {"api": ""}

    def __init__(
        self,
        *,
        seed: int = 1,
        now: datetime | None = None,
        lenient: bool = False,
        broker: Callable[[Door], Broker] = AmqttBroker,
    ) -> None:
        """Build the cloud; see `Cloud`.

        :param broker: makes another broker for the messages
        """
        super().__init__(seed=seed, now=now, lenient=lenient)
        self.customers = Customers(FleetMaker(seed).accounts())
        self.looks = Looks(pv_by_cabinet=lenient)
        self.tokens = Tokens(self.clock, Random(f"elecnova/tokens/{seed}"))
        self.gate = Gate(
            self.customers, self.tokens, self.clock, self.looks, lenient=lenient
        )
        self.inventory = Inventory(self.clock, self.gate)
        self.records = Records(self.clock)
        self.topics = Topics(self.clock, self.gate)
        self.door = Door(self.customers, self.topics, self.requests, lenient=lenient)
        self._broker = broker(self.door)
        self.topics.on_open = self._broker.update
        self.messenger = Messenger(
            self.customers, self.topics, self.clock, self._broker
        )
        self.thieves = Thieves()
        self.mqtt_port = 0
        self._history = PvHistory(self.records, self.clock, self.gate)
        self._state = State(self)
        self._message_state = MessageState(self)

    @property
    @override
    def accounts(self) -> list[dict[str, Any]]:
        return [_announced(account) for account in self.customers.accounts]

    @override
    def routes(self) -> list[web.RouteDef]:
        parts = (self.inventory, self._history, self.topics)
        routes = [route for part in parts for route in part.routes()]
        return [*self.gate.routes({TOKEN_PATH: self._issue}), *routes]

    @override
    def switches(self) -> Mapping[str, Switch]:
        return self._state.switches() | self._message_state.switches()

    @property
    @override
    def hosts(self) -> dict[str, str]:
        return super().hosts | {"mqtt": f"mqtts://{HOST}:{self.messenger.port}"}

    @property
    def ca(self) -> str:
        """The broker's certificate as PEM text."""
        return TRUSTED.pem

    @property
    @override
    def announcement(self) -> dict[str, Any]:
        return super().announcement | {"ca": self.ca}

    @override
    async def settle(self) -> None:
        await self.messenger.settle()

    @override
    async def start(self, port: int = 0) -> None:
        await self.messenger.start(self.mqtt_port or 0)
        try:
            await super().start(port)
        except OSError:
            await self.messenger.stop()
            raise

    @override
    async def stop(self) -> None:
        await super().stop()
        await self.thieves.leave_all()
        await self.messenger.stop()

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
        """What flowed in one account; without arguments in the first one, for the last two days.

        :param account: a name or client id, or the serial of something it owns
        :param meter: the serial of one cabinet or its inverter
        :param only: the one series to work out, as all of them take their time
        :return: `{"account", "start", "end", "series": {"pv_energy/INVERTER", "pv_day/INVERTER", "load/CABINET",
            "state_of_charge/CABINET", ...: [{"start", "end", "value", "unit", "published"}]}}`; days have `over` as well. What flows besides the sun is never published as
            history: messages tell the power, and counters its sum.
        """
        owner = self.customers.account(account or self.customers.accounts[0].name)
        end = end or self.clock.now()
        start = start or end - TRUTH_WINDOW
        series: dict[str, Any] = {}
        for cabinet in _chosen(owner, meter):
            series |= {
                name: work(start, end)
                for name, work in self._series(cabinet).items()
                if only in (None, name)
            }
        return {
            "account": owner.client_id,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "series": series,
        }

    def _series(
        self, cabinet: Cabinet
    ) -> dict[str, Callable[[datetime, datetime], list[dict[str, Any]]]]:
        """What works out each series of a cabinet between two times."""
        series: dict[str, Callable[[datetime, datetime], list[dict[str, Any]]]] = {}
        if cabinet.inverter:
            serial = cabinet.inverter.serial
            series[f"pv_energy/{serial}"] = partial(self.records.truth, cabinet)
            series[f"pv_day/{serial}"] = partial(self.records.day_totals, cabinet)
        for flow in FLOWS[1:]:
            series[f"{flow}/{cabinet.serial}"] = partial(flow_truth, cabinet, flow)
        charge = partial(charge_truth, cabinet)
        return series | {f"state_of_charge/{cabinet.serial}": charge}

    async def _issue(self, request: web.Request, account: Account) -> web.Response:
        members = self.looks.members(self.tokens.issue(account))
        if self.tokens.rotates:
            await self._broker.update()
        return self.looks.answer("token", members)


def _chosen(account: Account, meter: str | None) -> list[Cabinet]:
    chosen = [
        cabinet
        for cabinet in account.cabinets
        if meter in (None, cabinet.serial)
        or (cabinet.inverter and meter == cabinet.inverter.serial)
    ]
    if not chosen and meter is not None:
        raise ControlError(f"account {account.name!r} has no meter {meter!r}")
    return chosen


def _announced(account: Account) -> dict[str, Any]:
    """What somebody who connects must know; `cabinet` and `meter` (an inverter's serial) are the first ones."""
    cabinets = account.cabinets
    inverters = [each.inverter.serial for each in cabinets if each.inverter]
    return {
        "name": account.name,
        "client_id": account.client_id,
        "client_secret": account.client_secret,
        "account": account.client_id,
        "cabinet": cabinets[0].serial if cabinets else None,
        "meter": inverters[0] if inverters else None,
        "mqtt_id": account.mqtt_id,
        "mqtt_username": account.mqtt_username,
        "mqtt_password": account.mqtt_password,
        "sites": [
            {
                "site_id": site.site_id,
                "name": site.name,
                "time_zone": site.time_zone,
                "since": site.since.isoformat(),
                "cabinets": [_announced_cabinet(each) for each in site.cabinets],
            }
            for site in account.sites
        ],
    }


def _announced_cabinet(cabinet: Cabinet) -> dict[str, Any]:
    inverter = cabinet.inverter
    return {
        "cabinet": cabinet.serial,
        "meter": inverter.serial if inverter else None,
        "components": [each.serial for each in cabinet.components],
    }
