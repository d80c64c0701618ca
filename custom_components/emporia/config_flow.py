"""Config, reauth, reconfigure and options flow."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import callback
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.flow.form_fields import (
    PASSWORD_SCHEMA,
    SECRET,
    SIGN_IN_SCHEMA,
)
from custom_components.cloud_energy.flow.provider_flow import CloudConfigFlow
from custom_components.cloud_energy.provider_texts import SignInStep
from custom_components.cloud_energy.texts import ErrorKey

from .api.client import EmporiaClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .api.errors import FinishInApp, ProviderChanged
from .api.home import Home
from .api.login import Login
from .const import CONF_REFRESH_TOKEN, CONF_STORE_PASSWORD, DOMAIN, MANUFACTURER
from .entry_data import entry_data, stored_credentials
from .options import EmporiaOptionsFlow
from .statistics.energy_sources import energy_sources
from .texts import FormError, Step

_SIGN_IN_SCHEMA = SIGN_IN_SCHEMA.extend(
    {vol.Required(CONF_STORE_PASSWORD, default=True): BooleanSelector()}
)
_TOKEN_SCHEMA = vol.Schema({vol.Required(CONF_REFRESH_TOKEN): SECRET})


class EmporiaConfigFlow(CloudConfigFlow[Login], domain=DOMAIN):
    """Sign in by password or token, second factor, Energy dashboard."""

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = (
        (FinishInApp, FormError.FINISH_IN_APP),
        (ProviderChanged, FormError.PROVIDER_CHANGED),
    )

    _client: EmporiaClient
    _home: Home

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return EmporiaOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose the way in."""
        return self.async_show_menu(
            step_id=SignInStep.USER, menu_options=[Step.SIGN_IN, Step.TOKEN]
        )

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with email and password."""
        return await self.async_ask(Step.SIGN_IN, lambda: _SIGN_IN_SCHEMA, user_input)

    async def async_step_token(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Use the refresh token of a Google or Apple account."""
        return await self.async_ask(Step.TOKEN, lambda: _TOKEN_SCHEMA, user_input)

    @override
    def credentials_schema(self) -> vol.Schema:
        return self._schema_of_way()

    @override
    def missing_schema(self) -> vol.Schema:
        if not self.credentials.get(CONF_USERNAME):
            return _TOKEN_SCHEMA
        if self.refused or not self.credentials.get(CONF_PASSWORD):
            store = self.credentials.get(CONF_STORE_PASSWORD, True)
            return PASSWORD_SCHEMA.extend(
                {vol.Required(CONF_STORE_PASSWORD, default=store): BooleanSelector()}
            )
        return vol.Schema({})

    def _schema_of_way(self) -> vol.Schema:
        """Return the form of the way in that the entry has taken before."""
        entry = self.existing_entry
        by_token = entry is not None and not entry.data.get(CONF_USERNAME)
        return _TOKEN_SCHEMA if by_token else _SIGN_IN_SCHEMA

    @override
    async def async_login(self, credentials: Mapping[str, Any]) -> Login:
        self._client = EmporiaClient(
            self.transport(REQUESTS_PER_DAY),
            endpoints=endpoints_for(self.hass, DOMAIN, Endpoints()),
            credentials=stored_credentials(credentials),
        )
        if token := credentials.get(CONF_REFRESH_TOKEN):
            return await self._client.use_refresh_token(token)
        return await self._client.sign_in()

    @override
    async def async_list_accounts(self, login: Login) -> Mapping[str, str]:
        customer = await self._client.get_customer()
        if self.existing_entry is None:
            self._home = await self._client.get_home()
        return {str(customer.gid): customer.email or f"{MANUFACTURER} {customer.gid}"}

    @override
    def entry_title(self, account_id: str) -> str:
        # Not the email address: entity ids begin with it, and logs show them.
        names = (device.name for device in self._home.values() if not device.is_load)
        return f"{MANUFACTURER} {next(names, '')}".strip()

    @override
    def entry_data(self, login: Login, account_id: str) -> dict[str, Any]:
        # The client may have renewed the token since the login.
        return entry_data(self.credentials, self._client.login or login)

    @override
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        return energy_sources(self._home, self.hass.config.currency)
