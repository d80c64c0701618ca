"""Home Assistant starts with files of ours that are broken."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entries import MINUTE
from tests.stored_files import assert_starts_with_broken_files


async def test_each_costs_only_itself(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The entry is set up, and nobody is asked to sign in."""
    at_noon.tick(5 * MINUTE)
    await assert_starts_with_broken_files(hass, hass_storage, entry, caplog)
