"""The action that copies the older hours of another statistic in front of ours."""

from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.const import UnitOfEnergy
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter
import voluptuous as vol

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.recorder.jobs import (
    async_read_beside,
    async_recorded,
    reading,
)
from custom_components.cloud_energy.recorder.older_rows import OlderRows, older_rows
from custom_components.cloud_energy.recorder.series import Series, async_with_rows
from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.cloud_energy.recorder.statistics import (
    Progress,
    async_import_in_front,
)
from custom_components.cloud_energy.recorder.stored import async_free_until
from custom_components.cloud_energy.texts import Message

from .action_fields import any_text
from .actions import Action
from .loaded_entries import CloudEntry, loaded_entries

ATTR_STATISTIC_ID: Final = "statistic_id"
ATTR_SOURCE: Final = "source"
ATTR_PREVIEW: Final = "preview"

_ENTITIES: Final = "recorder"
"""The source of the statistics of entities, of which the state is a reading."""


async def _async_copy_older_history(call: ServiceCall) -> ServiceResponse:
    """Copy the older hours of another statistic in front of one of ours, or say which.

    :raises ServiceValidationError: there is no such statistic, or not yet.
    :raises RecorderFailed: it can't be read, or not everything is stored.
    """
    hass, data = call.hass, call.data
    entry, series = _ours(hass, data[ATTR_STATISTIC_ID])
    if entry.runtime_data.feed.share_done < 1:
        raise _refusal(Message.IMPORT_UNDER_WAY)
    metadata = await _async_metadata(hass, data[ATTR_SOURCE])
    older = await _async_older(hass, series, metadata)
    done = Progress()
    if not data[ATTR_PREVIEW] and older.readings:
        done = await async_import_in_front(hass, series, older.readings)
    return _response(older, done)


def _ours(hass: HomeAssistant, statistic_id: str) -> tuple[CloudEntry, Series]:
    for entry in loaded_entries(hass):
        for source in entry.runtime_data.energy_sources:
            for series in source.series:
                if series.statistic_id == statistic_id and series.unit_class:
                    return entry, series
    raise _refusal(Message.NOT_OUR_STATISTIC)


async def _async_metadata(hass: HomeAssistant, statistic_id: str) -> StatisticMetaData:
    # What was imported a moment ago counts as well.
    with reading():
        await async_recorded(hass)
    read = partial(get_metadata, hass, statistic_ids={statistic_id})
    _, metadata = (await async_read_beside(hass, read)).get(statistic_id, (0, None))
    if (
        metadata is None
        or not metadata["has_sum"]
        or metadata["unit_of_measurement"] not in EnergyConverter.VALID_UNITS
    ):
        raise _refusal(Message.NOT_AN_ENERGY)
    return metadata


async def _async_older(
    hass: HomeAssistant, series: Series, metadata: StatisticMetaData
) -> OlderRows:
    """Return what the other statistic has of the time before ours."""
    end = await async_free_until(hass, series.statistic_id)
    if end is None:
        raise _refusal(Message.IMPORT_UNDER_WAY)
    in_kwh = EnergyConverter.converter_factory(
        metadata["unit_of_measurement"], UnitOfEnergy.KILO_WATT_HOUR
    )
    is_hourly = metadata["source"] != _ENTITIES

    def read(rows: SeriesRows) -> OlderRows:
        return older_rows(rows.between(end=end), in_kwh, is_hourly=is_hourly)

    with reading():
        found = await async_with_rows(hass, metadata["statistic_id"], read)
    return found or OlderRows()


def _response(older: OlderRows, done: Progress) -> dict[str, Any]:
    readings = older.readings
    return {
        "start": _iso(readings[0].start) if readings else None,
        "end": _iso(readings[-1].end) if readings else None,
        "rows": len(readings),
        "energy": round(older.energy, 3),
        "left_out": older.left_out,
        "rows_written": done.rows_written,
    }


def _iso(moment: datetime) -> str:
    return dt_util.as_local(moment).isoformat()


def _refusal(key: Message) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


COPY_OLDER_HISTORY: Final = Action(
    name="copy_older_history",
    handler=_async_copy_older_history,
    fields={
        vol.Required(ATTR_STATISTIC_ID): any_text,
        vol.Required(ATTR_SOURCE): any_text,
        vol.Optional(ATTR_PREVIEW, default=True): cv.boolean,
    },
    response=SupportsResponse.OPTIONAL,
    is_for_admins=True,
)
