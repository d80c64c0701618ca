"""A login is replaced by a login only; a code inside an answer counts like a status."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.const import CONF_LOGIN
from tests.cloud_energy.client.test_token_forms import NO_TOKENS
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import HOUR, pass_time, reauths, requests

SENT = [each for each in NO_TOKENS if not isinstance(each, list)]


@pytest.mark.parametrize("name", ["accessToken", "refreshToken"])
@pytest.mark.parametrize("value", SENT, ids=ascii)
async def test_what_is_no_token_is_not_stored(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    name: str,
    value: Any,
) -> None:
    """The login that there is stays; the password heals what the answer has cost."""
    before = entry.data[CONF_LOGIN]
    cloud.apply({"values": {name: value}})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert entry.data[CONF_LOGIN] == before
    cloud.apply({"values": {}})
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert entry.data[CONF_LOGIN] != before
    assert reauths(hass, entry) == 0


async def test_a_dead_refresh_token_inside_a_good_answer(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """With pasted tokens nobody but the user can help; with a password it heals."""
    cloud.apply({"values": {"code": 401, "error": True}})
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert requests(cloud, "login/auth/refresh")
    assert requests(cloud, "accounts.login")
    assert reauths(hass, entry) == 0
    data = {**entry.data, "username": None, "password": None}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, HOUR)
    assert reauths(hass, entry) == 1
