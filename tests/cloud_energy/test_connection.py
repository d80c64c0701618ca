"""What an account keeps on disk: its budget, and how long it has to be silent."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client.errors import RateLimited
from custom_components.cloud_energy.entry import connection
from custom_components.cloud_energy.entry.connection import CloudConnection

HOST = "https://cloud.example.com"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("away", "left"),
    [
        (timedelta(minutes=20), 2400),
        (2 * HOUR, 0),
        # The clock was wrong then, or is now: no pause gets longer by that.
        (-10 * 365 * 24 * HOUR, 3600),
        (10 * 365 * 24 * HOUR, 0),
    ],
    ids=str,
)
async def test_a_pause_survives_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    away: timedelta,
    left: float,
) -> None:
    """What is left of it, by whatever clock."""
    freezer.move_to("2026-11-20T12:00:00+00:00")
    entry = MockConfigEntry(domain="iec")
    opened = await CloudConnection.async_open(hass, entry, daily_requests=100)
    error = RateLimited("GET cloud.example.com/ asks for a pause", retry_after=3600)
    opened.transport.hosts.of(HOST).fails("GET /", error)
    await opened.async_save()
    again = await CloudConnection.async_open(hass, entry, daily_requests=100)
    assert again.transport.hosts.pauses == {HOST: 3600}
    hass.data.pop(connection._HOSTS)
    freezer.tick(away)
    again = await CloudConnection.async_open(hass, entry, daily_requests=100)
    assert again.transport.hosts.of(HOST).left == pytest.approx(left)
    assert "asks" not in str(hass_storage)
