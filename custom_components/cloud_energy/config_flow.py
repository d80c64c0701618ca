"""Picks the providers that this release places beside itself."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from .const import CONF_PROVIDERS, DOMAIN
from .installation import async_remove_copies, release


class InstallerConfigFlow(ConfigFlow, domain=DOMAIN):
    """One step: which providers?"""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return InstallerOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the providers; an installation by hand has nothing to place."""
        bundle = release()
        if not await self.hass.async_add_executor_job(lambda: bundle.exists):
            return self.async_abort(reason="installed_by_hand")
        providers = await self.hass.async_add_executor_job(bundle.providers)
        errors: dict[str, str] = {}
        if user_input is not None:
            if chosen := user_input[CONF_PROVIDERS]:
                return self.async_create_entry(
                    title="Cloud Energy", data={}, options={CONF_PROVIDERS: chosen}
                )
            errors[CONF_PROVIDERS] = "nothing_chosen"
        return self.async_show_form(
            step_id="user", data_schema=_schema(providers, []), errors=errors
        )


class InstallerOptionsFlow(OptionsFlow):
    """The same step, with what was chosen before."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add or drop providers; one that has entries stays."""
        before: list[str] = self.config_entry.options[CONF_PROVIDERS]
        errors: dict[str, str] = {}
        if user_input is not None:
            dropped = [d for d in before if d not in user_input[CONF_PROVIDERS]]
            in_use = await async_remove_copies(self.hass, dropped)
            if not in_use:
                return self.async_create_entry(data=user_input)
            errors[CONF_PROVIDERS] = "in_use"
            before = [*user_input[CONF_PROVIDERS], *in_use]
            # Those that were not in use are gone already.
            self.hass.config_entries.async_update_entry(
                self.config_entry, options={CONF_PROVIDERS: before}
            )
        providers = await self.hass.async_add_executor_job(release().providers)
        return self.async_show_form(
            step_id="init", data_schema=_schema(providers, before), errors=errors
        )


def _schema(providers: Mapping[str, str], chosen: list[str]) -> vol.Schema:
    options = [
        SelectOptionDict(value=domain, label=name) for domain, name in providers.items()
    ]
    field = SelectSelector(
        SelectSelectorConfig(
            options=options, multiple=True, mode=SelectSelectorMode.LIST
        )
    )
    return vol.Schema({vol.Required(CONF_PROVIDERS, default=chosen): field})
