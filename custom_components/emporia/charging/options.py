"""The options of the plan: where prices come from, and their forms."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.flow.form_fields import OneObject, number
from custom_components.cloud_energy.prices.sources import NORD_POOL, TIBBER
from custom_components.emporia.const import (
    CONF_CONTIGUOUS,
    CONF_PRICE_ACTION,
    CONF_PRICE_DATA,
    CONF_PRICE_ENTITIES,
    CONF_PRICE_ENTRY,
    CONF_PRICE_RATE,
    CONF_PRICE_SERIES,
    CONF_PRICE_SOURCE,
)
from custom_components.emporia.texts import OptionStep

from .price_source import ACTION, ENTITIES, ENTRY, FLAT, OWN, SOURCES

PLAN_FIELDS: Final[Mapping[vol.Marker, Any]] = {
    vol.Optional(CONF_PRICE_SOURCE): SelectSelector(
        SelectSelectorConfig(options=list(SOURCES), translation_key=CONF_PRICE_SOURCE)
    ),
    vol.Optional(CONF_CONTIGUOUS): BooleanSelector(),
}
PLAN_DEFAULTS: Final = {CONF_PRICE_SOURCE: OWN, CONF_CONTIGUOUS: False}
STEPS: Final = {
    ENTRY: OptionStep.PRICE_ENTRY,
    ENTITIES: OptionStep.PRICE_ENTITIES,
    ACTION: OptionStep.PRICE_ACTION,
    FLAT: OptionStep.PRICE_RATE,
}
"""What else has to be asked for, by the source."""

ENTITIES_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_PRICE_ENTITIES): EntitySelector(
            EntitySelectorConfig(domain=["sensor", "event"], multiple=True)
        )
    }
)
ACTION_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_PRICE_ACTION): SelectSelector(
            SelectSelectorConfig(options=[NORD_POOL, TIBBER], custom_value=True)
        ),
        vol.Optional(CONF_PRICE_DATA): OneObject(),
        vol.Optional(CONF_PRICE_SERIES): TextSelector(),
    }
)
RATE_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_PRICE_RATE): number(-1000, 1000, "any")}
)


def entry_schema(hass: HomeAssistant, entry: ConfigEntry[Any]) -> vol.Schema:
    """Return the form that offers the other entries with a tariff."""
    options = [
        SelectOptionDict(value=each.entry_id, label=each.title)
        for each in hass.config_entries.async_entries()
        if each.entry_id != entry.entry_id and _has_prices(each)
    ]
    selector = SelectSelector(SelectSelectorConfig(options=options))
    return vol.Schema({vol.Required(CONF_PRICE_ENTRY): selector})


def _has_prices(entry: ConfigEntry[Any]) -> bool:
    runtime: object = getattr(entry, "runtime_data", None)
    if not isinstance(runtime, CloudRuntime):
        return False
    now = dt_util.utcnow()
    return runtime.coming_prices(now, now + timedelta(days=1)) is not None


def is_action(hass: HomeAssistant, action: str) -> bool:
    """Tell whether there is an action of a name."""
    domain, _, name = action.partition(".")
    return hass.services.has_service(domain, name)
