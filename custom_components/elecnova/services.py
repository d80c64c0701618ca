"""Actions: solar history, the broker's values and topics."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import (
    any_day,
    any_text,
    any_time,
)
from custom_components.cloud_energy.entry.actions import (
    ENTRY_FIELDS,
    Action,
    Fields,
    Query,
    entry_of,
)
from custom_components.cloud_energy.entry.policy import command_errors

from .calculations.pv import Inverter
from .const import DOMAIN
from .coordinators.pv_reader import PvReader
from .live import Live
from .runtime import ElecnovaConfigEntry
from .texts import Message

ATTR_START: Final = "start"
ATTR_END: Final = "end"
ATTR_PERIOD: Final = "period"
ATTR_DATE: Final = "date"

_DEVICE: Final[Fields] = {vol.Required(ATTR_DEVICE_ID): any_text}
_IMPORT: Final[Fields] = {
    **_DEVICE,
    vol.Required(ATTR_START): any_day,
    vol.Required(ATTR_END): any_day,
}
_POWER: Final[Fields] = {
    **_DEVICE,
    vol.Optional(ATTR_START): any_time,
    vol.Optional(ATTR_END): any_time,
}
_ENERGY: Final[Fields] = {
    **_DEVICE,
    vol.Required(ATTR_PERIOD, default="day"): vol.In(("day", "month", "year")),
    vol.Optional(ATTR_DATE): any_day,
}
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=31)
_LONGEST_IMPORT: Final = timedelta(days=366)
"""Each day is a request."""


def _inverter(call: ServiceCall) -> tuple[ElecnovaConfigEntry, Inverter]:
    """Return the inverter that an action names, with its entry.

    :raises ServiceValidationError: it is none of a loaded account.
    """
    device, entry = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    for inverter in entry.runtime_data.coordinator.inverters:
        if (DOMAIN, inverter.sn) in device.identifiers:
            return entry, inverter
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key=Message.NOT_AN_INVERTER
    )


def _live(call: ServiceCall) -> tuple[ElecnovaConfigEntry, Live]:
    """Return what is live of the entry that an action names.

    :raises ServiceValidationError: the user does not want it.
    """
    entry: ElecnovaConfigEntry = entry_of(call)
    if entry.runtime_data.live is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.LIVE_IS_OFF
        )
    return entry, entry.runtime_data.live


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Request days again and bring them into the statistics."""
    entry, inverter = _inverter(call)
    first, last = call.data[ATTR_START], call.data[ATTR_END]
    if last < first:
        raise _wrong_order()
    if last - first >= _LONGEST_IMPORT:
        raise _too_long(_LONGEST_IMPORT)
    with command_errors(call.hass, entry):
        rows = await entry.runtime_data.history.async_read_again(inverter, first, last)
    return {"rows_written": rows}


async def _async_get_power(call: ServiceCall) -> ServiceResponse:
    """Return the power of five-minute intervals, by default of the last day."""
    entry, inverter = _inverter(call)
    end = dt_util.as_utc(call.data.get(ATTR_END, dt_util.utcnow()))
    start = dt_util.as_utc(call.data.get(ATTR_START, end - _DAY))
    if end <= start:
        raise _wrong_order()
    if end - start > _LONGEST:
        raise _too_long(_LONGEST)
    units = entry.runtime_data.coordinator.units
    with command_errors(call.hass, entry):
        raw = await _reader(entry).points(inverter, start, end)
        points = units.in_watts(inverter, raw)
    result: list[Any] = [
        {
            "start": point.time.astimezone(inverter.zone).isoformat(),
            "value": round(point.value, 1),
        }
        for point in points
    ]
    return {"unit": "W", "points": result}


async def _async_get_energy(call: ServiceCall) -> ServiceResponse:
    """Return the energy of days (of a week or a month) or of a year's months."""
    entry, inverter = _inverter(call)
    day: date | None = call.data.get(ATTR_DATE)
    with command_errors(call.hass, entry):
        totals = await _energy_of(_reader(entry), inverter, call.data[ATTR_PERIOD], day)
    result: list[Any] = [
        {"start": first.isoformat(), "value": round(totals[first], 3)}
        for first in sorted(totals)
    ]
    return {"unit": "kWh", "periods": result}


async def _energy_of(
    reader: PvReader, inverter: Inverter, period: str, day: date | None
) -> dict[date, float]:
    chosen = day or inverter.today(dt_util.utcnow())
    ask: dict[str, Callable[[], Awaitable[dict[date, float]]]] = {
        "day": lambda: reader.days(inverter),
        "month": lambda: reader.month(inverter, chosen),
        "year": lambda: reader.year(inverter, chosen.year),
    }
    return await ask[period]()


async def _async_list_points(call: ServiceCall) -> ServiceResponse:
    """Return the broker's latest values as they were sent."""
    result: dict[str, Any] = {**_live(call)[1].points()}
    return {"devices": result}


async def _async_refresh_topics(call: ServiceCall) -> None:
    """Request all topics again, and connect again with them."""
    entry, live = _live(call)
    with command_errors(call.hass, entry):
        await live.async_renew_topics()


def _reader(entry: ElecnovaConfigEntry) -> PvReader:
    return entry.runtime_data.coordinator.reader


def _wrong_order() -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=Message.RANGE_ENDS_BEFORE_IT_STARTS
    )


def _too_long(longest: timedelta) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=Message.RANGE_TOO_LONG,
        translation_placeholders={"days": str(longest.days)},
    )


ACTIONS: Final = (
    Action(
        name="import_history",
        handler=_async_import,
        fields=_IMPORT,
        response=SupportsResponse.OPTIONAL,
        earlier_names=("import_pv_history",),
    ),
    Query(
        name="get_pv_power",
        handler=_async_get_power,
        fields=_POWER,
    ),
    Query(
        name="get_pv_energy",
        handler=_async_get_energy,
        fields=_ENERGY,
    ),
    Query(
        name="list_points",
        handler=_async_list_points,
        fields=ENTRY_FIELDS,
    ),
    Action(name="refresh_topics", handler=_async_refresh_topics, fields=ENTRY_FIELDS),
)
