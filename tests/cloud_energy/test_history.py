"""The runs of a history: none that fails is the last one."""

from collections.abc import Callable, Sequence
from datetime import datetime
import logging
from typing import override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.cloud_energy.client.errors import CannotConnect
from custom_components.cloud_energy.recorder import history as history_module
from custom_components.cloud_energy.recorder.backfill import HistorySource
from custom_components.cloud_energy.recorder.feed import StatisticsFeed
from custom_components.cloud_energy.recorder.history import AccountHistory
from custom_components.cloud_energy.recorder.jobs import RecorderFailed


class Scripted(AccountHistory):
    """A history whose runs end as they are told to."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, *ends: Exception | None
    ) -> None:
        """Take how each run ends; None: well."""
        super().__init__(hass, entry, StatisticsFeed(hass, entry))
        self.ends = list(ends)
        self.runs = 0

    @override
    def share_done(self) -> float:
        return 1.0

    @override
    def _sources(self, now: datetime) -> Sequence[HistorySource]:
        return ()

    @override
    def _has_requests_to_spare(self) -> bool:
        return True

    @override
    async def _async_work(self) -> None:
        self.runs += 1
        if error := self.ends.pop(0):
            raise error


@pytest.fixture
def make(hass: HomeAssistant) -> Callable[..., Scripted]:
    """Make a history by the ends of its runs."""
    return lambda *ends: Scripted(hass, MockConfigEntry(domain="test"), *ends)


async def test_a_fault_of_ours_is_logged_once_and_counted(
    make: Callable[..., Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    """The next run goes on."""
    history = make(ZeroDivisionError(), KeyError("x"), None)
    for _ in range(3):
        history.async_work()
        await history.async_settled()
    assert (history.runs, history.faults) == (3, 2)
    errors = [
        record
        for record in caplog.records
        if record.name == history_module.__name__ and record.levelno >= logging.WARNING
    ]
    assert len(errors) == 1
    assert errors[0].exc_info


async def test_a_cloud_that_is_away_is_left_to_the_next_poll(
    hass: HomeAssistant, make: Callable[..., Scripted], freezer: FrozenDateTimeFactory
) -> None:
    """It is asked when its coordinator finds it well."""
    history = make(CannotConnect("down"))
    history.async_work()
    await history.async_settled()
    freezer.tick(3600)
    async_fire_time_changed(hass, dt_util.utcnow())
    await history.async_settled()
    assert (history.runs, history.faults) == (1, 0)


async def test_a_recorder_that_fails_is_tried_again_soon(
    hass: HomeAssistant, make: Callable[..., Scripted], freezer: FrozenDateTimeFactory
) -> None:
    """The cloud's next poll may be an hour away."""
    history = make(RecorderFailed("locked"), RecorderFailed("locked"), None)
    history.async_work()
    await history.async_settled()
    for pause, runs in ((9, 1), (1, 2), (59, 2), (1, 3), (3600, 3)):
        freezer.tick(pause)
        async_fire_time_changed(hass, dt_util.utcnow())
        await history.async_settled()
        assert history.runs == runs
