"""History in front of what is stored: newest first, resumable, never in vain."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    ProviderError,
)
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.backfill import (
    Backfill,
    HistorySource,
    PartlyRefused,
)
from custom_components.cloud_energy.recorder.copied_hours import async_load_copied_hours
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.cloud_energy.recorder.statistics import (
    async_import_in_front,
    async_import_readings,
)
from custom_components.cloud_energy.recorder.stored import (
    async_stored_hours,
    async_stored_range,
)
from tests.recorded import stored

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
NEWEST = NOW.replace(minute=0)
WINDOW = timedelta(days=2)


class Archive:
    """A meter's past: an amount for every hour since it was installed."""

    def __init__(self, name: str, installed: datetime) -> None:
        """Know each hour from then on."""
        self.series = Series.energy(f"test:{name}", name)
        self.installed = installed
        self.asked: list[datetime] = []
        self.until: datetime | None = None
        self.error: CloudError | None = None
        self.errors: dict[datetime, CloudError] = {}

    async def fetch(self, start: datetime, end: datetime) -> Sequence[Reading]:
        """Return the hours between."""
        self.asked.append(start)
        if error := self.errors.get(start, self.error):
            raise error
        end = min(end, self.until or end)
        hour, found = max(start, self.installed), list[Reading]()
        while hour < end:
            found.append(Reading(hour, hour + HOUR, 1.5))
            hour += HOUR
        return found

    def source(
        self, earliest: datetime, behind: Sequence[HistorySource] = ()
    ) -> HistorySource:
        """Offer it from a time on."""
        return HistorySource(
            series=self.series, fetch=self.fetch, earliest=earliest, behind=behind
        )


@pytest.fixture
async def make(
    hass: HomeAssistant,
) -> AsyncIterator[Callable[[Callable[[], bool]], Backfill]]:
    """Make backfills as after a restart: none knows of another."""
    entry = MockConfigEntry()
    entry.add_to_hass(hass)
    feed = StatisticsFeed(hass, entry)
    yield lambda may: Backfill(hass, feed, window=WINDOW, may_go_on=may)
    await feed.async_settled()


async def test_latest_first_and_side_by_side(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """All series get their last days before any gets older ones."""
    archives = [Archive(name, NOW - timedelta(days=99)) for name in ("one", "two")]
    earliest = NEWEST - timedelta(days=5)
    sources = [archive.source(earliest) for archive in archives]
    backfill = make(lambda: True)
    assert backfill.share_done(sources, NEWEST) == 0
    assert await backfill.async_run(sources, NOW)
    for archive in archives:
        expected = [NEWEST - WINDOW, NEWEST - 2 * WINDOW, earliest]
        assert archive.asked == expected
        found = await async_stored_range(hass, archive.series.statistic_id)
        assert found == (earliest, NEWEST - HOUR)
    assert backfill.share_done(sources, NEWEST) == 1
    # Nothing is asked for twice, after a restart neither.
    for again in (backfill, make(lambda: True)):
        assert await again.async_run(sources, NOW)
    assert [len(archive.asked) for archive in archives] == [3, 3]


async def depth(hass: HomeAssistant, archive: Archive) -> datetime | None:
    """Return the first hour that is stored."""
    found = await async_stored_range(hass, archive.series.statistic_id)
    return found and found[0]


@pytest.mark.parametrize("days", [3, 99])
async def test_never_ahead_of_another(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill], days: int
) -> None:
    """What keeps behind is as deep at each step, and ends where the other one does."""
    grid = Archive("grid", NEWEST - timedelta(days=days))
    sun = Archive("sun", NOW - timedelta(days=99))
    earliest = NEWEST - timedelta(days=20)
    leader = grid.source(earliest)
    sources = [sun.source(earliest, behind=[leader]), leader]
    asked = 0

    def one_more() -> bool:
        return len(grid.asked) < asked

    backfill, depths = make(one_more), list[list[datetime | None]]()
    while not await backfill.async_run(sources, NOW):
        depths.append([await depth(hass, each) for each in (grid, sun)])
        asked += 1
    assert depths[0] == [None, None]
    assert all(deep == shallow for deep, shallow in depths)
    end = max(earliest, grid.installed)
    assert [await depth(hass, each) for each in (grid, sun)] == [end, end]
    assert backfill.share_done(sources, NEWEST) == 1
    assert backfill.left(sources, NEWEST) == 0
    assert backfill.oldest_open(sources, NEWEST) is None


async def test_behind_to_the_last_hour_of_another(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """What is wanted moves on with the time, and what is stored of the other stays."""
    grid, sun = (Archive(name, NOW - timedelta(days=99)) for name in ("grid", "sun"))

    def sources(now: datetime) -> list[HistorySource]:
        leader = grid.source(now - timedelta(days=6))
        return [leader, sun.source(now - timedelta(days=6), behind=[leader])]

    backfill = make(lambda: True)
    assert await backfill.async_run(sources(NEWEST)[:1], NOW)
    assert not sun.asked
    later = NEWEST + 5 * HOUR
    for again in (backfill, make(lambda: True)):
        assert await again.async_run(sources(later), later)
        assert again.share_done(sources(later), later) == 1
    begin = NEWEST - timedelta(days=6)
    assert [await depth(hass, each) for each in (grid, sun)] == [begin, begin]


async def test_behind_another_that_has_nothing(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """It waits no longer than until that is sure, and then has its own depth."""
    grid = Archive("grid", NOW + timedelta(days=99))
    sun = Archive("sun", NOW - timedelta(days=99))
    earliest = NEWEST - timedelta(days=20)
    leader = grid.source(earliest)
    sources = [sun.source(earliest, behind=[leader]), leader]
    assert not await make(lambda: len(grid.asked) < 2).async_run(sources, NOW)
    assert not sun.asked
    assert await make(lambda: True).async_run(sources, NOW)
    assert [await depth(hass, each) for each in (grid, sun)] == [None, earliest]


async def test_what_another_brings(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """It is as deep at each stop, costs nothing, and asks before it goes on alone."""
    one = Archive("one", NEWEST - timedelta(days=3))
    two = Archive("two", NOW - timedelta(days=99))
    first = one.source(NEWEST - timedelta(days=3))
    second = replace(two.source(NEWEST - timedelta(days=8)), brought_by=[first])
    asked = 1
    backfill = make(lambda: len(one.asked) + max(0, len(two.asked) - 2) < asked)
    assert backfill.left([first, second], NEWEST) == 1.5 + 2.5
    assert not await backfill.async_run([first, second], NOW)
    assert [len(one.asked), len(two.asked)] == [1, 1]
    asked = 2
    assert not await backfill.async_run([first, second], NOW)
    assert [len(one.asked), len(two.asked)] == [2, 2]
    assert backfill.left([first, second], NEWEST) == 2
    asked = 99
    assert await backfill.async_run([first, second], NOW)
    assert await depth(hass, two) == NEWEST - timedelta(days=8)


async def test_what_is_left_and_since_when_all_is_there(
    make: Callable[[Callable[[], bool]], Backfill],
) -> None:
    """It is counted in windows, each as what it costs; nothing is known at first."""
    one, two = (Archive(name, NOW - timedelta(days=99)) for name in ("one", "two"))
    sources = [
        one.source(NEWEST - timedelta(days=8)),
        replace(two.source(NEWEST - timedelta(days=8)), cost=10.0),
    ]
    backfill = make(lambda: len(one.asked) + len(two.asked) < 3)
    assert backfill.left(sources, NEWEST) == 44
    assert backfill.oldest_open(sources, NEWEST) == NEWEST
    assert not await backfill.async_run(sources, NOW)
    assert backfill.left(sources, NEWEST) == 2 + 30
    assert backfill.oldest_open(sources, NEWEST) == NEWEST - WINDOW


async def test_goes_on_when_it_may(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """It stops where it has to, and begins there again, after a restart too."""
    archive = Archive("one", NOW - timedelta(days=99))
    sources = [archive.source(NEWEST - timedelta(days=8))]
    backfill = make(lambda: len(archive.asked) < 2)
    assert not await backfill.async_run(sources, NOW)
    assert backfill.share_done(sources, NEWEST) == pytest.approx(0.5)
    assert await make(lambda: True).async_run(sources, NOW)
    assert archive.asked == [NEWEST - at * WINDOW for at in (1, 2, 3, 4)]


async def test_a_failure_loses_nothing(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """The window that failed is asked for again."""
    archive = Archive("one", NOW - timedelta(days=99))
    sources = [archive.source(NEWEST - timedelta(days=4))]
    backfill = make(lambda: True)
    archive.error = CannotConnect("down")
    with pytest.raises(CannotConnect):
        await backfill.async_run(sources, NOW)
    archive.error = None
    assert await backfill.async_run(sources, NOW)
    found = await async_stored_range(hass, archive.series.statistic_id)
    assert found == (NEWEST - timedelta(days=4), NEWEST - HOUR)


async def test_ends_where_the_past_ends(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """A meter that is newer than what is wanted is soon left alone."""
    archive = Archive("one", NEWEST - timedelta(days=3))
    first = [Reading(NEWEST - HOUR, NEWEST, 2.0)]
    await async_import_readings(hass, archive.series, first)
    assert await make(lambda: True).async_run(
        [archive.source(NOW - timedelta(days=700))], NOW
    )
    assert len(archive.asked) == 5
    found = await async_stored_range(hass, archive.series.statistic_id)
    assert found == (NEWEST - timedelta(days=3), NEWEST - HOUR)


async def test_one_that_fails_holds_up_no_other(
    make: Callable[[Callable[[], bool]], Backfill],
) -> None:
    """It goes on where it was once its cloud answers again."""
    one, two = (Archive(name, NOW - timedelta(days=99)) for name in ("one", "two"))
    earliest = NEWEST - timedelta(days=5)
    sources = [one.source(earliest), two.source(earliest)]
    backfill = make(lambda: True)
    one.error = ProviderError("broken", status=500)
    with pytest.raises(ProviderError):
        await backfill.async_run(sources, NOW)
    assert one.asked == [NEWEST - WINDOW]
    assert two.asked[-1] == earliest
    one.error = None
    assert await backfill.async_run(sources, NOW)
    assert one.asked[-1] == earliest


async def test_what_is_not_stored_is_not_passed(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """A window that the database does not take is asked for again."""
    archive = Archive("one", NOW - timedelta(days=99))
    sources = [archive.source(NEWEST - timedelta(days=4))]
    backfill = make(lambda: True)
    locked = OperationalError("", {}, Exception("locked"))
    with (
        patch.object(SeriesRows, "write", side_effect=locked),
        pytest.raises(RecorderFailed),
    ):
        await backfill.async_run(sources, NOW)
    assert backfill.share_done(sources, NEWEST) == 0
    assert await backfill.async_run(sources, NOW)
    found = await async_stored_range(hass, archive.series.statistic_id)
    assert found == (NEWEST - timedelta(days=4), NEWEST - HOUR)


async def test_days_that_are_refused(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """The window is asked for three times before older ones have their turn."""
    archive = Archive("one", NOW - timedelta(days=99))
    sources = [archive.source(NEWEST - timedelta(days=4))]
    some = [Reading(NEWEST - HOUR, NEWEST, 1.5)]
    refused = PartlyRefused("a day is refused", some)
    backfill = make(lambda: True)
    archive.errors = {NEWEST - WINDOW: refused}
    for _ in range(3):
        with pytest.raises(PartlyRefused):
            await backfill.async_run(sources, NOW)
    assert archive.asked == [NEWEST - WINDOW] * 3
    assert await backfill.async_run(sources, NOW)
    assert archive.asked[3:] == [NEWEST - WINDOW, NEWEST - 2 * WINDOW]
    found = await async_stored_hours(hass, archive.series.statistic_id)
    assert len(found) == 1 + 48


async def test_nothing_at_all_is_looked_for_again(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """A cloud may begin late: it is asked after a day, a week, a month."""
    archive = Archive("one", NOW + timedelta(days=99))
    backfill = make(lambda: True)

    async def asked_on(day: int) -> int:
        before, now = len(archive.asked), NOW + timedelta(days=day)
        assert await backfill.async_run([archive.source(NOW - WINDOW * 99)], now)
        return len(archive.asked) - before

    days = [day for day in range(60) if await asked_on(day)]
    assert days == [0, 1, 8, 38]
    archive.installed = NOW - timedelta(days=3)
    assert [day for day in range(60, 75) if await asked_on(day)] == [68]
    assert await async_stored_range(hass, archive.series.statistic_id)


@pytest.mark.parametrize("year", [1970, 2036])
async def test_a_first_look_at_a_wrong_clock(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill], year: int
) -> None:
    """Once the clock is right all of the history comes."""
    archive = Archive("one", NEWEST - timedelta(days=3))
    archive.until = NEWEST
    backfill = make(lambda: True)
    wrong = NOW.replace(year=year)
    await backfill.async_run([archive.source(wrong - timedelta(days=90))], wrong)
    earliest = NEWEST - timedelta(days=3)
    assert await backfill.async_run([archive.source(earliest)], NOW)
    found = await async_stored_range(hass, archive.series.statistic_id)
    assert found == (earliest, NEWEST - HOUR)


async def test_what_was_copied_ends_the_history(
    hass: HomeAssistant, make: Callable[[Callable[[], bool]], Backfill]
) -> None:
    """Behind the hours of another statistic, nothing is asked for, nor written over."""
    await async_load_copied_hours(hass)
    archive = Archive("one", NOW - timedelta(days=99))
    earliest = NEWEST - timedelta(days=4)
    assert await make(lambda: True).async_run([archive.source(earliest)], NOW)
    copied = [
        Reading(at, at + HOUR, 0.25)
        for at in (earliest - n * HOUR for n in range(1, 9))
    ]
    await async_import_in_front(hass, archive.series, copied)
    asked = len(archive.asked)
    further = archive.source(earliest - timedelta(days=50))
    again = make(lambda: True)
    assert await again.async_run([further], NOW)
    assert len(archive.asked) == asked
    assert again.share_done([further], NOW) == 1
    assert await depth(hass, archive) == earliest
    # Not even if the cloud tells them by itself
    told = [Reading(at.start, at.end, 9.0) for at in copied]
    await async_import_readings(hass, archive.series, told)
    assert await depth(hass, archive) == earliest
    rows = await stored(hass, archive.series.statistic_id)
    assert [rows[earliest - n * HOUR] for n in range(1, 9)] == pytest.approx([0.25] * 8)
    assert rows[earliest] == pytest.approx(1.5)
