"""One external statistic: what it is called, and how its rows are reached."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.unit_conversion import EnergyConverter
from sqlalchemy.orm import Session

from .jobs import RecorderFailed, async_run_in_recorder
from .series_rows import SeriesRows

_LONGEST_NAME = 255

_LOCKS: HassKey[dict[str, asyncio.Lock]] = HassKey("cloud_energy_statistics")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One external statistic: hourly amounts with a running total."""

    statistic_id: str = field(repr=False)
    """It may hold the number of an account."""
    name: str = field(repr=False)
    unit: str | None
    """kWh, or an ISO currency; None for the currency of Home Assistant."""
    unit_class: str | None = None
    wall_clock: tzinfo | None = None
    """The clock that the provider tells hours by, if it has one figure for the two hours
    that the change in autumn makes of one: then it is that of the first.
    """

    @classmethod
    def energy(
        cls, statistic_id: str, name: str, *, wall_clock: tzinfo | None = None
    ) -> Series:
        """Describe a series of kWh."""
        return cls(
            statistic_id=statistic_id,
            name=name,
            unit=UnitOfEnergy.KILO_WATT_HOUR,
            unit_class=EnergyConverter.UNIT_CLASS,
            wall_clock=wall_clock,
        )

    @classmethod
    def money(cls, statistic_id: str, name: str, currency: str | None) -> Series:
        """Describe a series of amounts of money."""
        return cls(statistic_id=statistic_id, name=name, unit=currency)

    def tells(self, hour: datetime) -> bool:
        """Return whether the provider has a figure of its own for an hour."""
        return self.wall_clock is None or not hour.astimezone(self.wall_clock).fold

    @property
    def metadata(self) -> StatisticMetaData:
        """What the recorder keeps of the series as such."""
        return StatisticMetaData(
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
            name=_storable(self.name),
            source=self.statistic_id.partition(":")[0],
            statistic_id=self.statistic_id,
            unit_class=self.unit_class,
            unit_of_measurement=self.unit,
        )


def branded(brand: str, name: str) -> str:
    """Return a name that says whose it is: lists of statistics show nothing else."""
    return name if name.lower().startswith(brand.lower()) else f"{brand} {name}"


def async_declare_series(hass: HomeAssistant, series: Series) -> None:
    """Make a series known to the recorder before its first amount."""
    async_add_external_statistics(hass, series.metadata, [])


def import_lock(hass: HomeAssistant, series: Series) -> asyncio.Lock:
    """Return what an import holds from its first read to its last."""
    locks = hass.data.setdefault(_LOCKS, {})
    return locks.setdefault(series.statistic_id, asyncio.Lock())


async def async_with_declared[T](
    hass: HomeAssistant, series: Series, work: Callable[[SeriesRows], T]
) -> T:
    """Do something with the rows of a series, which is declared before if need be.

    :raises RecorderFailed: it was not done.
    """
    ensure_declared(hass, series)
    found = await async_with_rows(hass, series.statistic_id, work)
    if found is None:
        # Somebody has deleted it in the meantime.
        async_declare_series(hass, series)
        found = await async_with_rows(hass, series.statistic_id, work)
    if found is None:
        raise RecorderFailed("the statistic could not be declared")
    return found


def ensure_declared(hass: HomeAssistant, series: Series) -> None:
    """Make a series known to the recorder unless it is, with the same name and unit."""
    manager = get_instance(hass).statistics_meta_manager
    known = manager.get_from_cache_threadsafe({series.statistic_id})
    _, metadata = known.get(series.statistic_id, (0, None))
    if metadata is None or metadata != {**metadata, **series.metadata}:
        async_declare_series(hass, series)


async def async_with_rows[T](
    hass: HomeAssistant, statistic_id: str, work: Callable[[SeriesRows], T]
) -> T | None:
    """Do something with the rows of a statistic, on the recorder's thread.

    Returns None if the recorder does not know the statistic.

    :raises RecorderFailed: it was not done.
    """

    def run(recorder: Recorder, session: Session) -> T | None:
        rows = SeriesRows.find(recorder, session, statistic_id)
        return None if rows is None else work(rows)

    return await async_run_in_recorder(hass, run)


def _storable(name: str) -> str:
    """Return a name as every database takes it."""
    clean = "".join(each for each in name if each.isprintable())
    return clean[:_LONGEST_NAME]
