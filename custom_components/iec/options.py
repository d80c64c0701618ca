"""The options and their form."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.flow.bill_limit import BILL_LIMIT_FIELD
from custom_components.cloud_energy.flow.form_fields import DAY, number
from custom_components.cloud_energy.flow.options_form import OptionsForm
from custom_components.cloud_energy.prices.dated_prices import (
    CONF_PRICES_FROM,
    async_note_prices,
)

from .api.const import SITE_ZONE
from .calculations.discount import WEEKDAYS
from .calculations.pricing import PRICE_OPTIONS
from .calculations.supplier_plans import SUPPLIER_PLANS
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
    CONF_SUPPLIER_PLAN,
    CONF_WATCH_OUTAGES,
    DEFAULT_HISTORY_DAYS,
)
from .texts import OptionStep


def _choice(key: str, options: list[str], *, multiple: bool = False) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=options, multiple=multiple, translation_key=key)
    )


NO_PLAN: Final = "none"
OWN_PLAN: Final = "own"
"""The discount is that of the next step. Options name neither of these two."""

_PRICE: Final = number(0, 10, 0.001, "ILS/kWh")

_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_SOLAR, default="auto"): _choice(
            CONF_SOLAR, ["auto", "on", "off"]
        ),
        vol.Optional(CONF_PRICE): _PRICE,
        vol.Optional(CONF_PEAK_PRICE): _PRICE,
        vol.Optional(CONF_SHOULDER_PRICE): _PRICE,
        vol.Optional(CONF_OFF_PEAK_PRICE): _PRICE,
        vol.Required(CONF_SUPPLIER_PLAN, default=NO_PLAN): _choice(
            CONF_SUPPLIER_PLAN, [NO_PLAN, OWN_PLAN, *SUPPLIER_PLANS]
        ),
        vol.Optional(CONF_PRICES_FROM): DAY,
        **BILL_LIMIT_FIELD,
        vol.Required(CONF_HISTORY_DAYS, default=DEFAULT_HISTORY_DAYS): number(
            1, DEFAULT_HISTORY_DAYS, 1, "d"
        ),
        vol.Required(CONF_WATCH_OUTAGES, default=True): BooleanSelector(),
    }
)


_OWN_DISCOUNT: Final = vol.Schema(
    {
        vol.Required(CONF_DISCOUNT, default=0): number(0, 100, 0.1, "%"),
        vol.Required(CONF_DISCOUNT_START, default=0): number(0, 23, 1, "h"),
        vol.Required(CONF_DISCOUNT_END, default=24): number(1, 24, 1, "h"),
        vol.Required(CONF_DISCOUNT_DAYS, default=list(WEEKDAYS)): _choice(
            CONF_DISCOUNT_DAYS, list(WEEKDAYS), multiple=True
        ),
    }
)


class IecOptionsFlow(OptionsForm):
    """Solar generation, the price, the supplier, the history, interruptions."""

    first_step = OptionStep.INIT

    def __init__(self) -> None:
        """Begin with nothing chosen."""
        self._chosen: dict[str, Any] = {}

    @override
    def options_schema(self) -> vol.Schema:
        return _SCHEMA

    @override
    def shown_options(self) -> Mapping[str, Any]:
        options = self.config_entry.options
        if options.get(CONF_SUPPLIER_PLAN) in SUPPLIER_PLANS:
            return options
        plan = OWN_PLAN if options.get(CONF_DISCOUNT) else NO_PLAN
        return {**options, CONF_SUPPLIER_PLAN: plan}

    @override
    async def async_take(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        plan = user_input.pop(CONF_SUPPLIER_PLAN)
        # One's own discount stays known while a plan is chosen
        before = self.config_entry.options
        keys = map(str, _OWN_DISCOUNT.schema)
        own = {key: before[key] for key in keys if key in before}
        self._chosen = own | user_input
        if plan == NO_PLAN:
            if own.get(CONF_DISCOUNT):
                self._chosen = user_input
            # A stored discount of 0 stays: without it, prices would seem to change
            return self._done()
        if plan != OWN_PLAN:
            self._chosen[CONF_SUPPLIER_PLAN] = plan
            return self._done()
        return await self.async_step_discount()

    async def async_step_discount(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what a supplier takes off whose plan is none of those."""
        if user_input is not None:
            self._chosen |= user_input
            return self._done()
        schema = self.add_suggested_values_to_schema(_OWN_DISCOUNT, self._chosen)
        return self.async_show_form(step_id=OptionStep.DISCOUNT, data_schema=schema)

    def _done(self) -> ConfigFlowResult:
        day = self._chosen.pop(CONF_PRICES_FROM, None)
        async_note_prices(
            self.hass,
            self.config_entry,
            PRICE_OPTIONS,
            self._chosen,
            since=date.fromisoformat(day) if day else None,
            usual=dt_util.now(SITE_ZONE).date(),
        )
        return self.async_create_entry(data=self._chosen)
