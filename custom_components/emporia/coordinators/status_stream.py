"""Keeps the event stream open while it can be, and steps aside while it can't."""

import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta
import logging
import random

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.emporia.api.client import EmporiaClient

from .status import StatusCoordinator

_LOGGER = logging.getLogger(__name__)

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 30 * 60.0
_HEALTHY = timedelta(minutes=1)
_BEFORE_EXPIRY = timedelta(minutes=4)
_LONGEST = timedelta(minutes=55)


class StatusStream:
    """One connection after the other, with pauses that grow while they fail.

    The polls continue all the while: without the stream changes only show later.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: EmporiaClient,
        coordinator: StatusCoordinator,
    ) -> None:
        """Stream on behalf of an entry: unloading it ends the connection."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._coordinator = coordinator
        self._net = coordinator.connection.net
        self._task: asyncio.Task[None] | None = None
        self._next: CALLBACK_TYPE | None = None
        self.failures = 0
        self.is_open = False

    @callback
    def async_start(self) -> None:
        """Connect, and stay connected until the entry is unloaded."""
        self._entry.async_on_unload(self._async_stop)
        self._async_connect()

    @callback
    def _async_stop(self) -> None:
        if self._next:
            self._next()
            self._next = None
        if self._task:
            self._task.cancel()

    @callback
    def _async_connect(self, _: datetime | None = None) -> None:
        self._next = None
        self._task = self._entry.async_create_background_task(
            self._hass, self._async_run(), f"stream of {self._entry.entry_id}"
        )

    async def _async_run(self) -> None:
        began, after = dt_util.utcnow(), 0.0
        try:
            with self._net.malformed("the event stream"):
                await self._async_read()
        except CloudError as err:
            _LOGGER.debug("The event stream ended: %s", err)
            after = err.retry_after or 0.0
        finally:
            self._async_opened(is_open=False)
        if not is_recent(began, _HEALTHY):
            self.failures = 0
        self._next = async_call_later(
            self._hass, max(after, self._pause()), self._async_connect
        )
        self.failures += 1

    def _pause(self) -> float:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self.failures, 10))
        return random.uniform(longest / 2, longest)

    async def _async_read(self) -> None:
        """Pass events on until the cloud, or the token's age, ends the stream.

        :raises CloudError: it can't be opened, or it broke.
        """
        async with self._client.stream_status() as events, aclosing(events):
            self._async_opened(is_open=True)
            try:
                async with asyncio.timeout(self._time_left()):
                    async for event in events:
                        with self._net.passed_over("an event"):
                            self._coordinator.async_apply_event(event)
            except TimeoutError:
                _LOGGER.debug("Reopening the event stream with a new token")

    def _time_left(self) -> float:
        """Return the seconds until the token of the stream is too old."""
        login = self._client.login
        left = login.expires_at - dt_util.utcnow() if login else _LONGEST
        return max(60.0, min(left - _BEFORE_EXPIRY, _LONGEST).total_seconds())

    @callback
    def _async_opened(self, *, is_open: bool) -> None:
        self.is_open = is_open
        self._coordinator.async_set_streaming(is_streaming=is_open)
