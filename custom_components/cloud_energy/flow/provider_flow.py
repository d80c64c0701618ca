"""The login flow that all providers share: credentials, code, account, entry.

It knows no provider: a login that needs a one-time code raises `CodeRequired`
with a handler, and this flow shows what the handler offers. A typing error never
uses up a code nor sends another; sending again is the user's own choice.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, override

from aiohttp import ClientSession
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    UnknownEntry,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorType,
)
import voluptuous as vol

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import (
    CloudError,
    CodeExpired,
    CodeRequired,
    InvalidCredentials,
)
from custom_components.cloud_energy.client.storable import typed_text
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.entry.connection import async_create_session
from custom_components.cloud_energy.entry.policy import error_key
from custom_components.cloud_energy.provider_texts import (
    AccountStep,
    CodeFormError,
    SignInAbort,
    SignInStep,
)
from custom_components.cloud_energy.texts import ErrorKey, StepKey

from .code_steps import CodeSteps
from .dashboard_step import DashboardStep

CONF_ACCOUNT = "account"


class CloudConfigFlow[LoginT](CodeSteps[LoginT], DashboardStep, ConfigFlow):
    """Base of all providers' config flows."""

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = ()
    """Texts for the provider's own errors, looked up before the common ones."""

    _login: LoginT

    def __init__(self) -> None:
        """Begin with nothing typed."""
        self.credentials: dict[str, Any] = {}
        self.refused = False
        """Whether the credentials were refused: what is stored is of no use."""
        self.account_id = ""
        self.accounts: Mapping[str, str] = {}
        self._session: ClientSession | None = None
        self.errors: dict[str, str] = {}
        self._ask_again: Callable[[], Awaitable[ConfigFlowResult]] = (
            self.async_step_user
        )
        """Shows the form that was filled in last."""

    # To be implemented by a provider.

    @abstractmethod
    def credentials_schema(self) -> vol.Schema:
        """Return the form of the first step, for a new entry and reconfigure."""

    @abstractmethod
    def missing_schema(self) -> vol.Schema:
        """Return the form of a reauth: what is stored is not requested again."""

    @abstractmethod
    async def async_login(self, credentials: Mapping[str, Any]) -> LoginT:
        """Sign in.

        :raises CodeRequired: a one-time code is needed.
        :raises CloudError: it failed.
        """

    @abstractmethod
    async def async_list_accounts(self, login: LoginT) -> Mapping[str, str]:
        """Return the accounts that this login may use: unique id -> name.

        :raises CloudError: the cloud can't say now.
        """

    @abstractmethod
    def entry_data(self, login: LoginT, account_id: str) -> dict[str, Any]:
        """Return what the entry stores to use this account."""

    def entry_title(self, account_id: str) -> str:
        """Return the name of a new entry; entity ids begin with it."""
        return self.accounts[account_id]

    def entry_options(self) -> dict[str, Any]:
        """Return the options of a new entry."""
        return {}

    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for more before the entry is made; a provider may override it."""
        return await self.async_step_dashboard()

    # What a provider uses.

    @property
    def session(self) -> ClientSession:
        """This flow's own session; it ends with the flow."""
        if self._session is None:
            self._session = async_create_session(self.hass, auto_cleanup=False)
        return self._session

    def transport(self, requests_per_day: int) -> Transport:
        """Return what sends this flow's requests, which are not counted with others."""
        return Transport(self.session, budget=RequestBudget(requests_per_day))

    @property
    def existing_entry(self) -> ConfigEntry | None:
        """The entry that a reauth or reconfigure is about.

        :raises UnknownFlow: it was removed during a step, and the flow with it.
        """
        try:
            if self.source == SOURCE_REAUTH:
                return self._get_reauth_entry()
            if self.source == SOURCE_RECONFIGURE:
                return self._get_reconfigure_entry()
        except UnknownEntry:
            raise UnknownFlow from None
        return None

    @callback
    @override
    def async_remove(self) -> None:
        """Let go of the session when the flow ends, one way or the other."""
        if self._session is not None:
            self._session.detach()

    # The steps.

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the credentials of a new account."""
        return await self.async_ask(
            SignInStep.USER, self.credentials_schema, user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for other credentials of the same account."""
        if user_input is None and not self.errors:
            self.credentials = dict(self._get_reconfigure_entry().data)
        return await self.async_ask(
            SignInStep.RECONFIGURE, self.credentials_schema, user_input
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Start again with an account that the cloud no longer lets in."""
        self.credentials = dict(entry_data)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for what is missing; nothing is tried or sent before the user is here."""
        return await self.async_ask(
            SignInStep.REAUTH_CONFIRM, self.missing_schema, user_input
        )

    async def async_ask(
        self,
        step_id: StepKey,
        make_schema: Callable[[], vol.Schema],
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Show a form of credentials and sign in with what comes back."""
        self._ask_again = partial(self.async_ask, step_id, make_schema, None)
        if user_input is not None:
            self.credentials |= {
                key: typed_text(value) if isinstance(value, str) else value
                for key, value in user_input.items()
            }
            return await self._async_sign_in()
        errors, self.errors = self.errors, {}
        schema = make_schema()
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                schema, _open(schema, self.credentials)
            ),
            errors=errors,
        )

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose one of several accounts."""
        if user_input is not None:
            return await self._async_use_account(user_input[CONF_ACCOUNT])
        options = [
            SelectOptionDict(value=account_id, label=name)
            for account_id, name in self._free_accounts().items()
        ]
        field = SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
        )
        return self.async_show_form(
            step_id=AccountStep.ACCOUNT,
            data_schema=vol.Schema({vol.Required(CONF_ACCOUNT): field}),
        )

    # What happens between the steps.

    async def _async_sign_in(self) -> ConfigFlowResult:
        try:
            return await self.async_signed_in(await self.async_login(self.credentials))
        except CodeRequired as err:
            self.code_handler = err.handler
            return await self.async_choose_delivery()
        except CloudError as err:
            self.refused = isinstance(err, InvalidCredentials)
            return await self.async_start_over(self.error_key(err))

    @override
    async def async_start_over(self, key: ErrorKey) -> ConfigFlowResult:
        """Show the first form again, with what went wrong."""
        self.errors = {"base": key}
        return await self._ask_again()

    @override
    async def async_signed_in(self, login: LoginT) -> ConfigFlowResult:
        """Make or update the entry of an account of this login."""
        self._login = login
        self.accounts = await self.async_list_accounts(login)
        if entry := self.existing_entry:
            if entry.unique_id is None or entry.unique_id not in self.accounts:
                return self.async_abort(reason=SignInAbort.WRONG_ACCOUNT)
            return self.async_update_reload_and_abort(
                entry, data_updates=self.entry_data(login, entry.unique_id)
            )
        if not self.accounts:
            return self.async_abort(reason=SignInAbort.NO_ACCOUNTS)
        free = self._free_accounts()
        if not free:
            return self.async_abort(reason=SignInAbort.ALREADY_CONFIGURED)
        if len(free) == 1:
            return await self._async_use_account(next(iter(free)))
        return await self.async_step_account()

    async def _async_use_account(self, account_id: str) -> ConfigFlowResult:
        self.account_id = account_id
        await self.async_set_unique_id(account_id)
        self._abort_if_unique_id_configured()
        return await self.async_step_settings()

    @override
    def new_entry_data(self) -> dict[str, Any]:
        return self.entry_data(self._login, self.account_id)

    @override
    def finish(self, **texts: Any) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self.entry_title(self.account_id),
            data={**self.new_entry_data(), **self.dashboard_data},
            options=self.entry_options(),
            **texts,
        )

    def _free_accounts(self) -> dict[str, str]:
        configured = {entry.unique_id for entry in self._async_current_entries()}
        return {
            account_id: name
            for account_id, name in self.accounts.items()
            if account_id not in configured
        }

    @override
    def error_key(self, error: CloudError, *, attempt: bool = False) -> ErrorKey:
        """Return the key of an error's text.

        `attempt`: it ends the whole attempt, so an expiry is the attempt's.
        """
        if attempt and isinstance(error, CodeExpired):
            return CodeFormError.LOGIN_EXPIRED
        return next(
            (key for kind, key in self.error_keys if isinstance(error, kind)),
            error_key(error),
        )


def _open(schema: vol.Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be filled in: a stored secret is never shown again."""
    return {
        str(key): values[key]
        for key, field in schema.schema.items()
        if key in values and not _is_secret(field)
    }


def _is_secret(field: object) -> bool:
    return (
        isinstance(field, TextSelector)
        and field.config.get("type") == TextSelectorType.PASSWORD
    )
