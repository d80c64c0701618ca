"""One odd answer changes no id, and a token that dies early is renewed."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.const import CONF_ASSET_ID
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import DAY, HOUR, pass_time, reauths

from .helpers import POLL, add_entry, state


@pytest.mark.parametrize("named", [999999, 0, -1, "x", True, 1.5, 2**70])
async def test_a_hub_that_does_not_answer_is_not_adopted(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    named: Any,
) -> None:
    """The known one goes on."""
    known = entry.data[CONF_ASSET_ID]
    cloud.apply({"values": {"assetId": named}})
    await pass_time(hass, at_noon, entry, DAY, *[POLL] * 3)
    assert entry.data[CONF_ASSET_ID] == known
    assert state(hass, entry, "connected", "binary_sensor") == "on"
    cloud.apply({"values": {}})
    await pass_time(hass, at_noon, entry, DAY, POLL)
    assert state(hass, entry, "connected", "binary_sensor") == "on"


async def test_a_wrong_id_is_put_right(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """An earlier version has stored it: at the next start it is asked for anew."""
    known = entry.data[CONF_ASSET_ID]
    data = {**entry.data, CONF_ASSET_ID: 999999}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert entry.data[CONF_ASSET_ID] == known
    assert state(hass, entry, "connected", "binary_sensor") == "on"
    assert reauths(hass, entry) == 0


async def test_a_login_without_the_id_of_a_user(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """An entry works without the id of the user, which nothing needs."""
    cloud.apply({"values": {"id": None}})
    entry = await add_entry(hass, cloud)
    assert state(hass, entry, "connected", "binary_sensor") == "on"


async def test_a_token_that_dies_young(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A minute later there is another one; nobody waits for an hour."""
    client = entry.runtime_data.client
    await client.refresh()
    cloud.apply({"revoke_tokens": {"account": "solar_home", "tokens": "access"}})
    await pass_time(hass, at_noon, entry, timedelta(seconds=20))
    coordinator = entry.runtime_data.coordinator
    await coordinator.async_refresh()
    assert coordinator.failures == 1
    await pass_time(hass, at_noon, entry, timedelta(seconds=70))
    await coordinator.async_refresh()
    assert coordinator.failures == 0
    assert state(hass, entry, "connected", "binary_sensor") == "on"
    await pass_time(hass, at_noon, entry, HOUR)
    assert reauths(hass, entry) == 0
