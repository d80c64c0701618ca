"""Hours of sun that the cloud has lost for a while."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.elecnova.devices import account_key
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import DAY, pass_time, state
from tests.recorded import stored

from .helpers import add_entry, assert_statistics_are_true, inverter_of, statistic_of

SINCE = datetime(2026, 11, 10, tzinfo=ZoneInfo("Europe/Brussels"))
LOST = datetime(2026, 11, 13, 11, tzinfo=UTC)


async def test_a_hole_that_is_filled_weeks_later(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A morning of which nothing was known is read once its points have come."""
    sn = inverter_of(cloud)
    cloud.apply(
        {
            "late": {
                "inverter": sn,
                "start": "2026-11-12T23:00:00+00:00",
                "end": "2026-11-13T14:00:00+00:00",
                "due": "2026-12-05T00:00:00+00:00",
                "counted": True,
            }
        }
    )
    entry = await add_entry(hass, cloud, statistics_start="2026-11-10")
    missing = f"{account_key(entry)}_missing_hours"
    assert LOST not in await stored(hass, statistic_of(sn))
    assert state(hass, missing) == "15"
    await pass_time(hass, at_noon, entry, *[8 * DAY] * 5)
    assert LOST in await stored(hass, statistic_of(sn))
    assert state(hass, missing) == "0"
    await assert_statistics_are_true(hass, cloud, sn, SINCE)
