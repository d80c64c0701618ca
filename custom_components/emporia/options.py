"""The options and their form: what there is to choose depends on the home."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import number
from custom_components.cloud_energy.flow.options_form import OptionsForm

from .api.home import Home
from .calculations.signs import circuit_key, is_reversible
from .charging.options import (
    ACTION_SCHEMA,
    ENTITIES_SCHEMA,
    PLAN_DEFAULTS,
    PLAN_FIELDS,
    RATE_SCHEMA,
    STEPS,
    entry_schema,
    is_action,
)
from .charging.price_source import OWN
from .const import (
    CONF_HISTORY_DAYS,
    CONF_INVERT_SOLAR,
    CONF_NETTED_PANELS,
    CONF_PRICE_ACTION,
    CONF_PRICE_DATA,
    CONF_PRICE_SERIES,
    CONF_PRICE_SOURCE,
    CONF_STREAM,
    CONF_TURNED_CIRCUITS,
    DEFAULT_HISTORY_DAYS,
)
from .statistics.energy_sources import is_at_the_grid
from .statistics.series import channel_name
from .texts import OptionError, OptionStep

_DAYS: Final = number(1, 730, unit="d")
_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_STREAM, default=True): BooleanSelector(),
        vol.Required(CONF_INVERT_SOLAR, default=True): BooleanSelector(),
        vol.Required(CONF_HISTORY_DAYS, default=DEFAULT_HISTORY_DAYS): _DAYS,
    }
)


def options_schema(
    home: Home, chosen: Mapping[str, Any], *, has_charger: bool = False
) -> vol.Schema:
    """Return the form for a home (empty while it is not known) and its options."""
    schema, panels = _SCHEMA, dict(_panels(home))
    if has_charger or CONF_PRICE_SOURCE in chosen:
        schema = schema.extend(dict(PLAN_FIELDS))
    for key, names in (
        (CONF_TURNED_CIRCUITS, dict(_circuits(home))),
        (CONF_NETTED_PANELS, panels if len(panels) > 1 else {}),
    ):
        before = chosen.get(key, ())
        if names or before:
            choice = {vol.Required(key, default=[]): _choice(names, before)}
            schema = schema.extend(choice)
    return schema


def _circuits(home: Home) -> Iterator[tuple[str, str]]:
    """Yield key and name of the circuits whose clamp may sit the wrong way round."""
    for device in home.values():
        for channel in device.channels.values():
            if is_reversible(channel):
                key = circuit_key(device.gid, channel.slug)
                yield key, channel_name(device, channel)


def _panels(home: Home) -> Iterator[tuple[str, str]]:
    for device in home.values():
        if is_at_the_grid(device):
            yield str(device.gid), device.name or str(device.gid)


def _choice(names: Mapping[str, str], chosen: Iterable[str]) -> SelectSelector:
    """Offer what is there by its name; what has gone can still be taken out."""
    offered = {key: key for key in chosen} | dict(names)
    options = [SelectOptionDict(value=key, label=name) for key, name in offered.items()]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True))


class EmporiaOptionsFlow(OptionsForm):
    """The event stream, signs, panels, the history, and the prices of the plan."""

    first_step = OptionStep.INIT

    def __init__(self) -> None:
        """Begin with nothing chosen."""
        self._chosen: dict[str, Any] = {}

    @override
    def options_schema(self) -> vol.Schema:
        entry, home, has_charger = self.config_entry, {}, False
        if entry.state is ConfigEntryState.LOADED:
            home = entry.runtime_data.coordinator.home
            has_charger = bool(entry.runtime_data.status.data.chargers)
        return options_schema(home, entry.options, has_charger=has_charger)

    @override
    def shown_options(self) -> Mapping[str, Any]:
        return {**PLAN_DEFAULTS, **self.config_entry.options}

    @override
    async def async_take(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        # What could not be requested stays as it is.
        self._chosen = {**self.config_entry.options, **user_input}
        step = STEPS.get(self._chosen.get(CONF_PRICE_SOURCE, OWN))
        return self._form(step) if step else self._done({})

    async def async_step_price_entry(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take whose tariff counts."""
        return self._taken(OptionStep.PRICE_ENTRY, user_input)

    async def async_step_price_entities(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take which entities have the prices."""
        return self._taken(OptionStep.PRICE_ENTITIES, user_input)

    async def async_step_price_action(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take which action returns the prices."""
        if user_input is None:
            return self._form(OptionStep.PRICE_ACTION)
        if is_action(self.hass, user_input[CONF_PRICE_ACTION]):
            cleared = {CONF_PRICE_DATA: None, CONF_PRICE_SERIES: None}
            return self._done(cleared | user_input)
        self._chosen |= user_input
        errors = {CONF_PRICE_ACTION: OptionError.UNKNOWN_ACTION}
        return self._form(OptionStep.PRICE_ACTION, errors)

    async def async_step_price_rate(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the one rate."""
        return self._taken(OptionStep.PRICE_RATE, user_input)

    def _taken(
        self, step: OptionStep, user_input: Mapping[str, Any] | None
    ) -> ConfigFlowResult:
        """Take an answer; without one, the form is to be shown once more."""
        return self._form(step) if user_input is None else self._done(user_input)

    def _form(
        self, step: OptionStep, errors: Mapping[str, str] | None = None
    ) -> ConfigFlowResult:
        """Ask for what a source of prices needs."""
        schemas = {
            OptionStep.PRICE_ENTRY: entry_schema(self.hass, self.config_entry),
            OptionStep.PRICE_ENTITIES: ENTITIES_SCHEMA,
            OptionStep.PRICE_ACTION: ACTION_SCHEMA,
            OptionStep.PRICE_RATE: RATE_SCHEMA,
        }
        schema = self.add_suggested_values_to_schema(schemas[step], self._chosen)
        return self.async_show_form(
            step_id=step, data_schema=schema, errors=dict(errors or {})
        )

    def _done(self, user_input: Mapping[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data={**self._chosen, **user_input})
