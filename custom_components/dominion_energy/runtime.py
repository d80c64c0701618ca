"""Runtime data of a loaded config entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.bill_checks import BillToCheck, CheckedBill
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.prices.bill_check import (
    Bill,
    Charges,
    Days,
    Metered,
)
from custom_components.cloud_energy.prices.intervals import (
    Prices,
    mean_price,
    priced_hours,
)
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.summary.habits import yearly_cost
from custom_components.cloud_energy.summary.periods import with_running

from .api.client import DominionClient
from .api.const import SITE_ZONE
from .calculations.bill_check import charges_of
from .const import CURRENCY, MANUFACTURER
from .coordinators.meter import DominionCoordinator
from .statistics.history import History

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)

type DominionConfigEntry = ConfigEntry[DominionRuntime]


@lru_cache(maxsize=8)
def _untold_hours(bill: Bill, series: Series) -> frozenset[datetime]:
    """Return the hours of a bill for which the portal has no figure of their own.

    They are the same at each look, and every entity that shows a bill looks.
    """
    return frozenset(hour for hour in bill.hours if not series.tells(hour))


@dataclass
class DominionRuntime(CloudRuntime[DominionCoordinator]):
    """Runtime data of a loaded config entry."""

    client: DominionClient
    history: History

    @override
    def coming_prices(self, start: datetime, end: datetime) -> Prices | None:
        derived = self.coordinator.derived
        if derived is None:
            return None
        period = self.coordinator.data.period

        def price_at(hour: datetime) -> float | None:
            used = period.used_before(hour) if period else 0.0
            return derived.tariff.price(hour, used)

        intervals = priced_hours(price_at, start, end)
        source = f"{MANUFACTURER} {self.coordinator.cost_mode}"
        return Prices(intervals=intervals, currency=CURRENCY, source=source)

    @property
    def baseline_cost(self) -> float | None:
        """What the home always takes costs in a year, at the coming week's prices."""
        insight, now = self.coordinator.data.insight, dt_util.utcnow()
        if insight is None:
            return None
        prices = self.coming_prices(now, now + _WEEK)
        price = mean_price(prices.intervals) if prices else None
        return yearly_cost(insight.baseline, price)

    @property
    @override
    def energy_sources(self) -> tuple[GridSource, ...]:
        coordinator = self.coordinator
        snapshot = coordinator.data
        returns = snapshot.exporting_usage is not None or bool(
            snapshot.meter and snapshot.meter.net_metering
        )
        return (coordinator.series.energy_source(returns=returns),)

    @property
    @override
    def zone(self) -> tzinfo:
        return SITE_ZONE

    @property
    @override
    def billing_periods(self) -> Sequence[tuple[date, date]]:
        snapshot = self.coordinator.data
        billed = [
            (each.start, each.end + _DAY)
            for each in (snapshot.last_year, snapshot.last_bill)
            if each and each.start and each.end
        ]
        return with_running(billed, dt_util.now(SITE_ZONE).date())

    @property
    @override
    def bills_to_check(self) -> Mapping[str, BillToCheck]:
        snapshot, derived = self.coordinator.data, self.coordinator.derived
        forecast, account = snapshot.forecast, snapshot.account
        billed = forecast.last_bill if forecast else None
        if not (forecast and billed and derived and account):
            return {}
        days = Days.of(billed.start, forecast.last_billed_day)
        if days is None:
            return {}
        if billed.charges is None or len(account.interval_meters) > 1:
            # A bill of several meters says nothing of one.
            return {}
        tariff, (start, end) = derived.tariff, days.times(SITE_ZONE)

        def charge(metered: Metered) -> Charges | None:
            return charges_of(tariff, metered, days.first)

        series, exports = self.coordinator.series, snapshot.exporting_usage is not None
        bill = Bill(
            start=start,
            end=end,
            amount=billed.charges,
            energy=derived.billed_energy,
        )
        to_check = BillToCheck(
            bill=bill,
            currency=CURRENCY,
            used=(series.consumption.statistic_id,),
            returned=(series.return_.statistic_id,) if exports else (),
            charge=charge,
            optional=_untold_hours(bill, series.consumption),
            tariff=tariff,
            has_price_change=days.between(tariff.first_days),
        )
        return {self.coordinator.meter_number: to_check}

    @property
    def last_bill_check(self) -> CheckedBill | None:
        """The last bill with its check; None if it can't be checked."""
        return next(iter(self.bill_checks.bills.values()), None)
