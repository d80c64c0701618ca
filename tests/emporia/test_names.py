"""Names follow the app, without a reload."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, attributes, entity_id, pass_time

from .helpers import add_entry, gid_of


def rename(cloud: EmporiaCloud, gid: int, number: str, name: str | None) -> None:
    """Rename a circuit as its owner does in the app."""
    device = cloud.customers.device(gid)
    found = device.channel(number)
    assert found
    device.channels[device.channels.index(found)] = replace(found, name=name)


def names(hass: HomeAssistant, unique_id: str) -> tuple[str | None, str]:
    """Return an entity's name in the registry and in its state."""
    found = er.async_get(hass).async_get(entity_id(hass, unique_id))
    assert found
    return found.original_name, attributes(hass, unique_id)["friendly_name"]


async def test_a_renamed_circuit(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """All of its entities have the new name; their ids stay."""
    gid = gid_of(cloud, "solar_home", "vue")
    kitchen = f"{gid}_circuit_3"
    before = entity_id(hass, f"{kitchen}_power")
    assert names(hass, f"{kitchen}_power") == ("Kitchen power", "Home Kitchen power")
    rename(cloud, gid, "3", "Cooker {hot}")
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert names(hass, f"{kitchen}_power") == (
        "Cooker {hot} power",
        "Home Cooker {hot} power",
    )
    assert names(hass, f"{kitchen}_energy_today")[0] == "Cooker {hot} energy today"
    assert entity_id(hass, f"{kitchen}_power") == before
    assert names(hass, f"{gid}_circuit_4_power")[0] == "Office power"


async def test_a_circuit_that_gets_a_name(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A number gives way to a name; a name that is missing does not."""
    entry = await add_entry(hass, cloud, "plain_home")
    gid = gid_of(cloud, "plain_home", "vue")
    assert names(hass, f"{gid}_circuit_3_power")[0] == "Circuit 3 power"
    rename(cloud, gid, "3", "Attic")
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert names(hass, f"{gid}_circuit_3_power")[0] == "Attic power"
    rename(cloud, gid, "3", None)
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    assert names(hass, f"{gid}_circuit_3_power")[0] == "Attic power"


async def test_the_user_s_own_name(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What the user has named keeps that name."""
    gid = gid_of(cloud, "solar_home", "vue")
    unique_id = f"{gid}_circuit_3_power"
    registry = er.async_get(hass)
    registry.async_update_entity(entity_id(hass, unique_id), name="Mine")
    rename(cloud, gid, "3", "Cooker")
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    found = registry.async_get(entity_id(hass, unique_id))
    assert found
    assert found.name == "Mine"
    assert "Mine" in attributes(hass, unique_id)["friendly_name"]


async def test_a_device_in_a_site(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Where only the modern list knows the circuit it takes six hours at most."""
    entry = await add_entry(hass, cloud, "landlord")
    device = next(d for d in cloud.customers.devices if d.in_site)
    rename(cloud, device.gid, "1", "Scullery")
    await pass_time(hass, at_noon, entry, *[HOUR] * 7)
    assert names(hass, f"{device.gid}_circuit_1_power")[0] == "Scullery power"
