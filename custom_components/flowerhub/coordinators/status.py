"""Polls the hub's status, as often as the daily budget allows."""

from datetime import datetime
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.client.errors import (
    CloudError,
    NotPermitted,
    ProviderError,
)
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.policy import coordinator_errors
from custom_components.flowerhub.api import FlowerhubClient
from custom_components.flowerhub.api.models import Asset
from custom_components.flowerhub.const import CONF_ASSET_ID, CONF_ASSET_OWNER_ID
from custom_components.flowerhub.entry_data import poll_interval
from custom_components.flowerhub.migration import async_adopt_entry

_LOGGER = logging.getLogger(__name__)

_KEPT_POLLS = 3


class StatusCoordinator(CloudCoordinator[Asset]):
    """Reads hub, inverter and battery.

    What it shows is about now: after three missed polls it is too old to show.
    """

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: FlowerhubClient,
    ) -> None:
        """Poll the hub of an entry."""
        interval = poll_interval(entry.options)
        super().__init__(
            hass,
            entry,
            connection,
            interval=interval,
            grace=_KEPT_POLLS * interval,
        )
        self.client = client
        self.hub_is_unknown = False
        """Whether the portal does not know this hub, or not as this account's."""
        self.latest: datetime | None = None
        """The end of the latest billed month of the account."""

    @property
    @override
    def latest_data(self) -> datetime | None:
        return self.latest

    @override
    async def _async_setup(self) -> None:
        """Get to know the ids of an entry of the earlier integration."""
        with coordinator_errors():
            await async_adopt_entry(self.hass, self.config_entry, self.client)
        self.client.asset_owner_id = self.config_entry.data[CONF_ASSET_OWNER_ID]
        self.client.asset_id = self.config_entry.data[CONF_ASSET_ID]

    @override
    async def _async_fetch(self) -> Asset:
        return await self.answers.need("asset", self._async_ask)

    async def _async_ask(self) -> Asset:
        try:
            asset = await self.client.get_asset()
        except CloudError as err:
            self.hub_is_unknown = isinstance(err, NotPermitted) or (
                isinstance(err, ProviderError) and err.status == 404
            )
            raise
        self.hub_is_unknown = False
        return asset
