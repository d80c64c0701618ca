"""Flowerhub: home batteries that serve the Swedish grid."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from custom_components.cloud_energy.account import Account, async_forget_account
from custom_components.cloud_energy.dashboard_wish import async_carry_out_wish
from custom_components.cloud_energy.endpoints import endpoints_for

from .account_coordinator import AccountCoordinator
from .api import Endpoints, FlowerhubClient
from .api.const import REQUESTS_PER_DAY
from .const import DOMAIN
from .coordinator import StatusCoordinator
from .devices import async_watch_devices, is_current
from .entry_data import stored_credentials
from .migration import is_adopted
from .repairs_data import async_clear_issues, async_watch_for_repairs
from .runtime import FlowerhubConfigEntry, FlowerhubRuntime
from .services import async_setup_services

PLATFORMS = (
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up the actions."""
    async_setup_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> bool:
    """Set up one account."""
    account = await Account.async_open(hass, entry, daily_requests=REQUESTS_PER_DAY)
    client = FlowerhubClient(
        account.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        # The next poll is the second attempt: more would use the budget up.
        attempts=1,
    )
    status = StatusCoordinator(hass, entry, account, client)
    missing = await status.async_try_first_refresh()
    if missing and not is_adopted(entry.data):
        raise missing
    rest = AccountCoordinator(hass, entry, account, client, status)
    await rest.async_config_entry_first_refresh()
    if missing and not rest.parts.has_answers:
        raise missing
    entry.runtime_data = FlowerhubRuntime(
        account=account,
        coordinator=status,
        feed=rest.feed,
        drift=client.drift,
        history=None,
        client=client,
        account_data=rest,
    )
    status.async_keep_polling()
    rest.async_keep_polling()
    rest.async_follow()
    async_watch_devices(hass, entry)
    async_watch_for_repairs(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    async_carry_out_wish(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> bool:
    """Unload one account."""
    await entry.runtime_data.client.close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: FlowerhubConfigEntry) -> None:
    """Forget what was stored; the statistics stay."""
    async_clear_issues(hass, entry)
    await async_forget_account(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: FlowerhubConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user remove a device that the account no longer has."""
    return not is_current(entry, device)
