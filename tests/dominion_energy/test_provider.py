"""What follows from the declaration of a provider."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.entry.issues import issue_id_of
from custom_components.dominion_energy import async_remove_config_entry_device
from custom_components.dominion_energy.const import DOMAIN
from custom_components.dominion_energy.texts import Issue
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import entity_id, requests, settle


@pytest.fixture
async def closed(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> MockConfigEntry:
    """Close the account, which raises a repair."""
    cloud.apply({"close_account": "solar_home"})
    entry.runtime_data.coordinator.answers.all_due()
    await entry.runtime_data.coordinator.async_refresh()
    await settle(hass, entry)
    assert repair(hass, entry)
    return entry


def repair(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the repair of a closed account."""
    issue_id = issue_id_of(entry, Issue.ACCOUNT_CLOSED)
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def test_button_asks_for_everything(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """As the action does."""
    before = requests(cloud)
    button = entity_id(hass, f"{entry.data['key']}_refresh", "button")
    await hass.services.async_call(
        "button", "press", {"entity_id": button}, blocking=True
    )
    pressed = requests(cloud) - before
    assert pressed > 3
    await hass.services.async_call(DOMAIN, "refresh", {}, blocking=True)
    assert requests(cloud) - before == 2 * pressed


async def test_repair_goes_while_nobody_looks(
    hass: HomeAssistant, closed: MockConfigEntry
) -> None:
    """It is back with the entry."""
    assert await hass.config_entries.async_unload(closed.entry_id)
    assert repair(hass, closed) is None
    assert await hass.config_entries.async_setup(closed.entry_id)
    await settle(hass, closed)
    assert repair(hass, closed)


async def test_ignored_repair_stays_ignored(
    hass: HomeAssistant, closed: MockConfigEntry
) -> None:
    """Whatever becomes of the entry, until it is removed."""
    issue_id = issue_id_of(closed, Issue.ACCOUNT_CLOSED)
    ir.async_ignore_issue(hass, DOMAIN, issue_id, ignore=True)
    assert await hass.config_entries.async_reload(closed.entry_id)
    await settle(hass, closed)
    issue = repair(hass, closed)
    assert issue
    assert issue.dismissed_version
    assert await hass.config_entries.async_remove(closed.entry_id)
    assert repair(hass, closed) is None


async def test_device_stays_while_nothing_is_known(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Only what the account has no longer can be removed."""
    registry = dr.async_get(hass)
    (meter,) = dr.async_entries_for_config_entry(registry, entry.entry_id)
    other = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "gone")}
    )
    assert not await async_remove_config_entry_device(hass, entry, meter)
    assert await async_remove_config_entry_device(hass, entry, other)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not await async_remove_config_entry_device(hass, entry, other)
