"""What lost points cost: nothing, where the day's total has it."""

from datetime import UTC, datetime, timedelta
from math import fsum

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.elecnova.diagnostics import async_get_config_entry_diagnostics
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import DAY, pass_time
from tests.recorded import stored

from .helpers import POLL, add_entry, inverter_of, statistic_of

BEGIN = datetime(2026, 11, 17, 23, tzinfo=UTC)
"""The 18th of November in Brussels begins."""


def hours_of_day(cloud: ElecnovaCloud) -> dict[datetime, float]:
    """Return what was really made in the hours of the 18th."""
    sn = inverter_of(cloud)
    truth = cloud.truth("solar_site", BEGIN, BEGIN + DAY)["series"][f"pv_energy/{sn}"]
    hours = dict[datetime, list[float]]()
    for each in truth:
        at = datetime.fromisoformat(each["start"]).replace(minute=0)
        hours.setdefault(at, []).append(each["value"])
    return {hour: fsum(parts) for hour, parts in hours.items()}


def lose(
    cloud: ElecnovaCloud, start: datetime, length: timedelta, *, counted: bool = True
) -> None:
    """Have points of the 18th never come; the totals have them all the same."""
    end = start + length
    cloud.apply(
        {
            "outage": {
                "inverter": inverter_of(cloud),
                "start": start.isoformat(),
                "end": end.isoformat(),
                "counted": counted,
            }
        }
    )


async def found_hours(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> dict[datetime, float]:
    """Return the stored hours of the 18th."""
    found = await stored(hass, statistic_of(inverter_of(cloud)))
    return {h: kwh for h, kwh in found.items() if BEGIN <= h < BEGIN + DAY}


@pytest.mark.parametrize("night", ["zero", "omit", "null"])
async def test_one_lost_point(
    hass: HomeAssistant, cloud: ElecnovaCloud, night: str
) -> None:
    """Its hour has what was made in it."""
    cloud.apply({"look": {"night": night}})
    lose(cloud, BEGIN + timedelta(hours=11, minutes=25), timedelta(minutes=5))
    entry = await add_entry(hass, cloud, statistics_start="2026-11-10")
    truth = hours_of_day(cloud)
    # A total comes in hundredths of a kWh.
    assert await found_hours(hass, cloud) == pytest.approx(truth, abs=0.006)
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert report["snapshot"]["hours_completed_by_their_day"] == 1


@pytest.mark.parametrize("night", ["zero", "omit"])
async def test_hours_of_lost_points(
    hass: HomeAssistant, cloud: ElecnovaCloud, night: str
) -> None:
    """Hours with all their points stay as they are, and the day is its total."""
    cloud.apply({"look": {"night": night}})
    lost = BEGIN + timedelta(hours=11, minutes=30)
    lose(cloud, lost, timedelta(hours=2))
    entry = await add_entry(hass, cloud, statistics_start="2026-11-10")
    truth, found = hours_of_day(cloud), await found_hours(hass, cloud)
    touched = {BEGIN + timedelta(hours=at) for at in (11, 12, 13)}
    assert found.keys() == truth.keys()
    for hour in truth.keys() - touched:
        assert found[hour] == pytest.approx(truth[hour], abs=0.001)
    assert sum(found.values()) == pytest.approx(sum(truth.values()), abs=0.006)
    for hour in touched:
        assert found[hour] == pytest.approx(truth[hour], rel=0.5)
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert report["snapshot"]["hours_completed_by_their_day"] == 3


@pytest.mark.parametrize("hours", [1, 3])
async def test_points_that_the_total_lacks_as_well(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    hours: int,
) -> None:
    """Sun that nobody has counted is no hour without any: once found, it is stored."""
    start = BEGIN + timedelta(hours=11)
    gap = {start + timedelta(hours=at) for at in range(hours)}
    lose(cloud, start, timedelta(hours=hours), counted=False)
    entry = await add_entry(hass, cloud, statistics_start="2026-11-10")
    assert not gap & (await found_hours(hass, cloud)).keys()
    cloud.records._spans.clear()
    await pass_time(hass, at_noon, entry, *[DAY / 2] * 20)
    truth = hours_of_day(cloud)
    assert await found_hours(hass, cloud) == pytest.approx(truth, abs=0.006)


async def test_a_total_that_comes_later(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Until it is there, the gap stays a gap."""
    at_noon.move_to(BEGIN + timedelta(hours=25))
    lose(cloud, BEGIN + timedelta(hours=10), timedelta(hours=3))
    cloud.faults.add(endpoint="*monthly*", kind="status", status=500, times=100_000)
    entry = await add_entry(hass, cloud, statistics_start="2026-11-16")
    truth = hours_of_day(cloud)
    gap = {BEGIN + timedelta(hours=at) for at in (10, 11, 12)}
    assert truth.keys() - (await found_hours(hass, cloud)).keys() == gap
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[timedelta(minutes=65)] * 3, POLL)
    found = await found_hours(hass, cloud)
    assert sum(found.values()) == pytest.approx(sum(truth.values()), abs=0.006)
