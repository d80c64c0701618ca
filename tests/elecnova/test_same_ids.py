"""Two of the same: ids that should differ and do not."""

from dataclasses import replace

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import person_of, reauths, settle, state
from tests.strange_home import assert_can_be_saved, shown

from .helpers import add_entry, inverter_of


@pytest.mark.parametrize("same", ["site", "component"])
async def test_a_cabinet_with_the_id_of(
    hass: HomeAssistant, cloud: ElecnovaCloud, same: str
) -> None:
    """The site's or a component's id does not end the set-up."""
    account = cloud.customers.account("solar_site")
    (cabinet,) = account.cabinets
    site = account.projects[0].sites[0]
    own = site.site_id if same == "site" else cabinet.components[0].serial
    site.cabinets[0] = replace(cabinet, cabinet_id=own)
    entry = await add_entry(hass, cloud, statistics=False)
    assert entry.state is ConfigEntryState.LOADED
    assert float(state(hass, f"{inverter_of(cloud)}_pv_energy_year")) > 0
    assert float(state(hass, f"site_{site.site_id}_rated_power")) > 0
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert not any(device.via_device_id == device.id for device in devices)


async def test_two_accounts_with_the_same_names(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Each has its own devices and statistics, whatever they are called."""
    first = await add_entry(hass, cloud, statistics=False)
    second = await add_entry(hass, cloud, "aggregator", statistics=False)
    before = shown(hass, first)
    hass.config_entries.async_update_entry(second, title=first.title)
    assert await hass.config_entries.async_reload(second.entry_id)
    await settle(hass, second)
    assert shown(hass, first) == before
    assert shown(hass, second)
    assert not shown(hass, first) & shown(hass, second)
    assert_can_be_saved(hass)


async def test_two_entries_of_one_account(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """What the first one shows stays, and the second one harms nothing."""
    first = await add_entry(hass, cloud, statistics=False)
    before = shown(hass, first)
    copy = MockConfigEntry(
        domain=DOMAIN,
        title=first.title,
        unique_id=None,
        data=dict(first.data),
        options=dict(first.options),
    )
    copy.add_to_hass(hass)
    await hass.config_entries.async_setup(copy.entry_id)
    await settle(hass, copy)
    assert shown(hass, first) == before
    await hass.config_entries.async_remove(copy.entry_id)
    await settle(hass, first)
    assert shown(hass, first) == before
    assert reauths(hass, first) == 0


async def test_two_loads_at_once(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """One of them is done, whoever asks for it."""
    entry = await add_entry(hass, cloud, statistics=False)
    loads = [
        hass.async_create_task(hass.config_entries.async_reload(entry.entry_id))
        for _ in range(2)
    ]
    for load in loads:
        assert await load
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, entry)
    assert person_of(cloud)["client_id"] == entry.unique_id
