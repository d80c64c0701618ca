"""While the cloud is down it is asked little: ten thousand homes do the same."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.dominion_energy import DominionCloud
from tests.entries import HOUR, MINUTE, pass_time, reauths, requests

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "html"},
    {"kind": "rate_limited"},
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_requests_of_two_hours(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """Nothing is due then, and what is not due stays so."""
    cloud.faults.add(endpoint="*", **fault)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[2 * MINUTE] * 60)
    assert requests(cloud) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert entry.runtime_data.coordinator.failures == 0
    assert reauths(hass, entry) == 0


async def test_a_login_that_cannot_be_renewed(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A poll tries it once, however much is due; and never beyond the budget."""
    cloud.apply({"revoke_tokens": "solar_home"})
    cloud.faults.add(endpoint="*accounts.webSdkBootstrap", kind="truncated")
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    asked = [str(request["path"]) for request in cloud.requests.as_json()]
    assert sum("webSdkBootstrap" in path for path in asked) == 1
    budget = entry.runtime_data.connection.budget
    while budget.left:
        budget.spend()
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert requests(cloud) == 0
    assert reauths(hass, entry) == 0
