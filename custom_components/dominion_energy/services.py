"""Actions: interval usage, the raw workbook, importing the history."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.entities.refresh import (
    async_refresh_all,
    raise_failed,
    raise_missing,
)
from custom_components.cloud_energy.entry.action_fields import any_day
from custom_components.cloud_energy.entry.action_names import (
    ATTR_END,
    ATTR_START,
    EARLIER_RANGE,
)
from custom_components.cloud_energy.entry.actions import (
    ENTRY_FIELDS,
    Action,
    Fields,
    Query,
    entry_of,
)
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.cloud_energy.installer.downloads import (
    ATTR_PATH,
    DOWNLOAD_FIELDS,
    allowed_path,
    async_download,
)
from custom_components.cloud_energy.readings import HOUR

from .api.const import SITE_ZONE
from .api.intervals import IntervalUsage
from .const import DOMAIN
from .coordinators.meter import STATISTICS_PARTS, DominionCoordinator
from .cost_options import note_prices
from .runtime import DominionConfigEntry
from .statistics.green_button import FileRefused, async_import_green_button, read_file
from .texts import FileError, Message

_USUAL_DAYS = timedelta(days=7)

_RANGE: Final[Fields] = {
    vol.Optional(ATTR_START): any_day,
    vol.Optional(ATTR_END): any_day,
}


def _days(call: ServiceCall) -> tuple[date, date]:
    """Return the days requested, both inclusive; the last week if none are.

    :raises ServiceValidationError: the range ends before it starts.
    """
    today = dt_util.now(SITE_ZONE).date()
    end: date = call.data.get(ATTR_END, today)
    start: date = call.data.get(ATTR_START, end - _USUAL_DAYS)
    if end < start:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=Message.RANGE_ENDS_BEFORE_IT_STARTS,
        )
    return start, end


async def _async_get_usage(call: ServiceCall) -> ServiceResponse:
    """Return the half hours of a range, freshly requested."""
    entry: DominionConfigEntry = entry_of(call)
    coordinator = entry.runtime_data.coordinator
    start, end = _days(call)
    with command_errors(call.hass, entry):
        intervals = await coordinator.client.get_interval_usage(
            coordinator.account_number, coordinator.meter_number, start, end
        )
    return {"intervals": [_as_response(interval) for interval in intervals]}


def _as_response(interval: IntervalUsage) -> dict[str, Any]:
    return {
        "start": interval.start.astimezone(SITE_ZONE).isoformat(),
        "consumption": interval.consumption,
        "generation": interval.generation,
        "unit": "kWh",
    }


async def _async_download(call: ServiceCall) -> ServiceResponse:
    """Save the provider's workbook as it is.

    :raises ServiceValidationError: Home Assistant may not write there.
    """
    entry: DominionConfigEntry = entry_of(call)
    coordinator = entry.runtime_data.coordinator
    fetch = partial(_async_workbook, call.hass, entry, coordinator)
    return await async_download(call, DOMAIN, fetch)


async def _async_workbook(
    hass: HomeAssistant, entry: DominionConfigEntry, coordinator: DominionCoordinator
) -> bytes:
    today = dt_util.now(SITE_ZONE).date()
    with command_errors(hass, entry):
        return await coordinator.client.get_workbook(
            coordinator.account_number,
            coordinator.meter_number,
            today - _USUAL_DAYS,
            today,
        )


async def _async_import_green_button(call: ServiceCall) -> ServiceResponse:
    """Import a file of hourly history that the portal has exported.

    :raises ServiceValidationError: Home Assistant may not read it, or it is no such file.
    """
    hass, path = call.hass, Path(call.data[ATTR_PATH])
    entry: DominionConfigEntry = entry_of(call)
    target = await hass.async_add_executor_job(allowed_path, hass, path)
    if target is None:
        raise FileRefused(Message.FILE_NOT_ALLOWED, path=str(path))
    try:
        content = await hass.async_add_executor_job(read_file, target)
    except OSError as err:
        raise FileRefused(FileError.FILE_MISSING) from err
    coordinator = entry.runtime_data.coordinator
    done = await async_import_green_button(hass, coordinator, content)
    return {
        "start": done.start.astimezone(SITE_ZONE).isoformat(),
        "end": done.end.astimezone(SITE_ZONE).isoformat(),
        "shift_hours": done.shift / HOUR,
        "hours_imported": done.imported,
        "hours_known": done.known,
    }


async def _async_import_history(call: ServiceCall) -> ServiceResponse:
    """Compare the recorder with all that the provider serves, and put it right.

    :raises HomeAssistantError: something that statistics are made of is missing.
    """
    entry: DominionConfigEntry = entry_of(call)
    runtime = entry.runtime_data
    runtime.feed.async_forget()
    failed = await async_refresh_all(runtime.coordinator)
    await runtime.feed.async_settled()
    raise_failed(failed, matters=STATISTICS_PARTS.__contains__)
    raise_missing(f"{at} ({why})" for at, why in runtime.feed.failed.items())
    return {
        "rows_written": sum(
            progress.rows_written for progress in runtime.feed.progress.values()
        )
    }


async def _async_reprice(call: ServiceCall) -> ServiceResponse:
    """Have the prices of today count from a day on, and price what is stored by them.

    :raises HomeAssistantError: not all of it is stored.
    """
    entry: DominionConfigEntry = entry_of(call)
    runtime = entry.runtime_data
    since: date = call.data.get(ATTR_START, date.min)
    note_prices(call.hass, entry, entry.options, since)
    runtime.coordinator.repricing.async_want(since)
    await runtime.coordinator.async_refresh()
    await runtime.feed.async_settled()
    raise_missing(f"{at} ({why})" for at, why in runtime.feed.failed.items())
    cost = runtime.coordinator.series.cost.statistic_id
    done = runtime.feed.progress.get(cost)
    # The next poll would note it; until then it would be done again at each start.
    await runtime.coordinator.async_refresh()
    return {"rows_written": done.rows_written if done else 0}


ACTIONS: Final = (
    Query(
        name="get_interval_usage",
        handler=_async_get_usage,
        fields={**ENTRY_FIELDS, **_RANGE},
        earlier_fields=EARLIER_RANGE,
    ),
    Action(
        name="download_excel",
        handler=_async_download,
        fields={**ENTRY_FIELDS, **DOWNLOAD_FIELDS},
        response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="import_green_button",
        handler=_async_import_green_button,
        fields={**ENTRY_FIELDS, vol.Required(ATTR_PATH): cv.string},
        response=SupportsResponse.OPTIONAL,
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
        fields=ENTRY_FIELDS,
        response=SupportsResponse.OPTIONAL,
        earlier_names=("rebuild_statistics",),
    ),
)
