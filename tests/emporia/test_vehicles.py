"""Cars that are linked to the account."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia import async_remove_config_entry_device
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, entity_id, pass_time, settle, state

from .helpers import add_entry

SETTINGS = "/vehicles/v2/settings"


async def test_a_linked_car(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It is asked for once an entity wants it, and at most every half hour."""
    await pass_time(hass, at_noon, entry, HOUR)
    assert cloud.requests.count(SETTINGS) == 0
    (vehicle,) = cloud.customers.login("solar_home").vehicles
    stem = f"vehicle_{vehicle['vehicleGid']}"
    registry = er.async_get(hass)
    for key in ("battery_level", "charge_limit", "charging_state", "time_to_full"):
        found = entity_id(hass, f"{stem}_{key}")
        assert hass.states.get(found) is None
        registry.async_update_entity(found, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert cloud.requests.count(SETTINGS) == 1
    assert float(state(hass, f"{stem}_battery_level")) == 64
    assert float(state(hass, f"{stem}_charge_limit")) == 90
    assert state(hass, f"{stem}_charging_state") in ("Charging", "Stopped")
    # Home Assistant reloads once more by itself after entities were enabled.
    await pass_time(hass, at_noon, entry, MINUTE)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[6 * MINUTE] * 9)
    assert cloud.requests.count(SETTINGS) == 1


async def test_its_device_stays(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """A car that is linked can't be removed, one that is gone can."""
    registry = dr.async_get(hass)
    (vehicle,) = cloud.customers.login("solar_home").vehicles
    device = registry.async_get_device_by_identifier(
        ("emporia", f"vehicle_{vehicle['vehicleGid']}"), entry.entry_id
    )
    assert device
    assert (device.name, device.manufacturer) == ("My EV", "Acme")
    assert not await async_remove_config_entry_device(hass, entry, device)
    gone = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("emporia", "vehicle_1")}
    )
    assert await async_remove_config_entry_device(hass, entry, gone)


async def test_most_have_none(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """An empty list makes nothing."""
    entry = await add_entry(hass, cloud, "plain_home")
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not [each for each in entities if "vehicle" in each.unique_id]
    assert cloud.requests.count("/customers/vehicles") == 1
