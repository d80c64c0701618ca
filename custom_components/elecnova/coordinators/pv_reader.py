"""Asking for the power and energy of inverters, as doubtful as it all is (wire 4.5).

Nobody has published what these endpoints answer. Where the serial of an inverter is
unknown to them, that of its cabinet is tried.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.calculations.pv import Inverter

_DAY: Final = timedelta(days=1)


class PvReader:
    """Asks about inverters; power comes as the cloud has it, in whatever unit."""

    def __init__(self, client: ElecnovaClient) -> None:
        """Ask with a client."""
        self._client = client
        self._serials: dict[str, str] = {}

    async def points(
        self, inverter: Inverter, begin: datetime, end: datetime
    ) -> list[PvPoint]:
        """Return the five minutes between two times.

        A day at most is requested at a time: the one of 25 hours takes two requests.

        :raises CloudError: they can't be fetched now.
        """
        points: list[PvPoint] = []
        while begin < end:
            until = min(begin + _DAY, end)
            points += await self._span(inverter, begin, until)
            begin = until
        return points

    async def days(self, inverter: Inverter) -> dict[date, float]:
        """Return the kWh of the last seven days.

        :raises CloudError: they can't be fetched now.
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

        :raises CloudError: they can't be fetched now.
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

        :raises CloudError: they can't be fetched now.
        """
        zone = inverter.zone
        return _by_day(
            await self._ask(
                inverter, lambda sn: self._client.get_pv_energy_yearly(sn, year, zone)
            ),
            zone,
        )

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
        """Ask by the inverter's serial, or else by the cabinet's (wire 10.2)."""
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
