"""Diagnostic sensors that every provider has: budget, freshness, import."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
import time
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.recorder.outlook import Outlook, local_date

from .entity import MeasuringDescription
from .measures import COUNT, PERCENT, TIMESTAMP, duration

_RAREST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ConnectionDescription(MeasuringDescription):
    """A diagnostic sensor by its function."""

    value_fn: Callable[[CloudRuntime[Any]], StateType | datetime]
    attributes_fn: Callable[[CloudRuntime[Any]], Mapping[str, str | None]] = lambda _: {}
    rarest: timedelta = _RAREST
    """How long a figure may lag behind: many change with every poll."""


def _lag_hours(runtime: CloudRuntime[Any]) -> float | None:
    latest: datetime | None = runtime.coordinator.latest_data
    if latest is None:
        return None
    return round((dt_util.utcnow() - latest).total_seconds() / 3600)


def _missing_hours(runtime: CloudRuntime[Any]) -> int | None:
    return runtime.history.holes.missing_hours if runtime.history else None


def _import_attributes(runtime: CloudRuntime[Any]) -> Mapping[str, str | None]:
    """Return since when all is stored, what the rest waits for, and for how long."""
    history, stored = runtime.history, runtime.feed.oldest.values()
    outlook = history.outlook if history else Outlook()
    oldest = local_date(history.oldest if history else min(stored, default=None))
    return {
        "oldest_day": _day(oldest),
        "waits_for": outlook.waits_for,
        "likely_done": _day(outlook.likely_done),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


HEALTH_SENSORS = (
    ConnectionDescription(
        key="requests_today",
        measure=COUNT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda runtime: runtime.connection.budget.used,
    ),
    ConnectionDescription(
        key="requests_left",
        measure=COUNT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda runtime: runtime.connection.budget.left,
    ),
    ConnectionDescription(
        key="last_successful_update",
        measure=TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda runtime: runtime.coordinator.last_success,
    ),
    ConnectionDescription(
        key="data_lag",
        measure=duration(UnitOfTime.HOURS).rounded(0),
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_lag_hours,
    ),
    ConnectionDescription(
        key="import_progress",
        measure=PERCENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        rarest=timedelta(0),
        value_fn=lambda runtime: round(100 * runtime.feed.share_done),
        attributes_fn=_import_attributes,
    ),
)

MISSING_HOURS = ConnectionDescription(
    key="missing_hours",
    measure=duration(UnitOfTime.HOURS).rounded(0),
    entity_category=EntityCategory.DIAGNOSTIC,
    rarest=timedelta(0),
    value_fn=_missing_hours,
)
"""For clouds that have hours; where there are only totals none can be missing."""


class ConnectionSensor(SensorEntity):
    """Reports the connection itself, so it is available when the cloud is not."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _unrecorded_attributes = frozenset({"oldest_day", "waits_for", "likely_done"})
    entity_description: ConnectionDescription

    def __init__(
        self,
        runtime: CloudRuntime[Any],
        key: str,
        device: DeviceInfo,
        description: ConnectionDescription,
    ) -> None:
        """Show one figure of an entry's connection."""
        self.entity_description = description
        self._runtime = runtime
        self._attr_unique_id = f"{key}_{description.key}"
        self._attr_device_info = device
        self._written_at = time.monotonic()
        self._written: tuple[Any, ...] = ()

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the imports and the refreshes."""
        runtime = self._runtime
        self._written = self._shown
        self.async_on_remove(runtime.feed.async_add_listener(self._async_write))
        self.async_on_remove(
            runtime.coordinator.async_add_connection_listener(self._async_write)
        )

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self._runtime)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, str | None] | None:
        return dict(self.entity_description.attributes_fn(self._runtime)) or None

    @property
    def _shown(self) -> tuple[Any, ...]:
        """The figure, and what is said of it."""
        return self.native_value, self.extra_state_attributes

    @callback
    def _async_write(self) -> None:
        """Write a figure that has changed, unless it was written a short while ago.

        Without a limit a poll a minute would fill the database. What was unknown
        does not wait.
        """
        now = time.monotonic()
        rarest = self.entity_description.rarest.total_seconds()
        is_due = now - self._written_at >= rarest or self._written[0] is None
        # Finding out what to show takes its time, and an import tells of each batch
        if is_due and (shown := self._shown) != self._written:
            self._written, self._written_at = shown, now
            self.async_write_ha_state()


def health_descriptions(runtime: CloudRuntime[Any]) -> list[ConnectionDescription]:
    """Return what is shown of an entry's connection."""
    return [*HEALTH_SENSORS, *([MISSING_HOURS] if runtime.history else [])]
