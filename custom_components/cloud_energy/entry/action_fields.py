"""What the fields of actions take: only what can be meant.

A script can pass anything. What no calendar and no account has is refused like any
other wrong field, before it overflows somewhere.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from custom_components.cloud_energy.client.storable import is_sensible, storable_text


def any_day(value: Any) -> date:
    """Take a day that can be meant."""
    return _sensible(cv.date(_sound(value)))


def any_time(value: Any) -> datetime:
    """Take a time that can be meant; a naive one is local."""
    return _sensible(cv.datetime(_sound(value)))


def any_text(value: Any) -> str:
    """Take a text that every store can hold."""
    text: str = cv.string(value)
    if text != storable_text(text):
        raise vol.Invalid("a text without control characters is expected")
    return text


def number_up_to(maximum: float) -> Callable[[Any], float]:
    """Make what takes a number from 0 to the maximum."""

    def number(value: Any) -> float:
        if isinstance(value, bool):
            raise vol.Invalid("a number is expected")
        try:
            found = float(value)
        except TypeError, ValueError, OverflowError:
            raise vol.Invalid("a number is expected") from None
        if not 0 <= found <= maximum:
            raise vol.Invalid(f"a number from 0 to {maximum:g} is expected")
        return found

    return number


def _sound(value: Any) -> Any:
    """Take a value; half a character in a time would end the whole program."""
    return any_text(value) if isinstance(value, str) else value


def _sensible[DayT: date](day: DayT) -> DayT:
    if not is_sensible(day):
        raise vol.Invalid("a date of our times is expected")
    return day
