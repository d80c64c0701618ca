"""Endpoints that never answer. Here the time goes on: else no time-out would end."""

from collections.abc import Callable, Iterator

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.flowerhub import FlowerhubCloud

from .matrix import SHOWN_BY, check_faults


@pytest.fixture
def freezer() -> Iterator[FrozenDateTimeFactory]:
    """Set the time as others do, but let it tick."""
    ignore = ["_pytest.terminal", "_pytest.runner"]
    with freeze_time(ignore=ignore, tick=True) as ticking:
        yield ticking  # type: ignore[misc]  # it moves just like a frozen one


@pytest.mark.parametrize("endpoint", SHOWN_BY)
async def test_one_endpoint_hangs(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    give_up: Callable[[str], None],
    endpoint: str,
) -> None:
    """It costs its own entities only; no statistic is lost, nobody has to log in."""
    give_up(endpoint)
    faults = [{"kind": "timeout"}]
    await check_faults(hass, cloud, entry, at_noon, endpoint, faults)
