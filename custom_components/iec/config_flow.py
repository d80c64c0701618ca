"""Config, reauth, reconfigure and options flow."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.flow.provider_flow import CloudConfigFlow
from custom_components.cloud_energy.provider_texts import SignInAbort, SignInStep
from custom_components.cloud_energy.texts import ErrorKey

from .api.client import IecClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .api.errors import InvalidId, NoCodeMethod, NotRegistered
from .api.identity import is_valid_id, normal_id
from .api.login import Login
from .api.models.device import Device
from .api.second_factor import SecondFactor
from .calculations.meters import is_said_to_be_two_way, match_meters
from .const import CONF_CONTRACTS, CONF_USER_ID, DOMAIN
from .coordinators.discovery import Supply, async_discover
from .entry_data import login_data, new_entry_data, stored_credentials
from .migration import VERSION as ENTRY_VERSION, account_title
from .options import IecOptionsFlow
from .statistics.series import MeterSeries
from .texts import Abort, FormError, Step

_SIGN_IN_SCHEMA = vol.Schema(
    {vol.Required(CONF_USER_ID): TextSelector(TextSelectorConfig(autocomplete="off"))}
)


class IecConfigFlow(CloudConfigFlow[Login], domain=DOMAIN):
    """Identity number, one-time code, contracts, Energy dashboard."""

    VERSION = ENTRY_VERSION

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = (
        (InvalidId, FormError.INVALID_ID),
        (NotRegistered, FormError.NOT_REGISTERED),
        (NoCodeMethod, FormError.NO_CODE_METHOD),
    )

    _client: IecClient

    def __init__(self) -> None:
        """Begin with nothing found."""
        super().__init__()
        self._supplies: Sequence[Supply] = ()
        self._devices: dict[str, list[Device]] = {}
        self._chosen: list[str] | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return IecOptionsFlow()

    @override
    def credentials_schema(self) -> vol.Schema:
        return _SIGN_IN_SCHEMA

    @override
    def missing_schema(self) -> vol.Schema:
        return vol.Schema({}) if self.credentials.get(CONF_USER_ID) else _SIGN_IN_SCHEMA

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose what to change."""
        return self.async_show_menu(
            step_id=SignInStep.RECONFIGURE,
            menu_options=[Step.CONTRACTS, Step.SIGN_IN],
        )

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Sign in again; nobody else's code is ever sent."""
        entry = self._get_reconfigure_entry()
        if user_input is None and not self.errors:
            self.credentials = dict(entry.data)
        typed = (user_input or {}).get(CONF_USER_ID, "")
        if is_valid_id(typed) and typed.strip().zfill(9) != entry.unique_id:
            return self.async_abort(reason=SignInAbort.WRONG_ACCOUNT)
        return await self.async_ask(Step.SIGN_IN, lambda: _SIGN_IN_SCHEMA, user_input)

    async def async_step_contracts(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose the contracts."""
        if self.source == SOURCE_RECONFIGURE and not self._load_supplies():
            return self.async_abort(reason=Abort.NOT_LOADED)
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_CONTRACTS]:
                return await self._async_choose(user_input[CONF_CONTRACTS])
            errors = {CONF_CONTRACTS: FormError.NO_CONTRACT_CHOSEN}
        active = [s.contract for s in self._supplies if s.is_active]
        return self.async_show_form(
            step_id=Step.CONTRACTS,
            data_schema=self.add_suggested_values_to_schema(
                self._contracts_schema(), {CONF_CONTRACTS: self._chosen or active}
            ),
            errors=errors,
        )

    def _contracts_schema(self) -> vol.Schema:
        options = [
            SelectOptionDict(value=supply.contract, label=_label(supply))
            for supply in self._supplies
        ]
        field = SelectSelector(
            SelectSelectorConfig(
                options=options, multiple=True, mode=SelectSelectorMode.LIST
            )
        )
        return vol.Schema({vol.Required(CONF_CONTRACTS): field})

    def _load_supplies(self) -> bool:
        """Take what the running integration has found."""
        entry = self._get_reconfigure_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return False
        discovery = entry.runtime_data.coordinator.data.discovery
        self._supplies = list(discovery.supplies.values())
        self._chosen = entry.data.get(CONF_CONTRACTS)
        return True

    async def _async_choose(self, chosen: list[str]) -> ConfigFlowResult:
        """Keep the choice; all that are active means those to come as well."""
        active = {supply.contract for supply in self._supplies if supply.is_active}
        self._chosen = None if set(chosen) == active else chosen
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_reload_and_abort(
                self._get_reconfigure_entry(),
                data_updates={CONF_CONTRACTS: self._chosen},
            )
        return await self.async_step_dashboard()

    @override
    async def async_login(self, credentials: Mapping[str, Any]) -> Login:
        user_id = str(credentials.get(CONF_USER_ID, ""))
        if is_valid_id(user_id) and int(user_id):
            self.credentials[CONF_USER_ID] = normal_id(user_id)
        self._client = IecClient(
            self.transport(REQUESTS_PER_DAY),
            endpoints=endpoints_for(self.hass, DOMAIN, Endpoints()),
            credentials=stored_credentials(self.credentials),
        )
        return await self._client.sign_in()

    @override
    async def async_list_accounts(self, login: Login) -> Mapping[str, str]:
        user_id: str = self.credentials[CONF_USER_ID]
        if self.existing_entry:
            return {user_id: self.existing_entry.title}
        parts = AnswerCache()
        with parts.round():
            discovery = await async_discover(self._client, parts)
        self._supplies = list(discovery.supplies.values())
        active = discovery.active
        for supply in active:
            if supply.may_be_smart:
                contract = supply.contract
                found = await parts.get(
                    f"devices_{contract}",
                    lambda c=contract: self._client.get_devices(c),  # type: ignore[misc]  # bound at once
                )
                self._devices[contract] = found or []
        return {user_id: account_title([s.contract for s in active])} if active else {}

    @override
    def entry_data(self, login: Login, account_id: str) -> dict[str, Any]:
        # The client may have renewed the tokens since the login.
        login = self._client.login or login
        handler = self.code_handler
        channel = handler.channel if isinstance(handler, SecondFactor) else Channel.SMS
        if self.existing_entry:
            return login_data(login, channel)
        return new_entry_data(account_id, login, channel, self._chosen)

    @override
    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        if len([supply for supply in self._supplies if supply.is_active]) > 1:
            return await self.async_step_contracts()
        return await self.async_step_dashboard()

    @override
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        return [
            MeterSeries.of(meter).energy_source(
                two_way=is_said_to_be_two_way(device, is_producer=supply.is_producer),
            )
            for supply in self._supplies
            if supply.contract in (self._chosen or self._devices)
            for device in self._devices.get(supply.contract, ())
            for meter in match_meters(supply.contract, [device], {})[0]
        ]


def _label(supply: Supply) -> str:
    """Name a contract so that its owner knows it among others."""
    address = supply.details.address if supply.details else ""
    return f"{supply.contract} {address}".strip()
