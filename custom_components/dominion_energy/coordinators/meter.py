"""Polls one meter: rarely, since its data come once a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.readings import local_midnight
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import (
    IntervalUsage,
    check_is_whole,
    joined,
    published_days,
)
from custom_components.dominion_energy.api.models import Account, BillForecast, Meter
from custom_components.dominion_energy.const import (
    CONF_ACCOUNT_NUMBER,
    CONF_METER_NUMBER,
    CONF_METERS_BESIDE,
    CONF_PREVIOUS_METER,
    CONF_REPLACED_ON,
    CONF_SERIES,
)
from custom_components.dominion_energy.cost_options import (
    CONF_BUDGET,
    CONF_COST_MODE,
    MODE_API,
    plans_of,
)
from custom_components.dominion_energy.entry_data import (
    billed_rates,
    period_starts,
    periods_data,
)
from custom_components.dominion_energy.snapshot import Period, Snapshot
from custom_components.dominion_energy.statistics.repricing import Repricing
from custom_components.dominion_energy.statistics.series import MeterSeries

from .derive import DerivedUsage, Sources, derive
from .meter_change import find_account, meter_in_place, seen_beside

_LOGGER = logging.getLogger(__name__)

_TICK = timedelta(hours=1)
_FORECAST_EVERY = timedelta(hours=6)
_BILL_EVERY = timedelta(hours=12)
_DAILY = timedelta(hours=24)
_PREVIOUS_EVERY = timedelta(hours=12)
_LAST_DAYS = timedelta(days=10)
_PREVIOUS_KEPT = timedelta(days=75)
"""As long as the running billing period, or the one that is billed then, is the last."""
_PREVIOUS = "previous_meter"
_EARLIEST_PUBLICATION = timedelta(hours=5)
_MONTHS_BACK = timedelta(days=400)

STATISTICS_PARTS = frozenset(
    {"usage", _PREVIOUS, "forecast", "monthly_usage", "monthly_generation"}
)
"""What the statistics are made of."""


class DominionCoordinator(CloudCoordinator[Snapshot]):
    """Reads everything about one meter and passes its readings on."""

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        connection: CloudConnection,
        client: DominionClient,
    ) -> None:
        """Poll the meter of an entry."""
        super().__init__(hass, entry, connection, interval=_TICK)
        self.client = client
        self.feed = StatisticsFeed(hass, entry)
        self.series = MeterSeries.of(entry.data[CONF_SERIES], entry.title)
        self.repricing = Repricing(hass, entry, self.series)
        self.intervals: Sequence[IntervalUsage] = ()
        self._meter_read = ""
        """The meter whose usage is known."""
        self._derived: tuple[Sources, DerivedUsage] | None = None

    @property
    def account_number(self) -> str:
        """The number of the account."""
        number: str = self.config_entry.data[CONF_ACCOUNT_NUMBER]
        return number

    @property
    def meter_number(self) -> str:
        """The number of the meter that is in place now."""
        number: str = self.config_entry.data[CONF_METER_NUMBER]
        return number

    @property
    @override
    def latest_data(self) -> datetime | None:
        usage = self.data.usage if self.data else None
        return usage.day_end if usage else None

    @override
    async def _async_fetch(self) -> Snapshot:
        today = dt_util.now(SITE_ZONE).date()
        with self.answers.round():
            account, meter = await self._async_find_meter()
            sources = await self._async_read(today)
            forecast = sources.forecast
            bill = await self.answers.get(
                "current_bill",
                lambda: self.client.get_current_bill(self.account_number),
                every=_BILL_EVERY,
            )
        derived = await self._async_derive(sources)
        self.feed.async_submit(derived.batches)
        data = periods_data(derived.period_starts, derived.rates)
        if any(self.config_entry.data.get(key) != each for key, each in data.items()):
            self.async_store(data)
        return Snapshot(
            account=account,
            meter=meter,
            usage=derived.usage,
            costs=derived.costs,
            period=self._period(forecast, derived, today) if forecast else None,
            bill=bill,
        )

    async def _async_find_meter(self) -> tuple[Account | None, Meter | None]:
        """Find the account and its meter; one that replaced it takes its place."""
        customer = await self.answers.get(
            "customer",
            self.client.get_customer,
            every=_DAILY,
        )
        account = find_account(customer, self.account_number) if customer else None
        if account is None:
            return None, None
        today = dt_util.now(SITE_ZONE).date()
        known = self.config_entry.data.get(CONF_METERS_BESIDE)
        beside = seen_beside(account, self.meter_number, known, today)
        if beside != known:
            self.async_store({CONF_METERS_BESIDE: beside})
        meter = meter_in_place(account, self.meter_number, beside or {}, today)
        if meter and meter.number != self.meter_number:
            await self._async_replace_meter(meter.number)
        return account, meter

    async def _async_replace_meter(self, number: str) -> None:
        """Continue with another meter; what the one before has counted is kept."""
        today = dt_util.now(SITE_ZONE).date()
        last = self.answers.last
        if known := joined(last(_PREVIOUS) or (), last("usage") or ()):
            self.answers.remember(_PREVIOUS, known, keep=_PREVIOUS_KEPT)
            if not await self.connection.answers.async_save():
                # The cloud may not tell them again: the next poll continues with it
                return
        self.logger.info("The meter was replaced; now using its successor")
        self.async_store(
            {
                CONF_METER_NUMBER: number,
                CONF_PREVIOUS_METER: self.meter_number,
                CONF_REPLACED_ON: today.isoformat(),
            }
        )
        self.answers.due("usage")

    async def _async_read(self, today: date) -> Sources:
        account, meter = self.account_number, self.meter_number
        client, get = self.client, self.answers.get
        since = today - _MONTHS_BACK
        current = await get(
            "usage", partial(self._async_usage, since, today), every=_until_news
        )
        previous = await self._async_read_previous(account, since, today)
        self.intervals = self._joined(previous, current or ())
        return Sources(
            today=today,
            intervals=self.intervals,
            forecast=await get(
                "forecast",
                lambda: client.get_bill_forecast(account),
                every=_FORECAST_EVERY,
            ),
            months=await get(
                "monthly_usage",
                lambda: client.get_monthly_usage(account, meter, since, today),
                every=_DAILY,
            ),
            generations=await get(
                "monthly_generation",
                lambda: client.get_monthly_generation(account, meter, since, today),
                every=_DAILY,
            ),
            options=self.config_entry.options,
            plans=plans_of(self.config_entry),
            older=await self.repricing.async_older_hours(is_stored=self._is_repriced),
            known_starts=period_starts(self.config_entry.data),
            known_rates=billed_rates(self.config_entry.data),
        )

    @property
    def _is_repriced(self) -> bool:
        """Whether the hours that were to be priced again are stored with their price."""
        return (
            self._derived is not None
            and self._derived[0].older is self.repricing.older
            and not (self.feed.busy or self.feed.failed)
        )

    async def _async_usage(self, since: date, today: date) -> Sequence[IntervalUsage]:
        """Return the half hours of the meter in place.

        :raises Malformed: something is gone that was published before.
        """
        meter = self.meter_number
        found = await self.client.get_interval_usage(
            self.account_number, meter, since, today
        )
        known = self.answers.last("usage")
        if self._meter_read == meter and known is not None:
            check_is_whole(found, known)
        self._meter_read = meter
        return found

    async def _async_read_previous(
        self, account: str, since: date, today: date
    ) -> Sequence[IntervalUsage]:
        """Return what replaced meters have counted; the last days may still come.

        It matters as long as a bill is for it: what an hour costs, and what is set off,
        depend on all that its billing period has had before.
        """
        data = self.config_entry.data
        number = data.get(CONF_PREVIOUS_METER)
        if not number:
            return ()
        age = today - date.fromisoformat(data[CONF_REPLACED_ON])
        if age > _PREVIOUS_KEPT:
            return ()
        known: Sequence[IntervalUsage] = self.answers.last(_PREVIOUS) or ()
        if known and age > _LAST_DAYS:
            return known

        async def fetch() -> Sequence[IntervalUsage]:
            found = await self.client.get_interval_usage(account, number, since, today)
            return joined(known, found)

        found = await self.answers.get(
            _PREVIOUS, fetch, every=_PREVIOUS_EVERY, keep=_PREVIOUS_KEPT
        )
        return found or ()

    def _joined(
        self, previous: Sequence[IntervalUsage], current: Sequence[IntervalUsage]
    ) -> Sequence[IntervalUsage]:
        """Put a replaced meter's half hours in front, as the same object each time."""
        if not previous:
            return current
        found = joined(previous, current)
        return self.intervals if self.intervals == found else found

    @property
    def derived(self) -> DerivedUsage | None:
        """What was worked out last."""
        return self._derived[1] if self._derived else None

    @property
    def cost_mode(self) -> str:
        """How costs are calculated now."""
        mode: str = self.config_entry.options.get(CONF_COST_MODE, MODE_API)
        return mode.replace("_", " ")

    async def _async_derive(self, sources: Sources) -> DerivedUsage:
        """Work out what follows from the answers, off the loop and only once."""
        if self._derived and self._derived[0].same_as(sources):
            return self._derived[1]
        derived = await self.hass.async_add_executor_job(derive, sources, self.series)
        self._derived = (sources, derived)
        return derived

    def _period(
        self, forecast: BillForecast, derived: DerivedUsage, today: date
    ) -> Period:
        options: Mapping[str, Any] = self.config_entry.options
        return Period(
            forecast=forecast,
            costs=derived.costs,
            today=today,
            budget=options.get(CONF_BUDGET),
        )


def _until_news(intervals: Sequence[IntervalUsage]) -> timedelta:
    """Return how long the answer can't be outdone by a new one.

    Once yesterday is there, nothing new comes before tomorrow morning.
    """
    now = dt_util.now(SITE_ZONE)
    yesterday = local_midnight(now.date() - timedelta(days=1), SITE_ZONE)
    if not published_days(i for i in intervals if i.start >= yesterday):
        return timedelta(0)
    tomorrow = local_midnight(now.date() + timedelta(days=1), SITE_ZONE)
    return tomorrow + _EARLIEST_PUBLICATION - now
