"""Forms that are filled in with anything."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.clouds.dominion_energy import DominionCloud
from tests.odd_forms import assert_takes_anything
from tests.odd_repairs import assert_repairs_take_anything


async def test_each_form(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is taken, or says what is wrong with it; the entry runs in any case."""
    await assert_takes_anything(hass, hass_client, caplog, entry, cloud.accounts)


async def test_each_repair(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is carried out once, or says that there is nothing to be repaired."""
    await assert_repairs_take_anything(hass, hass_client, caplog, entry)
