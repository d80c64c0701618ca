"""Tells by messages what cabinets measure, and does what takes a while: the broker's ups and downs (wire 4.7)."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from tests.clouds.clock import Clock

from .broker import Broker, Message
from .certificate import TRUSTED, UNKNOWN
from .customers import Account, Cabinet, Component, Customers
from .payloads import RUBBISH, Parts, Payloads
from .points import Measured, Point, points
from .topics import Topics

POLL: Final = 0.5
"""Real seconds after which a quiet messenger looks at the cloud's clock."""
INTERVAL: Final = 10.0

type Action = Callable[[], Awaitable[object]]
type _Told = tuple[Component | None, Parts, str | None]


@dataclass(slots=True)
class Delivery:
    """How messages go out.

    :param interval: seconds of the cloud's clock between them; None = they come when a test wants it; :param silent: none go out
    :param qos: at most; :param retain: the broker keeps the last one of each topic
    """

    interval: float | None = INTERVAL
    silent: bool = False
    qos: int = 0
    retain: bool = False


class Messenger:
    """Has the only access to the broker; what it shall do there is done in turn."""

    def __init__(
        self, customers: Customers, topics: Topics, clock: Clock, broker: Broker
    ) -> None:
        """Tell of `customers` on `topics`."""
        self._customers = customers
        self._topics = topics
        self._clock = clock
        self._broker = broker
        self._actions = asyncio.Queue[Action]()
        self._tasks: list[asyncio.Task[None]] = []
        self._told = 0.0
        self.payloads = Payloads()
        self.delivery = Delivery()
        self.alarms: set[Component] = set()
        self.port = 0

    async def start(self, port: int) -> None:
        """Start the broker; port 0 takes a free one.

        :raises OSError: the port is taken
        """
        await self._broker.start(port, TRUSTED)
        self.port = self._broker.port
        self._actions = asyncio.Queue()
        self._tasks = [asyncio.create_task(each()) for each in (self._work, self._tick)]

    async def stop(self) -> None:
        """Stop the broker at once. Raises what has kept the messenger from working."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await self._broker.stop()
        for failure in results:
            if isinstance(failure, Exception):
                raise failure

    async def settle(self) -> None:
        """Wait until all is done that was asked for."""
        if self._tasks:
            done = asyncio.ensure_future(self._actions.join())
            await asyncio.wait([done, *self._tasks], return_when=FIRST_COMPLETED)
            done.cancel()

    def ask(self, action: Action) -> None:
        """Have something done that takes a while."""
        self._actions.put_nowait(action)

    def bring_down(self) -> None:
        """Stop the broker: clients are cut off, and connections refused."""
        self.ask(self._broker.stop)

    def bring_up(self, *, trusted: bool = True) -> None:
        """Start the broker anew; untrusted, with a certificate that nobody knows."""

        async def restart() -> None:
            await self._broker.stop()
            await self._broker.start(self.port, TRUSTED if trusted else UNKNOWN)

        self.ask(restart)

    def update(self) -> None:
        """Let the broker take up what has changed about guests and topics."""
        self.ask(self._broker.update)

    def kick(self, account: Account) -> None:
        """Cut an account's client off."""
        self.ask(lambda: self._broker.kick(account.mqtt_id))

    def publish(self) -> None:
        """Tell everything now."""
        self._told = self._clock.timestamp()
        self.ask(partial(self._publish, self._clock.now()))

    def say(self, cabinet: Cabinet, component: Component | None, raw: bytes) -> None:
        """Tell anything on a device's topic."""
        topic = self._topics.told(cabinet, component, "data")
        self.ask(lambda: self._tell(topic, raw))

    def alarm(self, cabinet: Cabinet, component: Component, *, active: bool) -> None:
        """Let a component raise an alarm, or end it."""
        (self.alarms.add if active else self.alarms.discard)(component)
        now = self._clock.now()
        parts = [(component, [Point("alarm", active)])]
        for owner in (None, component):
            topic = self._topics.told(cabinet, owner, "alarm")
            for raw in self.payloads.written("component", cabinet, parts, now):
                self.ask(partial(self._tell, topic, raw))

    async def _work(self) -> None:
        while True:
            action = await self._actions.get()
            try:
                await action()
            finally:
                self._actions.task_done()

    async def _tick(self) -> None:
        while True:
            if self._is_due():
                self.publish()
            await asyncio.sleep(POLL)

    def _is_due(self) -> bool:
        interval = self.delivery.interval
        passed = self._clock.timestamp() - self._told
        return interval is not None and not 0 <= passed < interval

    async def _publish(self, now: datetime) -> None:
        if self.delivery.silent:
            return
        for account in self._customers.accounts:
            if not self._topics.opened(account.mqtt_id):
                continue
            for cabinet in account.cabinets:
                if cabinet.is_online(now):
                    await self._publish_cabinet(Measured(cabinet, now))

    async def _publish_cabinet(self, now: Measured) -> None:
        cabinet, look = now.cabinet, self.payloads.look
        parts = [
            (each, points(each, now, alarm=each in self.alarms))
            for each in cabinet.components
            if each.is_online(now.at)
        ]
        told: list[_Told] = [(None, parts, look.cabinet_shape)]
        told += [(part[0], [part], look.component_shape) for part in parts]
        if look.rubbish:
            # All of it before anything true: it may be about any part
            for owner, _, _ in told:
                topic = self._topics.told(cabinet, owner, "data")
                for raw in RUBBISH:
                    await self._tell(topic, raw)
        for each in told:
            await self._publish_parts(now, *each)

    async def _publish_parts(
        self, now: Measured, owner: Component | None, parts: Parts, shape: str | None
    ) -> None:
        if shape is None or not parts:
            return
        topic = self._topics.told(now.cabinet, owner, "data")
        for raw in self.payloads.written(shape, now.cabinet, parts, now.at):
            await self._tell(topic, raw)

    async def _tell(self, topic: str, raw: bytes) -> None:
        delivery = self.delivery
        message = Message(topic, raw, delivery.qos, delivery.retain)
        await self._broker.tell(message)
