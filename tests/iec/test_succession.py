"""Meters that have followed one another, though the list keeps both as active."""

from dataclasses import replace
from datetime import date, timedelta
import json

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes_sorted
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api.consumption import MeterAddress
from custom_components.iec.api.models.device import Device
from custom_components.iec.calculations.meters import (
    Life,
    Meter,
    StoredMeters,
    joined,
    match_meters,
    stored_devices,
)
from custom_components.iec.statistics.reader import DayReader
from tests.clouds.iec import IecCloud
from tests.entries import DAY, HOUR, pass_time, person_of, settle
from tests.recorded import stored

from .helpers import NOW, add_entry, midnight, series_of, true_hours

REPLACED = {"account": "plain_home", "day": "2026-07-10", "stays_listed": True}
MAY = Life(since=date(2025, 1, 1), last=date(2026, 5, 9))


@pytest.mark.parametrize(
    ("new", "follows"),
    [
        (Life(date(2026, 5, 10), date(2026, 5, 13)), True),
        (Life(date(2026, 5, 10), date(2026, 5, 12)), False),  # may be late only
        (Life(date(2026, 5, 9), date(2026, 5, 20)), True),
        (Life(date(2026, 6, 1), date(2026, 6, 20)), False),  # another supply
        (Life(date(2026, 3, 1), date(2026, 6, 20)), False),  # side by side
        (Life(None, date(2026, 6, 20)), False),
        (Life(date(2026, 5, 10), None), False),
    ],
)
def test_what_follows(new: Life, *, follows: bool) -> None:
    """A meter has to begin where the other ends, and to go on."""
    assert new.follows(MAY) is follows
    assert not MAY.follows(new)


def test_not_clear_which_one_follows() -> None:
    """Two that could be the successor both stay."""
    lives = {
        "1": MAY,
        "2": Life(date(2026, 5, 10), date(2026, 6, 1)),
        "3": Life(date(2026, 5, 10), date(2026, 6, 1)),
    }
    known = {"7": {serial: {"stem": serial, "code": ""} for serial in lives}}
    meters = [
        Meter(address=MeterAddress("7", serial, ""), stem=serial) for serial in lives
    ]
    assert joined(meters, known, lambda a: lives[a.serial]) is known
    found = joined(meters[:2], known, lambda a: lives[a.serial])
    assert {at: facts["stem"] for at, facts in found["7"].items()} == {
        "1": "1",
        "2": "1",
        "3": "3",
    }


def test_the_order_of_meters_is_stored() -> None:
    """Whatever their numbers are, and in whatever order those come from the disk."""
    devices = [Device(serial=at, code="503", is_active=True) for at in "5938"]
    known: StoredMeters = {}
    for device in devices:
        _, known = match_meters("7", [device], known)
    stored = json.loads(json_bytes_sorted(known))
    assert list(stored["7"]) == sorted(stored["7"])
    for listed in (devices[-1:], devices):
        (meter,), after = match_meters("7", listed, stored)
        assert (meter.stem, meter.address.serial) == ("5", "8")
        assert [each.serial for each in meter.earlier] == ["3", "9", "5"]
        assert after is stored
    assert [each.serial for each in stored_devices("7", stored)] == ["8"]


@pytest.mark.parametrize("serial", ["4", "6"])
def test_the_order_of_meters_that_an_earlier_version_has_stored(serial: str) -> None:
    """The first one is that of the stem; what comes next is behind the others."""
    facts = {"stem": "5", "code": "503"}
    stored: StoredMeters = {"7": dict.fromkeys(sorted((serial, "5")), facts)}
    device, following = (Device(serial=at, is_active=True) for at in (serial, "1"))
    (meter,), _ = match_meters("7", [device], stored)
    assert [each.serial for each in meter.earlier] == ["5"]
    (meter,), known = match_meters("7", [following], stored)
    assert [each.serial for each in meter.earlier] == [serial, "5"]
    (meter,), _ = match_meters("7", [following], json.loads(json_bytes_sorted(known)))
    assert [each.serial for each in meter.earlier] == [serial, "5"]


def test_the_order_of_meters_that_turn_out_to_be_one() -> None:
    """The later one's line comes behind the earlier one's."""
    lives = {"9": MAY, "2": Life(date(2026, 5, 10), date(2026, 6, 1))}
    devices = [Device(serial=at, code="503", is_active=True) for at in lives]
    meters, known = match_meters("7", devices, {})
    united = joined(meters, known, lambda a: lives[a.serial])
    (meter,), _ = match_meters("7", devices, json.loads(json_bytes_sorted(united)))
    assert (meter.stem, meter.address.serial) == ("9", "2")
    assert [each.serial for each in meter.earlier] == ["9"]


def test_a_wrong_number_for_once() -> None:
    """A supposed successor that is gone again was none: all is as before."""
    meter, wrong = (Device(serial=at, code="503", is_active=True) for at in ("1", "99"))
    (before,), known = match_meters("7", [meter], {})
    (successor,), known = match_meters("7", [wrong], known)
    assert (successor.stem, successor.address.serial) == ("1", "99")
    assert match_meters("7", [meter], known) == ([before], known)
    # Both may be listed for good, once one has followed the other.
    (both,), _ = match_meters("7", [meter, wrong], known)
    assert both == successor


async def test_found_at_the_set_up(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Both are in the list from the start: one meter, one series, no second one."""
    cloud.apply({"publication": {"day_hours": 6}})
    cloud.apply({"replace_meter": REPLACED})
    entry = await add_entry(hass, cloud, history_days=9)
    person = person_of(cloud, "plain_home")
    (shown,) = entry.runtime_data.coordinator.data.meters.values()
    assert shown.meter.earlier
    old = shown.meter.earlier[0].serial
    assert shown.meter.stem == old
    new = shown.meter.address.serial
    series = series_of({"meter": old})
    hours = await stored(hass, series)
    truth = true_hours(cloud, "plain_home", midnight("2026-07-06"), NOW)
    assert hours == pytest.approx(truth, abs=1e-6)
    assert not await stored(hass, series_of({"meter": new}))
    assert person["meter"] in (old, new)


async def test_found_later(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The old series goes on as soon as that is clear."""
    cloud.apply({"publication": {"day_hours": 6}})
    person = person_of(cloud, "plain_home")
    meter = f"{person['contract']}_{person['meter']}"
    at_noon.tick(DAY)
    cloud.apply({"replace_meter": {**REPLACED, "day": "2026-07-16"}})
    await pass_time(hass, at_noon, entry, *[13 * HOUR] * 12)
    (shown,) = entry.runtime_data.coordinator.data.meters.values()
    assert shown.meter.key == meter
    assert shown.meter.address.serial != person["meter"]
    hours = await stored(hass, series_of(person))
    now = NOW + DAY + 12 * timedelta(hours=13)
    truth = true_hours(cloud, "plain_home", midnight("2026-07-12"), now)
    assert hours == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_a_replaced_meter_has_counted_stays_known(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    *,
    forgotten: bool,
) -> None:
    """Also if the cloud has nothing more of it, and after a restart."""
    cloud.apply({"publication": {"day_hours": 6}})
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 2)
    replacement = {"account": "plain_home", "day": "2026-07-16"}
    cloud.apply({"replace_meter": {**replacement, "forgotten": forgotten}})
    await pass_time(hass, at_noon, entry, *[13 * HOUR] * 6)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    (shown,) = entry.runtime_data.coordinator.data.meters.values()
    assert shown.meter.earlier
    assert shown.running_from
    now = NOW + DAY + 6 * 13 * HOUR
    month, unbilled = (
        sum(true_hours(cloud, "plain_home", midnight(day), now).values())
        for day in ("2026-07-01", shown.running_from.isoformat())
    )
    assert shown.month.consumption == pytest.approx(month, abs=0.1)
    assert shown.unbilled == pytest.approx(unbilled, abs=0.1)
    assert shown.estimate
    assert shown.estimate.kwh == shown.unbilled


@pytest.mark.parametrize("number", ["10000001", "99999999"])
async def test_a_restart_after_a_meter_change(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    number: str,
) -> None:
    """Whichever of the two numbers is the higher one, the new meter stays the new one."""
    (old,) = entry.runtime_data.coordinator.smart_meters
    change = {"account": "plain_home", "day": "2026-07-16", "new_meter": number}
    cloud.apply({"replace_meter": change})
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 6)
    for _ in range(2):
        (meter,) = entry.runtime_data.coordinator.smart_meters
        assert (meter.stem, meter.address.serial) == (old.stem, number)
        assert [each.serial for each in meter.earlier] == [old.address.serial]
        assert await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass, entry)


async def test_a_wrong_number_between_two_meters(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Days of the first meter are asked of it, though the second was none."""
    cloud.apply({"replace_meter": {"account": "plain_home", "day": "2026-07-16"}})
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 6)
    coordinator = entry.runtime_data.coordinator
    (meter,) = coordinator.smart_meters
    wrong = replace(meter.address, serial="24109999")
    meter = replace(meter, earlier=(wrong, *meter.earlier))
    await coordinator.reader.learn_starts(meter, date(2026, 7, 14))
    assert (await coordinator.reader.read_day(meter, date(2026, 7, 14))).is_whole


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_replaced_meter_that_is_refused(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    status: int,
) -> None:
    """It holds up nothing that the meter has that is there."""
    cloud.apply({"replace_meter": {"account": "plain_home", "day": "2026-07-16"}})
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 8)
    coordinator = entry.runtime_data.coordinator
    (meter,) = coordinator.smart_meters
    assert meter.earlier
    reader = DayReader(coordinator.client)
    endpoint = "POST */Consumption/RemoteReadingRange/*"
    cloud.faults.add(endpoint=endpoint, kind="status", status=status, times=1)
    await reader.learn_starts(meter, date(2026, 7, 14))
    assert not cloud.faults.entries
    assert reader.since(meter) is None
    assert (await reader.read_day(meter, date(2026, 7, 17))).is_whole
