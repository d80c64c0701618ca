"""The options flow: the cost mode and the budget, and a file of history to import."""

from datetime import date
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import FileSelector, FileSelectorConfig
import voluptuous as vol

from custom_components.cloud_energy.flow.bill_limit import BILL_LIMIT_FIELD
from custom_components.cloud_energy.flow.form_fields import DAY
from custom_components.cloud_energy.prices.dated_prices import CONF_PRICES_FROM

from .api.const import SITE_ZONE
from .const import CONF_GREEN_BUTTON
from .cost_options import CONF_RIDERS, RIDERS_SELECTOR, CostStep, note_prices
from .runtime import DominionConfigEntry
from .statistics.green_button import (
    FileRefused,
    GreenButtonImport,
    async_import_green_button,
    async_read_upload,
)
from .texts import OptionError, OptionStep

_FILE = FileSelector(FileSelectorConfig(accept=".xml,application/xml,text/xml"))


class DominionOptionsFlow(CostStep, OptionsFlowWithReload):
    """The cost mode and the budget, and a file of history to import."""

    _imported: GreenButtonImport
    _costs: dict[str, Any]
    _prices_from: date | None = None

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Begin with what is set now."""
        self.cost_options = dict(self.config_entry.options)
        return await self.async_step_cost()

    @override
    async def async_step_cost(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the cost mode; a file that comes with it is imported first."""
        if user_input is None:
            return await super().async_step_cost()
        self._costs = dict(user_input)
        if day := self._costs.pop(CONF_PRICES_FROM, None):
            self._prices_from = date.fromisoformat(day)
        if CONF_GREEN_BUTTON not in self._costs:
            return await super().async_step_cost(self._costs)
        try:
            self._imported = await self._async_import(
                self._costs.pop(CONF_GREEN_BUTTON)
            )
        except HomeAssistantError as err:
            return self.cost_form(
                self._costs,
                errors={
                    CONF_GREEN_BUTTON: err.translation_key
                    or OptionError.RECORDER_FAILED
                },
                placeholders=err.translation_placeholders,
            )
        return await self.async_step_green_button()

    async def async_step_green_button(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what came of the file."""
        if user_input is not None:
            return await super().async_step_cost(self._costs)
        done = self._imported
        return self.async_show_form(
            step_id=OptionStep.GREEN_BUTTON,
            data_schema=vol.Schema({}),
            description_placeholders={
                "imported": str(done.imported),
                "known": str(done.known),
                "start": f"{done.start.astimezone(SITE_ZONE):%Y-%m-%d}",
                "end": f"{done.end.astimezone(SITE_ZONE):%Y-%m-%d}",
            },
        )

    async def _async_import(self, file_id: str) -> GreenButtonImport:
        """Import an uploaded file.

        :raises HomeAssistantError: it can't be imported.
        """
        entry: DominionConfigEntry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            raise FileRefused(OptionError.NOT_LOADED)
        content = await async_read_upload(self.hass, file_id)
        return await async_import_green_button(
            self.hass, entry.runtime_data.coordinator, content
        )

    @override
    def cost_schema(self) -> vol.Schema:
        more = {
            **BILL_LIMIT_FIELD,
            vol.Optional(CONF_PRICES_FROM): DAY,
            vol.Optional(CONF_RIDERS): RIDERS_SELECTOR,
            vol.Optional(CONF_GREEN_BUTTON): _FILE,
        }
        return super().cost_schema().extend(more)

    @override
    async def async_costs_chosen(self) -> ConfigFlowResult:
        note_prices(self.hass, self.config_entry, self.cost_options, self._prices_from)
        return self.async_create_entry(data=self.cost_options)
