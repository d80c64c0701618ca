"""Elecnova, as the foundation needs to know it.

One account of its cloud: sites, cabinets and what is in them, by REST every few
minutes. What its broker sends besides (`live`) is a connection of its own.
"""

from collections.abc import Iterator
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.issue_registry import IssueSeverity

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.issues import RepairIssue
from custom_components.cloud_energy.provider import Provider
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.texts import IssueKey

from .api.client import ElecnovaClient
from .api.const import CONCURRENCY, REQUESTS_PER_DAY, Endpoints
from .api.errors import AddressNotAllowed, ClockSkew
from .const import CONF_BASE_URL, CONF_MQTT, DOMAIN
from .coordinators.account import ElecnovaCoordinator
from .devices import account_key, devices
from .entry_data import stored_credentials
from .live import Live, async_forget_live, live_issues
from .runtime import ElecnovaConfigEntry, ElecnovaRuntime
from .services import ACTIONS
from .statistics.history import History
from .texts import Issue

_ISSUES: Final[dict[type[CloudError], IssueKey]] = {
    AddressNotAllowed: Issue.IP_NOT_ALLOWED,
    ClockSkew: Issue.CLOCK_SKEW,
}


async def _async_open(
    hass: HomeAssistant, entry: ElecnovaConfigEntry, connection: CloudConnection
) -> ElecnovaRuntime:
    connection.transport.limit_concurrency(CONCURRENCY)
    usual = Endpoints(entry.data[CONF_BASE_URL])
    client = ElecnovaClient(
        connection.transport,
        credentials=stored_credentials(entry.data),
        endpoints=endpoints_for(hass, DOMAIN, usual),
    )
    coordinator = ElecnovaCoordinator(hass, entry, connection, client)
    await coordinator.async_config_entry_first_refresh()
    feed = StatisticsFeed(hass, entry)
    live = None
    if entry.options.get(CONF_MQTT, True):
        live = Live(hass, entry, client, coordinator)
        await live.async_load()
    return ElecnovaRuntime(
        connection=connection,
        client=client,
        coordinator=coordinator,
        feed=feed,
        history=History(hass, entry, coordinator, feed),
        live=live,
    )


def _repair_issues(entry: ElecnovaConfigEntry) -> Iterator[RepairIssue]:
    runtime = entry.runtime_data
    for kind, key in _ISSUES.items():
        if isinstance(runtime.coordinator.error, kind):
            yield RepairIssue(key=key, severity=IssueSeverity.ERROR)
    if runtime.live:
        yield from live_issues(entry, runtime.live)


PROVIDER: Final = Provider(
    domain=DOMAIN,
    platforms=(Platform.BINARY_SENSOR, Platform.BUTTON, Platform.SENSOR),
    requests_per_day=REQUESTS_PER_DAY,
    async_open=_async_open,
    key=account_key,
    devices=devices,
    repair_issues=_repair_issues,
    actions=ACTIONS,
    async_forget=async_forget_live,
)
