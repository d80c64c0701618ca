"""What all calendars have: events of a snapshot, in the user's language."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

_SECOND: Final = timedelta(seconds=1)


class EventCalendar(CalendarEntity):
    """Shows the events that `events` yields."""

    event_keys: ClassVar[tuple[str, ...]]
    """The options of the selector `calendar_event`, whose texts name the events."""
    texts: Mapping[str, str] = {}
    """By key; empty before the entity is added."""

    @abstractmethod
    def events(self) -> Iterator[CalendarEvent]:
        """Yield all events that are known, in any order."""

    @override
    async def async_added_to_hass(self) -> None:
        """Learn the user's language."""
        await super().async_added_to_hass()
        domain, language = self.platform.platform_name, self.hass.config.language
        found = await async_get_translations(self.hass, language, "selector", {domain})
        prefix = f"component.{domain}.selector.calendar_event.options."
        self.texts = {key: found.get(prefix + key, "") for key in self.event_keys}

    @property
    @override
    def event(self) -> CalendarEvent | None:
        now = dt_util.utcnow()
        coming = [event for event in self.events() if _utc(event)[1] > now]
        return min(coming, key=_utc, default=None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of some time."""
        return [
            event
            for event in self.events()
            for start, end in (_utc(event),)
            if start < end_date and end > start_date
        ]


def timed_events(
    start: datetime, end: datetime, summary: str, description: str | None = None
) -> Iterator[CalendarEvent]:
    """Yield the event from one time (aware) to another, by the clock of Home Assistant.

    It is two where that clock goes back in between. Home Assistant compares what the
    clock shows: it would refuse an event from half past one to a quarter past, and take
    no other for running while the hour is repeated.
    """
    parts = [(start, end)]
    if back := _clock_goes_back(start, end):
        # Its last second is still one of the hour before
        parts = [(start, back - _SECOND), (back, end)]
    for first, last in parts:
        if first < last:
            yield CalendarEvent(
                start=dt_util.as_local(first),
                end=dt_util.as_local(last),
                summary=summary,
                description=description,
            )


def _clock_goes_back(start: datetime, end: datetime) -> datetime | None:
    """Return the second (UTC) at which the clock goes back in between; None if it does not."""
    before, after = start.astimezone(UTC), end.astimezone(UTC)
    offset = dt_util.as_local(before).utcoffset()
    last = dt_util.as_local(after).utcoffset()
    if offset is None or last is None or offset <= last:
        return None
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if dt_util.as_local(middle).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _utc(event: CalendarEvent) -> tuple[datetime, datetime]:
    """Return when an event begins and ends: the local times of one zone can't be compared."""
    return (
        event.start_datetime_local.astimezone(UTC),
        event.end_datetime_local.astimezone(UTC),
    )
