"""Flowerhub, as the foundation needs to know it.

A hub and its owner's electricity account. The status of the hub is about now, and is
polled as often as the budget allows; the rest follows each of its polls.
"""

from collections.abc import Iterator
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.entry.bill_issues import bill_issues
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.issues import RepairIssue
from custom_components.cloud_energy.provider import Provider

from .api import Endpoints, FlowerhubClient
from .api.const import REQUESTS_PER_DAY
from .const import DOMAIN
from .coordinators.account import AccountCoordinator
from .coordinators.status import StatusCoordinator
from .devices import devices, hub_key
from .entry_data import stored_credentials
from .migration import is_adopted
from .runtime import FlowerhubConfigEntry, FlowerhubRuntime
from .services import ACTIONS
from .texts import Issue

_FAILURES: Final = 3


async def _async_open(
    hass: HomeAssistant, entry: FlowerhubConfigEntry, connection: CloudConnection
) -> FlowerhubRuntime:
    """Read status and account; one of them is enough for an entry that has its ids."""
    client = FlowerhubClient(
        connection.transport,
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
        # The next poll is the second attempt: more would use the budget up.
        attempts=1,
    )
    status = StatusCoordinator(hass, entry, connection, client)
    missing = await status.async_try_first_refresh()
    if missing and not is_adopted(entry.data):
        raise missing
    rest = AccountCoordinator(hass, entry, connection, client, status)
    await rest.async_config_entry_first_refresh()
    if missing and not rest.answers.has_answers:
        raise missing
    rest.async_follow()
    return FlowerhubRuntime(
        connection=connection,
        client=client,
        coordinator=status,
        feed=rest.feed,
        history=None,
        account_data=rest,
    )


def _repair_issues(entry: FlowerhubConfigEntry) -> Iterator[RepairIssue]:
    if entry.runtime_data.coordinator.failures >= _FAILURES:
        yield RepairIssue(key=Issue.SERVER_UPDATE_FAILURES)
    yield from bill_issues(entry, Issue.BILL_DIFFERS)


PROVIDER: Final = Provider(
    domain=DOMAIN,
    platforms=(
        Platform.BINARY_SENSOR,
        Platform.BUTTON,
        Platform.EVENT,
        Platform.SENSOR,
    ),
    requests_per_day=REQUESTS_PER_DAY,
    async_open=_async_open,
    key=hub_key,
    devices=devices,
    repair_issues=_repair_issues,
    actions=ACTIONS,
)
