"""A release, and a Home Assistant that runs from it."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from .release import DOMAIN, Release


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    """Make a release, from which this Home Assistant runs."""
    release = Release(tmp_path)
    with patch(
        "custom_components.cloud_energy.installer.installation._HOME", release.home
    ):
        yield release


@pytest.fixture
async def installed(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> Release:
    """Have the release set up."""
    assert await async_setup_component(hass, DOMAIN, {})
    return release
