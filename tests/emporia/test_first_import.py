"""The first minutes after the set-up of a home with sun."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from tests.clouds.emporia import EmporiaCloud
from tests.recorded import stored

from .helpers import add_entry, gid_of

EARLY = datetime(2026, 7, 15, 0, 30, tzinfo=UTC)
"""Evening in America, when the day's requests have just begun to be counted."""


async def test_early_in_the_day_of_requests(
    hass: HomeAssistant, cloud: EmporiaCloud, freezer: FrozenDateTimeFactory
) -> None:
    """The newest day of the grid comes, and the polls' requests are not touched."""
    freezer.move_to(EARLY)
    entry = await add_entry(hass, cloud, "solar_home", days=730)
    gid = gid_of(cloud, "solar_home", "vue")
    grid = await stored(hass, f"emporia:{gid}_grid_import_energy")
    assert min(grid) <= EARLY - timedelta(days=1)
    rest_of_day = 1 - timedelta(minutes=30) / timedelta(days=1)
    # What is begun is finished: no more than a day's hours beyond what was spare
    assert entry.runtime_data.account.budget.left > 1950 * rest_of_day - 24
