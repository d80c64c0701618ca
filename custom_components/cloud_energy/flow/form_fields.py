"""Fields of forms that several providers have."""

from math import isfinite
from typing import Any, Final, Literal, override

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.helpers.selector import (
    DateSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import any_day


class _FiniteNumber(NumberSelector):
    """A number; Home Assistant's own field also takes NaN, and `true` for 1."""

    @override
    def __call__(self, data: Any) -> float:
        if isinstance(data, bool):
            raise vol.Invalid("a number is expected")
        try:
            number = super().__call__(data)
        except OverflowError:
            raise vol.Invalid("a number is expected") from None
        if not isfinite(number):
            raise vol.Invalid("a number is expected")
        return number


class _SensibleDay(DateSelector):
    """A day that can be meant: other ones overflow in one time zone or another."""

    @override
    def __call__(self, data: Any) -> Any:
        any_day(data)
        return super().__call__(data)


class ObjectList(ObjectSelector):
    """A list of objects; Home Assistant's own field also takes an object alone."""

    @override
    def __call__(self, data: Any) -> Any:
        is_list = isinstance(data, list)
        if not is_list or not all(isinstance(each, dict) for each in data):
            raise vol.Invalid("a list of objects is expected")
        return super().__call__(data)


class OneObject(ObjectSelector):
    """An object, or none; Home Assistant's own field takes anything."""

    @override
    def __call__(self, data: Any) -> Any:
        if not isinstance(data, dict | None):
            raise vol.Invalid("an object is expected")
        return super().__call__(data)


DAY: Final = _SensibleDay()
EMAIL: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.EMAIL, autocomplete="username")
)
PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
"""A token or key, which no browser is to fill in."""

SIGN_IN_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_USERNAME): EMAIL, vol.Required(CONF_PASSWORD): PASSWORD}
)
PASSWORD_SCHEMA: Final = vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD})


def number(
    minimum: float,
    maximum: float,
    step: float | Literal["any"] = 1,
    unit: str | None = None,
) -> NumberSelector:
    """Return a field for a number that is typed, not slid."""
    config = NumberSelectorConfig(
        min=minimum, max=maximum, step=step, mode=NumberSelectorMode.BOX
    )
    if unit:
        config["unit_of_measurement"] = unit
    return _FiniteNumber(config)
