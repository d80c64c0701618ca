"""Prices what is stored: hours that have no cost, or one of another price."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.readings import local_midnight
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.stored import (
    async_first_hour_without,
    async_stored_hours,
)
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.calculations.meters import Meter
from custom_components.iec.calculations.pricing import Pricing
from custom_components.iec.coordinators.account import IecCoordinator

from .series import MeterSeries, cost_readings

type _Priced = tuple[int, Pricing, date | None]
"""Up to which change of a meter's hours, by which prices, and again from which day."""

_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


class StoredCosts:
    """The costs of the stored hours of one login's meters."""

    def __init__(
        self, hass: HomeAssistant, coordinator: IecCoordinator, feed: StatisticsFeed
    ) -> None:
        """Import through a feed, by the prices of a coordinator."""
        self._hass = hass
        self._coordinator = coordinator
        self._feed = feed
        self._priced: dict[str, _Priced] = {}
        """What has its cost, by stem."""

    @callback
    def async_forget(self) -> None:
        """Look at all stored costs again."""
        self._priced.clear()

    async def async_price(self) -> int:
        """Give all stored hours their cost; return how many rows have changed.

        :raises RecorderFailed: not all of it is stored.
        """
        prices = self._coordinator.prices
        # They may change while this is under way.
        now, wanted, since = prices.now(), prices.wanted, prices.reprice_from
        meters = self._coordinator.smart_meters
        rows = sum([await self._async_price_meter(meter, since) for meter in meters])
        if self._coordinator.knows_all_tariffs:
            prices.async_note_priced(now, wanted)
        return rows

    async def _async_price_meter(self, meter: Meter, since: date | None) -> int:
        """Give stored hours their cost: those that have none, or all from a day on."""
        series = MeterSeries.of(meter)
        consumption, cost = series.consumption.statistic_id, series.cost.statistic_id
        pricing = self._coordinator.pricing_of(meter.address.contract)
        known = (self._feed.changes[consumption], pricing, since)
        if self._priced.get(meter.stem) == known:
            return 0
        begin = await self._async_first_unpriced(meter, pricing, since)
        hours: Mapping[datetime, float] = {}
        costs: Mapping[datetime, float] = {}
        if begin is not None:
            hours = await async_stored_hours(self._hass, consumption, begin)
            costs = await async_stored_hours(self._hass, cost, begin)
        readings = cost_readings(
            pricing,
            {
                hour: kwh
                for hour, kwh in hours.items()
                if hour not in costs or _is_from(since, hour)
            },
        )
        if readings:
            await self._feed.async_store([Batch(series.cost, tuple(readings))])
        self._priced[meter.stem] = known
        self._feed.async_pass_changes(consumption, known[0])
        done = self._feed.progress.get(cost) if readings else None
        return done.rows_written if done else 0

    async def _async_first_unpriced(
        self, meter: Meter, pricing: Pricing, since: date | None
    ) -> datetime | None:
        """Return the first hour that needs its cost; None if all have it.

        :raises RecorderFailed: it can't be read now.
        """
        series = MeterSeries.of(meter)
        consumption, cost = series.consumption.statistic_id, series.cost.statistic_id
        _, priced_by, _ = self._priced.get(meter.stem, (0, None, None))
        # All before the first change had their cost then, or could have none.
        changed = self._feed.changed_from.get(consumption)
        start = changed if changed and priced_by == pricing else _LONG_AGO
        found = await async_first_hour_without(self._hass, consumption, cost, start)
        wanted = [found] if found else []
        if since is not None:
            # The earliest date of all has no midnight in UTC.
            first = max(since, _LONG_AGO.date())
            wanted.append(local_midnight(first, SITE_ZONE))
        return min(wanted, default=None)


def _is_from(since: date | None, hour: datetime) -> bool:
    return since is not None and hour.astimezone(SITE_ZONE).date() >= since
