"""Polls what the channels measure: power each minute, totals now and then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    ProviderError,
)
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.policy import needs_user
from custom_components.cloud_energy.prices.intervals import Prices
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.energy import DOLLARS, Scale
from custom_components.emporia.api.home import Channel, Home, build_home
from custom_components.emporia.api.models import (
    PeakDemand,
    RatePlan,
    Series,
    Usages,
    WireDevice,
)
from custom_components.emporia.api.models.channels import MAINS
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.calculations.combined import with_common_balance
from custom_components.emporia.calculations.prices import costs_by_rate, device_prices
from custom_components.emporia.calculations.rates import rate_at
from custom_components.emporia.calculations.signs import Signs
from custom_components.emporia.snapshot import ChannelState, Snapshot, channels_of

from .announcements import Announcements
from .extras import Extra, poll_interval, requests_per_day
from .inventory import Tree
from .legs import LEGS_EVERY, async_read_legs, legs_of
from .midnight import MidnightTimer
from .power import Power
from .totals import Pace, RunningTotals
from .usage_reader import UsageReader
from .vehicles import VehicleState, async_list_vehicles, async_read_vehicles

_LOGGER = logging.getLogger(__name__)

_MINUTE = timedelta(minutes=1)
_LATENESS = timedelta(seconds=30)
_TREE_EVERY = timedelta(hours=1)
_EMPTY_TREE_EVERY = timedelta(minutes=5)
"""An account without any device is rare, an empty answer is not."""
_HOME_KEPT = timedelta(days=60)
"""How long a list of what is there counts: without one the other means another home."""
_INVENTORY_EVERY = timedelta(hours=6)
_PEAK_EVERY = timedelta(hours=12)
_PLANS_EVERY = timedelta(hours=12)
_COST_PACE = Pace(day=timedelta(hours=1), month=timedelta(hours=6))


class EmporiaCoordinator(CloudCoordinator[Snapshot]):
    """Reads devices, power and running totals of one account."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: EmporiaClient,
    ) -> None:
        """Poll the account of an entry."""
        super().__init__(
            hass,
            entry,
            connection,
            interval=poll_interval(()),
        )
        self.client = client
        self._announcements = Announcements(client, connection)
        self.home: Home = {}
        self._tree = Tree()
        self._signs = Signs.of(entry.options)
        self._power = Power()
        self._extras: Sequence[Extra] = ()
        """What is requested besides power, each as often as it is."""
        self.is_importing = False
        """Whether power is requested less, for years of history wait for requests."""
        self._usages = UsageReader(client.energy)
        self._totals = RunningTotals(self.answers, self._usages.read, self._shown)
        self._costs = RunningTotals(
            self.answers,
            partial(self._usages.read, unit=DOLLARS),
            self._shown,
            kind="cost_",
            pace=_COST_PACE,
        )
        self._peaks: Mapping[int, PeakDemand] = {}
        self._plans: Mapping[int, RatePlan] = {}
        self._legs: Series | None = None
        self._vehicles: Mapping[int, VehicleState] = {}
        self._midnight = MidnightTimer(hass, entry, self._async_new_day)

    @property
    def permitted(self) -> list[int]:
        """The devices whose data the account may read."""
        return self._usages.permitted

    @property
    def requests_per_day(self) -> float:
        """How many requests a day takes without the statistics."""
        return requests_per_day(self._extras, self.rhythm.interval)

    @callback
    def async_set_importing(self, *, is_importing: bool) -> None:
        """Leave requests to the history, or take them back for the power."""
        self.is_importing = is_importing
        self._async_pace()

    @callback
    def _async_pace(self) -> None:
        self.async_set_interval(
            poll_interval(self._extras, is_importing=self.is_importing)
        )

    @property
    @override
    def latest_data(self) -> datetime | None:
        return self._power.latest

    @override
    async def _async_fetch(self) -> Snapshot:
        try:
            return await self._async_read()
        except ProviderError as err:
            await self._announcements.async_explain(err, self.failures)
            raise

    async def _async_read(self) -> Snapshot:
        if self.answers.is_offline:
            await self._async_read_parts()
            return self.snapshot()
        error = await self._async_try_power() if self.home else None
        if isinstance(error, CannotConnect):
            # Nobody is there: asking for more would only use the budget up.
            raise error
        is_first = not self.home
        with self.answers.round():
            await self._async_read_parts()
        if is_first:
            error = await self._async_try_power()
        self._midnight.async_watch(self.home.values())
        if error and not is_first:
            raise error
        return self.snapshot()

    async def _async_read_parts(self) -> None:
        await self._async_read_home()
        await self._totals.async_read(self.home)
        await self._async_read_peaks()
        plans = await self.answers.get(
            "plans", self.client.get_time_of_use, every=_PLANS_EVERY
        )
        self._plans = {
            planned.load_gid: planned.plan
            for planned in (plans.devices if plans else ())
            if planned.plan and planned.load_gid
        }
        await self._async_read_extras({Extra(want) for want in self.optional_requests})

    async def _async_read_extras(self, wanted: set[Extra]) -> None:
        """Request what entities that are disabled by default need."""
        cars = await async_list_vehicles(self.answers, self.client.charging)
        times = {Extra.VEHICLES: len(cars)}
        self._extras = [w for w in wanted for _ in range(times.get(w, 1))]
        self._async_pace()
        if Extra.COSTS in wanted:
            await self._costs.async_read(self.home)
        if Extra.LEGS in wanted:
            read = partial(async_read_legs, self.client.energy, self.home)
            self._legs = await self.answers.get("legs", read, every=LEGS_EVERY)
        asked = cars if Extra.VEHICLES in wanted else ()
        known = await async_read_vehicles(self.answers, self.client.charging, asked)
        self._vehicles = {
            car.gid: VehicleState(vehicle=car, settings=known.get(car.gid))
            for car in cars
        }

    @override
    def _kept(self) -> Snapshot:
        return self.snapshot()

    @property
    @override
    def own_expiry(self) -> float | None:
        return self._power.left

    def coming_prices(self, gid: int, start: datetime, end: datetime) -> Prices | None:
        """Return what a kWh costs a device, by its plan or by the rate of the app."""
        device = self.home.get(gid)
        if device is None:
            return None
        plan = self._plans.get(device.load_gid or 0)
        return device_prices(device, plan, start, end, self.hass.config.currency)

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
            legs=legs_of(self.home, self._legs),
            vehicles=self._vehicles,
            rates={
                gid: rate
                for gid, device in self.home.items()
                if (plan := self._plans.get(device.load_gid or 0)) and plan.has_times
                if (rate := rate_at(plan, now, device.zone))
            },
            power_is_lost=self._power.is_lost,
        )

    def _state(self, key: ChannelKey, channel: Channel, now: datetime) -> ChannelState:
        device = self.home[key[0]]
        return ChannelState(
            device=device,
            channel=channel,
            watts=self._power.watts(self.home, key),
            today=self._totals.today(device, key, now),
            month=self._totals.this_period(device, key, now),
            cost_today=self._costs.today(device, key, now),
            cost_month=self._costs.this_period(device, key, now),
        )

    async def _async_read_home(self) -> None:
        get, client = partial(self.answers.get, keep=_HOME_KEPT), self.client
        devices = await get("devices", self._async_devices, every=_tree_pause)
        modern = await get(
            "modern_devices", client.get_modern_devices, every=_INVENTORY_EVERY
        )
        names = await get(
            "channel_names", client.get_channel_names, every=_INVENTORY_EVERY
        )
        self.home = build_home(devices or (), modern or (), names or ())
        if not self.home and None in (devices, modern):
            raise ProviderError("No list names any device")
        self._usages.gids = list(self.home)

    async def _async_devices(self) -> list[WireDevice]:
        devices = await self.client.get_devices()
        if not self.whole_lists:
            self._tree.recall(self.answers.last("devices") or ())
        self.whole_lists += 1
        return self._tree.take(devices)

    async def _async_try_power(self) -> CloudError | None:
        """Request the last finished minute; a short trouble is bridged.

        :raises AuthFailed: the user must sign in again.
        """
        end = (dt_util.utcnow() - _LATENESS).replace(second=0, microsecond=0)
        try:
            usages = await self._usages.read(end - timedelta(seconds=1), Scale.MINUTE)
        except CloudError as err:
            if needs_user(err):
                raise
            self._power.lose_poll()
            return err
        values = self._shown(usages)
        minute, spell = end - _MINUTE, round(self.rhythm.interval / _MINUTE)
        self._totals.add_minute(self.home, minute, values, spell)
        # Until the cloud says it
        costs = costs_by_rate(self.home, values)
        self._costs.add_minute(self.home, minute, costs, spell)
        self._power.take(values, end)
        return None

    async def _async_read_peaks(self) -> None:
        peaks = {
            gid: await self.answers.get(
                f"peak_{gid}",
                lambda gid=gid: self.client.energy.get_peak_demand(gid),  # type: ignore[misc]  # bound at once
                every=_PEAK_EVERY,
            )
            for gid, device in self.home.items()
            if MAINS in device.channels and device.is_panel
        }
        self._peaks = {gid: peak for gid, peak in peaks.items() if peak}

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
                    else self._signs.shown((gid, slug), channel, value)
                )
        return found

    @callback
    def _async_new_day(self, _: datetime) -> None:
        # It is midnight for everybody
        delay = self.rhythm.own_delay
        self._totals.renew(delay)
        self._costs.renew(delay)
        if self.data is not None:
            self.data = self.snapshot()
            self.async_update_listeners()


def _tree_pause(devices: Sequence[WireDevice]) -> timedelta:
    return _TREE_EVERY if devices else _EMPTY_TREE_EVERY
