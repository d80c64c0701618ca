"""Runtime data of a loaded config entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, override

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.summary.periods import following_month

from .api import FlowerhubClient
from .api.const import SITE_ZONE
from .coordinators.account import AccountCoordinator
from .coordinators.status import StatusCoordinator

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
