"""Israel Electric, as the foundation needs to know it.

An entry is a login with its contracts and meters, polled by one coordinator. Another
one watches for power outages, more often.
"""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.login_store import LoginStore
from custom_components.cloud_energy.provider import Provider
from custom_components.cloud_energy.recorder.feed import StatisticsFeed

from .actions.codes import async_forget_attempt
from .api.client import IecClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .const import CONF_LOGIN, CONF_WATCH_OUTAGES, DOMAIN
from .coordinators.account import IecCoordinator
from .coordinators.outages import OutageCoordinator
from .devices import account_key, devices
from .entry_data import stored_credentials, stored_login
from .migration import ADOPTION, async_drop_unit_of_bills
from .repair_issues import repair_issues
from .runtime import IecConfigEntry, IecRuntime
from .services import ACTIONS
from .statistics.history import History


async def _async_open(
    hass: HomeAssistant, entry: IecConfigEntry, connection: CloudConnection
) -> IecRuntime:
    ADOPTION.async_adopt(hass, entry)
    async_drop_unit_of_bills(hass, entry)
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    client = IecClient(
        connection.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
    )
    coordinator = IecCoordinator(hass, entry, connection, client)
    await coordinator.async_config_entry_first_refresh()
    feed = StatisticsFeed(hass, entry)
    outages = None
    if entry.options.get(CONF_WATCH_OUTAGES, True):
        outages = OutageCoordinator(hass, entry, connection, client, coordinator)
        # That they can't be fetched now does not stop the rest.
        await outages.async_try_first_refresh()
    return IecRuntime(
        connection=connection,
        client=client,
        coordinator=coordinator,
        feed=feed,
        history=History(hass, entry, coordinator, feed),
        outages=outages,
    )


async def _async_forget(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    async_forget_attempt(hass, entry)


PROVIDER: Final = Provider(
    domain=DOMAIN,
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CALENDAR,
        Platform.EVENT,
        Platform.SENSOR,
    ),
    requests_per_day=REQUESTS_PER_DAY,
    async_open=_async_open,
    key=account_key,
    devices=devices,
    repair_issues=repair_issues,
    actions=ACTIONS,
    async_forget=_async_forget,
)
