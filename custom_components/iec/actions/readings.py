"""Actions about readings and their history."""

from datetime import date, timedelta
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.entities.refresh import raise_missing
from custom_components.cloud_energy.entry.action_fields import any_day
from custom_components.cloud_energy.entry.action_names import (
    ATTR_END,
    ATTR_START,
    EARLIER_RANGE,
)
from custom_components.cloud_energy.entry.actions import (
    ENTRY_FIELDS,
    Action,
    Query,
    entry_of,
)
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.cloud_energy.prices.dated_prices import async_note_prices
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.models.reading import MeterReport, Resolution
from custom_components.iec.calculations.pricing import PRICE_OPTIONS
from custom_components.iec.const import DOMAIN
from custom_components.iec.coordinators.day_energies import day_energies
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.snapshot import MeterState
from custom_components.iec.statistics.reader import DayReadings
from custom_components.iec.texts import Message

from .targets import DEVICE_FIELDS, meter_of

ATTR_DAY: Final = "day"
ATTR_EMAIL: Final = "email"
ATTR_RESOLUTION: Final = "resolution"

_MAX_DAYS: Final = 366
_RESOLUTIONS: Final = {
    "day": Resolution.DAILY,
    "week": Resolution.WEEKLY,
    "month": Resolution.MONTHLY,
}


async def _async_get_readings(call: ServiceCall) -> ServiceResponse:
    """Return the readings of a day, week or month, freshly requested."""
    entry, state = meter_of(call)
    day: date = call.data[ATTR_DAY]
    resolution = _RESOLUTIONS[call.data[ATTR_RESOLUTION]]
    reader = entry.runtime_data.coordinator.reader
    with command_errors(call.hass, entry):
        if resolution is Resolution.DAILY:
            return _day_response(await reader.read_day(state.meter, day))
        report = await reader.read_days(state.meter, day, resolution)
    return _days_response(report, state)


def _day_response(reading: DayReadings) -> ServiceResponse:
    readings: list[Any] = [
        {
            "start": interval.start.astimezone(SITE_ZONE).isoformat(),
            "consumption": interval.consumption,
            "return": interval.return_,
        }
        for interval in reading.intervals
    ]
    return {"readings": readings, "unit": "kWh"}


def _days_response(report: MeterReport | None, state: MeterState) -> ServiceResponse:
    readings: list[Any] = [
        {
            "day": day.isoformat(),
            "consumption": energy.consumption,
            "return": energy.return_ if state.is_two_way else None,
        }
        for day, energy in sorted(day_energies(report).items())
    ]
    return {"readings": readings, "unit": "kWh"}


async def _async_import_history(call: ServiceCall) -> ServiceResponse:
    """Request days again and put the recorder right.

    :raises ServiceValidationError: the range is empty, too long or in the future.
    :raises HomeAssistantError: not all days could be fetched.
    """
    entry: IecConfigEntry = entry_of(call)
    days = _days(call)
    with command_errors(call.hass, entry):
        done = await entry.runtime_data.history.async_read_again(days)
    raise_missing(day.isoformat() for day in done.failed)
    return {"days": len(days), "rows_written": done.rows}


async def _async_reprice(call: ServiceCall) -> ServiceResponse:
    """Have the prices of today count from a day on, and price what is stored by them.

    :raises HomeAssistantError: not all of it is stored.
    """
    entry: IecConfigEntry = entry_of(call)
    since: date = call.data.get(ATTR_START, date.min)
    async_note_prices(
        call.hass, entry, PRICE_OPTIONS, entry.options, since=since, usual=since
    )
    return {"rows_written": await entry.runtime_data.history.async_reprice(since)}


def _days(call: ServiceCall) -> list[date]:
    start: date = call.data[ATTR_START]
    end = min(call.data[ATTR_END], dt_util.now(SITE_ZONE).date())
    count = (end - start).days + 1
    if not 0 < count <= _MAX_DAYS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=Message.BAD_RANGE,
            translation_placeholders={"days": str(_MAX_DAYS)},
        )
    return [end - timedelta(days=at) for at in range(count)]


async def _async_send_report(call: ServiceCall) -> None:
    """Have the provider send a report of a meter's consumption.

    :raises HomeAssistantError: it was not sent.
    """
    entry, state = meter_of(call)
    if not await _async_sent(call.hass, entry, state, call.data[ATTR_EMAIL]):
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key=Message.REPORT_NOT_SENT
        )


async def _async_sent(
    hass: HomeAssistant, entry: IecConfigEntry, state: MeterState, email: str
) -> bool:
    with command_errors(hass, entry):
        return await entry.runtime_data.client.consumption.send_report_by_mail(
            state.meter.address, email
        )


READING_ACTIONS: Final = (
    Query(
        name="get_readings",
        handler=_async_get_readings,
        fields={
            **DEVICE_FIELDS,
            vol.Required(ATTR_DAY): any_day,
            vol.Optional(ATTR_RESOLUTION, default="day"): vol.In(list(_RESOLUTIONS)),
        },
    ),
    Action(
        name="reprice",
        handler=_async_reprice,
        fields={**ENTRY_FIELDS, vol.Optional(ATTR_START): any_day},
        response=SupportsResponse.OPTIONAL,
        earlier_fields=EARLIER_RANGE,
    ),
    Action(
        name="import_history",
        handler=_async_import_history,
        fields={
            **ENTRY_FIELDS,
            vol.Required(ATTR_START): any_day,
            vol.Required(ATTR_END): any_day,
        },
        response=SupportsResponse.OPTIONAL,
        earlier_names=("backfill_statistics",),
        earlier_fields=EARLIER_RANGE,
    ),
    Action(
        name="send_consumption_report",
        handler=_async_send_report,
        fields={**DEVICE_FIELDS, vol.Required(ATTR_EMAIL): vol.Email()},
        # Anybody may get such a report.
        is_for_admins=True,
    ),
)
