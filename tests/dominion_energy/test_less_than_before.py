"""A workbook that has less than the one before it does not take anything away."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.dominion_energy import DominionCloud
from tests.entries import HOUR, pass_time

from .helpers import NOW, add_entry, assert_recorder_is_true

KEYS = ("usage", "generation", "data_date", "baseline", "busiest_hour")


def usage_states(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the states that come from half hours."""
    registry = er.async_get(hass)
    return {
        each.entity_id: found.state
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if each.unique_id.endswith(KEYS)
        and "period" not in each.unique_id
        and (found := hass.states.get(each.entity_id))
    }


@pytest.mark.parametrize(
    "layout",
    [
        {"body": "header_only"},
        {"columns": "few"},
        {"columns": "off_by_one"},
        {"body": "corrupt"},
    ],
    ids=str,
)
async def test_the_last_good_workbook_counts(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    layout: dict[str, Any],
) -> None:
    """For a day; once the cloud is right again all is as before, without a hole."""
    before = usage_states(hass, entry)
    assert len(before) >= 4
    assert "unknown" not in before.values()
    cloud.apply({"layout": layout})
    await pass_time(hass, at_noon, entry, *[3 * HOUR] * 9)
    assert usage_states(hass, entry) == before
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 6)
    assert usage_states(hass, entry) != before
    cloud.apply({"layout": {"reset": True}})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    now = usage_states(hass, entry)
    assert now.keys() == before.keys()
    assert not {"unknown", "unavailable"} & set(now.values())
    await assert_recorder_is_true(hass, cloud, entry, NOW)


async def test_a_first_workbook_without_rows(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Of a new meter nothing is published yet: that is no error."""
    cloud.apply({"layout": {"body": "header_only"}})
    entry = await add_entry(hass, cloud, "plain_home")
    parts = entry.runtime_data.coordinator.answers.diagnostics
    assert parts["usage"]["error"] is None
