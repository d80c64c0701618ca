"""A login that was replaced is on disk at once, and the newest one counts."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry.connection import async_forget_connection
from custom_components.cloud_energy.entry.login_store import LoginStore


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Make an entry with a login."""
    made = MockConfigEntry(domain="iec", data={"login": {"token": "1"}, "other": 7})
    made.add_to_hass(hass)
    return made


def back_to(hass: HomeAssistant, entry: MockConfigEntry, token: str) -> None:
    """Have the entry as a kill in time would leave it."""
    data = {**entry.data, "login": {"token": token}}
    hass.config_entries.async_update_entry(entry, data=data)


async def test_a_login_that_the_entry_has_missed(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """However many came in that second, the last one counts."""
    logins = await LoginStore.async_open(hass, entry, "login")
    for token in ("2", "3"):
        await logins.async_write({"token": token})
        kept = hass_storage[f"cloud_energy.{entry.entry_id}.login"]["data"]
        assert kept["login"] == {"token": token}
        assert entry.data == {"login": {"token": token}, "other": 7}
    for token in ("1", "2", "3"):
        back_to(hass, entry, token)
        await LoginStore.async_open(hass, entry, "login")
        assert entry.data["login"] == {"token": "3"}
    assert "token" not in str(kept["replaced"])


async def test_a_login_of_the_user_counts(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """One that came from a form has replaced what was stored."""
    logins = await LoginStore.async_open(hass, entry, "login")
    await logins.async_write({"token": "2"})
    back_to(hass, entry, "of the user")
    await LoginStore.async_open(hass, entry, "login")
    assert entry.data["login"] == {"token": "of the user"}
    await async_forget_connection(hass, entry)
    assert f"cloud_energy.{entry.entry_id}.login" not in hass_storage
