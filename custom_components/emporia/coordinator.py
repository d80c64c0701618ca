"""Polls what the channels measure: power each minute, totals now and then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
import logging
import time
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.account import Account
from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    NotPermitted,
    ProviderError,
)
from custom_components.cloud_energy.coordinator import CloudCoordinator
from custom_components.cloud_energy.parts import Parts
from custom_components.cloud_energy.policy import needs_user

from .api.client import EmporiaClient
from .api.energy import Scale
from .api.home import Channel, Home, build_home
from .api.models import PeakDemand, Usages, WireDevice
from .api.models.channels import MAINS
from .api.models.usage import ChannelKey
from .combined import with_common_balance
from .const import CONF_INVERT_SOLAR, DOMAIN
from .periods import MinuteSums, PeriodTotals, day_start, period_start
from .power import Power
from .snapshot import ChannelState, Snapshot, channels_of, shown

_LOGGER = logging.getLogger(__name__)

_POLL = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_LATENESS = timedelta(seconds=30)
_TREE_EVERY = timedelta(hours=1)
_INVENTORY_EVERY = timedelta(hours=6)
_DAY_EVERY = timedelta(minutes=30)
_AFTER_MIDNIGHT_EVERY = timedelta(minutes=10)
_AFTER_MIDNIGHT = timedelta(minutes=70)
_MONTH_EVERY = timedelta(hours=2)
_PEAK_EVERY = timedelta(hours=12)
_SEARCH_EVERY = timedelta(hours=1)
_FORBIDDEN_FOR = timedelta(days=1)
_REPEATED = 2
_LOOK_EVERY = timedelta(minutes=30)

type _Total = tuple[datetime, Usages]
"""When running totals were asked for, and what they were then."""


class EmporiaCoordinator(CloudCoordinator[Snapshot]):
    """Reads devices, power and running totals of one account."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        account: Account,
        client: EmporiaClient,
    ) -> None:
        """Poll the account of an entry."""
        super().__init__(
            hass, entry, account, logger=_LOGGER, name=DOMAIN, interval=_POLL
        )
        self.client = client
        self._announcements = Parts()
        self._announcements.net = account.net
        self.home: Home = {}
        self.home_reads = 0
        """How often the whole list of devices has come."""
        self._invert_solar: bool = entry.options.get(CONF_INVERT_SOLAR, True)
        self._power = Power()
        self._minutes = MinuteSums()
        self._days = PeriodTotals()
        self._taken: dict[Scale, _Total] = {}
        """The answers whose totals are counted in."""
        self._months = PeriodTotals()
        self._peaks: Mapping[int, PeakDemand] = {}
        self._next_midnight: datetime | None = None
        self._forget_midnight: CALLBACK_TYPE | None = None
        entry.async_on_unload(self._async_stop_watching)
        self._forbidden: set[int] = set()
        self._searched_at: float | None = None

    @property
    @override
    def newest_data(self) -> datetime | None:
        return self._power.newest

    @override
    async def _async_fetch(self) -> Snapshot:
        try:
            return await self._async_read()
        except ProviderError as err:
            if (err.status or 0) >= 500 and self.failures >= _REPEATED:
                await self._async_look_for_maintenance()
            raise

    async def _async_look_for_maintenance(self) -> None:
        """See whether the provider is down on purpose (wire 4.19).

        :raises Maintenance: it says so.
        """
        look = self.client.get_maintenance
        if await self._announcements.get("maintenance", look, every=_LOOK_EVERY):
            raise Maintenance("Emporia announces a maintenance")

    async def _async_read(self) -> Snapshot:
        if self.parts.is_offline:
            await self._async_read_parts()
            return self.snapshot()
        error = await self._async_try_power() if self.home else None
        if isinstance(error, CannotConnect):
            # Nobody is there: asking for more would only use the budget up.
            raise error
        is_first = not self.home
        with self.parts.round():
            await self._async_read_parts()
        if is_first:
            error = await self._async_try_power()
        self._watch_midnight()
        if error and not is_first:
            raise error
        return self.snapshot()

    async def _async_read_parts(self) -> None:
        await self._async_read_home()
        await self._async_read_totals()
        await self._async_read_peaks()

    @override
    async def _async_keep(self, error: UpdateFailed) -> Snapshot:
        await super()._async_keep(error)
        return self.snapshot()

    @property
    @override
    def own_expiry(self) -> float | None:
        return self._power.left

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        now = dt_util.utcnow()
        keys = {
            (gid, slug): channel
            for gid, device in self.home.items()
            for slug, channel in channels_of(device).items()
        }
        return Snapshot(
            home=self.home,
            channels={
                key: self._state(key, channel, now) for key, channel in keys.items()
            },
            peaks=self._peaks,
            power_is_lost=self._power.is_lost,
        )

    def _state(self, key: ChannelKey, channel: Channel, now: datetime) -> ChannelState:
        device = self.home[key[0]]
        day, period = day_start(device, now), period_start(device, now)
        counted = self._minutes.since(key, day, now)
        return ChannelState(
            device=device,
            channel=channel,
            watts=self._power.watts(self.home, key),
            today=self._days.current(key, day, counted),
            month=self._months.current(key, period, counted if day == period else None),
        )

    async def _async_read_home(self) -> None:
        get, client = self.parts.get, self.client
        devices = await get("devices", self._async_devices, every=_TREE_EVERY)
        modern = await get(
            "modern_devices", client.get_modern_devices, every=_INVENTORY_EVERY
        )
        names = await get(
            "channel_names", client.get_channel_names, every=_INVENTORY_EVERY
        )
        self.home = build_home(devices or (), modern or (), names or ())

    async def _async_devices(self) -> list[WireDevice]:
        devices = await self.client.get_devices()
        self.home_reads += 1
        return devices

    async def _async_try_power(self) -> CloudError | None:
        """Ask for the last finished minute; a short trouble is bridged.

        :raises AuthFailed: the user must sign in again.
        """
        end = (dt_util.utcnow() - _LATENESS).replace(second=0, microsecond=0)
        try:
            usages = await self._async_usages(end - timedelta(seconds=1), Scale.MINUTE)
        except CloudError as err:
            if needs_user(err):
                raise
            self._power.lose_poll()
            return err
        values = self._shown(usages)
        self._minutes.add(self.home, end - _MINUTE, values)
        self._power.take(values, end)
        return None

    async def _async_read_totals(self) -> None:
        day = await self.parts.get(
            "day", partial(self._async_ask_total, Scale.DAY), every=self._day_pause
        )
        month = await self.parts.get(
            "month", partial(self._async_ask_total, Scale.MONTH), every=_MONTH_EVERY
        )
        if day and day is not self._taken.get(Scale.DAY):
            self._taken[Scale.DAY] = day
            self._take_days(*day)
        if month and month is not self._taken.get(Scale.MONTH):
            self._taken[Scale.MONTH] = month
            self._take_months(*month)

    async def _async_ask_total(self, scale: Scale) -> _Total:
        now = dt_util.utcnow()
        return now, await self._async_usages(now, scale)

    def _take_days(self, now: datetime, usages: Usages) -> None:
        for key, kwh in self._shown(usages).items():
            start = day_start(self.home[key[0]], now)
            counted = self._minutes.since(key, start, now)
            self._days.take(key, kwh, start, now, counted)

    def _take_months(self, now: datetime, usages: Usages) -> None:
        for key, kwh in self._shown(usages).items():
            device = self.home[key[0]]
            start = period_start(device, now)
            is_first_day = start == day_start(device, now)
            counted = self._minutes.since(key, start, now) if is_first_day else None
            self._months.take(key, kwh, start, now, counted)

    def _day_pause(self, total: _Total) -> timedelta:
        asked_at = total[0]
        ages = [asked_at - day_start(device, asked_at) for device in self.home.values()]
        is_early = any(age < _AFTER_MIDNIGHT for age in ages)
        return _AFTER_MIDNIGHT_EVERY if is_early else _DAY_EVERY

    async def _async_read_peaks(self) -> None:
        peaks = {
            gid: await self.parts.get(
                f"peak_{gid}",
                lambda gid=gid: self.client.energy.get_peak_demand(gid),  # type: ignore[misc]  # bound at once
                every=_PEAK_EVERY,
            )
            for gid, device in self.home.items()
            if MAINS in device.channels and device.is_panel
        }
        self._peaks = {gid: peak for gid, peak in peaks.items() if peak}

    async def _async_usages(self, instant: datetime, scale: Scale) -> Usages:
        """Ask for the bucket that holds an instant."""
        if not self.home:
            return Usages(None, {})
        get_usages = self.client.energy.get_usages
        if self._forbidden and self._was_searched_before(_FORBIDDEN_FOR):
            # It was refused that day; whether it still is only asking can tell.
            self._forbidden = set()
        try:
            return await get_usages(self.permitted, instant, scale)
        except NotPermitted:
            if not await self._async_find_forbidden(instant, scale):
                raise
        return await get_usages(self.permitted, instant, scale)

    @property
    def permitted(self) -> list[int]:
        """The devices whose data the account may read."""
        return [gid for gid in self.home if gid not in self._forbidden]

    async def _async_find_forbidden(self, instant: datetime, scale: Scale) -> bool:
        """Find out which device it is that is refused; True if it is just some.

        One device that is listed but not the account's spoils the answer of all.
        """
        if not self._was_searched_before(_SEARCH_EVERY):
            return False
        self._searched_at = time.monotonic()
        refused: set[int] = set()
        for gid in self.home:
            try:
                await self.client.energy.get_usages([gid], instant, scale)
            except NotPermitted:
                refused.add(gid)
        if len(refused) == len(self.home):
            return False
        self._forbidden = refused
        return True

    def _was_searched_before(self, pause: timedelta) -> bool:
        at = self._searched_at
        return at is None or time.monotonic() - at >= pause.total_seconds()

    def _shown(self, usages: Usages) -> dict[ChannelKey, float | None]:
        """Return the amounts of known devices with the signs that people expect."""
        found: dict[ChannelKey, float | None] = {}
        amounts = with_common_balance(self.home, usages.values)
        for (gid, slug), value in amounts.items():
            device = self.home.get(gid)
            channel = device and channels_of(device).get(slug)
            if channel:
                found[gid, slug] = (
                    None
                    if value is None
                    else shown(channel, value, invert_solar=self._invert_solar)
                )
        return found

    def _watch_midnight(self) -> None:
        """Have the totals begin anew at the very midnight of each device."""
        now = dt_util.utcnow()
        starts = [
            day_start(device, now + timedelta(hours=hours))
            for device in self.home.values()
            for hours in (24, 26)
        ]
        following = min((start for start in starts if start > now), default=None)
        if following is None or following == self._next_midnight:
            return
        self._async_stop_watching()
        self._next_midnight = following
        self._forget_midnight = async_track_point_in_utc_time(
            self.hass, self._async_new_day, following
        )

    @callback
    def _async_stop_watching(self) -> None:
        if self._forget_midnight:
            self._forget_midnight()
            self._forget_midnight = None

    @callback
    def _async_new_day(self, _: datetime) -> None:
        self._forget_midnight = None
        self.parts.due("day")
        self.parts.due("month")
        if self.data is not None:
            self.data = self.snapshot()
            self.async_update_listeners()
