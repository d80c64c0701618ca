"""Runtime data of a loaded config entry."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import (
    BatterySource,
    EnergySource,
    TwoPowers,
)
from custom_components.cloud_energy.entities.entity import enabled_sensor
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.prices.intervals import Prices

from .api.client import EmporiaClient
from .api.home import Device
from .calculations.periods import billing_periods
from .charging.planner import ChargingPlanner
from .charging.release import async_release_chargers
from .const import CONF_STREAM, DOMAIN, MANUFACTURER
from .coordinators.channels import EmporiaCoordinator
from .coordinators.status import StatusCoordinator
from .coordinators.status_stream import StatusStream
from .statistics.energy_sources import energy_sources
from .statistics.history import History
from .statistics.netting import Netting

type EmporiaConfigEntry = ConfigEntry[EmporiaRuntime]


@dataclass
class EmporiaRuntime(CloudRuntime[EmporiaCoordinator]):
    """The parts of one account."""

    client: EmporiaClient
    status: StatusCoordinator
    stream: StatusStream
    history: History
    planner: ChargingPlanner

    @property
    @override
    def coordinators(self) -> Sequence[CloudCoordinator[Any]]:
        return (self.coordinator, self.status)

    @override
    def coming_prices(self, start: datetime, end: datetime) -> Prices | None:
        chargers = self.status.data.chargers
        gids = (
            *chargers,
            *(gid for gid in self.coordinator.home if gid not in chargers),
        )
        found = (self.coordinator.coming_prices(gid, start, end) for gid in gids)
        return next(filter(None, found), None)

    @override
    def prices_of(
        self, keys: Collection[str], start: datetime, end: datetime
    ) -> Prices | None:
        gids = (gid for gid in self.coordinator.home if str(gid) in keys)
        found = (self.coordinator.coming_prices(gid, start, end) for gid in gids)
        return next(filter(None, found), None)

    @override
    async def async_start(self) -> None:
        if self.coordinator.optional_requests:
            # Only now it is known what the entities want.
            await self.coordinator.async_refresh()
        await super().async_start()
        if self.coordinator.config_entry.options.get(CONF_STREAM, True):
            self.stream.async_start()
        self.planner.async_start()

    @override
    async def async_close(self) -> None:
        self.planner.async_close()
        if self.coordinator.config_entry.disabled_by:
            await async_release_chargers(self.planner.wish_list, self.client)
        self.status.async_forget_plan()
        await super().async_close()

    @property
    @override
    def zone(self) -> tzinfo:
        first = self._first_device
        return first.zone if first else super().zone

    @property
    @override
    def billing_periods(self) -> Sequence[tuple[date, date]]:
        first = self._first_device
        return billing_periods(first, dt_util.now(first.zone).date()) if first else ()

    @property
    def _first_device(self) -> Device | None:
        return next(iter(self.coordinator.home.values()), None)

    @property
    @override
    def energy_sources(self) -> tuple[EnergySource, ...]:
        home, currency = self.coordinator.home, self.coordinator.hass.config.currency
        netting = Netting.of(self.coordinator.config_entry)
        net = netting.source(home, currency)
        measured = energy_sources(
            home,
            currency,
            lambda gid, slug: self._sensor(gid, f"{slug}_power"),
            netted=[panel.gid for panel in netting.panels(home)],
        )
        return (*([net] if net else []), *measured, *self._batteries())

    def _batteries(self) -> Iterator[BatterySource]:
        """Yield the batteries whose energy is counted."""
        for gid, battery in self.status.data.batteries.items():
            charge = self._sensor(gid, "charge_energy_calculated")
            discharge = self._sensor(gid, "discharge_energy_calculated")
            if not (charge and discharge):
                continue
            device = self.coordinator.home.get(gid)
            out, into = (
                self._sensor(gid, key) for key in ("discharge_power", "charge_power")
            )
            yield BatterySource(
                name=(device and device.name) or MANUFACTURER,
                discharge=discharge,
                charge=charge,
                power=TwoPowers(out, into) if out and into else None,
                state_of_charge=self._sensor(gid, "state_of_charge"),
                capacity=battery.capacity or None,
            )

    def _sensor(self, gid: int, key: str) -> str | None:
        """Return a sensor of a device that is there, and not disabled."""
        return enabled_sensor(self.coordinator.hass, DOMAIN, f"{gid}_{key}")
