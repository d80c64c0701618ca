"""Dominion Energy, as the foundation needs to know it.

An entry is one meter of one account. Its half hours come once a day, so one coordinator
requests each part as often as there can be news of it.
"""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.login_store import LoginStore
from custom_components.cloud_energy.provider import Provider

from .api.client import DominionClient
from .api.const import REQUESTS_PER_DAY, Endpoints
from .const import CONF_LOGIN, DOMAIN
from .coordinators.meter import DominionCoordinator
from .devices import devices, meter_key
from .entry_data import stored_credentials, stored_login
from .migration import ADOPTION, async_adopt_statistics
from .repair_issues import repair_issues
from .runtime import DominionConfigEntry, DominionRuntime
from .services import ACTIONS
from .statistics.history import History


async def _async_open(
    hass: HomeAssistant, entry: DominionConfigEntry, connection: CloudConnection
) -> DominionRuntime:
    ADOPTION.async_adopt(hass, entry)
    await async_adopt_statistics(hass, entry)
    logins = await LoginStore.async_open(hass, entry, CONF_LOGIN)
    client = DominionClient(
        connection.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        login=stored_login(entry.data),
        persist=lambda login: logins.async_write(login.to_dict()),
    )
    coordinator = DominionCoordinator(hass, entry, connection, client)
    await coordinator.async_config_entry_first_refresh()
    return DominionRuntime(
        connection=connection,
        client=client,
        coordinator=coordinator,
        feed=coordinator.feed,
        history=History(hass, entry, coordinator),
    )


PROVIDER: Final = Provider(
    domain=DOMAIN,
    platforms=(Platform.BINARY_SENSOR, Platform.BUTTON, Platform.SENSOR),
    requests_per_day=REQUESTS_PER_DAY,
    async_open=_async_open,
    key=meter_key,
    devices=devices,
    repair_issues=repair_issues,
    actions=ACTIONS,
)
