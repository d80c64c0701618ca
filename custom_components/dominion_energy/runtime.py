"""What a loaded entry has at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.summary.periods import with_running

from .api.client import DominionClient
from .api.const import SITE_ZONE
from .coordinators.meter import DominionCoordinator
from .statistics.history import History

_DAY = timedelta(days=1)

type DominionConfigEntry = ConfigEntry[DominionRuntime]


@dataclass
class DominionRuntime(CloudRuntime[DominionCoordinator]):
    """What a loaded entry has at hand."""

    client: DominionClient
    history: History

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
