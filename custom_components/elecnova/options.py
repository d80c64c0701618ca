"""The options of polling and history."""

from typing import Any, Final

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_SCAN_INTERVAL, UnitOfTime
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from custom_components.cloud_energy.flow.form_fields import DAY, number

from .calculations.units import FACTORS
from .const import (
    CONF_CABINETS,
    CONF_PV_UNIT,
    CONF_STATISTICS,
    CONF_STATISTICS_START,
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
)
from .entry_data import AUTOMATIC, poll_interval
from .live.options import LiveOptions
from .texts import OptionStep

_MINUTE: Final = 60
_INTERVAL: Final = number(
    SHORTEST_INTERVAL.total_seconds() / _MINUTE,
    LONGEST_INTERVAL.total_seconds() / _MINUTE,
    unit=UnitOfTime.MINUTES,
)
_UNIT: Final = SelectSelector(
    SelectSelectorConfig(options=[AUTOMATIC, *FACTORS], translation_key=CONF_PV_UNIT)
)


class HistoryOptions(OptionsFlow):
    """How often to ask, of which cabinets, and what of it to keep."""

    async def async_step_history(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options."""
        options = dict(self.config_entry.options)
        if user_input is not None:
            seconds = int(user_input[CONF_SCAN_INTERVAL] * _MINUTE)
            # A date that was taken out is not there any more.
            options.pop(CONF_STATISTICS_START, None)
            return self.async_create_entry(
                data={**options, **user_input, CONF_SCAN_INTERVAL: seconds}
            )
        minutes = poll_interval(options).total_seconds() / _MINUTE
        shown = {**options, CONF_SCAN_INTERVAL: minutes}
        return self.async_show_form(
            step_id=OptionStep.HISTORY,
            data_schema=self.add_suggested_values_to_schema(self._schema(), shown),
        )

    def _schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Required(CONF_SCAN_INTERVAL): _INTERVAL,
                vol.Optional(CONF_CABINETS, default=[]): self._cabinets(),
                vol.Required(CONF_PV_UNIT, default=AUTOMATIC): _UNIT,
                vol.Required(CONF_STATISTICS, default=True): BooleanSelector(),
                vol.Optional(CONF_STATISTICS_START): DAY,
            }
        )

    def _cabinets(self) -> SelectSelector:
        """Offer the cabinets that are followed, and those once chosen."""
        entry, owned = self.config_entry, {}
        if entry.state is ConfigEntryState.LOADED:
            owned = entry.runtime_data.coordinator.owned
        names: dict[str, str] = {sn: sn for sn in entry.options.get(CONF_CABINETS, ())}
        for sn, cabinet in owned.items():
            names[sn] = f"{cabinet.name} ({sn})" if cabinet.name else sn
        options = [SelectOptionDict(value=sn, label=name) for sn, name in names.items()]
        return SelectSelector(SelectSelectorConfig(options=options, multiple=True))


class ElecnovaOptionsFlow(HistoryOptions, LiveOptions, OptionsFlowWithReload):
    """What is polled and imported, the way to the live values, what points mean."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose what to change."""
        return self.async_show_menu(
            step_id=OptionStep.INIT,
            menu_options=[OptionStep.HISTORY, OptionStep.LIVE, OptionStep.POINTS],
        )
