"""Asking for the power and energy of inverters, as doubtful as it all is (sheet 4.5).

Nobody has published what these endpoints answer: whether power comes in W or kW is
found out by comparing it with a day's energy, and where the serial of an inverter is
unknown to them, that of its cabinet is tried.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
import logging
from math import fsum
from typing import Final

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.readings import local_day

from .api.client import ElecnovaClient
from .api.models import PvPoint

_LOGGER = logging.getLogger(__name__)

SLOT: Final = timedelta(minutes=5)
_DAY: Final = timedelta(days=1)
_HOURS_PER_SLOT: Final = SLOT / timedelta(hours=1)
_WATTS_PER_KILOWATT: Final = 1000
_FACTORS: Final = {"W": 1, "kW": _WATTS_PER_KILOWATT}
_ABOUT: Final = 3
"""How many times more or less than a day's total its points may hold."""
_ENOUGH_KWH: Final = 0.1


@dataclass(frozen=True)
class Inverter:
    """An inverter with the cabinet that it hangs on."""

    sn: str = field(repr=False)
    cabinet_sn: str = field(repr=False)
    name: str
    zone: tzinfo

    def today(self, now: datetime) -> date:
        """Return the local day of a time."""
        return now.astimezone(self.zone).date()


def energy(points: Iterable[PvPoint]) -> float:
    """Return the kWh of five-minute points in W."""
    watts = fsum(point.value for point in points)
    return watts * _HOURS_PER_SLOT / _WATTS_PER_KILOWATT


class PvReader:
    """Asks about inverters; power always comes in W from here."""

    def __init__(self, client: ElecnovaClient, factor: float | None = None) -> None:
        """Ask with a client; `factor`: what makes W of the values, if it is known."""
        self._client = client
        self._factor = factor
        self._factors: dict[str, float] = {}
        self._serials: dict[str, str] = {}

    @property
    def factors(self) -> tuple[float, ...]:
        """What the values of the inverters were found to need, to become W."""
        return tuple(self._factors.values())

    async def points(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[PvPoint]:
        """Return the five minutes between two times, in W.

        :raises CloudError: they can't be had now.
        """
        factor = self._factor or self._factors.get(inverter.sn, 1)
        return [
            replace(point, value=point.value * factor)
            for point in await self._raw_points(inverter, begin, end)
        ]

    async def learn_unit(self, inverter: Inverter, today: date) -> None:
        """Find out what the values are by a finished day's energy, if need be.

        :raises CloudError: it can't be found out now.
        """
        if self._factor or inverter.sn in self._factors:
            return
        days = await self.days(inverter)
        for day in sorted(days, reverse=True):
            if day < today and days[day] >= _ENOUGH_KWH:
                begin, end = local_day(day, inverter.zone)
                share = energy(await self._raw_points(inverter, begin, end)) / days[day]
                # A day of which most is lost proves nothing.
                for unit, factor in _FACTORS.items():
                    if 1 / _ABOUT < share * factor < _ABOUT:
                        self._factors[inverter.sn] = factor
                        _LOGGER.info("Solar power comes in %s", unit)
                        return

    async def days(self, inverter: Inverter) -> dict[date, float]:
        """Return the kWh of the last seven days.

        :raises CloudError: they can't be had now.
        """
        zone = inverter.zone
        return _by_day(
            await self._ask(
                inverter, lambda sn: self._client.get_pv_energy_daily(sn, zone)
            ),
            zone,
        )

    async def month(self, inverter: Inverter, day: date) -> dict[date, float]:
        """Return the kWh of the days of the month that a day is in.

        :raises CloudError: they can't be had now.
        """
        zone = inverter.zone
        month = datetime(day.year, day.month, 1, tzinfo=zone)
        return _by_day(
            await self._ask(
                inverter,
                lambda sn: self._client.get_pv_energy_monthly(sn, month, zone),
            ),
            zone,
        )

    async def year(self, inverter: Inverter, year: int) -> dict[date, float]:
        """Return the kWh of the months of a year, by their first days.

        :raises CloudError: they can't be had now.
        """
        zone = inverter.zone
        return _by_day(
            await self._ask(
                inverter, lambda sn: self._client.get_pv_energy_yearly(sn, year, zone)
            ),
            zone,
        )

    async def _raw_points(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[PvPoint]:
        """Ask for a day at most at a time: the day of 25 hours takes two requests."""
        points: list[PvPoint] = []
        while begin < end:
            until = min(begin + _DAY, end)
            points += await self._span(inverter, begin, until)
            begin = until
        return points

    async def _span(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[PvPoint]:
        found = await self._ask(
            inverter,
            lambda sn: self._client.get_pv_power(sn, begin, end, inverter.zone),
        )
        return [point for point in found if begin <= point.time < end]

    async def _ask(
        self, inverter: Inverter, ask: Callable[[str], Awaitable[list[PvPoint]]]
    ) -> Sequence[PvPoint]:
        """Ask by the inverter's serial, or else by the cabinet's (sheet 10.2)."""
        if sn := self._serials.get(inverter.sn):
            return await ask(sn)
        try:
            found = await ask(inverter.sn)
        except ProviderError as err:
            if not _is_unknown(err):
                raise
            found = await ask(inverter.cabinet_sn)
            if found:
                self._serials[inverter.sn] = inverter.cabinet_sn
        else:
            if found:
                self._serials[inverter.sn] = inverter.sn
        return found


def _is_unknown(error: ProviderError) -> bool:
    return error.status in (400, 404)


def _by_day(points: Iterable[PvPoint], zone: tzinfo) -> dict[date, float]:
    return {point.time.astimezone(zone).date(): point.value for point in points}
