"""Two things at once: unloading while the token is renewed, the same names twice."""

import asyncio
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.entries import reauths, settle
from tests.recorded import stored
from tests.strange_home import assert_can_be_saved, shown

from .helpers import add_entry, gid_of


def renewals(cloud: EmporiaCloud) -> int:
    """Count the requests to the login service."""
    return sum(entry.path == "/" for entry in cloud.requests.entries)


@pytest.mark.usefixtures("running_timers")
async def test_unloading_in_the_middle_of_a_renewal(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The new token is not lost: the entry starts again with it."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.1, store_password=False)
    cloud.faults.add(endpoint="POST /", kind="slow", seconds=0.3)
    at_noon.tick(timedelta(hours=2))
    before = renewals(cloud)
    refresh = hass.async_create_task(entry.runtime_data.coordinator.async_refresh())
    while not entry.runtime_data.coordinator.client._auth._keeper._renewal:
        await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await refresh
    assert renewals(cloud) == before + 1
    cloud.faults.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert renewals(cloud) == before + 1
    assert reauths(hass, entry) == 0


async def test_two_accounts_with_devices_of_one_name(
    hass: HomeAssistant, cloud: EmporiaCloud
) -> None:
    """Each has its own entities and statistics."""
    cloud.apply({"values": {"deviceName": "Home", "display_name": "Home"}})
    names = ("solar_home", "plain_home")
    first, second = [await add_entry(hass, cloud, name, days=0.1) for name in names]
    assert not shown(hass, first) & shown(hass, second)
    for name in names:
        vue = gid_of(cloud, name, "vue")
        assert await stored(hass, f"emporia:{vue}_mains_energy")
    assert_can_be_saved(hass)
