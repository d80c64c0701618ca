"""Elecnova: battery cabinets with their inverters, meters and the sun."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from custom_components.cloud_energy.account import Account, async_forget_account
from custom_components.cloud_energy.dashboard_wish import async_carry_out_wish
from custom_components.cloud_energy.endpoints import endpoints_for
from custom_components.cloud_energy.feed import StatisticsFeed

from .api.client import ElecnovaClient
from .api.const import CONCURRENCY, REQUESTS_PER_DAY, Endpoints
from .const import CONF_BASE_URL, CONF_MQTT, DOMAIN
from .coordinator import ElecnovaCoordinator
from .devices import async_watch_devices, is_current
from .entry_data import stored_credentials
from .history import History
from .live import Live, async_forget_live
from .live.repairs import async_watch_live_repairs
from .repairs_data import async_clear_issues, async_watch_for_repairs
from .runtime import ElecnovaConfigEntry, ElecnovaRuntime
from .services import async_setup_services

PLATFORMS = (Platform.BINARY_SENSOR, Platform.BUTTON, Platform.SENSOR)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> bool:
    """Set up one account."""
    account = await Account.async_open(hass, entry, daily_requests=REQUESTS_PER_DAY)
    account.transport.limit_concurrency(CONCURRENCY)
    usual = Endpoints(entry.data[CONF_BASE_URL])
    client = ElecnovaClient(
        account.transport,
        credentials=stored_credentials(entry.data),
        endpoints=endpoints_for(hass, DOMAIN, usual),
    )
    coordinator = ElecnovaCoordinator(hass, entry, account, client)
    await coordinator.async_config_entry_first_refresh()
    feed = StatisticsFeed(hass, entry)
    history = History(hass, entry, coordinator, feed)
    live = None
    if entry.options.get(CONF_MQTT, True):
        live = Live(hass, entry, client, coordinator)
        await live.async_load()
    entry.runtime_data = ElecnovaRuntime(
        account=account,
        coordinator=coordinator,
        feed=feed,
        drift=client.drift,
        client=client,
        history=history,
        live=live,
    )
    coordinator.async_keep_polling()
    async_watch_devices(hass, entry)
    async_watch_for_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    history.async_start()
    async_carry_out_wish(hass, entry)
    if live:
        async_watch_live_repairs(hass, entry)
        live.async_start()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> bool:
    """Unload one account; a renewal of its token under way is not lost."""
    runtime = entry.runtime_data
    if runtime.live:
        await runtime.live.async_close()
    await runtime.client.close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: ElecnovaConfigEntry) -> None:
    """Forget what was stored; the statistics stay."""
    async_clear_issues(hass, entry)
    await async_forget_live(hass, entry)
    await async_forget_account(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ElecnovaConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user remove a device that the account no longer has."""
    return not is_current(entry, device)
