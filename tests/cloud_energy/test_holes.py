"""Hours that are missing in the middle are found, told and asked for again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    NotPermitted,
    ProviderError,
)
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.backfill import (
    HistorySource,
    PartlyRefused,
)
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.holes import Holes, async_forget_holes
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.stored import async_stored_hours

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Meter:
    """A meter of which the cloud lacks some hours for a while."""

    def __init__(self, name: str, missing: Sequence[int]) -> None:
        """Know all hours, and which of them the cloud does not give."""
        self.series = Series.energy(f"test:{name}", name)
        self.missing = set(missing)
        self.asked: list[tuple[int, int]] = []
        self.error: CloudError | None = None
        self.totals: list[Reading] = []

    def readings(self, first: int, end: int) -> list[Reading]:
        """Return what the cloud has."""
        return [
            Reading(START + at * HOUR, START + (at + 1) * HOUR, at / 10)
            for at in range(first, end)
            if at not in self.missing
        ]

    async def fetch(self, start: datetime, end: datetime) -> Sequence[Reading]:
        """Answer for the hours between."""
        first, last = ((at - START) // HOUR for at in (start, end))
        self.asked.append((first, last))
        if self.error:
            raise self.error
        return [*self.totals, *self.readings(first, last)]

    def source(
        self, *, available_from: int | None = None, window: timedelta | None = None
    ) -> HistorySource:
        """Offer it, although nobody wants its history."""
        return HistorySource(
            series=self.series,
            fetch=self.fetch,
            earliest=START + 1000 * DAY,
            available_from=None
            if available_from is None
            else START + available_from * HOUR,
            window=window,
        )


@pytest.fixture
def entry(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Return an entry, at a time when all hours are over."""
    freezer.move_to(START + 100 * DAY)
    return MockConfigEntry(domain="test")


@pytest.fixture
def feed(hass: HomeAssistant, entry: MockConfigEntry) -> StatisticsFeed:
    """Return the feed of the entry."""
    return StatisticsFeed(hass, entry)


@pytest.fixture
def make(
    hass: HomeAssistant, entry: MockConfigEntry, feed: StatisticsFeed
) -> Callable[[], Holes]:
    """Make holes as after a restart."""
    return lambda: Holes(hass, entry, feed)


async def store(feed: StatisticsFeed, meter: Meter, end: int) -> None:
    """Import what the cloud has up to an hour."""
    await feed.async_store([Batch(meter.series, tuple(meter.readings(0, end)))])


async def amounts(hass: HomeAssistant, meter: Meter) -> dict[int, float]:
    """Return what is stored, by the number of the hour."""
    found = await async_stored_hours(hass, meter.series.statistic_id)
    return {(at - START) // HOUR: round(value, 6) for at, value in found.items()}


def truth(end: int) -> dict[int, float]:
    """Return what is to be stored in the end."""
    return {at: at / 10 for at in range(end)}


async def test_a_hole_that_is_filled_at_once(
    hass: HomeAssistant, feed: StatisticsFeed, make: Callable[[], Holes]
) -> None:
    """It is found between the first and the last hour, and asked for once."""
    meter, holes = Meter("one", [5, 6, 7, 20]), make()
    await store(feed, meter, 30)
    before = holes.missing_hours
    meter.missing = {7}
    await holes.async_fill([meter.source()], lambda: True)
    assert meter.asked == [(20, 21), (5, 8)]
    assert (before, holes.missing_hours) == (None, 1)
    assert await amounts(hass, meter) == {
        at: v for at, v in truth(30).items() if at != 7
    }
    (hole,) = holes.open
    assert hole.as_dict() == {
        "statistic_id": "test:one",
        "start": "2026-01-01T07:00:00+00:00",
        "end": "2026-01-01T08:00:00+00:00",
        "hours": 1,
        "asked_last": "2026-04-11T00:00:00+00:00",
        "answer": "part",
    }


async def test_growing_pauses_that_survive_restarts(
    hass: HomeAssistant,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
    freezer: FrozenDateTimeFactory,
) -> None:
    """A hole that the cloud fills months later is filled at its hours."""
    meter, holes = Meter("one", [5]), make()
    await store(feed, meter, 30)
    asked_on = []
    for day in range(120):
        before = len(meter.asked)
        if day == 100:
            meter.missing = set()
        await holes.async_fill([meter.source()], lambda: True)
        if len(meter.asked) > before:
            asked_on.append(day)
        await holes.async_save()
        holes = make()
        freezer.tick(DAY)
    assert asked_on == [0, 1, 8, 38, 68, 98]
    freezer.tick(10 * DAY)
    await holes.async_fill([meter.source()], lambda: True)
    assert holes.missing_hours == 0
    assert await amounts(hass, meter) == truth(30)


async def test_a_look_once_a_week(
    feed: StatisticsFeed, make: Callable[[], Holes], freezer: FrozenDateTimeFactory
) -> None:
    """Hours that get lost while it runs are found as well."""
    meter, holes = Meter("one", []), make()
    await store(feed, meter, 10)
    await holes.async_fill([meter.source()], lambda: True)
    later = meter.readings(12, 14)
    await feed.async_store([Batch(meter.series, tuple(later))])
    await holes.async_fill([meter.source()], lambda: True)
    assert (holes.missing_hours, meter.asked) == (0, [])
    freezer.tick(7 * DAY)
    await holes.async_fill([meter.source()], lambda: True)
    assert (holes.missing_hours, meter.asked) == (0, [(10, 12)])


@pytest.mark.parametrize("error", [ProviderError("x", status=403), NotPermitted("x")])
async def test_a_refusal_holds_up_no_other_series(
    hass: HomeAssistant,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
    error: CloudError,
) -> None:
    """It is an answer of its own, not an empty one."""
    one, two, holes = Meter("one", [5]), Meter("two", [4]), make()
    for meter in (one, two):
        await store(feed, meter, 10)
        meter.missing = set()
    one.error = error
    await holes.async_fill([one.source(), two.source()], lambda: True)
    assert [hole.asked and hole.asked.answer for hole in holes.open] == ["refused"]
    assert await amounts(hass, two) == truth(10)


async def test_a_cloud_that_is_away_is_no_answer(
    feed: StatisticsFeed, make: Callable[[], Holes]
) -> None:
    """The hole is asked for again with the next round."""
    meter, holes = Meter("one", [5]), make()
    await store(feed, meter, 10)
    meter.error = CannotConnect("down")
    for _ in range(2):
        with pytest.raises(CannotConnect):
            await holes.async_fill([meter.source()], lambda: True)
    assert holes.open[0].asked is None
    assert len(meter.asked) == 2


async def test_single_days_that_are_refused(
    hass: HomeAssistant, feed: StatisticsFeed, make: Callable[[], Holes]
) -> None:
    """What the others have is stored."""
    meter, holes = Meter("one", range(5, 55)), make()
    await store(feed, meter, 60)
    meter.missing = set()
    meter.error = PartlyRefused("a day is refused", meter.readings(5, 29))
    await holes.async_fill([meter.source()], lambda: True)
    assert [(hole.hours, hole.asked and hole.asked.answer) for hole in holes.open] == [
        (26, "refused")
    ]


async def test_only_with_requests_to_spare_and_in_reach(
    feed: StatisticsFeed, make: Callable[[], Holes]
) -> None:
    """What the cloud no longer serves is told, and not asked for."""
    meter, holes = Meter("one", [5, 20]), make()
    await store(feed, meter, 30)
    await holes.async_fill([meter.source()], lambda: False)
    assert (holes.missing_hours, meter.asked) == (2, [])
    await holes.async_fill([meter.source(available_from=10)], lambda: True)
    assert meter.asked == [(20, 21)]
    assert [hole.asked for hole in holes.open][1] is None


async def test_long_holes_are_asked_for_in_pieces(
    hass: HomeAssistant, feed: StatisticsFeed, make: Callable[[], Holes]
) -> None:
    """The newest piece first."""
    meter, holes = Meter("one", range(1, 60)), make()
    await store(feed, meter, 61)
    meter.missing = set()
    await holes.async_fill([meter.source(window=DAY)], lambda: True)
    assert meter.asked == [(49, 60), (25, 49), (1, 25)]
    assert await amounts(hass, meter) == truth(61)


async def test_a_total_is_no_hole(
    feed: StatisticsFeed, make: Callable[[], Holes], freezer: FrozenDateTimeFactory
) -> None:
    """Where the cloud has only a day's total, nothing is missing."""
    month = Reading(START, START + 48 * HOUR, 60.0)
    meter, holes = Meter("one", range(48)), make()
    await feed.async_store([Batch(meter.series, (month, *meter.readings(48, 60)))])
    await holes.async_fill([meter.source()], lambda: True)
    assert (holes.missing_hours, meter.asked) == (0, [])
    # After a restart the cloud says it once more, and then it is remembered.
    feed.totals.clear()
    meter.totals = [month]
    holes = make()
    await holes.async_fill([meter.source()], lambda: True)
    await holes.async_save()
    feed.totals.clear()
    holes = make()
    await holes.async_fill([meter.source()], lambda: True)
    assert (holes.missing_hours, len(meter.asked)) == (0, 1)


async def test_a_total_of_part_of_a_hole(
    hass: HomeAssistant,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
    freezer: FrozenDateTimeFactory,
) -> None:
    """The days before and after it are missing still, and requested again."""
    day = Reading(START + DAY, START + 2 * DAY, 27.6)
    meter, holes = Meter("one", range(1, 72)), make()
    meter.totals = [day]
    await store(feed, meter, 80)
    await holes.async_fill([meter.source()], lambda: True)
    assert holes.missing_hours == 23 + 24
    # After a restart it is known without the cloud which of the hours are in the total.
    await holes.async_save()
    feed.totals.clear()
    holes = make()
    await holes.async_fill([meter.source()], lambda: True)
    assert (holes.missing_hours, meter.asked) == (23 + 24, [(1, 72)])
    freezer.tick(DAY)
    meter.missing, meter.totals = set(range(25, 48)), []
    await holes.async_fill([meter.source()], lambda: True)
    assert meter.asked[1:] == [(48, 72), (1, 24)]
    assert holes.missing_hours == 0
    assert (await amounts(hass, meter)).keys() == set(range(80)) - meter.missing


async def test_a_hole_of_an_earlier_version(
    hass_storage: dict[str, Any],
    entry: MockConfigEntry,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
) -> None:
    """Those took all of a hole for told once a day of it was: it is new again."""
    asked = {
        "start": (START + HOUR).isoformat(),
        "at": (START + 99 * DAY).isoformat(),
        "times": 3,
        "answer": "total",
    }
    name = f"cloud_energy.{entry.entry_id}.holes"
    hass_storage[name] = {"version": 1, "key": name, "data": {"test:one": [asked]}}
    meter = Meter("one", range(1, 72))
    await store(feed, meter, 80)
    meter.missing = set()
    holes = make()
    await holes.async_fill([meter.source()], lambda: True)
    assert (meter.asked, holes.missing_hours) == ([(1, 72)], 0)


async def test_an_hour_that_nobody_tells(
    feed: StatisticsFeed, make: Callable[[], Holes], freezer: FrozenDateTimeFactory
) -> None:
    """One figure for the two hours that the autumn makes of one leaves no hole."""
    repeated = (datetime(2026, 11, 1, 6, tzinfo=UTC) - START) // HOUR
    freezer.move_to(START + 320 * DAY)
    meter, holes = Meter("one", [repeated, repeated + 5]), make()
    clock = ZoneInfo("America/New_York")
    meter.series = replace(meter.series, wall_clock=clock)
    await store(feed, meter, repeated + 24)
    await holes.async_fill([meter.source()], lambda: True)
    assert holes.missing_hours == 1
    assert meter.asked == [(repeated + 5, repeated + 6)]


async def test_a_clock_that_was_ahead(
    hass: HomeAssistant,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
    freezer: FrozenDateTimeFactory,
) -> None:
    """A time of asking in the future is none."""
    meter, holes = Meter("one", [5]), make()
    await store(feed, meter, 10)
    freezer.move_to(START + 4000 * DAY)
    await holes.async_fill([meter.source()], lambda: True)
    freezer.move_to(START + 100 * DAY)
    meter.missing = set()
    await holes.async_fill([meter.source()], lambda: True)
    assert await amounts(hass, meter) == truth(10)


async def test_nothing_is_left_of_an_entry(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    feed: StatisticsFeed,
    make: Callable[[], Holes],
) -> None:
    """What was asked goes with the entry."""
    meter, holes = Meter("one", [5]), make()
    await store(feed, meter, 10)
    await holes.async_fill([meter.source()], lambda: True)
    await holes.async_save()
    await async_forget_holes(hass, entry)
    holes = make()
    await holes.async_fill([meter.source()], lambda: False)
    assert holes.open[0].asked is None
