"""Runtime data of a loaded config entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.prices.intervals import Prices, priced_hours
from custom_components.cloud_energy.summary.periods import with_running

from .api.client import IecClient
from .api.const import CURRENCY, SITE_ZONE
from .const import MANUFACTURER
from .coordinators.account import IecCoordinator
from .coordinators.outages import OutageCoordinator
from .statistics.history import History
from .statistics.series import MeterSeries

_DAY = timedelta(days=1)

type IecConfigEntry = ConfigEntry[IecRuntime]


@dataclass
class IecRuntime(CloudRuntime[IecCoordinator]):
    """The parts of one login."""

    client: IecClient
    history: History
    outages: OutageCoordinator | None
    """None if the user does not want to watch for interruptions."""

    @property
    @override
    def coordinators(self) -> Sequence[CloudCoordinator[Any]]:
        return (self.coordinator, *filter(None, (self.outages,)))

    @override
    def coming_prices(self, start: datetime, end: datetime) -> Prices | None:
        contract = next(iter(self.coordinator.data.contracts), None)
        if contract is None:
            return None
        price_at = self.coordinator.pricing_of(contract).at
        intervals = priced_hours(price_at, start, end)
        if not intervals:
            return None
        return Prices(intervals=intervals, currency=CURRENCY, source=MANUFACTURER)

    @property
    @override
    def zone(self) -> tzinfo:
        return SITE_ZONE

    @property
    @override
    def billing_periods(self) -> Sequence[tuple[date, date]]:
        contracts = list(self.coordinator.data.contracts.values())
        if len(contracts) != 1 or not contracts[0].invoices:
            # Each contract has periods of its own.
            return ()
        invoices = contracts[0].invoices.invoices
        billed = [
            (each.start, each.end + _DAY)
            for each in invoices
            if each.is_electricity and each.start and each.end
        ]
        return with_running(billed, dt_util.now(SITE_ZONE).date())

    @property
    @override
    def energy_sources(self) -> tuple[GridSource, ...]:
        return tuple(
            MeterSeries.of(state.meter).energy_source(two_way=state.is_two_way)
            for state in self.coordinator.data.meters.values()
        )
