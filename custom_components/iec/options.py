"""The options and their form."""

from typing import Final

from homeassistant.helpers.selector import (
    BooleanSelector,
    DateSelector,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from custom_components.cloud_energy.flow.bill_limit import BILL_LIMIT_FIELD
from custom_components.cloud_energy.flow.form_fields import number
from custom_components.cloud_energy.prices.dated_prices import CONF_PRICES_FROM

from .calculations.pricing import WEEKDAYS
from .const import (
    CONF_DISCOUNT,
    CONF_DISCOUNT_DAYS,
    CONF_DISCOUNT_END,
    CONF_DISCOUNT_START,
    CONF_HISTORY_DAYS,
    CONF_OFF_PEAK_PRICE,
    CONF_PEAK_PRICE,
    CONF_PRICE,
    CONF_SHOULDER_PRICE,
    CONF_SOLAR,
    CONF_WATCH_OUTAGES,
    DEFAULT_HISTORY_DAYS,
)


def _choice(key: str, options: list[str], *, multiple: bool = False) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=options, multiple=multiple, translation_key=key)
    )


_PRICE: Final = number(0, 10, 0.001, "ILS/kWh")

OPTIONS_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_SOLAR, default="auto"): _choice(
            CONF_SOLAR, ["auto", "on", "off"]
        ),
        vol.Optional(CONF_PRICE): _PRICE,
        vol.Optional(CONF_PEAK_PRICE): _PRICE,
        vol.Optional(CONF_SHOULDER_PRICE): _PRICE,
        vol.Optional(CONF_OFF_PEAK_PRICE): _PRICE,
        vol.Required(CONF_DISCOUNT, default=0): number(0, 100, 0.1, "%"),
        vol.Required(CONF_DISCOUNT_START, default=0): number(0, 23, 1, "h"),
        vol.Required(CONF_DISCOUNT_END, default=24): number(1, 24, 1, "h"),
        vol.Required(CONF_DISCOUNT_DAYS, default=list(WEEKDAYS)): _choice(
            CONF_DISCOUNT_DAYS, list(WEEKDAYS), multiple=True
        ),
        vol.Optional(CONF_PRICES_FROM): DateSelector(),
        **BILL_LIMIT_FIELD,
        vol.Required(CONF_HISTORY_DAYS, default=DEFAULT_HISTORY_DAYS): number(
            1, DEFAULT_HISTORY_DAYS, 1, "d"
        ),
        vol.Required(CONF_WATCH_OUTAGES, default=True): BooleanSelector(),
    }
)
