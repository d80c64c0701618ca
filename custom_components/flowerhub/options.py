"""The options and their form."""

from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_SCAN_INTERVAL
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from custom_components.cloud_energy.flow.bill_limit import BILL_LIMIT_FIELD
from custom_components.cloud_energy.flow.form_fields import number
from custom_components.cloud_energy.flow.options_form import OptionsForm

from .const import CONF_STATISTICS, LONGEST_INTERVAL, SHORTEST_INTERVAL
from .entry_data import poll_interval
from .texts import OptionStep

_INTERVAL: Final = number(
    SHORTEST_INTERVAL.total_seconds(), LONGEST_INTERVAL.total_seconds(), unit="s"
)


class FlowerhubOptionsFlow(OptionsForm):
    """How often to ask for the status, what to keep, and what of a bill to report."""

    first_step = OptionStep.INIT

    @override
    def options_schema(self) -> vol.Schema:
        options = self.config_entry.options
        interval = poll_interval(options).total_seconds()
        statistics = options.get(CONF_STATISTICS, True)
        return vol.Schema(
            {
                vol.Required(CONF_SCAN_INTERVAL, default=interval): _INTERVAL,
                vol.Required(CONF_STATISTICS, default=statistics): BooleanSelector(),
                **BILL_LIMIT_FIELD,
            }
        )

    @override
    async def async_take(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        seconds = int(user_input[CONF_SCAN_INTERVAL])
        return self.async_create_entry(data={**user_input, CONF_SCAN_INTERVAL: seconds})
