"""The coordinator that all providers build on."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from custom_components.cloud_energy.client.errors import CannotConnect, CloudError
from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.const import GRACE
from custom_components.cloud_energy.helpers.one_timer import OneTimer
from custom_components.cloud_energy.helpers.spread import own_share

from .answer_cache import AnswerCache
from .connection import CloudConnection
from .freshness import Freshness
from .policy import coordinator_errors
from .rhythm import Rhythm


class CloudCoordinator[SnapshotT](DataUpdateCoordinator[SnapshotT]):
    """Polls a cloud into a frozen snapshot.

    While the cloud is out of reach the last snapshot stays for a while, with
    retries that grow rarer; only then do the entities become unavailable.
    """

    whole_lists = 0
    """How often the cloud has listed all devices: what two lists lack is gone.

    It stays 0 where the cloud never lists all.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        *,
        interval: timedelta,
        name: str | None = None,
        grace: timedelta = GRACE,
        answers: AnswerCache | None = None,
    ) -> None:
        """Take how often to poll; every entry adds a delay of its own to it.

        `name`: what it is called in the log, if not as the provider;
        `grace`: how long the last snapshot stays while the cloud is out of reach;
        `answers`: what remembers the answers that it is made of.
        """
        self.connection = connection
        self.answers = answers or AnswerCache()
        self.answers.net = connection.net
        self.answers.share = own_share(entry.entry_id)
        self._freshness = Freshness(grace)
        self._expiry = OneTimer(hass, entry, self._async_expire)
        self._has_snapshot = False
        self._is_shared_noted = False
        self.rhythm = Rhythm(entry.entry_id, interval)
        self._health_listeners: set[Callable[[], None]] = set()
        super().__init__(
            hass,
            logging.getLogger(type(self).__module__),
            config_entry=entry,
            name=name or entry.domain,
            update_interval=self.rhythm.interval,
            always_update=False,
        )
        self._stored = connection.answers.async_open_section(
            type(self).__name__, self._to_store
        )

    @abstractmethod
    async def _async_fetch(self) -> SnapshotT:
        """Ask the cloud for a new snapshot.

        :raises CloudError: what the error policy then decides on.
        """

    @property
    def failures(self) -> int:
        """How many polls in a row have failed."""
        return self.rhythm.failures

    @property
    def last_success(self) -> datetime | None:
        """When the cloud last brought something new."""
        return self._freshness.last_success

    @property
    def data_from(self) -> datetime | None:
        """When what is shown was new, if an earlier run of Home Assistant asked it."""
        return self.last_success if self._freshness.is_restored else None

    @property
    def own_expiry(self) -> float | None:
        """The seconds until a value that is in no part is too old; None if none is."""
        return None

    @property
    def latest_data(self) -> datetime | None:
        """The end of the latest reading that the cloud has published."""
        return None

    @property
    def optional_requests(self) -> set[str]:
        """What the entities that are enabled want beyond what is always requested."""
        return set(self.async_contexts())

    @property
    def _is_ending(self) -> bool:
        """Whether the entry is unloaded, or Home Assistant stops, in the middle of a poll."""
        is_closed = self.connection.session.closed
        return self._shutdown_requested or self.hass.is_stopping or is_closed

    @callback
    def async_set_interval(self, interval: timedelta) -> None:
        """Poll so often from now on; the delay of the entry is added to it."""
        self.rhythm.set_interval(interval)
        if not self.failures:
            self.update_interval = self.rhythm.interval

    @callback
    def async_store(self, changes: Mapping[str, Any]) -> None:
        """Keep something with the entry, for good."""
        assert self.config_entry
        self.hass.config_entries.async_update_entry(
            self.config_entry, data={**self.config_entry.data, **changes}
        )

    @callback
    def async_note_shared(self) -> None:
        """Tell once that another entry shows some of what this one sees."""
        if not self._is_shared_noted:
            self._is_shared_noted = True
            self.logger.warning(
                "Another account already shows some of what this %s account sees; its"
                " entities remain with that account until it is removed or disabled",
                self.name,
            )

    async def async_try_first_refresh(self) -> ConfigEntryNotReady | None:
        """Fetch what the set-up can do without; returns why it is not there yet.

        Until it comes `data` is None, or what the provider begins with.

        :raises ConfigEntryAuthFailed: the user must sign in again.
        """
        try:
            await self.async_config_entry_first_refresh()
        except ConfigEntryNotReady as err:
            if not self._is_ending:
                self.logger.warning("%s; continuing without it", self.last_exception)
            return err
        return None

    @callback
    def async_poll_without_listeners(self) -> None:
        """Continue polling even while no entity listens: statistics need it."""
        if entry := self.config_entry:
            entry.async_on_unload(self.async_add_listener(lambda: None))

    @callback
    def async_add_connection_listener(
        self, listener: Callable[[], None]
    ) -> Callable[[], None]:
        """Observe every refresh, even one that brought nothing new."""
        self._health_listeners.add(listener)
        return lambda: self._health_listeners.discard(listener)

    @override
    async def _async_update_data(self) -> SnapshotT:
        # What is planned to expire may be renewed just now.
        self._expiry.async_cancel()
        await self._async_restore()
        self.connection.transport.hosts.begin_round()
        self.answers.begin_round()
        try:
            with coordinator_errors(), self.connection.net.malformed(self.name):
                snapshot = await self._async_fetch()
        except UpdateFailed as err:
            if self._is_ending and self._has_snapshot:
                # Nobody is going to see it, and it says nothing of the cloud
                return self.data
            return await self._async_keep(err)
        if self.failures:
            self.logger.info(
                "The cloud responds again: %s data is up to date", self.name
            )
        is_incomplete = self.answers.is_incomplete
        self.update_interval = self.rhythm.after_success(is_incomplete=is_incomplete)
        self._has_snapshot = True
        if not self.answers.brought_nothing:
            self._freshness.note_success()
        self.connection.answers.async_save_later(is_new=self.answers.take_news())
        return snapshot

    async def _async_keep(self, error: UpdateFailed) -> SnapshotT:
        """Return the last snapshot while it may count, and come back sooner.

        :raises UpdateFailed: there is none, or it is too old.
        """
        asked = None
        if error.retry_after is not None:
            asked = self.rhythm.asked_pause(error.retry_after)
            error.retry_after = asked.total_seconds()
        self.update_interval = self.rhythm.after_failure(asked, self.answers.patience)
        is_known = self._has_snapshot or self.answers.has_answers
        if not is_known or self._freshness.is_over:
            raise error
        if self.failures == 1:
            self.logger.warning("%s; keeping the last data until it recovers", error)
        if self._has_snapshot:
            return self._kept()
        try:
            snapshot = await self._async_fetch_offline()
        except CloudError:
            raise error from None
        self._has_snapshot = True
        return snapshot

    def _kept(self) -> SnapshotT:
        """Return what is shown while the cloud is out of reach for a while."""
        return self.data

    async def _async_fetch_offline(self) -> SnapshotT:
        """Make a snapshot of what is known and still counts.

        :raises CloudError: that is not enough for one.
        """
        with self.answers.offline(), self.connection.net.malformed(self.name):
            return await self._async_fetch()

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        is_new = not self.failures and not self.answers.brought_nothing
        if self._freshness.is_restored and is_new:
            # It may be the same data, but it is no longer old.
            self._freshness.is_restored = False
            self.async_update_listeners()
        self._async_plan_expiry()
        for listener in list(self._health_listeners):
            listener()

    def _to_store(self) -> dict[str, Any]:
        return {
            "last_success": self.last_success and self.last_success.isoformat(),
            "parts": self.answers.stored(),
        }

    async def _async_restore(self) -> None:
        """Take what an earlier run has stored, for as long as it counts."""
        stored, self._stored = self._stored, None
        if not stored:
            return
        parts = stored.get("parts")
        await self.hass.async_add_executor_job(self.answers.restore, parts)
        if last_success := read_time(stored.get("last_success")):
            self._freshness.restore(last_success)

    @callback
    def _async_plan_expiry(self) -> None:
        """Have a value shown no longer than it counts, whenever the next poll is."""
        self._expiry.async_cancel()
        left = [self.answers.next_expiry, self.own_expiry]
        if self.failures and self.last_update_success:
            left.append(self._freshness.left)
        seconds = min((each for each in left if each and each > 0), default=None)
        if seconds is not None:
            self._expiry.async_after(seconds + 1)

    async def _async_expire(self, _: datetime) -> None:
        try:
            if self.failures and self._freshness.is_over:
                raise CannotConnect("The cached data is too old")
            if self._has_snapshot and self.answers.are_used:
                self._async_take(await self._async_fetch_offline())
        except CloudError:
            self.last_update_success = False
            self.async_update_listeners()
        self._async_plan_expiry()

    @callback
    def _async_take(self, snapshot: SnapshotT) -> None:
        if snapshot != self.data:
            self.data = snapshot
            self.async_update_listeners()
