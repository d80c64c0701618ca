"""Config, reauth, reconfigure and options flow."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    OptionsFlow,
)
from homeassistant.core import callback
import voluptuous as vol

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.dashboard.sources import EnergySource
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.flow.form_fields import (
    PASSWORD_SCHEMA,
    SIGN_IN_SCHEMA,
)
from custom_components.cloud_energy.flow.provider_flow import CloudConfigFlow
from custom_components.cloud_energy.texts import ErrorKey

from .api import Endpoints, FlowerhubClient, NoAsset, NoAssetOwner
from .api.const import REQUESTS_PER_DAY
from .api.login import Login
from .api.models import ElectricityAgreement
from .api.parsers import require_asset_id
from .const import DOMAIN
from .entry_data import id_data, login_data, stored_credentials
from .options import FlowerhubOptionsFlow
from .statistics.series import AccountSeries
from .texts import FormError


class FlowerhubConfigFlow(CloudConfigFlow[Login], domain=DOMAIN):
    """Sign in, Energy dashboard."""

    error_keys: ClassVar[Sequence[tuple[type[CloudError], ErrorKey]]] = (
        (NoAssetOwner, FormError.NO_ASSET_OWNER),
        (NoAsset, FormError.NO_ASSET),
    )

    _client: FlowerhubClient
    _agreement: ElectricityAgreement | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return FlowerhubOptionsFlow()

    @override
    def credentials_schema(self) -> vol.Schema:
        return SIGN_IN_SCHEMA

    @override
    def missing_schema(self) -> vol.Schema:
        return PASSWORD_SCHEMA

    @override
    async def async_login(self, credentials: Mapping[str, Any]) -> Login:
        self._client = FlowerhubClient(
            self.transport(REQUESTS_PER_DAY),
            endpoints=endpoints_for(self.hass, DOMAIN, Endpoints()),
            credentials=stored_credentials(credentials),
        )
        return await self._client.sign_in()

    @override
    async def async_list_accounts(self, login: Login) -> Mapping[str, str]:
        owner_id = self._client.asset_owner_id
        if owner_id is None:
            raise NoAssetOwner("The account owns no system")
        if entry := self.existing_entry:
            self._know(entry, str(owner_id))
            return {str(owner_id): entry.title}
        asset_id = require_asset_id(await self._client.get_asset_id())
        # An id counts only once its hub has answered.
        await self._client.get_asset(asset_id)
        self._agreement = await self._client.get_electricity_agreement(
            raise_on_error=False
        )
        return {str(owner_id): f"Flowerhub {asset_id}"}

    def _know(self, entry: ConfigEntry, owner_id: str) -> None:
        """Take the account of an entry that has never got so far as to know it."""
        other = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, owner_id
        )
        if entry.unique_id is None and other is None:
            self.hass.config_entries.async_update_entry(entry, unique_id=owner_id)

    @override
    def entry_data(self, login: Login, account_id: str) -> dict[str, Any]:
        data = login_data(self.credentials)
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            return data
        asset_id = require_asset_id(self._client.asset_id)
        return data | id_data(int(account_id), asset_id)

    @override
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        series = AccountSeries.of_entry(self.entry_title(self.account_id), data)
        return series.energy_sources(self._agreement)
