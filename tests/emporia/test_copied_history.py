"""The older hours of an earlier integration's statistics, in front of ours."""

from datetime import datetime, timedelta
from math import fsum
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.recorder.copied_hours import copied_until
from custom_components.emporia.const import DOMAIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import DAY, HOUR, pass_time, settle
from tests.full_disk import full_disk
from tests.recorded import stored, stored_rows

from .helpers import add_entry

SOURCE = "sensor.old_home_energy"


@pytest.fixture
async def entry(hass: HomeAssistant, cloud: EmporiaCloud) -> MockConfigEntry:
    """Set up a home of which a day is stored."""
    return await add_entry(hass, cloud, "plain_home", days=1)


def ours(entry: MockConfigEntry) -> str:
    """Return the statistic of the home's energy."""
    source = entry.runtime_data.energy_sources[0]
    assert source.consumption.startswith(f"{DOMAIN}:")
    return str(source.consumption)


def add_source(
    hass: HomeAssistant,
    end: datetime,
    amounts: dict[int, float],
    *,
    unit: str = "kWh",
    first: float = 12_345.0,
) -> None:
    """Give an entity hours: amounts by how many hours they begin before an end."""
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
        name="Old home",
        source="recorder",
        statistic_id=SOURCE,
        unit_class="energy",
        unit_of_measurement=unit,
    )
    rows, total = [], 0.0
    for before in sorted(amounts, reverse=True):
        total += amounts[before]
        start = end - before * HOUR
        rows.append(StatisticData(start=start, state=first + total, sum=total))
    async_import_statistics(hass, metadata, rows)


async def copy(
    hass: HomeAssistant, entry: MockConfigEntry, source: str = SOURCE, **data: Any
) -> dict[str, Any]:
    """Copy, or say what it would do."""
    data = {"statistic_id": ours(entry), "source": source, **data}
    found = await hass.services.async_call(
        "cloud_energy", "copy_older_history", data, blocking=True, return_response=True
    )
    assert found is not None
    return dict(found)


async def first_hour(hass: HomeAssistant, entry: MockConfigEntry) -> datetime:
    """Return the first stored hour."""
    return min(await stored(hass, ours(entry)))


async def test_preview_then_copy(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """The preview writes nothing; the copy is in front, in kWh, and ours is as it was."""
    before = await stored(hass, ours(entry))
    boundary = min(before)
    # A hundred hours before ours, and some that ours has as well
    amounts = {at: 100.0 + at for at in range(-5, 101)}
    add_source(hass, boundary, amounts, unit="Wh")
    wanted = {boundary - at * HOUR: (100.0 + at) / 1000 for at in range(1, 100)}
    preview = await copy(hass, entry)
    # A disk that does not take the mark: nothing may be copied without it
    with full_disk(), pytest.raises(HomeAssistantError, match="the disk did not take"):
        await copy(hass, entry, preview=False)
    assert copied_until(hass, ours(entry)) is None
    assert await stored(hass, ours(entry)) == before
    assert preview == {
        "start": dt_util.as_local(min(wanted)).isoformat(),
        "end": dt_util.as_local(boundary).isoformat(),
        "rows": 99,
        "energy": pytest.approx(fsum(wanted.values()), abs=1e-3),
        "left_out": 1,
        "rows_written": 0,
    }
    done = await copy(hass, entry, preview=False)
    assert done == preview | {"rows_written": 99}
    after = await stored(hass, ours(entry))
    assert after == pytest.approx(wanted | before, abs=1e-5)


async def test_only_once(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """What is there is never written again; an even older statistic goes in front of it."""
    boundary = await first_hour(hass, entry)
    add_source(hass, boundary, dict.fromkeys(range(1, 31), 1.0))
    await copy(hass, entry, preview=False)
    once = await stored(hass, ours(entry))
    again = await copy(hass, entry, preview=False)
    assert again["rows"] == again["rows_written"] == 0
    assert await stored(hass, ours(entry)) == once
    older: StatisticMetaData = {
        "mean_type": StatisticMeanType.NONE,
        "has_sum": True,
        "name": "Meter",
        "source": "meter",
        "statistic_id": "meter:energy",
        "unit_class": "energy",
        "unit_of_measurement": "MWh",
    }
    start = min(once) - 2 * HOUR
    rows = [
        StatisticData(start=start + at * HOUR, state=0.002, sum=0.002 * (at + 1))
        for at in range(20)
    ]
    async_add_external_statistics(hass, older, rows)
    third = await copy(hass, entry, "meter:energy", preview=False)
    assert third["rows_written"] == 2
    found = await stored(hass, ours(entry))
    added = {start: 2.0, start + HOUR: 2.0}
    assert found == pytest.approx(added | once, abs=1e-5)


async def test_the_cloud_is_not_asked_for_it(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Gaps in it are nobody's, and nothing before ours is asked for or changed again."""
    boundary = await first_hour(hass, entry)
    amounts = {at: 1.0 for at in range(1, 200) if not 50 <= at < 90}
    add_source(hass, boundary, amounts)
    await copy(hass, entry, preview=False)
    copied = {
        at: v for at, v in (await stored(hass, ours(entry))).items() if at < boundary
    }
    assert len(copied) >= 150
    options = {**entry.options, "history_days": 20}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    history = entry.runtime_data.history
    await pass_time(hass, freezer, entry, 8 * DAY, HOUR, HOUR, HOUR)
    missing = [hole for hole in history.holes.open if hole.statistic_id == ours(entry)]
    assert [hole for hole in missing if hole.start < boundary] == []
    found = await stored(hass, ours(entry))
    assert {at: v for at, v in found.items() if at < boundary} == copied
    assert max(found) > boundary + 5 * DAY


async def test_a_deleted_statistic_is_all_ours_again(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nothing keeps the cloud's history away from a statistic that begins anew."""
    boundary = await first_hour(hass, entry)
    add_source(hass, boundary, dict.fromkeys(range(1, 31), 1.0))
    await copy(hass, entry, preview=False)
    assert copied_until(hass, ours(entry)) == boundary
    get_instance(hass).async_clear_statistics([ours(entry)])
    options = {**entry.options, "history_days": 3}
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert copied_until(hass, ours(entry)) is None
    assert await first_hour(hass, entry) < boundary - DAY


async def test_a_gap_of_the_meter_is_one_row(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """What it counted while Home Assistant was away is neither lost nor spread."""
    boundary = await first_hour(hass, entry)
    add_source(hass, boundary, {1: 1.0, 2: 7.0, 9: 1.0, 10: 1.0})
    done = await copy(hass, entry, preview=False)
    assert done["energy"] == pytest.approx(9)
    found = await stored(hass, ours(entry))
    assert {at: v for at, v in found.items() if at < boundary} == pytest.approx(
        {
            boundary - 9 * HOUR: 1.0,
            boundary - 8 * HOUR: 7.0,
            boundary - HOUR: 1.0,
        },
        abs=1e-6,
    )


async def test_what_can_t_be_copied(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """It says why: not ours, no energy, not there; and nothing older is no error."""
    boundary = await first_hour(hass, entry)
    price: StatisticMetaData = {
        "mean_type": StatisticMeanType.NONE,
        "has_sum": True,
        "name": "Cost",
        "source": "meter",
        "statistic_id": "meter:cost",
        "unit_class": None,
        "unit_of_measurement": "USD",
    }
    async_add_external_statistics(hass, price, [])
    add_source(hass, boundary + 5 * HOUR, {1: 1.0, 2: 1.0})
    await stored_rows(hass, SOURCE, "sum")
    for source in ("meter:cost", "sensor.nothing"):
        with pytest.raises(ServiceValidationError) as refused:
            await copy(hass, entry, source)
        assert refused.value.translation_key == "not_an_energy"
    with pytest.raises(ServiceValidationError) as refused:
        await copy(hass, entry, statistic_id=SOURCE)
    assert refused.value.translation_key == "not_our_statistic"
    nothing = await copy(hass, entry, preview=False)
    assert nothing["start"] is None
    assert nothing["rows_written"] == 0
    assert copied_until(hass, ours(entry)) is None


async def test_not_while_the_history_is_imported(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """Older hours of the cloud may still come: those count more."""
    boundary = await first_hour(hass, entry)
    add_source(hass, boundary, dict.fromkeys(range(1, 31), 1.0))
    entry.runtime_data.feed._was_complete = False  # as after a start
    entry.runtime_data.feed.history_share = lambda: 0.5
    with pytest.raises(ServiceValidationError) as refused:
        await copy(hass, entry, preview=False)
    assert refused.value.translation_key == "import_under_way"
    assert await first_hour(hass, entry) == boundary
    assert dt_util.utcnow() > boundary + timedelta(hours=1)
