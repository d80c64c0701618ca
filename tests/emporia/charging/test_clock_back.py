"""A charge on the night on which the clock goes back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.clouds.emporia import EmporiaCloud
from tests.emporia.helpers import add_entry
from tests.entries import entity_id

from .week import KW, OPTIONS, Home

DENVER = ZoneInfo("America/Denver")
SATURDAY = datetime(2026, 10, 31, 17, 30, tzinfo=DENVER)
CHEAP = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
"""Half past one, the first time."""


@pytest.fixture
async def house(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> Home:
    """Plug a car in that is to be charged from half past one to a time before that."""
    await hass.config.async_set_time_zone("America/Denver")
    hass.config.currency = "USD"
    at_noon.move_to(SATURDAY)
    entry = await add_entry(hass, cloud, "solar_home", plan=dict(OPTIONS))
    house = Home(hass, cloud, at_noon, entry)
    await house.plug_out()
    # Not by CHEAP: of a time that was made before it is frozen, a copy forgets its fold
    first = dt_util.utcnow().replace(second=0) - timedelta(hours=1)
    assert first == CHEAP - timedelta(hours=9)
    await house.show_prices(first, [*[0.3] * 9, 0.1, *[0.2] * 9])
    await house.wish(0.75 * KW)
    await house.plug_in()
    return house


async def test_the_calendar_shows_the_repeated_hour(
    hass: HomeAssistant, house: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """It is on while the car is charged, and nothing else is disturbed by it."""
    calendar = entity_id(hass, f"{house.gid}_charging_plan", "calendar")

    def is_on() -> bool:
        state = hass.states.get(calendar)
        assert state
        return state.state == "on"

    assert house.status == "waiting"
    (block,) = house.entry.runtime_data.planner.state(house.gid).blocks
    end = block.end.astimezone(DENVER)
    assert (block.start, end.time() < time(1, 30), end.fold) == (CHEAP, True, 1)
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": calendar,
            "start_date_time": SATURDAY.isoformat(),
            "end_date_time": (SATURDAY + timedelta(days=1)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    assert answer
    shown = answer[calendar]
    assert isinstance(shown, dict)
    found = shown["events"]
    assert isinstance(found, list)
    times = [(each["start"], each["end"]) for each in found if isinstance(each, dict)]
    assert times == [
        ("2026-11-01T01:30:00-06:00", "2026-11-01T01:59:59-06:00"),
        ("2026-11-01T01:00:00-07:00", end.isoformat()),
    ]
    for minutes, expected in ((-20, False), (10, True), (40, True), (55, False)):
        await house.until(CHEAP + timedelta(minutes=minutes), timedelta(minutes=1))
        assert (is_on(), house.is_on()) == (expected, expected), minutes
    assert "Failed to validate" not in caplog.text
