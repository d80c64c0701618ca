"""The form that the options of a provider begin with."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
import voluptuous as vol

from custom_components.cloud_energy.texts import OptionStepKey


class OptionsForm(OptionsFlowWithReload):
    """Shows what is set now, and takes what the user makes of it."""

    first_step: ClassVar[OptionStepKey]

    @abstractmethod
    def options_schema(self) -> vol.Schema:
        """Return the form, with the defaults of what was never set."""

    def shown_options(self) -> Mapping[str, Any]:
        """Return what the form is filled in with."""
        return self.config_entry.options

    @abstractmethod
    async def async_take(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Store what the user has entered, or ask what follows from it."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the options."""
        if user_input is not None:
            return await self.async_take(user_input)
        schema = self.add_suggested_values_to_schema(
            self.options_schema(), self.shown_options()
        )
        return self.async_show_form(step_id=self.first_step, data_schema=schema)
