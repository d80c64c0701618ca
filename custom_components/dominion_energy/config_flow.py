"""Config, reauth, reconfigure and options flow."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import callback
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

from .api.client import DominionClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .api.errors import (
    AccountDisabled,
    AccountNotReady,
    CaptchaRequired,
    PasswordChangeRequired,
    SecondFactorNotEnrolled,
)
from .api.login import Login
from .api.models import Account, Customer, Meter
from .const import (
    CONF_ACCESS_TOKEN,
    CONF_ACCOUNT_NUMBER,
    CONF_REFRESH_TOKEN,
    CONF_SERIES,
    DOMAIN,
    MANUFACTURER,
)
from .coordinators.meter_change import find_account
from .cost_options import CostStep
from .entry_data import (
    account_id,
    login_data,
    new_entry_data,
    split_account_id,
    stored_credentials,
    stored_login,
)
from .migration import VERSION as ENTRY_VERSION
from .options import DominionOptionsFlow
from .statistics.series import MeterSeries
from .texts import FormError, Step

_TOKENS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_ACCESS_TOKEN): SECRET,
        vol.Required(CONF_REFRESH_TOKEN): SECRET,
    }
)


class DominionConfigFlow(CostStep, CloudConfigFlow[Login], domain=DOMAIN):
    """Sign in, second factor, account and meter, cost mode, Energy dashboard."""

    VERSION = ENTRY_VERSION

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = (
        (AccountDisabled, FormError.ACCOUNT_DISABLED),
        (AccountNotReady, FormError.ACCOUNT_NOT_READY),
        (CaptchaRequired, FormError.CAPTCHA_REQUIRED),
        (PasswordChangeRequired, FormError.PASSWORD_CHANGE_REQUIRED),
        (SecondFactorNotEnrolled, FormError.SECOND_FACTOR_NOT_ENROLLED),
    )

    _client: DominionClient
    _customer: Customer
    _titles: Mapping[str, str]

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return DominionOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose the way in."""
        return self.async_show_menu(
            step_id=SignInStep.USER, menu_options=[Step.SIGN_IN, Step.TOKENS]
        )

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in with username and password."""
        return await self.async_ask(Step.SIGN_IN, lambda: SIGN_IN_SCHEMA, user_input)

    async def async_step_tokens(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Use tokens that were copied from a signed-in browser."""
        return await self.async_ask(Step.TOKENS, lambda: _TOKENS_SCHEMA, user_input)

    @override
    def credentials_schema(self) -> vol.Schema:
        return SIGN_IN_SCHEMA

    @override
    def missing_schema(self) -> vol.Schema:
        if not self.credentials.get(CONF_USERNAME):
            return SIGN_IN_SCHEMA
        if self.refused or not self.credentials.get(CONF_PASSWORD):
            return PASSWORD_SCHEMA
        return vol.Schema({})

    @override
    async def async_login(self, credentials: Mapping[str, Any]) -> Login:
        pasted = credentials.get(CONF_REFRESH_TOKEN)
        existing = self.existing_entry
        # The trusted-device cookies of the entry may spare the user the code.
        login = stored_login(existing.data) if existing else None
        self._client = DominionClient(
            self.transport(REQUESTS_PER_DAY),
            endpoints=endpoints_for(self.hass, DOMAIN, Endpoints()),
            credentials=stored_credentials(credentials),
            login=None if pasted else login,
        )
        if pasted:
            access = credentials[CONF_ACCESS_TOKEN]
            return await self._client.use_tokens(access, pasted)
        return await self._client.sign_in()

    @override
    async def async_list_accounts(self, login: Login) -> Mapping[str, str]:
        self._customer = await self._client.get_customer()
        if entry := self.existing_entry:
            return self._accounts_of(entry)
        meters = {
            account_id(account.number, meter.number): (account, meter)
            for account in self._customer.active_accounts
            for meter in account.interval_meters
        }
        self._titles = {key: _title(*where) for key, where in meters.items()}
        return {key: _label(*where) for key, where in meters.items()}

    def _accounts_of(self, entry: ConfigEntry) -> dict[str, str]:
        """Find an entry's account; its meter may have been replaced meanwhile."""
        number = split_account_id(entry.unique_id or "")[0]
        account = find_account(self._customer, number)
        return {entry.unique_id or "": entry.title} if account else {}

    @override
    def entry_data(self, login: Login, account_id: str) -> dict[str, Any]:
        # The client may have renewed the tokens since the login.
        login = self._client.login or login
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            return login_data(self.credentials, login)
        return new_entry_data(self.credentials, login, account_id)

    @override
    def entry_title(self, account_id: str) -> str:
        return self._titles[account_id]

    @override
    def entry_options(self) -> dict[str, Any]:
        return self.cost_options

    @override
    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        return await self.async_step_cost()

    @override
    async def async_costs_chosen(self) -> ConfigFlowResult:
        return await self.async_step_dashboard()

    @override
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        title = self.entry_title(self.account_id)
        series = MeterSeries.of(data[CONF_SERIES], title)
        return [series.energy_source(returns=self._exports(data))]

    def _exports(self, data: Mapping[str, Any]) -> bool:
        return any(
            meter.net_metering
            for account in self._customer.accounts
            if account.number == data[CONF_ACCOUNT_NUMBER]
            for meter in account.interval_meters
        )


def _label(account: Account, meter: Meter) -> str:
    """Name a meter so that its owner knows it among others."""
    address = str(account.service_address or "")
    return f"{_title(account, meter)} {address}".strip()


def _title(account: Account, meter: Meter) -> str:
    """Name a meter for good; entity ids begin with it, so no address is in it."""
    several = len(account.interval_meters) > 1
    number = (meter if several else account).number
    return f"{account.nickname or MANUFACTURER} (…{number[-4:]})"
