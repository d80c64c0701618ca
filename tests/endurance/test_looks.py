"""What a run looks at: it sees the fault that it is there for."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.helpers.spread import own_delay
from custom_components.cloud_energy.readings import HOUR, Reading
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from custom_components.cloud_energy.recorder.series import Series
from custom_components.cloud_energy.recorder.series_rows import SeriesRows
from custom_components.cloud_energy.recorder.statistics import Progress

from .handed import Handed
from .leaks import kept_for_polls

_SERIES = Series.energy("cloud_energy:meter_energy_consumption", "Meter")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_LOCKED = OperationalError("", {}, Exception("locked"))


def _batch(*values: float) -> Batch:
    starts = [_START + at * HOUR for at in range(len(values))]
    readings = (
        Reading(at, at + HOUR, value) for at, value in zip(starts, values, strict=True)
    )
    return Batch(_SERIES, tuple(readings))


async def test_what_is_done_is_stored(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """What failed is known to have; what was counted as done without a row is lost."""
    handed, feed = Handed(), StatisticsFeed(hass, MockConfigEntry())
    with handed.noted():
        with patch.object(SeriesRows, "write", side_effect=_LOCKED):
            feed.async_submit([_batch(1.0)])
            assert not await handed.lost(hass, feed)
        feed.async_submit([_batch(1.0)])
        assert not await handed.lost(hass, feed)
        with patch.object(Batch, "async_import", return_value=Progress()):
            feed.async_submit([_batch(1.0, 2.0)])
            (lost,) = await handed.lost(hass, feed)
    assert f"1 hours are counted as done, and not stored: {_START + HOUR}" in lost


@pytest.mark.parametrize(("most", "is_leak"), [(1000, True), (30, False)])
async def test_what_is_kept_for_each_poll(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, most: int, *, is_leak: bool
) -> None:
    """A callback more each time is a leak, one more until there are some is none."""
    kept: list[Any] = []

    async def refresh() -> None:
        if len(kept) < most:
            kept.append(hass.bus.async_listen("an_event", cast("Any", own_delay)))

    async def settle() -> None:
        """Nothing is under way."""

    home: Any = SimpleNamespace(
        hass=hass,
        clock=freezer,
        settle=settle,
        roots=[SimpleNamespace(coordinators=[SimpleNamespace(async_refresh=refresh)])],
    )
    before = datetime.now(UTC)
    assert bool(await kept_for_polls(home)) is is_leak
    assert datetime.now(UTC) - before > timedelta(minutes=30)
