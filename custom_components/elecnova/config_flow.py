"""Config, reauth, reconfigure and options flow."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol
from yarl import URL

from custom_components.cloud_energy.client.errors import CloudError, ProviderError
from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.flow.form_fields import SECRET
from custom_components.cloud_energy.flow.provider_flow import CloudConfigFlow
from custom_components.cloud_energy.texts import ErrorKey

from .api.client import ElecnovaClient
from .api.const import DEFAULT_BASE, ESS_BASE, PV_INVERTER, REQUESTS_PER_DAY, Endpoints
from .api.errors import AddressNotAllowed, ClockSkew, EmptyAnswer
from .api.login import Login
from .api.models import Cabinet
from .calculations.pv import Inverter
from .const import CONF_BASE_URL, CONF_MQTT, DOMAIN, MANUFACTURER
from .coordinators.tree import read_tree
from .entry_data import stored_credentials
from .live.options import connection_errors, connection_options, connection_schema
from .options import ElecnovaOptionsFlow
from .statistics.series import solar_source
from .texts import FormError, Step

_HOST: Final = SelectSelector(
    SelectSelectorConfig(
        options=[DEFAULT_BASE, ESS_BASE],
        custom_value=True,
        mode=SelectSelectorMode.DROPDOWN,
    )
)
_SECRET_AND_HOST: Final = {
    vol.Required(CONF_CLIENT_SECRET): SECRET,
    vol.Required(CONF_BASE_URL, default=DEFAULT_BASE): _HOST,
}
_SECRET_SCHEMA: Final = vol.Schema({vol.Required(CONF_CLIENT_SECRET): SECRET})
_OTHER_SCHEMA: Final = vol.Schema(_SECRET_AND_HOST)
_SIGN_IN_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_CLIENT_ID): TextSelector(), **_SECRET_AND_HOST}
)


class InvalidAddress(CloudError):
    """What was typed is no address of a cloud."""


class ElecnovaConfigFlow(CloudConfigFlow[Login], domain=DOMAIN):
    """Credentials and host, live values, Energy dashboard."""

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = (
        (InvalidAddress, FormError.INVALID_ADDRESS),
        (AddressNotAllowed, FormError.IP_NOT_ALLOWED),
        (ClockSkew, FormError.CLOCK_SKEW),
        (EmptyAnswer, FormError.EMPTY_ANSWER),
    )

    _client: ElecnovaClient
    _inverters: list[Inverter]
    _cabinets: Sequence[Cabinet] = ()
    _options: Mapping[str, Any] = {}
    _knows_of_nothing = False
    """Whether the user was told that there are no cabinets yet."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return ElecnovaOptionsFlow()

    @override
    def credentials_schema(self) -> vol.Schema:
        # Another client id would be another account.
        if self.source == SOURCE_RECONFIGURE:
            return _OTHER_SCHEMA
        return _SIGN_IN_SCHEMA

    @override
    def missing_schema(self) -> vol.Schema:
        return _SECRET_SCHEMA

    @override
    async def async_login(self, credentials: Mapping[str, Any]) -> Login:
        base = _base_url(credentials[CONF_BASE_URL])
        self.credentials[CONF_BASE_URL] = base
        self._client = ElecnovaClient(
            self.transport(REQUESTS_PER_DAY),
            credentials=stored_credentials(credentials),
            endpoints=endpoints_for(self.hass, DOMAIN, Endpoints(base)),
        )
        login = await self._client.get_token()
        # A token alone does not say whether this network may ask for anything.
        self._cabinets = await self._client.get_all_cabinets()
        return login

    @override
    async def async_list_accounts(self, login: Login) -> Mapping[str, str]:
        client_id = self.credentials[CONF_CLIENT_ID]
        if entry := self.existing_entry:
            return {client_id: entry.title}
        self._inverters = []
        for cabinet in self._cabinets:
            await self._look_into(cabinet)
        return {client_id: await self._name()}

    async def _look_into(self, cabinet: Cabinet) -> None:
        """Find the inverters of a cabinet, unless just this one can't be asked."""
        try:
            parts = await self._client.get_components(cabinet.sn)
        except ProviderError:
            return
        self._inverters += [
            Inverter(part.sn, cabinet.sn, part.name, cabinet.zone)
            for part in parts
            if part.component == PV_INVERTER
        ]

    async def _name(self) -> str:
        """Return a name by the first site, or else the first cabinet."""
        names = [cabinet.name for cabinet in self._cabinets]
        with suppress(ProviderError):
            tree = await read_tree(self._client, await self._client.get_projects())
            names = [*(site.name for site in tree.sites.values()), *names]
        return f"{MANUFACTURER} {next(filter(None, names), '')}".strip()

    @override
    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to get live values; before that, warn if there are no cabinets."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = connection_errors(user_input)
            if not errors:
                self._options = connection_options(self.credentials, user_input)
                return await self.async_step_dashboard()
        elif not self._cabinets and not self._knows_of_nothing:
            return await self.async_step_no_cabinets()
        schema = self.add_suggested_values_to_schema(
            connection_schema(self.credentials, {}), user_input
        )
        return self.async_show_form(
            step_id=Step.SETTINGS, data_schema=schema, errors=errors
        )

    async def async_step_no_cabinets(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user continue with an account that owns nothing yet."""
        if user_input is None:
            return self.async_show_form(step_id=Step.NO_CABINETS)
        self._knows_of_nothing = True
        return await self.async_step_settings()

    @override
    def entry_data(self, login: Login, account_id: str) -> dict[str, Any]:
        keys = (CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_BASE_URL)
        return {key: self.credentials[key] for key in keys}

    @override
    def entry_options(self) -> dict[str, Any]:
        return dict(self._options)

    @property
    @override
    def finds_sources_later(self) -> bool:
        return bool(self._cabinets and self._options.get(CONF_MQTT, True))

    @override
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        return [solar_source(inverter) for inverter in self._inverters]


def _base_url(typed: str) -> str:
    """Return a typed address in the form that requests begin with.

    :raises InvalidAddress: it is none.
    """
    text = typed.strip()
    try:
        url = URL(text if "://" in text else f"https://{text}")
        # Some names of hosts can't even be looked at
        has_host = bool(url.host)
    except ValueError:
        raise InvalidAddress("The address can't be read") from None
    if url.scheme not in ("http", "https") or not has_host:
        raise InvalidAddress("The address has no host")
    return str(url.with_query(None).with_fragment(None)).rstrip("/")
