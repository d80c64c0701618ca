"""The options of the cost modes: their forms, and the tariff that they mean."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import FlowHandler
from homeassistant.helpers.selector import (
    BooleanSelector,
    ObjectSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import DAY, ObjectList, number
from custom_components.cloud_energy.prices import dated_prices
from custom_components.cloud_energy.prices.dated_prices import async_note_prices
from custom_components.cloud_energy.prices.price_plans import PricePlans

from .api.const import SITE_ZONE
from .calculations.schedule_1 import Rider
from .calculations.tariffs import (
    BilledRate,
    DatedTariff,
    FixedRate,
    Rates,
    Schedule1,
    Schedule1G,
    Tariff,
    TimeOfUse,
    Window,
)
from .texts import CostForm

CONF_BUDGET: Final = "budget"
CONF_COST_MODE: Final = "cost_mode"
CONF_FIXED_RATE: Final = "fixed_rate"
CONF_PEAK_RATE: Final = "peak_rate"
CONF_OFF_PEAK_RATE: Final = "off_peak_rate"
CONF_SUPER_OFF_PEAK_RATE: Final = "super_off_peak_rate"
CONF_SUMMER_PEAK: Final = "summer_peak"
CONF_WINTER_PEAK: Final = "winter_peak"
CONF_WINTER_SECOND_PEAK: Final = "winter_second_peak"
CONF_SUPER_OFF_PEAK: Final = "super_off_peak"
CONF_WEEKEND_PEAKS: Final = "weekend_peaks"
CONF_SUMMER_MONTHS: Final = "summer_months"
CONF_RIDERS: Final = "riders"

MODE_API: Final = "api_estimate"
MODE_FIXED: Final = "fixed"
MODE_TIME_OF_USE: Final = "time_of_use"
MODE_SCHEDULE_1: Final = "schedule_1"
MODE_SCHEDULE_1G: Final = "schedule_1g"
_MODES: Final = [
    MODE_API,
    MODE_FIXED,
    MODE_SCHEDULE_1,
    MODE_SCHEDULE_1G,
    MODE_TIME_OF_USE,
]

DEFAULT_RATE: Final = 0.12

_RATES: Final = {
    CONF_PEAK_RATE: 0.15,
    CONF_OFF_PEAK_RATE: 0.08,
    CONF_SUPER_OFF_PEAK_RATE: 0.08,
}
_WINTER_RATES: Final = {key: f"winter_{key}" for key in _RATES}
"""What a kWh costs in winter, where that is something else."""
_SUMMER_MONTHS: Final = ["5", "6", "7", "8", "9"]
# Start and end of the hours; from 0 to 0 is never.
_WINDOWS: Final = {
    CONF_SUMMER_PEAK: (14, 19),
    CONF_WINTER_PEAK: (14, 19),
    CONF_WINTER_SECOND_PEAK: (0, 0),
    CONF_SUPER_OFF_PEAK: (0, 0),
}

_RATE = number(0, 10, "any", "USD/kWh")
_HOUR = number(0, 24, unit="h")
_MODE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_COST_MODE, default=MODE_API): SelectSelector(
            SelectSelectorConfig(
                options=_MODES,
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_COST_MODE,
            )
        ),
        vol.Optional(CONF_BUDGET): number(1, 100_000, "any", "USD"),
    }
)
_FIXED_SCHEMA = vol.Schema({vol.Required(CONF_FIXED_RATE, default=DEFAULT_RATE): _RATE})
_TIME_OF_USE_SCHEMA = vol.Schema(
    {
        **{vol.Required(key, default=rate): _RATE for key, rate in _RATES.items()},
        **{vol.Optional(key): _RATE for key in _WINTER_RATES.values()},
        vol.Required(CONF_SUMMER_MONTHS, default=_SUMMER_MONTHS): SelectSelector(
            SelectSelectorConfig(
                options=[str(month) for month in range(1, 13)],
                multiple=True,
                translation_key=CONF_SUMMER_MONTHS,
            )
        ),
        **{
            vol.Required(f"{key}_{edge}", default=hours[at]): _HOUR
            for key, hours in _WINDOWS.items()
            for at, edge in enumerate(("start", "end"))
        },
        vol.Required(CONF_WEEKEND_PEAKS, default=False): BooleanSelector(),
    }
)


RIDERS_SELECTOR: Final = ObjectList(
    ObjectSelectorConfig(
        multiple=True,
        label_field="name",
        description_field="since",
        translation_key=CONF_RIDERS,
        fields={
            "since": {"required": True, "selector": DAY},
            "name": {"required": True, "selector": TextSelector()},
            "rate": {"required": True, "selector": number(-1, 1, "any")},
        },
    )
)
PRICE_KEYS: Final = (
    CONF_COST_MODE,
    CONF_FIXED_RATE,
    CONF_WEEKEND_PEAKS,
    CONF_SUMMER_MONTHS,
    *_RATES,
    *_WINTER_RATES.values(),
    *(f"{key}_{edge}" for key in _WINDOWS for edge in ("start", "end")),
)
"""The options that make up a price; riders have days of their own."""


class CostStep(FlowHandler[Any, ConfigFlowResult]):
    """The forms of the cost modes, in the config and in the options flow."""

    cost_options: dict[str, Any] = {}

    @abstractmethod
    async def async_costs_chosen(self) -> ConfigFlowResult:
        """Continue after the last of these forms."""

    async def async_step_cost(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how costs are to be calculated."""
        if user_input is None:
            return self.cost_form(self.cost_options)
        kept = {
            key: value
            for key, value in self.cost_options.items()
            if key not in (CONF_COST_MODE, CONF_BUDGET, CONF_RIDERS)
        }
        self.cost_options = kept | user_input
        if user_input[CONF_COST_MODE] == MODE_FIXED:
            return await self.async_step_fixed()
        if user_input[CONF_COST_MODE] == MODE_TIME_OF_USE:
            return await self.async_step_time_of_use()
        return await self.async_costs_chosen()

    async def async_step_fixed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the one rate."""
        if user_input is None:
            return self._form(CostForm.FIXED, _FIXED_SCHEMA)
        self.cost_options = self.cost_options | user_input
        return await self.async_costs_chosen()

    async def async_step_time_of_use(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the rates and their hours."""
        if user_input is None:
            return self._form(CostForm.TIME_OF_USE, _TIME_OF_USE_SCHEMA)
        kept = {
            key: value
            for key, value in self.cost_options.items()
            if key not in _WINTER_RATES.values()
        }
        self.cost_options = kept | user_input
        return await self.async_costs_chosen()

    def cost_schema(self) -> vol.Schema:
        """Return what the first form requests."""
        return _MODE_SCHEMA

    def cost_form(
        self,
        suggested: Mapping[str, Any],
        *,
        errors: dict[str, str] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show the first form."""
        schema = self.add_suggested_values_to_schema(self.cost_schema(), suggested)
        return self.async_show_form(
            step_id=CostForm.COST,
            data_schema=schema,
            errors=errors,
            description_placeholders=placeholders,
        )

    def _form(self, step_id: CostForm, schema: vol.Schema) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, self.cost_options),
        )


def plans_of(entry: ConfigEntry[Any]) -> PricePlans:
    """Return what an entry's user has chosen, each for its time."""
    return dated_prices.plans_of(entry, PRICE_KEYS)


@callback
def note_prices(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    options: Mapping[str, Any],
    since: date | None,
) -> None:
    """Keep what was chosen until new options count: from a day on, else from today on.

    Where nobody has chosen anything yet, the first choice counts for the past as well.
    """
    is_first = CONF_COST_MODE not in entry.options
    usual = date.min if is_first else dt_util.now(SITE_ZONE).date()
    async_note_prices(hass, entry, PRICE_KEYS, options, since=since, usual=usual)


def riders_of(options: Mapping[str, Any]) -> tuple[Rider, ...]:
    """Return the riders that the user has added, in order of time."""
    return tuple(
        sorted(
            Rider(
                date.fromisoformat(each["since"]),
                each["name"].strip().upper(),
                float(each["rate"]),
            )
            for each in options.get(CONF_RIDERS, ())
        )
    )


def dated_tariff(
    plans: PricePlans,
    *,
    riders: Sequence[Rider],
    billed_rates: Sequence[tuple[date, float]] | None,
    period_starts: Sequence[date],
) -> DatedTariff:
    """Return the tariff of all times."""
    return DatedTariff(
        [
            (
                day,
                tariff_of(
                    prices,
                    riders=riders,
                    billed_rates=billed_rates,
                    period_starts=period_starts,
                ),
            )
            for day, prices in plans.spans()
        ]
    )


def tariff_of(
    options: Mapping[str, Any],
    *,
    riders: Sequence[Rider] = (),
    billed_rates: Sequence[tuple[date, float]] | None,
    period_starts: Sequence[date],
) -> Tariff:
    """Return the tariff that the options mean.

    Where rates are to come from bills and there is no bill yet, a fixed one serves;
    while it is not known whether there is one (None), there is no price.
    """
    mode = options.get(CONF_COST_MODE, MODE_API)
    if mode == MODE_SCHEDULE_1:
        return Schedule1(period_starts, riders)
    if mode == MODE_SCHEDULE_1G:
        return Schedule1G(riders)
    if mode == MODE_TIME_OF_USE:
        return _time_of_use(options)
    if mode == MODE_API and (billed_rates or billed_rates is None):
        return BilledRate(billed_rates or ())
    return FixedRate(options.get(CONF_FIXED_RATE, DEFAULT_RATE))


def _time_of_use(options: Mapping[str, Any]) -> TimeOfUse:
    rates = {key: options.get(key, rate) for key, rate in _RATES.items()}
    winter = {key: options.get(_WINTER_RATES[key], rates[key]) for key in rates}
    windows = {
        key: Window(
            int(options.get(f"{key}_start", hours[0])),
            int(options.get(f"{key}_end", hours[1])),
        )
        for key, hours in _WINDOWS.items()
    }
    return TimeOfUse(
        peak_rate=rates[CONF_PEAK_RATE],
        off_peak_rate=rates[CONF_OFF_PEAK_RATE],
        super_off_peak_rate=rates[CONF_SUPER_OFF_PEAK_RATE],
        summer_peaks=(windows[CONF_SUMMER_PEAK],),
        winter_peaks=(windows[CONF_WINTER_PEAK], windows[CONF_WINTER_SECOND_PEAK]),
        super_off_peaks=(windows[CONF_SUPER_OFF_PEAK],),
        summer_months=frozenset(
            int(month) for month in options.get(CONF_SUMMER_MONTHS, _SUMMER_MONTHS)
        ),
        winter=Rates(
            peak=winter[CONF_PEAK_RATE],
            off_peak=winter[CONF_OFF_PEAK_RATE],
            super_off_peak=winter[CONF_SUPER_OFF_PEAK_RATE],
        ),
        weekend_peaks=options.get(CONF_WEEKEND_PEAKS, False),
    )
