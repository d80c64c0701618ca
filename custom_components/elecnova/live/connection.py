"""Keeps the connection to the broker up as long as possible (wire 5, 6.5)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
import logging
from typing import Final

from aiomqtt import Client, Message
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.login import Login

from .broker import BrokerError, CutOff, Refused, connected, subscribe
from .layout import Layout
from .topics import Opened, Topics
from .trouble import Trouble, Troubles

_LOGGER = logging.getLogger(__name__)

_HELD: Final = timedelta(seconds=60)
_SILENCE: Final = timedelta(minutes=15)

type MessageHandler = Callable[[str, bytes, bool], Awaitable[None]]
"""Takes topic, payload, and whether the broker had kept the message."""


class Connection:
    """One connection after the other, with pauses that grow while they fail."""

    def __init__(
        self,
        hass: HomeAssistant,
        client: ElecnovaClient,
        *,
        address: tuple[str, int],
        verify: bool,
        layout: Callable[[], Layout],
        handle: MessageHandler,
        changed: Callable[[], None],
    ) -> None:
        """Connect to an address; `changed` is called when the public members change."""
        self._hass = hass
        self._client = client
        self._address = address
        self._verify = verify
        self._layout = layout
        self._handle = handle
        self._changed = changed
        self._topics = Topics(client)
        self._login: Login | None = None
        self._renew = False
        self._limit: asyncio.Timeout | None = None
        self._is_cut = False
        self._since: datetime | None = None
        self._is_listening = False
        self._is_logged = False
        self.troubles = Troubles()
        self.last_message: datetime | None = None
        self.next_attempt: datetime | None = None
        """Set while there is a pause."""
        self.connects = 0

    @property
    def is_connected(self) -> bool:
        """Whether the broker is connected."""
        return self._is_listening

    @property
    def trouble(self) -> Trouble | None:
        """What keeps the live values away."""
        return self.troubles.trouble

    @property
    def opened(self) -> Opened | None:
        """The topics as they were opened last."""
        return self._topics.opened

    async def async_run(self) -> None:
        """Connect again and again."""
        while True:
            await self._async_pause(await self._async_attempt())

    async def async_renew_topics(self) -> Opened:
        """Have the topics opened again now, and connect again with them.

        :raises CloudError: that can't be done.
        """
        login = await self._client.get_token()
        opened = await self._topics.async_reopen(login.id, self._layout())
        self._cut()
        return opened

    @callback
    def async_check(self) -> None:
        """Look after the connection; due every few seconds."""
        if self._since is None or not self._is_listening:
            return
        if not is_recent(self._since, _HELD):
            with self._notifying():
                self.troubles.held()
        heard = max(self._since, self.last_message or self._since)
        if not is_recent(heard, _SILENCE):
            _LOGGER.debug("The broker has stopped sending; reconnecting")
            self._cut()
        elif self._is_outdated():
            _LOGGER.debug("Reconnecting: credentials or devices have changed")
            self._cut()

    def _is_outdated(self) -> bool:
        now, then, opened = self._client.login, self._login, self._topics.opened
        if now and then and _at_broker(now) != _at_broker(then):
            return True
        return opened is not None and opened.serials != frozenset(self._layout().owners)

    @callback
    def _cut(self) -> None:
        """End the connection, for the next one to be better."""
        if self._limit:
            self._is_cut = True
            self._limit.reschedule(0)

    @contextmanager
    def _notifying(self) -> Iterator[None]:
        """Notify the listeners if the trouble has changed afterwards."""
        before = self.trouble
        yield
        if self.trouble is not before:
            self._changed()

    async def _async_attempt(self) -> float:
        """Connect until it ends; returns the seconds to wait before the next time."""
        asked, self._is_cut = 0.0, False
        try:
            await self._async_connect()
        except CloudError as err:
            asked = err.retry_after or 0.0
            self._log_failure(err)
        except BrokerError as err:
            self._note(err)
            self._log_failure(err)
        except Exception:
            # Whatever it was, the next attempt may work; it is no short connection.
            self._since = None
            _LOGGER.exception("The live connection ended unexpectedly")
        finally:
            since, self._since = self._since, None
            self._is_listening = False
            self._changed()
        is_short = since and is_recent(since, _HELD)
        if is_short and not self._is_cut:
            with self._notifying():
                self.troubles.ended_early()
        return max(asked, self.troubles.pause())

    async def _async_connect(self) -> None:
        """Open the topics, connect, and read until the connection ends or is cut.

        :raises CloudError: there is no token, or there are no topics.
        :raises BrokerError: there is no connection, or not any more.
        """
        renewal = self._client.renew_token if self._renew else self._client.get_token
        login = self._login = await renewal()
        self._renew = False
        opened = await self._topics.async_open(login.id, self._layout())
        if not opened.topics:
            return
        host, port = self._address
        async with connected(host, port, login, verify=self._verify) as client:
            self._since = dt_util.utcnow()
            refused = await subscribe(client, opened.topics)
            if refused:
                _LOGGER.debug("The broker rejected %s of the topics", refused)
            self._async_connected()
            await self._async_read(client)

    @callback
    def _async_connected(self) -> None:
        self._is_listening = True
        self.connects += 1
        self.troubles.connected()
        if self._is_logged:
            _LOGGER.info("Connected to the broker again")
            self._is_logged = False
        self._changed()

    async def _async_read(self, client: Client) -> None:
        try:
            async with asyncio.timeout(None) as self._limit:
                async for message in client.messages:
                    await self._async_take(message)
        except TimeoutError:
            if not self._is_cut:
                raise CutOff("no response in time") from None
        finally:
            self._limit = None

    async def _async_take(self, message: Message) -> None:
        self._topics.is_used = True
        self.last_message = dt_util.utcnow()
        if isinstance(message.payload, bytes):
            topic = message.topic.value
            await self._handle(topic, message.payload, message.retain)

    def _note(self, error: BrokerError) -> None:
        """Draw conclusions from how a connection failed."""
        self.troubles.failed(error)
        if not isinstance(error, CutOff):
            # It is no connection that somebody else could have ended.
            self._since = None
        if isinstance(error, Refused):
            self._renew = self._topics.is_used = True

    def _log_failure(self, error: Exception) -> None:
        """Log the first failure of several."""
        level = logging.DEBUG if self._is_logged else logging.WARNING
        self._is_logged = True
        kind = type(error).__name__
        _LOGGER.log(level, "No live values for now: %s (%s)", kind, error)

    async def _async_pause(self, seconds: float) -> None:
        over = asyncio.Event()

        @callback
        def end(_: datetime) -> None:
            over.set()

        self.next_attempt = dt_util.utcnow() + timedelta(seconds=seconds)
        cancel = async_call_later(self._hass, seconds, end)
        try:
            await over.wait()
        finally:
            self.next_attempt = None
            cancel()


def _at_broker(login: Login) -> tuple[str, str, str]:
    return login.id, login.username, login.password
