"""What a user sees while the first import goes on."""

import asyncio
from collections.abc import Iterable
from datetime import date
from math import fsum
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.iec.statistics.reader import DayReader, DayReadings
from tests.clouds.iec import IecCloud
from tests.entries import HOUR, attributes, pass_time, person_of, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, make_entry, midnight, series_of

GATE = date(2026, 2, 1)


async def test_each_window_brings_its_cost(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cost and newest reading are there long before all of the history is."""
    is_there, may_go_on = asyncio.Event(), asyncio.Event()
    read_day = DayReader.read_day

    async def read_slowly(
        reader: DayReader, meter: Any, day: date, **more: Any
    ) -> DayReadings:
        if day < GATE:
            is_there.set()
            await may_go_on.wait()
        return await read_day(reader, meter, day, **more)

    monkeypatch.setattr(DayReader, "read_day", read_slowly)
    entry = await make_entry(hass, cloud, history_days=200)
    assert await hass.config_entries.async_setup(entry.entry_id)
    async with asyncio.timeout(60):
        await is_there.wait()
    person = person_of(cloud)
    consumption = await stored(hass, series_of(person))
    cost = await stored(hass, series_of(person, "est_cost"))
    assert len(consumption) > 24 * 120
    assert cost.keys() == consumption.keys()
    meter = f"{person['contract']}_{person['meter']}"
    assert state(hass, f"{meter}_latest_interval") == "2026-07-13T21:00:00+00:00"
    assert state(hass, f"{entry.entry_id}_data_lag") == "36"
    assert float(state(hass, f"{meter}_latest_day_consumption")) > 0
    may_go_on.set()
    await settle(hass, entry)
    consumption = await stored(hass, series_of(person))
    cost = await stored(hass, series_of(person, "est_cost"))
    assert len(consumption) > 24 * 190
    assert cost.keys() == consumption.keys()


def energy(cloud: IecCloud, name: str, day: str, series: str) -> float:
    """Return the true kWh of a local day."""
    begin = midnight(day)
    intervals: Iterable[dict[str, Any]] = cloud.truth(name, begin, begin + 24 * HOUR)[
        "series"
    ][series]
    return fsum(each["value"] for each in intervals)


async def test_the_latest_day(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """IEC is a day or two late: the last whole day is shown, with its date."""
    await add_entry(hass, cloud, "solar_home")
    person = person_of(cloud, "solar_home")
    meter = f"{person['contract']}_{person['meter']}"
    for series in ("consumption", "return"):
        latest = f"{meter}_latest_day_{series}"
        true = energy(cloud, "solar_home", "2026-07-13", series)
        assert float(state(hass, latest)) == pytest.approx(true, abs=0.01)
        assert attributes(hass, latest)["date"] == "2026-07-13"
        assert attributes(hass, latest)["last_reset"] == (
            midnight("2026-07-13").isoformat()
        )
    assert NOW.date() == date(2026, 7, 15)


async def test_the_latest_day_is_whole(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A day of which a third is published is not the latest one."""
    cloud.apply({"publication": {"day_hours": 9, "running_hours": 4}})
    await add_entry(hass, cloud)
    person = person_of(cloud)
    latest = f"{person['contract']}_{person['meter']}_latest_day_consumption"
    assert attributes(hass, latest)["date"] == "2026-07-14"
    true = energy(cloud, "plain_home", "2026-07-14", "consumption")
    assert float(state(hass, latest)) == pytest.approx(true, abs=0.01)


async def test_days_that_nobody_shows_are_not_kept(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A history of years takes no memory once it is stored; the latest day is shown."""
    entry = await add_entry(hass, cloud, history_days=20)
    coordinator = entry.runtime_data.coordinator
    (meter,) = coordinator.smart_meters
    latest, long_ago = date(2026, 7, 13), date(2026, 7, 1)
    assert coordinator.reader.known_day(meter, latest)
    assert coordinator.reader.known_day(meter, long_ago)
    await pass_time(hass, at_noon, entry, *[HOUR] * 12)
    assert coordinator.reader.known_day(meter, latest)
    assert not coordinator.reader.known_day(meter, long_ago)
    person = person_of(cloud)
    shown = f"{person['contract']}_{person['meter']}_latest_day_consumption"
    assert float(state(hass, shown)) > 0
