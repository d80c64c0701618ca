"""Runtime data of a loaded config entry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.bill_checks import BillToCheck
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.habit_book import Watched
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.prices.bill_check import (
    Bill,
    Charges,
    Days,
    Metered,
)
from custom_components.cloud_energy.prices.intervals import Prices, priced_hours
from custom_components.cloud_energy.summary.periods import with_running

from .api.client import IecClient
from .api.const import CURRENCY, SITE_ZONE
from .api.models.invoice import Invoice
from .calculations.bill_check import BillTariff
from .calculations.meters import Meter
from .const import MANUFACTURER
from .coordinators.account import IecCoordinator
from .coordinators.outages import OutageCoordinator
from .snapshot import ContractState, MeterState
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
        return None if contract is None else self._prices_of(contract, start, end)

    def _prices_of(
        self, contract: str, start: datetime, end: datetime
    ) -> Prices | None:
        price_at = self.coordinator.pricing_of(contract).at
        intervals = priced_hours(price_at, start, end)
        if not intervals:
            return None
        return Prices(intervals=intervals, currency=CURRENCY, source=MANUFACTURER)

    @override
    def prices_of(
        self, keys: Collection[str], start: datetime, end: datetime
    ) -> Prices | None:
        snapshot = self.coordinator.data
        of_meters = (
            state.meter.address.contract
            for key, state in snapshot.meters.items()
            if key in keys
        )
        contracts = [*(each for each in snapshot.contracts if each in keys), *of_meters]
        return self._prices_of(contracts[0], start, end) if contracts else None

    def watched(self, meter: Meter) -> Watched:
        """Return what the last days of a meter show."""
        contract = meter.address.contract
        return self.habits.of(
            MeterSeries.of(meter).consumption.statistic_id,
            partial(self._prices_of, contract),
        )

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

    @property
    @override
    def bills_to_check(self) -> Mapping[str, BillToCheck]:
        contracts = self.coordinator.data.contracts.items()
        found = {number: self._bill_to_check(number, c) for number, c in contracts}
        return {number: to_check for number, to_check in found.items() if to_check}

    def _bill_to_check(self, number: str, state: ContractState) -> BillToCheck | None:
        """Return a contract's latest bill; None if there is nothing to compare."""
        invoice, snapshot = state.last_invoice, self.coordinator.data
        amount = state.billed_amount
        meters = [
            each
            for each in snapshot.meters.values()
            if each.meter.address.contract == number
        ]
        days = Days.of(invoice.start, invoice.end) if invoice else None
        if not (meters and invoice and days):
            return None
        # Where a private supplier writes the bill, IEC's is one of nothing.
        if not amount or _has_other_meters(invoice, meters):
            return None
        tariff = BillTariff(
            pricing=self.coordinator.pricing_of(number),
            tariffs=snapshot.tariffs,
            connection=meters[0].connection,
            buys_back=any(each.is_two_way for each in meters),
        )

        def charge(metered: Metered) -> Charges | None:
            return tariff.charges(metered, days)

        start, end = days.times(SITE_ZONE)
        return BillToCheck(
            bill=Bill(start=start, end=end, amount=amount, energy=invoice.consumption),
            currency=CURRENCY,
            used=tuple(
                MeterSeries.of(each.meter).consumption.statistic_id for each in meters
            ),
            charge=charge,
            tariff=tariff,
            has_price_change=days.between(tariff.pricing.changed_on),
        )


def _has_other_meters(invoice: Invoice, meters: Sequence[MeterState]) -> bool:
    """Return whether an invoice is for a meter of which there are no hours."""
    addresses = [
        address
        for each in meters
        for address in (each.meter.address, *each.meter.earlier)
    ]
    known = {address.serial for address in addresses}
    return any(reading.serial not in known for reading in invoice.readings)
