"""A login is replaced by a login only, and given up only when it is dead."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.const import CONF_LOGIN
from tests.cloud_energy.client.test_token_forms import NO_TOKENS
from tests.clouds.iec import IecCloud
from tests.entries import HOUR, pass_time, reauths

from .helpers import make_entry

TOKEN = "POST */oauth2/default/v1/token"
SENT = [each for each in NO_TOKENS[1:] if not isinstance(each, list)]
STORABLE = [each for each in SENT if "\ud83d" not in str(each)]
"""What Home Assistant's store has taken, too."""


@pytest.mark.parametrize("name", ["id_token", "refresh_token"])
@pytest.mark.parametrize("value", SENT, ids=ascii)
async def test_what_is_no_token_is_not_stored(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    name: str,
    value: Any,
) -> None:
    """The login that there is goes on, and nobody has to sign in again."""
    before = entry.data[CONF_LOGIN]
    cloud.apply({"values": {name: value}})
    await pass_time(hass, at_noon, entry, 2 * HOUR)
    assert entry.data[CONF_LOGIN] == before
    cloud.apply({"values": {}})
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert entry.data[CONF_LOGIN] != before
    assert entry.runtime_data.coordinator.failures == 0
    assert reauths(hass, entry) == 0


@pytest.mark.parametrize(("others_fail", "asked"), [(False, 1), (True, 0)])
async def test_a_day_of_refusals_without_a_reason(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    others_fail: bool,
    asked: int,
) -> None:
    """After that the user is asked, unless other services are out of order as well."""
    cloud.faults.add(endpoint=TOKEN, kind="status", status=400)
    if others_fail:
        cloud.faults.add(endpoint="GET /masa/*", kind="status", status=500)
        cloud.faults.add(endpoint="GET /iecapi/*", kind="status", status=500)
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 11)
    assert reauths(hass, entry) == 0
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 4)
    assert reauths(hass, entry) == asked


async def test_refusals_without_a_reason_over_a_restart(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What was refused before it counts, and time that nobody asked in does not."""
    cloud.faults.add(endpoint=TOKEN, kind="status", status=400)
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 11)
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(4 * HOUR)
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert reauths(hass, entry) == 0
    await pass_time(hass, at_noon, entry, HOUR, HOUR, HOUR)
    assert reauths(hass, entry) == 1


async def test_one_service_that_refuses_everybody(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A token that another service takes is no dead one."""
    cloud.apply({"refusing": ["/iecapi"]})
    for _ in range(12):
        entry.runtime_data.coordinator.answers.all_due()
        await pass_time(hass, at_noon, entry, timedelta(minutes=70))
    assert reauths(hass, entry) == 0
    cloud.apply({"refusing": ["/iecapi", "/masa"]})
    entry.runtime_data.coordinator.answers.all_due()
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert reauths(hass, entry) == 1


@pytest.mark.parametrize("value", STORABLE, ids=ascii)
async def test_what_an_earlier_version_has_stored(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory, value: Any
) -> None:
    """Nobody is signed in with what is no token, and the user is told so, once."""
    entry = await make_entry(hass, cloud)
    login = {**entry.data[CONF_LOGIN], "refresh_token": value}
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_LOGIN: login}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert reauths(hass, entry) == 1
