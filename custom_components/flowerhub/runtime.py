"""Runtime data of a loaded config entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.bill_checks import BillToCheck, CheckedBill
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.prices.bill_check import Bill
from custom_components.cloud_energy.summary.periods import following_month

from .api import FlowerhubClient
from .api.const import SITE_ZONE
from .const import CURRENCY
from .coordinators.account import AccountCoordinator
from .coordinators.status import StatusCoordinator

_ACCOUNT: Final = "account"
"""An entry has only one whose bills are checked."""

type FlowerhubConfigEntry = ConfigEntry[FlowerhubRuntime]


@dataclass
class FlowerhubRuntime(CloudRuntime[StatusCoordinator]):
    """The parts of one account; `coordinator` is the one of the hub's status."""

    client: FlowerhubClient
    account_data: AccountCoordinator

    @property
    @override
    def coordinators(self) -> Sequence[CloudCoordinator[Any]]:
        return (self.coordinator, self.account_data)

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        account = self.account_data
        return account.series.energy_sources(account.data.agreement)

    @property
    @override
    def zone(self) -> tzinfo:
        return SITE_ZONE

    @property
    @override
    def billing_periods(self) -> Sequence[tuple[date, date]]:
        bills = self.account_data.data.bills
        return [
            (month, following_month(month))
            for month in (bills.by_month if bills else ())
        ]

    @property
    @override
    def bills_to_check(self) -> Mapping[str, BillToCheck]:
        billed = self.account_data.data.bill
        if billed is None:
            return {}
        start, end = billed.times
        bill = Bill(
            start=start,
            end=end,
            amount=billed.amount,
            energy=billed.energy,
            is_estimated=not billed.metered.is_reading,
        )
        to_check = BillToCheck(
            bill=bill,
            currency=CURRENCY,
            volume=billed.metered.volume,
            charge=billed.charges,
            tariff=billed,
        )
        return {_ACCOUNT: to_check}

    @property
    def last_bill_check(self) -> CheckedBill | None:
        """The latest invoice with its check; None if it can't be checked."""
        return next(iter(self.bill_checks.bills.values()), None)
