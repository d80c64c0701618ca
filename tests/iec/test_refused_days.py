"""A day that the service does not answer for is not taken for asked."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds.iec import IecCloud
from tests.entries import HOUR, pass_time, person_of, requests
from tests.recorded import stored

from .helpers import NOW, add_entry, midnight, series_of
from .test_statistics import assert_truth

READINGS = "RemoteReadingRange"


def refuse(cloud: IecCloud, *days: str) -> None:
    """Have these days fail, and no others."""
    cloud.apply({"refuse_days": {"days": list(days)}})


@pytest.mark.parametrize("day", ["2026-07-12", "2026-07-11"], ids=["within", "oldest"])
async def test_a_day_comes_once_it_is_answered(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory, day: str
) -> None:
    """A few hours later, also if nothing older is stored."""
    refuse(cloud, day)
    entry = await add_entry(hass, cloud, history_days=4)
    start = midnight(day)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    assert not [hour for hour in hours if start <= hour < start + 24 * HOUR]
    refuse(cloud)
    await pass_time(hass, at_noon, entry, *[HOUR] * 4)
    await assert_truth(hass, cloud, midnight("2026-07-11"), NOW)


async def test_a_day_that_goes_on_failing_is_left_alone_for_a_while(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is asked for every two hours, not with each poll."""
    refuse(cloud, "2026-07-12")
    entry = await add_entry(hass, cloud, history_days=4)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 6)
    refused = [each for each in cloud.requests.entries if each.status == 500]
    # Three attempts each.
    assert 3 <= len(refused) <= 12
    assert requests(cloud, READINGS) < 80


async def test_a_window_of_refused_days_is_not_empty(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """History goes on there instead of ending."""
    refuse(cloud, "2026-05-14", "2026-05-15", "2026-05-16")
    entry = await add_entry(hass, cloud, history_days=62)
    assert entry.runtime_data.feed.share_done <= 1
    refuse(cloud)
    await pass_time(hass, at_noon, entry, *[HOUR] * 4)
    await assert_truth(hass, cloud, midnight("2026-05-14"), NOW)
    assert entry.runtime_data.feed.share_done == pytest.approx(1.0)


async def test_the_action_names_days_that_failed(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """All others are there, and it succeeds once the days are answered."""
    days = {"start": "2026-06-01", "end": "2026-06-05"}
    refuse(cloud, "2026-06-02", "2026-06-04")
    with pytest.raises(HomeAssistantError, match="2026-06-02; 2026-06-04"):
        await hass.services.async_call("iec", "import_history", days, blocking=True)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    assert midnight("2026-06-01") in hours
    refuse(cloud)
    await hass.services.async_call("iec", "import_history", days, blocking=True)
    await assert_truth(hass, cloud, midnight("2026-06-01"), midnight("2026-06-06"))
