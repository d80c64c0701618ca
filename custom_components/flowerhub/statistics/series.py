"""Months as statistics: each in its first local hour, once it is over (wire 6.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from homeassistant.const import PERCENTAGE
from homeassistant.util.unit_conversion import UnitlessRatioConverter

from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.readings import HOUR, Reading, local_month
from custom_components.cloud_energy.recorder.feed import Batch, MeanBatch
from custom_components.cloud_energy.recorder.means import MeanSeries
from custom_components.cloud_energy.recorder.series import Series, branded
from custom_components.flowerhub.api.const import SITE_ZONE
from custom_components.flowerhub.api.models import (
    ElectricityAgreement,
    UptimeHistoryEntry,
)
from custom_components.flowerhub.calculations.billing import BilledMonth, Bills, Earned
from custom_components.flowerhub.const import BRAND, CONF_KEY, CURRENCY, DOMAIN
from custom_components.flowerhub.entry_data import invoiced_key


@dataclass(frozen=True, kw_only=True)
class AccountSeries:
    """The statistics of one account."""

    name: str
    key: str = field(repr=False)
    """The first asset id of the entry."""
    invoiced_key: str = field(repr=False)
    """The same, or the asset owner's id for entries made by earlier versions."""

    @classmethod
    def of_entry(cls, name: str, data: Mapping[str, Any]) -> Self:
        """Return the statistics of an entry by its title and data."""
        return cls(name=name, key=data[CONF_KEY], invoiced_key=invoiced_key(data))

    def consumption(self, site: str) -> Series:
        """What a site used."""
        return self._energy("consumption", "usage", site)

    def production(self, site: str) -> Series:
        """What a site produced."""
        return self._energy("production", "return", site)

    @property
    def invoiced(self) -> Series:
        """What was invoiced, less the compensation."""
        return self._money("invoiced", self.invoiced_key)

    @property
    def compensation(self) -> Series:
        """What the battery earned."""
        return self._money("compensation", self.key)

    @property
    def uptime(self) -> MeanSeries:
        """The hub's uptime in percent, by the month."""
        return MeanSeries(
            statistic_id=f"{DOMAIN}:uptime_{self.key}",
            name=self._named("uptime"),
            unit=PERCENTAGE,
            unit_class=UnitlessRatioConverter.UNIT_CLASS,
        )

    def energy_sources(
        self, agreement: ElectricityAgreement | None
    ) -> tuple[GridSource, ...]:
        """Describe the sites of an agreement to the Energy dashboard."""
        consumption = agreement.consumption if agreement else None
        production = agreement.production if agreement else None
        if consumption is None or consumption.site_id is None:
            return ()
        site = production.site_id if production else None
        used = self.consumption(str(consumption.site_id))
        returned = self.production(str(site)) if site else None
        return (
            GridSource(
                name=branded(BRAND, self.name),
                consumption=used.statistic_id,
                cost=self.invoiced.statistic_id,
                return_=returned.statistic_id if returned else None,
                series=tuple(filter(None, (used, self.invoiced, returned))),
            ),
        )

    def _named(self, kind: str) -> str:
        return branded(BRAND, f"{self.name} {kind}")

    def _energy(self, kind: str, name: str, site: str) -> Series:
        # The number is part of the name: after a removal there may be two sites.
        return Series.energy(
            f"{DOMAIN}:{kind}_{_slug(site)}", self._named(f"{name} (…{site[-4:]})")
        )

    def _money(self, kind: str, number: str) -> Series:
        return Series.money(f"{DOMAIN}:{kind}_{number}", self._named(kind), CURRENCY)


def volume_batch(series: Series, months: Iterable[BilledMonth], now: datetime) -> Batch:
    """Return what a site used or produced."""
    return _batch(series, {each.month: each.volume for each in months}, now)


def invoiced_batch(series: Series, bills: Bills, now: datetime) -> Batch:
    """Return what was invoiced."""
    return _batch(series, bills.by_month, now)


def compensation_batch(series: Series, earned: Earned, now: datetime) -> Batch:
    """Return what the battery earned in the month that was settled last."""
    amount = earned.revenue.compensation
    return _batch(series, {earned.settlement.month: amount}, now)


def uptime_batch(
    series: MeanSeries, history: Iterable[UptimeHistoryEntry], now: datetime
) -> Batch:
    """Return the uptime of all months."""
    months = {each.month: each.uptime for each in history if each.month}
    return MeanBatch(series, _readings(months, now))


def _batch(series: Series, months: Mapping[date, float | None], now: datetime) -> Batch:
    """Return a batch of the months that are over."""
    return Batch(series, _readings(months, now))


def _readings(
    months: Mapping[date, float | None], now: datetime
) -> tuple[Reading, ...]:
    """Put each month that is over into its first hour.

    An hour of its own, not the month as a coarse reading: there is nothing finer
    that it could be the rest of, and an invoice may be negative.
    """
    readings = []
    for month in sorted(months):
        start, end = local_month(month, SITE_ZONE)
        value = months[month]
        if value is not None and end <= now:
            readings.append(Reading(start, start + HOUR, value))
    return tuple(readings)


def _slug(site: str) -> str:
    """Return a site's number as a part of a statistic's id."""
    slug = "".join(letter if letter.isalnum() else "_" for letter in site.lower())
    return "_".join(part for part in slug.split("_") if part) or "unknown"
