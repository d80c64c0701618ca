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
from .installer.installation import async_get_installation
from .texts import (
    InstallerError,
    InstallerOptionError,
    InstallerOptionStep,
    InstallerStep,
)


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
        installation = async_get_installation(self.hass)
        if reason := await installation.async_obstacle():
            return self.async_abort(reason=reason)
        providers = await installation.async_offered()
        errors: dict[str, str] = {}
        if user_input is not None:
            if chosen := user_input[CONF_PROVIDERS]:
                return self.async_create_entry(
                    title="Cloud Energy", data={}, options={CONF_PROVIDERS: chosen}
                )
            errors[CONF_PROVIDERS] = InstallerError.NOTHING_CHOSEN
        # Those that stayed when an earlier entry was removed
        placed = [d for d in await installation.async_placed() if d in providers]
        return self.async_show_form(
            step_id=InstallerStep.USER,
            data_schema=_schema(providers, placed),
            errors=errors,
        )


class InstallerOptionsFlow(OptionsFlow):
    """The same step, with what was chosen before."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add or drop providers; one that is set up stays."""
        installation = async_get_installation(self.hass)
        if reason := await installation.async_obstacle():
            return self.async_abort(reason=reason)
        ticked: list[str] = self.config_entry.options[CONF_PROVIDERS]
        offered = await installation.async_offered()
        placed = await installation.async_placed()
        # A release may no longer have what was chosen: that can stay, or be dropped.
        names = {**{domain: domain for domain in ticked}, **placed, **offered}
        providers = {domain: names[domain] for domain in [*offered, *ticked]}
        errors: dict[str, str] = {}
        if user_input is not None:
            dropped = {*ticked} - {*user_input[CONF_PROVIDERS]}
            in_use = dropped & placed.keys() & installation.async_in_use()
            if not in_use:
                return self.async_create_entry(data=user_input)
            errors[CONF_PROVIDERS] = InstallerOptionError.IN_USE
            ticked = [*user_input[CONF_PROVIDERS], *sorted(in_use)]
        return self.async_show_form(
            step_id=InstallerOptionStep.INIT,
            data_schema=_schema(providers, ticked),
            errors=errors,
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
