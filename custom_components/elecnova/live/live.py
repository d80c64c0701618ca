"""The live half of an account: from the broker's messages to values."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.texts import IssueKey
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.messages import (
    Directory,
    Point,
    Undecodable,
    decode,
    is_slow,
)
from custom_components.elecnova.const import CONF_MQTT_VERIFY
from custom_components.elecnova.coordinators.account import ElecnovaCoordinator
from custom_components.elecnova.entry_data import broker

from .book import SeenPoint
from .connection import Connection
from .energy import energy_sources
from .layout import Layout
from .memory import MemoryStore
from .notifier import Listener, Notifier
from .state import LIFE, LiveValues
from .topics import Opened
from .trouble import Trouble
from .values import Conventions

_CHECK: Final = timedelta(seconds=30)
_LONGEST_CLOSE: Final = 5
"""Seconds after which a connection that does not end is left to itself."""


class Finding(IssueKey):
    """What the messages themselves leave the user to put right."""

    UNMAPPED_POINTS = "unmapped_points"
    UNIT_MISMATCH = "unit_mismatch"


class Live:
    """What an account's broker sends.

    REST continues without it: nothing in here ever asks the user to sign in.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        client: ElecnovaClient,
        coordinator: ElecnovaCoordinator,
    ) -> None:
        """Listen on behalf of an entry; `async_load` and `async_start` are next."""
        self.hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._store = MemoryStore(hass, entry)
        self._net = coordinator.connection.net
        self._notifier = Notifier(hass)
        self._listeners: list[Listener] = []
        self._checked = dt_util.utcnow()
        self._revision: tuple[int, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self.sample: list[Point] = []
        """The points of the last message."""
        self.counts: Counter[str] = Counter()
        self.connection = Connection(
            hass,
            client,
            address=broker(entry.data, entry.options),
            verify=entry.options.get(CONF_MQTT_VERIFY, True),
            layout=lambda: self.state.layout,
            handle=self._async_handle,
            changed=self._changed,
        )

    async def async_load(self) -> None:
        """Read what earlier runs have seen, so that its entities are there at once."""
        memory = await self._store.async_load()
        conventions = Conventions.of(self._entry.options)
        self._snapshot = self._coordinator.data
        self.state = LiveValues(memory, conventions, Layout.of(self._snapshot))
        self._revision = self.state.revision

    @callback
    def async_start(self) -> None:
        """Connect, until the entry is unloaded."""
        entry = self._entry
        entry.async_on_unload(self._coordinator.async_add_listener(self._follow))
        entry.async_on_unload(async_track_time_interval(self.hass, self._check, _CHECK))
        self._task = entry.async_create_background_task(
            self.hass, self.connection.async_run(), f"broker of {entry.entry_id}"
        )

    async def async_close(self) -> None:
        """End the connection, and store what has to survive."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_LONGEST_CLOSE)
        self._notifier.async_close()
        await self._store.async_save()

    @property
    def connected(self) -> bool:
        """Whether the broker is connected."""
        return self.connection.is_connected

    @property
    def last_message(self) -> datetime | None:
        """When it last sent a message."""
        return self.connection.last_message

    @property
    def trouble(self) -> Trouble | None:
        """What keeps the values away."""
        return self.connection.trouble

    @property
    def findings(self) -> frozenset[Finding]:
        """What the messages leave the user to put right."""
        found = set()
        if self.unmapped:
            found.add(Finding.UNMAPPED_POINTS)
        if self.state.doubted:
            found.add(Finding.UNIT_MISMATCH)
        return frozenset(found)

    @property
    def unmapped(self) -> int:
        """How many points there are that nothing is known of."""
        return sum(1 for _ in self.unknown_points())

    @property
    def energy_sources(self) -> tuple[EnergySource, ...]:
        """What the live values offer to the Energy dashboard."""
        return energy_sources(self.hass, self.state, self._coordinator.data)

    def points(self) -> dict[str, list[dict[str, Any]]]:
        """Return the latest raw points of each owner, by its serial."""
        return {
            owner: [
                {
                    "name": point.name,
                    "value": point.value,
                    "unit": point.unit,
                    "time": point.time.isoformat(),
                    "role": self.state.memory.book.role_of(owner, point.name),
                }
                for point in points.values()
            ]
            for owner, points in self.state.points.items()
        }

    async def async_renew_topics(self) -> Opened:
        """Have the topics opened again, and connect again.

        :raises CloudError: that can't be done.
        """
        return await self.connection.async_renew_topics()

    @callback
    def async_add_listener(self, listener: Listener) -> CALLBACK_TYPE:
        """Listen for changes of the connection, its trouble, or what is known."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_add_owner_listener(self, owner: str, listener: Listener) -> CALLBACK_TYPE:
        """Listen for new values of an owner."""
        return self._notifier.async_add_listener(owner, listener)

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield owner and key of all values that are known to come."""
        for owner in ("", *self.state.layout.owners):
            for key in self.state.keys(owner):
                yield owner, key

    def label(self, owner: str, name: str) -> str:
        """Return what a user knows a point by: its device, name and last value."""
        component = self._snapshot.component(owner)
        cabinet = self._snapshot.cabinets.get(owner)
        device = component or (cabinet.cabinet if cabinet else None)
        where = " ".join(filter(None, [device.name, owner])) if device else owner
        point = self.state.points.get(owner, {}).get(name)
        value = f" = {point.value} {point.unit}".rstrip() if point else ""
        return f"{where}: {name}{value}" if where else f"{name}{value}"

    def unknown_points(self) -> Iterator[tuple[str, str, SeenPoint]]:
        """Yield owner, slug and point of all that nothing is known of."""
        layout = self.state.layout
        for owner, slug, point in self.state.memory.book.unknown_points():
            if not owner or owner in layout.owners:
                yield owner, slug, point

    @callback
    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()

    @callback
    def _follow(self) -> None:
        """Take up what REST reports about the account."""
        if self._coordinator.data is not self._snapshot:
            self._snapshot = self._coordinator.data
            self.state.take_layout(Layout.of(self._snapshot))
            self._compare()

    @callback
    def _check(self, now: datetime) -> None:
        now = dt_util.utcnow()
        self.connection.async_check()
        self._notifier.async_notify(self.state.expired(self._checked, now))
        if self.last_message and self.last_message >= self._checked:
            self._changed()
        self._checked = now

    async def _async_handle(self, topic: str, payload: bytes, kept: bool) -> None:
        """Take a message; whatever it is, the next one is taken as well."""
        with self._net.passed_over("a message"):
            await self._async_take(topic, payload, kept=kept)

    async def _async_take(self, topic: str, payload: bytes, *, kept: bool) -> None:
        now = dt_util.utcnow()
        self.counts["messages"] += 1
        try:
            points = await self._async_decode(topic, payload, now)
        except Undecodable:
            self.counts["undecodable"] += 1
            return
        if kept:
            # Retained by the broker: only its own time says how old it is.
            points = [point for point in points if abs(now - point.time) <= LIFE]
        self.sample = points
        self._notifier.async_notify(self.state.apply(points, now))
        self._store.async_save_later()
        self._compare()

    async def _async_decode(
        self, topic: str, payload: bytes, now: datetime
    ) -> list[Point]:
        directory: Directory = self.state.layout.directory
        read = partial(decode, topic, payload, directory, now)
        if is_slow(payload):
            return await self.hass.async_add_executor_job(read)
        return read()

    @callback
    def _compare(self) -> None:
        """Notify the listeners if there is more, or less, to show than before."""
        revision = self.state.revision
        if revision != self._revision:
            self._revision = revision
            self._changed()
