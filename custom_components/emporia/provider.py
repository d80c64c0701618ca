"""Emporia, as the foundation needs to know it.

An entry is an account with its monitors, chargers, plugs, batteries and cars. One
coordinator reads what they measure, another one what they do; the stream tells the
latter to look sooner.
"""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.login_store import LoginStore
from custom_components.cloud_energy.provider import Provider
from custom_components.cloud_energy.recorder.feed import StatisticsFeed

from .api.client import EmporiaClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .charging.planner import ChargingPlanner
from .charging.release import async_release_chargers
from .charging.wishes import WishList, async_forget_wishes
from .const import CONF_LOGIN, DOMAIN
from .coordinators.channels import EmporiaCoordinator
from .coordinators.status import StatusCoordinator
from .coordinators.status_stream import StatusStream
from .devices import account_key, devices, is_gid
from .entities.battery_energy import async_forget_battery_energy
from .entry_data import stored_credentials, stored_login
from .repair_issues import repair_issues
from .runtime import EmporiaConfigEntry, EmporiaRuntime
from .services import ACTIONS
from .statistics.history import History


async def _async_sign_in(
    hass: HomeAssistant, entry: EmporiaConfigEntry, connection: CloudConnection
) -> EmporiaClient:
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    return EmporiaClient(
        connection.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
        # The next poll is the second attempt: more would use the budget up.
        attempts=1,
    )


async def _async_open(
    hass: HomeAssistant, entry: EmporiaConfigEntry, connection: CloudConnection
) -> EmporiaRuntime:
    client = await _async_sign_in(hass, entry, connection)
    coordinator = EmporiaCoordinator(hass, entry, connection, client)
    await coordinator.async_config_entry_first_refresh()
    status = StatusCoordinator(hass, entry, connection, client, coordinator)
    await status.battery_energy.async_load()
    # That it can't be fetched now does not stop the rest.
    await status.async_try_first_refresh()
    feed = StatisticsFeed(hass, entry)
    wishes = WishList(hass, entry)
    await wishes.async_load()
    return EmporiaRuntime(
        connection=connection,
        client=client,
        coordinator=coordinator,
        feed=feed,
        history=History(hass, entry, client, coordinator, feed),
        status=status,
        stream=StatusStream(hass, entry, client, status),
        planner=ChargingPlanner(hass, entry, wishes, status, coordinator),
    )


async def _async_release(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    """Let go of what the plan holds off; the entry is no longer loaded."""
    wishes = WishList(hass, entry)
    await wishes.async_load()
    if wishes.changed:
        connection = await CloudConnection.async_open(
            hass, entry, daily_requests=REQUESTS_PER_DAY
        )
        client = await _async_sign_in(hass, entry, connection)
        await async_release_chargers(wishes, client)
        await client.close()
        connection.session.detach()


async def _async_forget(hass: HomeAssistant, entry: EmporiaConfigEntry) -> None:
    await _async_release(hass, entry)
    await async_forget_battery_energy(hass, entry)
    await async_forget_wishes(hass, entry)


PROVIDER: Final = Provider(
    domain=DOMAIN,
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.CALENDAR,
        Platform.NUMBER,
        Platform.SENSOR,
        Platform.SWITCH,
        Platform.TIME,
    ),
    requests_per_day=REQUESTS_PER_DAY,
    async_open=_async_open,
    key=account_key,
    devices=devices,
    is_removable=is_gid,
    repair_issues=repair_issues,
    actions=ACTIONS,
    async_forget=_async_forget,
)
