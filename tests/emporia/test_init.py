"""Set-up, entities, unloading."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import assert_leaves_nothing, state

from .helpers import add_entry, gid_of


async def test_set_up_and_unload(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """An entry comes up with its entities and leaves nothing behind."""
    vue = gid_of(cloud, "solar_home", "vue")
    assert float(state(hass, f"{vue}_circuit_4_power")) > 0
    await assert_leaves_nothing(hass, at_noon, cloud, entry)


async def test_entities(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """Every entity has a name, a device and a value."""
    registry = er.async_get(hass)
    entries = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert len(entries) > 50
    for item in entries:
        assert item.device_id
        if item.disabled_by or item.domain == "button":
            continue
        found = hass.states.get(item.entity_id)
        assert found, item.entity_id
        assert found.state not in (STATE_UNAVAILABLE, STATE_UNKNOWN), item.entity_id
        assert "{" not in str(found.name)


async def test_devices(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """Each gid is a device, and what hangs behind another says so."""
    registry = dr.async_get(hass)
    vue = registry.async_get_device_by_identifier(
        ("emporia", str(gid_of(cloud, "solar_home", "vue"))), entry.entry_id
    )
    charger = registry.async_get_device_by_identifier(
        ("emporia", str(gid_of(cloud, "solar_home", "charger"))), entry.entry_id
    )
    assert vue
    assert charger
    assert charger.via_device_id == vue.id
    assert charger.sw_version == "EVCharger-812"


@pytest.mark.parametrize("name", ["plain_home", "landlord"])
async def test_other_homes(hass: HomeAssistant, cloud: EmporiaCloud, name: str) -> None:
    """Homes without sun, with sub-panels, in sites."""
    entry = await add_entry(hass, cloud, name)
    for gid in entry.runtime_data.coordinator.home:
        if name == "landlord":
            assert float(state(hass, f"{gid}_mains_power")) >= 0
