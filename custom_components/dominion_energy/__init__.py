"""Dominion Energy: the portal of Virginia's and North Carolina's utility."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from custom_components.cloud_energy.account import Account, async_forget_account
from custom_components.cloud_energy.dashboard_wish import async_carry_out_wish
from custom_components.cloud_energy.endpoints import endpoints_for
from custom_components.cloud_energy.login_store import LoginStore

from .api.client import DominionClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .const import CONF_LOGIN, DOMAIN
from .coordinator import DominionCoordinator
from .entry_data import stored_credentials, stored_login
from .history import History
from .migration import async_adopt_entry, async_adopt_statistics, async_migrate_entry
from .repairs_data import async_clear_issues, async_watch_for_repairs
from .runtime import DominionConfigEntry, DominionRuntime
from .services import async_setup_services

__all__ = ["async_migrate_entry"]

PLATFORMS = (Platform.BINARY_SENSOR, Platform.SENSOR)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: DominionConfigEntry) -> bool:
    """Set up one meter."""
    async_adopt_entry(hass, entry)
    await async_adopt_statistics(hass, entry)
    account = await Account.async_open(hass, entry, daily_requests=REQUESTS_PER_DAY)
    client = await _async_make_client(hass, entry, account)
    coordinator = DominionCoordinator(hass, entry, account, client)
    await coordinator.async_config_entry_first_refresh()
    runtime = entry.runtime_data = DominionRuntime(
        account=account,
        coordinator=coordinator,
        feed=coordinator.feed,
        drift=client.drift,
        client=client,
        history=History(hass, entry, coordinator),
    )
    coordinator.async_keep_polling()
    async_watch_for_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    runtime.history.async_start()
    async_carry_out_wish(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: DominionConfigEntry) -> bool:
    """Unload one meter; a renewal of its tokens under way is not lost."""
    await entry.runtime_data.client.close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: DominionConfigEntry) -> None:
    """Forget what was stored; the statistics stay."""
    async_clear_issues(hass, entry)
    await async_forget_account(hass, entry)


async def _async_make_client(
    hass: HomeAssistant, entry: DominionConfigEntry, account: Account
) -> DominionClient:
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    return DominionClient(
        account.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
    )
