"""What all calendars have: events of a snapshot, in the user's language."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar, override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util


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
        now = dt_util.now()
        coming = [event for event in self.events() if event.end_datetime_local > now]
        return min(coming, key=lambda each: each.start_datetime_local, default=None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the events of some time."""
        return [
            event
            for event in self.events()
            if event.start_datetime_local < end_date
            and event.end_datetime_local > start_date
        ]
