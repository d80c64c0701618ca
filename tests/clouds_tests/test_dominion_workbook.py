"""Dominion Energy's workbook over the wire, cell by cell against the truth."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.errors import ControlError

from .dominion_cells import (
    HALF_HOUR,
    YESTERDAY,
    ZONE,
    active,
    cells,
    label,
    local,
    truth_of,
)
from .dominion_wire import Wire


async def test_ordinary_workbook(signed_in: Wire) -> None:
    """68 days up to yesterday, whatever was asked; both sheets hold what the truth says."""
    book = await signed_in.workbook(**{"from": "2026-11-19", "to": "2026-11-19"})
    assert book.sheetnames == ["kWH Usage", "kWH Generation"]
    for sheet, series, unit in zip(
        book.worksheets, ("consumption", "return"), ("kWH", "kW"), strict=True
    ):
        days = cells(sheet)
        assert len(days) == 68
        assert (min(days), max(days)) == (YESTERDAY - timedelta(days=67), YESTERDAY)
        week = YESTERDAY - timedelta(days=6)
        truth = truth_of(signed_in.cloud, week, YESTERDAY, series)
        assert len(truth) == 7 * 48
        for start, (value, published) in truth.items():
            wall = start.astimezone(ZONE)
            cell = days[wall.date()][label(wall.hour, wall.minute, unit)]
            assert (cell, published) == (value, True)
        assert sum(value for value, _ in truth.values()) > 1
    row = cells(book.worksheets[0])[YESTERDAY]
    assert row["Account No"] == signed_in.login["account"]
    assert row["Recorder ID"] == signed_in.login["meter"]
    assert len(row) == 51


async def test_values_are_the_households(signed_in: Wire) -> None:
    """The truth is the household's energy, rounded to 0.01 kWh."""
    point = signed_in.cloud.customers.point("solar_home")
    for series in ("consumption", "return"):
        truth = truth_of(signed_in.cloud, YESTERDAY, YESTERDAY, series)
        for start, (value, _) in truth.items():
            energy = point.household.energy(series, start, start + HALF_HOUR)
            assert value == pytest.approx(energy, abs=0.005001)


async def test_without_net_metering(dominion: DominionCloud, signed_in: Wire) -> None:
    """A home without sun has one sheet."""
    plain = Wire(dominion, signed_in.session, 1)
    await plain.sign_in()
    assert (await plain.workbook()).sheetnames == ["kWH Usage"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"from": "2026-11-20", "to": "2026-11-19"}, 400),
        ({"from": "11/19/2026"}, 400),
        ({"decimalPlaces": 2}, 400),
        ({"isNetUsage": False}, 400),
        ({"meterIds": []}, 400),
        ({"uom": None}, 400),
        ({"Format": None}, 500),
        ({"startDate": "2026-11-01"}, 500),
        ({"meterNumber": "1"}, 500),
        ({"endDate": "2026-11-01", "to": None}, 500),
        ({"serviceType": "gas"}, 200),
    ],
)
async def test_request_fields(
    signed_in: Wire, fields: dict[str, Any], status: int
) -> None:
    """Booleans and numbers are text; the field names of 2025 are an internal error."""
    assert (await signed_in.download(**fields))[0] == status


async def test_publication(signed_in: Wire) -> None:
    """A day comes at 06:00 of the next one, later with a delay."""
    cloud = signed_in.cloud
    day = date(2026, 11, 20)
    cloud.clock.set(local(day + timedelta(days=1), 5, 59))
    await signed_in.sign_in()
    assert not any(out for _, out in truth_of(cloud, day, day).values())
    assert day not in cells(active(await signed_in.workbook()))
    cloud.clock.set(local(day + timedelta(days=1), 6))
    assert all(out for _, out in truth_of(cloud, day, day).values())
    assert day in cells(active(await signed_in.workbook()))
    cloud.apply({"publish_delay_hours": 3})
    assert day not in cells(active(await signed_in.workbook()))
    cloud.clock.advance(timedelta(hours=3))
    await signed_in.rotate()
    assert day in cells(active(await signed_in.workbook()))


async def test_late_day(signed_in: Wire) -> None:
    """One day is late while its neighbours are there."""
    day = YESTERDAY - timedelta(days=2)
    late = {"account": "solar_home", "day": day.isoformat(), "hours": 24 * 3}
    signed_in.cloud.apply({"late_day": late})
    days = cells(active(await signed_in.workbook()))
    assert day not in days
    assert {day - timedelta(days=1), YESTERDAY} <= set(days)
    signed_in.cloud.clock.advance(timedelta(days=1))
    await signed_in.sign_in()
    assert day in cells(active(await signed_in.workbook()))


async def test_hole(signed_in: Wire) -> None:
    """Lost half hours are blank and unpublished until they are found again."""
    cloud = signed_in.cloud
    hole = {
        "account": "solar_home",
        "start": local(YESTERDAY, 7).isoformat(),
        "end": local(YESTERDAY, 8, 30).isoformat(),
    }
    cloud.apply({"hole": hole})
    row = cells(active(await signed_in.workbook()))[YESTERDAY]
    blank = [name for name, value in row.items() if value is None]
    assert blank == ["7:00 AM kWH", "7:30 AM kWH", "8:00 AM kWH"]
    truth = truth_of(cloud, YESTERDAY, YESTERDAY)
    assert [start for start, (_, out) in truth.items() if not out] == [
        local(YESTERDAY, 7) + n * HALF_HOUR for n in range(3)
    ]
    cloud.apply({"hole": hole | {"filled": True}})
    assert None not in cells(active(await signed_in.workbook()))[YESTERDAY].values()


async def test_correction(signed_in: Wire) -> None:
    """A corrected half hour changes in workbook and truth, and nothing else does."""
    cloud = signed_in.cloud
    before = cells(active(await signed_in.workbook()))
    at = local(YESTERDAY, 13, 30)
    correction = {
        "account": signed_in.login["account"],
        "meter": signed_in.login["meter"],
        "start": at.isoformat(),
        "value": 7.77,
    }
    cloud.apply({"correct": correction})
    after = cells(active(await signed_in.workbook()))
    assert after[YESTERDAY]["1:30 PM kWH"] == 7.77
    after[YESTERDAY]["1:30 PM kWH"] = before[YESTERDAY]["1:30 PM kWH"]
    assert after == before
    assert truth_of(cloud, YESTERDAY, YESTERDAY)[at] == (7.77, True)
    cloud.apply({"correct": correction | {"series": "return", "value": 1.5}})
    assert truth_of(cloud, YESTERDAY, YESTERDAY, "return")[at] == (1.5, True)


async def test_spring_forward(signed_in: Wire) -> None:
    """48 columns for 23 hours: 2:00 and 2:30 AM are blank, zero, or hold a part of the next hour."""
    cloud, day = signed_in.cloud, date(2026, 3, 8)
    cloud.clock.set(local(date(2026, 3, 20), 12))
    await signed_in.sign_in()
    truth = truth_of(cloud, day, day)
    assert len(truth) == 46
    assert local(day, 1, 30) + HALF_HOUR == local(day, 3)
    for look, expected in (("blank", None), ("zero", 0)):
        cloud.apply({"layout": {"spring": look}})
        row = cells(active(await signed_in.workbook()))[day]
        assert (row["2:00 AM kWH"], row["2:30 AM kWH"]) == (expected, expected)
        for start, (value, _) in truth.items():
            wall = start.astimezone(ZONE)
            assert row[label(wall.hour, wall.minute)] == value
    cloud.apply({"layout": {"spring": "filled"}})
    row = cells(active(await signed_in.workbook()))[day]
    for minute in ("00", "30"):
        parts = [row[f"{hour}:{minute} AM kWH"] for hour in (2, 3)]
        start = local(day, 3, int(minute))
        assert sum(parts) == pytest.approx(truth[start][0])
        assert parts[0] > 0


async def test_fall_back(signed_in: Wire) -> None:
    """48 columns for 25 hours: the first hour holds both, or its own only; 50 columns hold each."""
    cloud, day = signed_in.cloud, date(2026, 11, 1)
    point = cloud.customers.point("solar_home")
    true = dict(cloud.readings.day(point, "consumption", day))
    at = [local(day, 1), local(day, 1, 30)]
    first = [true[int(start.timestamp())] or 0 for start in at]
    second = [true[int(start.timestamp()) + 3600] or 0 for start in at]
    sums = [a + b for a, b in zip(first, second, strict=True)]
    for look, expected in (("sum", sums), ("first", first)):
        cloud.apply({"layout": {"fall": look}})
        row = cells(active(await signed_in.workbook()))[day]
        shown = [row["1:00 AM kWH"], row["1:30 AM kWH"]]
        assert shown == [value / 100 for value in expected]
        truth = truth_of(cloud, day, day)
        assert len(truth) == 48
        assert [truth[start] for start in at] == [(v / 100, True) for v in expected]
        assert at[0] + timedelta(hours=1) not in truth
        if look == "sum":
            total = sum(value or 0 for value in true.values())
            assert sum(v for v, _ in truth.values()) == pytest.approx(total / 100)


async def test_fall_back_with_fifty_columns(signed_in: Wire) -> None:
    """Two more columns of the same names; on other days they are blank."""
    cloud, day = signed_in.cloud, date(2026, 11, 1)
    cloud.apply({"layout": {"fall": "two_columns"}})
    sheet = active(await signed_in.workbook())
    names = [cell.value for cell in sheet[1]]
    assert names[3:10] == [
        label(hour, minute)
        for hour, minute in (
            (0, 0),
            (0, 30),
            (1, 0),
            (1, 30),
            (1, 0),
            (1, 30),
            (2, 0),
        )
    ]
    assert len(names) == 53
    truth = list(truth_of(cloud, day, day).items())
    assert len(truth) == 50
    assert [start for start, _ in truth] == [
        local(day) + n * HALF_HOUR for n in range(50)
    ]
    rows = {
        row[2].value.date(): [cell.value for cell in row[3:]]
        for row in sheet.iter_rows(min_row=2)
        if isinstance(row[2].value, datetime)
    }
    assert rows[day] == [value for _, (value, _) in truth]
    assert rows[YESTERDAY][4:6] == [None, None]


async def test_replaced_meter(signed_in: Wire) -> None:
    """The old device keeps its days, the new one has the later ones; the truth goes through."""
    cloud, day = signed_in.cloud, YESTERDAY - timedelta(days=4)
    answer = cloud.apply(
        {"replace_meter": {"account": "solar_home", "day": day.isoformat()}}
    )
    new = answer["replace_meter"]["meter"]
    assert cloud.accounts[0]["meter"] == new != signed_in.login["meter"]
    old_days = cells(active(await signed_in.workbook()))
    new_days = cells(active(await signed_in.workbook(meterIds=[new])))
    assert max(old_days) == day - timedelta(days=1)
    assert (min(new_days), max(new_days)) == (day, YESTERDAY)
    rows = cloud.truth("solar_home", local(day - timedelta(days=1)), None)["series"]
    meters = [row["meter"] for row in rows["consumption"][:96]]
    assert meters == [signed_in.login["meter"]] * 48 + [new] * 48
    with pytest.raises(ControlError, match=f"installed on {day}"):
        cloud.apply(
            {"replace_meter": {"account": "solar_home", "day": day.isoformat()}}
        )


async def test_closed_account(signed_in: Wire) -> None:
    """A closed account has no days from then on."""
    signed_in.cloud.apply({"close_account": "solar_home"})
    signed_in.cloud.clock.advance(timedelta(days=3))
    await signed_in.sign_in()
    assert max(cells(active(await signed_in.workbook()))) == YESTERDAY


async def test_wrong_switches(dominion: DominionCloud) -> None:
    """A switch with a wrong value says so."""
    account = {"account": "solar_home"}
    plain = {"account": "plain_home", "series": "return"}
    old_meter = dominion.accounts[2]["accounts"][3]["account"]
    hours = {"start": "2026-11-19T00:00:00Z", "end": "2026-11-19T01:00:00Z"}
    for name, value in (
        ("correct", account | {"start": "2026-11-19T00:10:00Z", "value": 1}),
        ("correct", account | {"start": "2026-11-19T00:00:00", "value": 1}),
        ("correct", plain | {"start": "2026-11-19T00:00:00Z", "value": 1}),
        ("hole", {"account": old_meter} | hours),
        ("hole", account | hours | {"filled": "yes"}),
        ("layout", {"columns": "none"}),
        ("layout", []),
        ("late_day", account | {"day": "yesterday", "hours": 1}),
        ("publish_delay_hours", "many"),
        ("login_error", account | {"code": 1}),
        ("replace_meter", account | {"new_meter": "1"}),
        ("revoke_tokens", account | {"tokens": "all"}),
    ):
        with pytest.raises(ValueError, match=name):
            dominion.apply({name: value})
