"""IEC: Israel's grid operator and supplier."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from custom_components.cloud_energy.account import Account, async_forget_account
from custom_components.cloud_energy.dashboard_wish import async_carry_out_wish
from custom_components.cloud_energy.endpoints import endpoints_for
from custom_components.cloud_energy.feed import StatisticsFeed
from custom_components.cloud_energy.login_store import LoginStore

from .api.client import IecClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .code_actions import async_forget_attempt
from .const import CONF_LOGIN, CONF_WATCH_OUTAGES, DOMAIN
from .coordinator import IecCoordinator
from .devices import async_watch_devices, identifiers_of, shown
from .entry_data import stored_credentials, stored_login
from .history import History
from .migration import async_adopt_entry, async_drop_unit_of_bills, async_migrate_entry
from .outage_coordinator import OutageCoordinator
from .repairs_data import async_clear_issues, async_watch_for_repairs
from .runtime import IecConfigEntry, IecRuntime
from .services import async_setup_services

__all__ = ["async_migrate_entry"]

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.SENSOR,
)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: IecConfigEntry) -> bool:
    """Set up one login."""
    async_adopt_entry(hass, entry)
    account = await Account.async_open(hass, entry, daily_requests=REQUESTS_PER_DAY)
    client = await _async_make_client(hass, entry, account)
    coordinator = IecCoordinator(hass, entry, account, client)
    await coordinator.async_config_entry_first_refresh()
    feed = StatisticsFeed(hass, entry)
    runtime = entry.runtime_data = IecRuntime(
        account=account,
        coordinator=coordinator,
        feed=feed,
        drift=client.drift,
        client=client,
        history=History(hass, entry, coordinator, feed),
        outages=await _async_watch_outages(hass, entry, coordinator),
    )
    coordinator.async_keep_polling()
    async_watch_devices(hass, entry)
    async_drop_unit_of_bills(hass, entry)
    async_watch_for_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    runtime.history.async_start()
    async_carry_out_wish(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: IecConfigEntry) -> bool:
    """Unload one login; a renewal of its tokens under way is not lost."""
    await entry.runtime_data.client.close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: IecConfigEntry) -> None:
    """Forget what was stored; the statistics stay."""
    async_forget_attempt(hass, entry)
    async_clear_issues(hass, entry)
    await async_forget_account(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: IecConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user remove a device that the login no longer has."""
    snapshot = entry.runtime_data.coordinator.data
    return not identifiers_of(device) & (shown(snapshot) | {entry.entry_id})


async def _async_watch_outages(
    hass: HomeAssistant, entry: IecConfigEntry, coordinator: IecCoordinator
) -> OutageCoordinator | None:
    """Watch for interruptions; that they can't be had now does not stop the rest."""
    if not entry.options.get(CONF_WATCH_OUTAGES, True):
        return None
    outages = OutageCoordinator(
        hass, entry, coordinator.account, coordinator.client, coordinator
    )
    await outages.async_try_first_refresh()
    outages.async_keep_polling()
    return outages


async def _async_make_client(
    hass: HomeAssistant, entry: IecConfigEntry, account: Account
) -> IecClient:
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    return IecClient(
        account.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
    )
