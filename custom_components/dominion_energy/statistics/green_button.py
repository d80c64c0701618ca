"""Imports the Green Button file that the portal exports: a year of hourly history.

It fills hours that nothing finer is known of, and leaves all others as they are: what
the workbook has told, and what a bill says a month has cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.feed import Batch
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.cloud_energy.texts import MessageKey
from custom_components.dominion_energy.api.green_button import (
    MAX_BYTES,
    Flow,
    fit,
    hours_of,
    read_green_button,
    whole_hours,
)
from custom_components.dominion_energy.const import DOMAIN
from custom_components.dominion_energy.coordinators.meter import DominionCoordinator
from custom_components.dominion_energy.texts import FileError, OptionError

type Hours = Mapping[datetime, float]
"""kWh or USD by the start of the hour, in UTC."""


@dataclass(frozen=True, kw_only=True)
class GreenButtonImport:
    """What came of a file."""

    start: datetime
    end: datetime
    shift: timedelta
    """By how much its times were late."""
    imported: int
    """Hours of consumption that were not known before."""
    known: int
    """Those that were, and have stayed as they are."""


@dataclass(frozen=True)
class _Stored:
    """What the recorder has of one series."""

    hours: Hours
    totals: Sequence[tuple[datetime, datetime]]
    """The spans of months whose total stands in their first hour."""

    def is_known(self, hour: datetime) -> bool:
        """Return whether there is an amount of this very hour."""
        if hour not in self.hours:
            return False
        # Behind a total there is nothing, as it stands for all of its time.
        return hour + HOUR in self.hours or all(hour != at for at, _ in self.totals)

    def is_billed(self, hour: datetime) -> bool:
        """Return whether the hour lies in a month whose total is there."""
        return any(start <= hour < end for start, end in self.totals)


class FileRefused(ServiceValidationError):
    """A file that can't be imported, with a text that says why."""

    def __init__(self, key: MessageKey | OptionError, **placeholders: str) -> None:
        """Take the key of the text and its placeholders."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
        )


async def async_read_upload(hass: HomeAssistant, file_id: str) -> bytes:
    """Return the file that a user has uploaded, and delete it.

    :raises FileRefused: it is gone, or too large.
    """

    def read() -> bytes:
        with process_uploaded_file(hass, file_id) as path:
            return read_file(path)

    try:
        return await hass.async_add_executor_job(read)
    except (OSError, ValueError) as err:
        raise FileRefused(FileError.FILE_MISSING) from err


def read_file(path: Path) -> bytes:
    """Return a file; for the executor.

    :raises FileRefused: it is too large.
    :raises OSError: it can't be read.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise FileRefused(FileError.FILE_TOO_LARGE)
    return content


async def async_import_green_button(
    hass: HomeAssistant, coordinator: DominionCoordinator, content: bytes
) -> GreenButtonImport:
    """Bring the hours of a file into the recorder that it has nothing of.

    :raises FileRefused: it is no such file, or not of this meter.
    :raises RecorderFailed: not everything is stored.
    """
    series = coordinator.series
    stored = await _async_stored(hass, coordinator, series.consumption)
    true_hours = {h: kwh for h, kwh in stored.hours.items() if stored.is_known(h)}
    true_hours |= whole_hours(coordinator.intervals)
    work = partial(_read, content, true_hours)
    shift, hours = await hass.async_add_executor_job(work)
    consumption, return_ = hours[Flow.DELIVERED], hours[Flow.RECEIVED]
    new = {hour: kwh for hour, kwh in consumption.items() if not stored.is_known(hour)}
    costs = await _async_costs(hass, coordinator, new, {**stored.hours, **new})
    returns = await _async_returns(hass, coordinator, return_)
    found = ((series.consumption, new), (series.return_, returns), (series.cost, costs))
    await coordinator.feed.async_store(
        [_batch(coordinator, each, hours) for each, hours in found if hours]
    )
    return GreenButtonImport(
        start=min(consumption),
        end=max(consumption) + HOUR,
        shift=shift,
        imported=len(new),
        known=len(consumption) - len(new),
    )


def _read(
    content: bytes, true_hours: Hours
) -> tuple[timedelta, Mapping[Flow, dict[datetime, float]]]:
    """Return by how much a file's times are late, and its hours put right.

    :raises FileRefused: it is no such file, or not of this meter.
    """
    try:
        readings = read_green_button(content)
    except Malformed as err:
        raise FileRefused(FileError.FILE_UNREADABLE, error=str(err)) from err
    shift = fit(readings, true_hours)
    if shift is None:
        raise FileRefused(FileError.FILE_DOES_NOT_MATCH)
    return shift, hours_of(readings, shift)


async def _async_returns(
    hass: HomeAssistant, coordinator: DominionCoordinator, return_: Hours
) -> Hours:
    """Return the hours of return that are new; none for a home without any."""
    if not any(return_.values()):
        return {}
    stored = await _async_stored(hass, coordinator, coordinator.series.return_)
    return {hour: kwh for hour, kwh in return_.items() if not stored.is_known(hour)}


async def _async_costs(
    hass: HomeAssistant, coordinator: DominionCoordinator, new: Hours, all_hours: Hours
) -> Hours:
    """Price new hours, but those of months of which the bill is known."""
    derived = coordinator.derived
    if derived is None:
        return {}
    stored = await _async_stored(hass, coordinator, coordinator.series.cost)
    costs = await hass.async_add_executor_job(derived.tariff.costs, all_hours)
    return {
        hour: costs[hour]
        for hour in new
        if hour in costs and hour not in stored.hours and not stored.is_billed(hour)
    }


async def _async_stored(
    hass: HomeAssistant, coordinator: DominionCoordinator, series: Series
) -> _Stored:
    statistic_id = series.statistic_id
    await coordinator.feed.async_settled()
    hours = await async_stored_hours(hass, statistic_id)
    return _Stored(hours, sorted(coordinator.feed.totals.get(statistic_id, ())))


def _batch(coordinator: DominionCoordinator, series: Series, hours: Hours) -> Batch:
    """Return hours together with what the portal has reported last, which counts more.

    What is left of the total of a month is worked out with them.
    """
    derived = coordinator.derived
    published = [
        reading
        for batch in (derived.batches if derived else ())
        if batch.series == series
        for reading in batch.readings
    ]
    filled = [Reading(hour, hour + HOUR, amount) for hour, amount in hours.items()]
    return Batch(series, (*filled, *published))
