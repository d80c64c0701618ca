"""Reads what the recorder has stored of an entry, for summaries."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.dashboard.sources import (
    BatterySource,
    EnergySource,
    GridSource,
    SolarSource,
)
from custom_components.cloud_energy.readings import HOUR
from custom_components.cloud_energy.recorder.jobs import async_read_beside

from .figures import Hours, StoredHours

_BEHIND = timedelta(days=32)
"""How far behind a period to look for the row that ends a total."""


class Statistics:
    """Which statistics of an entry show what."""

    def __init__(self, sources: Iterable[EnergySource], currency: str) -> None:
        """Sort what an entry offers to the Energy dashboard.

        :param currency: Home Assistant's, of amounts that name none
        """
        known = list(sources)
        grids = [each for each in known if isinstance(each, GridSource)]
        batteries = [each for each in known if isinstance(each, BatterySource)]
        self.imported = [grid.consumption for grid in grids]
        self.returned = [grid.return_ for grid in grids if grid.return_]
        self.cost = [grid.cost for grid in grids if grid.cost]
        self.compensation = [grid.compensation for grid in grids if grid.compensation]
        currencies = {
            series.unit or currency
            for grid in grids
            for series in grid.series
            if series.statistic_id in (grid.cost, grid.compensation)
        }
        self.currency = next(iter(currencies), currency)
        if len(currencies) > 1:
            # They can't be added.
            self.cost, self.compensation = [], []
        self.solar = [e.production for e in known if isinstance(e, SolarSource)]
        self.discharged = [battery.discharge for battery in batteries]
        self.charged = [battery.charge for battery in batteries]
        self._series = [series for each in known for series in each.series]

    @property
    def main(self) -> list[str]:
        """Those without which there is no summary."""
        return self.imported or self.solar

    def tells(self, hour: datetime) -> bool:
        """Return whether the main ones have a figure for an hour alone."""
        main = {*self.main}
        return all(e.tells(hour) for e in self._series if e.statistic_id in main)

    @property
    def all(self) -> set[str]:
        """The ids of all statistics that a summary is made of."""
        return {
            *(*self.imported, *self.returned, *self.cost, *self.compensation),
            *(*self.solar, *self.discharged, *self.charged),
        }

    def stored(
        self, found: Mapping[str, Hours], existing: Iterable[str]
    ) -> StoredHours:
        """Sort stored hours; a statistic in which there has never been a row is none."""
        exist = {*existing, *self.main}

        def of(ids: Iterable[str]) -> list[Hours]:
            return [found.get(each, {}) for each in ids if each in exist]

        has_all_costs = len(self.cost) == len(self.imported)
        return StoredHours(
            imported=of(self.imported),
            returned=of(self.returned),
            solar=of(self.solar),
            discharged=of(self.discharged),
            charged=of(self.charged),
            cost=[found.get(e, {}) for e in self.cost] if has_all_costs else (),
            compensation=of(self.compensation),
            tells=self.tells,
        )


async def async_read_hours(
    hass: HomeAssistant, ids: set[str], start: datetime, end: datetime
) -> dict[str, Hours]:
    """Return the hours of a time, the one before it, and some behind it.

    :raises RecorderFailed: they can't be read now.
    """

    def read() -> dict[str, Hours]:
        units: dict[str, str] = {"energy": UnitOfEnergy.KILO_WATT_HOUR}
        found = statistics_during_period(
            hass, start - HOUR, end + _BEHIND, ids, "hour", units, {"change"}
        )
        return {
            statistic_id: {
                dt_util.utc_from_timestamp(row["start"]): change
                for row in rows
                if (change := row.get("change")) is not None
            }
            for statistic_id, rows in found.items()
        }

    return await async_read_beside(hass, read)
