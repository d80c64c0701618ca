"""Looks for a finished day that reveals the unit of an inverter's power."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.cloud_energy.readings import local_day
from custom_components.elecnova.calculations.pv import Inverter
from custom_components.elecnova.calculations.units import ENOUGH_KWH, PowerUnits
from custom_components.elecnova.coordinators.pv_reader import PvReader

_MONTHS_BACK: Final = 13
_MAX_DAYS: Final = 3
"""Days of one list to try, each for a request."""


async def async_learn_unit(
    reader: PvReader, units: PowerUnits, inverter: Inverter, today: date
) -> None:
    """Find out the unit by a finished day's energy, if need be.

    The last week tells, or any month of the last year: an inverter may have been off
    for long, and one list may fail where the other does not.

    :raises ProviderError: it was not found, and a list could not be fetched.
    """
    if units.of(inverter):
        return
    errors: list[ProviderError] = []
    first = today.replace(day=1)
    for back in range(_MONTHS_BACK + 1):
        try:
            if back == 0:
                totals: Mapping[date, float] = await reader.days(inverter)
            else:
                totals = await reader.month(inverter, first)
                first = (first - timedelta(days=1)).replace(day=1)
            await _learn_from(reader, units, inverter, today, totals)
        except ProviderError as err:
            errors.append(err)
        if units.of(inverter):
            return
    if errors:
        raise errors[0]


async def _learn_from(
    reader: PvReader,
    units: PowerUnits,
    inverter: Inverter,
    today: date,
    totals: Mapping[date, float],
) -> None:
    sunny = [day for day, kwh in totals.items() if day < today and kwh >= ENOUGH_KWH]
    for day in sorted(sunny, reverse=True)[:_MAX_DAYS]:
        points = await reader.points(inverter, *local_day(day, inverter.zone))
        units.learn(inverter, points, totals[day])
        if units.of(inverter):
            return
