"""The rate of a charger that takes none while it is off, and a cloud that fails just then."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import MINUTE, entity_id, pass_time, state

from .helpers import add_entry, gid_of
from .test_charger import SECONDS, in_cloud

COMMAND = "PUT /devices/evcharger"


@pytest.fixture
def charger(cloud: EmporiaCloud) -> int:
    """The gid of an old charger that is off, with a hungry car at it."""
    gid = gid_of(cloud, "plain_home", "charger")
    cloud.apply({"plug_in": {"device_gid": gid}})
    cloud.apply({"charger": {"device_gid": gid, "on": False, "amps": 32}})
    return gid


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    at_noon: FrozenDateTimeFactory,
) -> MockConfigEntry:
    """Set up the home, where a lower rate was wanted, which the charger did not take."""
    entry = await add_entry(hass, cloud, "plain_home")
    await act(hass, "number", "set_value", f"{charger}_charge_rate", value=12)
    await pass_time(hass, at_noon, entry, *[SECONDS] * 6)
    assert in_cloud(cloud, charger) == (False, 32)
    return entry


async def act(
    hass: HomeAssistant, domain: str, action: str, unique_id: str, **data: Any
) -> None:
    """Call an action on an entity by its unique id."""
    target = {"entity_id": entity_id(hass, unique_id, domain)}
    await hass.services.async_call(domain, action, target | data, blocking=True)


async def test_switching_on_fails_at_first(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The rate is still known when the user tries again."""
    cloud.faults.add(endpoint=COMMAND, kind="status", status=500)
    with pytest.raises(HomeAssistantError):
        await act(hass, "switch", "turn_on", f"{charger}_charging")
    cloud.faults.clear()
    await act(hass, "switch", "turn_on", f"{charger}_charging")
    await pass_time(hass, at_noon, entry, *[SECONDS] * 3)
    assert in_cloud(cloud, charger) == (True, 12)


@pytest.mark.parametrize("status", [403, 500])
async def test_giving_the_rate_again_fails_at_first(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    charger: int,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    status: int,
) -> None:
    """The poll that has seen the need of it counts, and the next one gives it."""
    await act(hass, "switch", "turn_on", f"{charger}_charging")
    cloud.apply({"charger": {"device_gid": charger, "on": True, "amps": 32}})
    cloud.faults.add(endpoint=COMMAND, kind="status", status=status)
    await pass_time(hass, at_noon, entry, *[SECONDS] * 6)
    cloud.faults.clear()
    assert in_cloud(cloud, charger) == (True, 32)
    assert entry.runtime_data.status.failures == 0
    await pass_time(hass, at_noon, entry, 7 * MINUTE, *[SECONDS] * 3)
    assert in_cloud(cloud, charger) == (True, 12)
    assert float(state(hass, f"{charger}_charge_rate", "number")) == 12
