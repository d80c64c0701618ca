"""Emporia Energy: home monitors, smart plugs and car chargers."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from custom_components.cloud_energy.account import Account, async_forget_account
from custom_components.cloud_energy.dashboard_wish import async_carry_out_wish
from custom_components.cloud_energy.endpoints import endpoints_for
from custom_components.cloud_energy.feed import StatisticsFeed
from custom_components.cloud_energy.login_store import LoginStore

from .api.client import EmporiaClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .battery_energy import async_forget_battery_energy
from .const import CONF_LOGIN, CONF_STREAM, DOMAIN
from .coordinator import EmporiaCoordinator
from .devices import async_watch_devices, vehicle_id
from .entry_data import stored_credentials, stored_login
from .history import History
from .repairs_data import async_clear_issues, async_watch_for_repairs
from .runtime import EmporiaConfigEntry, EmporiaRuntime
from .services import async_setup_services
from .status_coordinator import StatusCoordinator
from .status_stream import StatusStream

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EmporiaConfigEntry) -> bool:
    """Set up one account."""
    account = await Account.async_open(hass, entry, daily_requests=REQUESTS_PER_DAY)
    client = await _async_make_client(hass, entry, account)
    coordinator = EmporiaCoordinator(hass, entry, account, client)
    await coordinator.async_config_entry_first_refresh()
    status = StatusCoordinator(hass, entry, account, client, coordinator)
    await status.battery_energy.async_load()
    await status.async_try_first_refresh()
    feed = StatisticsFeed(hass, entry)
    runtime = entry.runtime_data = EmporiaRuntime(
        account=account,
        coordinator=coordinator,
        feed=feed,
        drift=client.drift,
        client=client,
        status=status,
        stream=StatusStream(hass, entry, client, status),
        history=History(hass, entry, client, coordinator, feed),
    )
    coordinator.async_keep_polling()
    status.async_keep_polling()
    async_watch_devices(hass, entry)
    async_watch_for_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    if coordinator.wanted:
        # Only now it is known what the entities want.
        await coordinator.async_refresh()
    runtime.history.async_start()
    async_carry_out_wish(hass, entry)
    if entry.options.get(CONF_STREAM, True):
        runtime.stream.async_start()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EmporiaConfigEntry) -> bool:
    """Unload one account; a renewal of its token under way is not lost."""
    runtime = entry.runtime_data
    runtime.status.async_forget_plan()
    await runtime.client.close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Forget what was stored; the statistics stay."""
    async_clear_issues(hass, entry)
    await async_forget_battery_energy(hass, entry)
    await async_forget_account(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: EmporiaConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user remove a device that the account no longer has."""
    coordinator = entry.runtime_data.coordinator
    kept = {str(entry.unique_id), *map(str, coordinator.home)}
    kept |= {vehicle_id(gid) for gid in coordinator.data.vehicles}
    return not any((DOMAIN, each) in device.identifiers for each in kept)


async def _async_make_client(
    hass: HomeAssistant, entry: EmporiaConfigEntry, account: Account
) -> EmporiaClient:
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    return EmporiaClient(
        account.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
        # The next poll is the second attempt: more would use the budget up.
        attempts=1,
    )
