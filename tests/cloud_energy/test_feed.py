"""The feed: what can't be stored is told, kept, and stored later."""

import asyncio
from datetime import UTC, datetime, timedelta
import gc
import logging
from unittest.mock import patch
import weakref

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder import feed as feed_module
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.cloud_energy.recorder.stored import async_stored_hours

SERIES = Series.energy("cloud_energy:meter_energy_consumption", "Meter")
OTHER = Series.energy("cloud_energy:other_energy_consumption", "Other")
START = datetime(2026, 1, 1, tzinfo=UTC)
LOCKED = OperationalError("", {}, Exception("locked"))


@pytest.fixture(autouse=True)
def setup(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Every test writes to a recorder."""


def batch(*values: float, first: int = 0, series: Series = SERIES) -> Batch:
    """Make a batch of hours."""
    return Batch(
        series,
        tuple(
            Reading(START + at * HOUR, START + (at + 1) * HOUR, value)
            for at, value in enumerate(values, first)
        ),
    )


async def amounts(hass: HomeAssistant, series: Series = SERIES) -> list[float]:
    """Return what is stored."""
    return list((await async_stored_hours(hass, series.statistic_id)).values())


async def test_feed(hass: HomeAssistant) -> None:
    """The newest batch of a series arrives, and the same one is not read again."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    told: list[float] = []
    remove = feed.async_add_listener(lambda: told.append(feed.share_done))
    assert feed.share_done == 1.0
    feed.async_submit([batch(1.0)])
    feed.async_submit([batch(1.0, 2.0)])
    assert feed.busy
    assert feed.share_done < 1
    await feed.async_settled()
    assert list((await async_stored_hours(hass, SERIES.statistic_id)).values()) == [
        1,
        2,
    ]
    assert told[-1] == 1.0
    remove()
    feed.async_submit([batch(1.0, 2.0)])
    is_asleep = not feed.busy
    feed.async_forget()
    feed.async_submit([batch(1.0, 2.0)])
    assert (is_asleep, feed.busy) == (True, True)
    await feed.async_settled()


async def test_each_step_is_told_once(hass: HomeAssistant) -> None:
    """After each job, of which the last one is the end of its batch."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    told: list[float] = []
    feed.async_add_listener(lambda: told.append(feed.share_done))
    feed.async_submit([batch(1.0), batch(*[1.0] * 1500, series=OTHER)])
    await feed.async_settled()
    parts = [0.99, 0.99 * 721 / 1501, 0.99 * 1441 / 1501, 1.0]
    assert told == pytest.approx(parts)


async def test_unloading_ends_the_import(hass: HomeAssistant) -> None:
    """What is left of it comes with the next set-up."""
    entry = MockConfigEntry()
    feed = StatisticsFeed(hass, entry)
    feed.async_submit([batch(*[1.0] * 3000)])
    await asyncio.sleep(0)
    for task in list(entry._background_tasks):
        task.cancel()
    await asyncio.sleep(0)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not feed.busy
    again = StatisticsFeed(hass, entry)
    again.async_submit([batch(*[1.0] * 3000)])
    await again.async_settled()
    assert len(await async_stored_hours(hass, SERIES.statistic_id)) == 3000


async def test_unloading_ends_what_somebody_waits_for(hass: HomeAssistant) -> None:
    """An action that goes on must not take it for stored, and note that it is."""
    entry = MockConfigEntry()
    feed = StatisticsFeed(hass, entry)
    storing = hass.async_create_task(feed.async_store([batch(*[1.0] * 3000)]))
    await asyncio.sleep(0)
    for task in list(entry._background_tasks):
        task.cancel()
    with pytest.raises(RecorderFailed):
        await storing


async def test_the_same_again_is_kept_once(hass: HomeAssistant) -> None:
    """Not beside the objects that whoever submits it holds."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    first, again = batch(1.0, 2.0), batch(1.0, 2.0)
    kept = weakref.ref(first)
    await feed.async_store([first])
    await feed.async_store([again])
    del first
    gc.collect()
    assert kept() is None


async def test_what_waits_is_joined(hass: HomeAssistant) -> None:
    """Windows of one series that come one after the other all arrive."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    feed.async_submit([batch(3.0, 4.0, first=2)])
    feed.async_submit([batch(1.0, 2.0)])
    feed.async_submit([batch(5.0, first=1)])
    await feed.async_settled()
    assert await amounts(hass) == [1, 5, 3, 4]


async def test_a_failed_import_is_told_and_made_up_for(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It reaches whoever waits, and is tried again with growing pauses."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    with patch.object(SeriesRows, "write", side_effect=LOCKED) as write:
        with pytest.raises(RecorderFailed) as failed:
            await feed.async_store([batch(1.0)])
        assert failed.value.reason == "OperationalError"
        assert feed.failed == {SERIES.statistic_id: "OperationalError"}
        assert feed.share_done < 1
        for pause in (10, 60, 300):
            before = write.call_count
            for seconds, tries in ((pause - 1, 0), (1, 1)):
                freezer.tick(seconds)
                async_fire_time_changed(hass, dt_util.utcnow())
                await feed.async_settled()
                assert write.call_count == before + tries
    (warning,) = [
        r
        for r in caplog.records
        if r.name == feed_module.__name__ and r.levelno >= logging.WARNING
    ]
    assert "retrying later: OperationalError" in warning.message
    freezer.tick(900)
    async_fire_time_changed(hass, dt_util.utcnow())
    await feed.async_settled()
    assert await amounts(hass) == [1.0]
    assert (feed.failed, feed.share_done) == ({}, 1.0)


async def test_what_failed_is_joined_with_what_comes_next(hass: HomeAssistant) -> None:
    """A later batch of other hours does not take its place."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    with patch.object(SeriesRows, "write", side_effect=LOCKED):
        feed.async_submit([batch(1.0, 2.0)])
        await feed.async_settled()
    await feed.async_store([batch(3.0, first=2)])
    assert await amounts(hass) == [1, 2, 3]


async def test_a_fault_of_ours_holds_up_no_other_series(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with its traceback, once."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    with patch.object(SeriesRows, "between", side_effect=ZeroDivisionError):
        feed.async_submit([batch(1.0)])
        await feed.async_settled()
        feed.async_submit([batch(1.0)])
        await feed.async_settled()
    (error,) = [
        r
        for r in caplog.records
        if r.name == feed_module.__name__ and r.levelno >= logging.WARNING
    ]
    assert error.exc_info
    await feed.async_store([batch(2.0, series=OTHER)])
    assert await amounts(hass, OTHER) == [2.0]
    assert feed.failed == {SERIES.statistic_id: "ZeroDivisionError"}
    await feed.async_store([batch(1.0)])


async def test_hours_to_come_are_submitted_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The same batch is taken once its hours have ended."""
    freezer.move_to(START + HOUR)
    feed = StatisticsFeed(hass, MockConfigEntry())
    await feed.async_store([batch(1.0, 2.0)])
    assert await amounts(hass) == [1]
    freezer.tick(timedelta(hours=1))
    await feed.async_store([batch(1.0, 2.0)])
    assert await amounts(hass) == [1, 2]


async def test_once_complete_it_stays_complete(hass: HomeAssistant) -> None:
    """The news of an hour are no new import."""
    feed = StatisticsFeed(hass, MockConfigEntry())
    await feed.async_store([batch(1.0)])
    feed.async_submit([batch(2.0, first=1)])
    assert (feed.busy, feed.share_done) == (True, 1.0)
    await feed.async_settled()


async def test_the_first_hour_that_has_changed(hass: HomeAssistant) -> None:
    """Whoever follows a series begins there, and not with its first hour."""
    feed, at = StatisticsFeed(hass, MockConfigEntry()), SERIES.statistic_id
    await feed.async_store([batch(*[1.0] * 10)])
    assert feed.changed_from == {at: START}
    feed.async_pass_changes(at, feed.changes[at])
    assert not feed.changed_from
    await feed.async_store([batch(2.0, first=8), batch(1.0, first=3)])
    await feed.async_store([batch(1.0, 3.0, first=5)])
    assert feed.changed_from == {at: START + 6 * HOUR}
    # More has come since: nothing of it is passed.
    feed.async_pass_changes(at, feed.changes[at] - 1)
    assert feed.changed_from == {at: START + 6 * HOUR}
    feed.async_forget()
    feed.async_pass_changes(at, feed.changes[at])
    with (
        patch.object(SeriesRows, "write", side_effect=LOCKED),
        pytest.raises(RecorderFailed),
    ):
        await feed.async_store([batch(7.0, first=2)])
    await feed.async_store([batch(8.0, first=9)])
    # What has failed may be stored in part, so all of it counts.
    assert feed.changed_from == {at: START + 2 * HOUR}


async def test_no_retry_after_unloading(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Nothing of an unloaded entry goes on."""
    entry = MockConfigEntry(domain="test", state=None)
    feed = StatisticsFeed(hass, entry)
    with patch.object(SeriesRows, "write", side_effect=LOCKED) as write:
        feed.async_submit([batch(1.0)])
        await feed.async_settled()
        for unload in entry._on_unload or ():
            unload()
        before = write.call_count
        freezer.tick(3600)
        async_fire_time_changed(hass, dt_util.utcnow())
        await feed.async_settled()
        assert write.call_count == before
