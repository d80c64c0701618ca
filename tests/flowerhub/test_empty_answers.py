"""An answer that tells nothing is no news of everything that was there."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import HOUR, pass_time


async def test_nothing_where_something_was(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The last good answer counts for its grace, and not for ever."""
    parts = entry.runtime_data.account_data.answers
    before = parts.last("invoices")
    assert before
    cloud.faults.add(endpoint="*/invoice", kind="empty", times=100_000)
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 6)
    assert parts.last("invoices") == before
    assert "returned nothing" in parts.diagnostics["invoices"]["error"]
    await pass_time(hass, at_noon, entry, *[4 * HOUR] * 6)
    assert parts.last("invoices") is None
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[4 * HOUR] * 4)
    assert parts.last("invoices") == before
