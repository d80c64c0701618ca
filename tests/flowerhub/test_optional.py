"""What can be done without holds up nothing else."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import HOUR, pass_time, reauths

from .helpers import POLL, add_entry, state


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 403},
        {"kind": "html"},
        {"kind": "wrong_types"},
    ],
    ids=str,
)
async def test_the_hub_is_silent_at_the_start(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """The bills are there all the same, and its entities come when they come."""
    cloud.faults.add(endpoint="GET /asset/{assetId}", **fault)
    entry = await add_entry(hass, cloud)
    assert state(hass, entry, "last_successful_update") == "unknown"
    assert state(hass, entry, "last_invoice_amount") not in ("unknown", "unavailable")
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL, HOUR)
    assert state(hass, entry, "connected", "binary_sensor") == "on"
    assert state(hass, entry, "hub_connection", "event") == "unknown"


async def test_nobody_answers_at_the_start(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """Then there is nothing to set up yet."""
    cloud.faults.add(endpoint="*", kind="status", status=503)
    await add_entry(hass, cloud, state=ConfigEntryState.SETUP_RETRY)
