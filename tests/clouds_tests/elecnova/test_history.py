"""The history of the sun (wire 4.5), and what can happen to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import pytest

from .wire import Wire

DAY = {"begin": "2026-11-18T23:00:00Z", "end": "2026-11-19T23:00:00Z"}
NOON = {"begin": "2026-11-19T11:00:00Z", "end": "2026-11-19T11:10:00Z"}
TODAY = {"begin": "2026-11-19T23:00:00Z", "end": "2026-11-20T23:00:00Z"}


def value_at(rows: list[dict[str, Any]], time: str) -> float | None:
    """The value of a time; it must be there."""
    (value,) = [each["value"] for each in rows if each["time"].startswith(time)]
    return None if value is None else float(value)


async def test_points(signed_in: Wire) -> None:
    """A local day has 288 points of watts, which begin at full five minutes."""
    rows = await signed_in.data(signed_in.power, **DAY)
    assert len(rows) == 288
    assert rows[0] == {"time": "2026-11-19T00:00:00+01:00", "value": 0.0}
    assert rows[-1]["time"] == "2026-11-19T23:55:00+01:00"
    assert max(each["value"] for each in rows) > 5000


async def test_newest_point(signed_in: Wire) -> None:
    """A point is out 45 seconds after its end."""
    wire = signed_in
    assert (await wire.data(wire.power, **TODAY))[-1]["time"][11:16] == "17:50"
    wire.cloud.clock.advance(timedelta(seconds=45))
    assert (await wire.data(wire.power, **TODAY))[-1]["time"][11:16] == "17:55"
    wire.cloud.apply({"data_delay_seconds": 3600})
    assert (await wire.data(wire.power, **TODAY))[-1]["time"][11:16] == "16:55"


@pytest.mark.parametrize(
    ("day", "count"),
    [("2026-03-29", 276), ("2026-10-25", 300), ("2025-10-19", 0)],
)
async def test_days_of_other_lengths(signed_in: Wire, day: str, count: int) -> None:
    """When clocks change, and before the cabinet stood there."""
    zone = signed_in.cloud.customers.accounts[0].cabinets[0].zone
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    end = (begin + timedelta(days=1)).astimezone(UTC)
    span = {"begin": begin.astimezone(UTC).isoformat(), "end": end.isoformat()}
    rows = await signed_in.data(signed_in.power, **span)
    assert len(rows) == count
    assert len({each["time"] for each in rows}) == count


async def test_totals_are_sums(signed_in: Wire) -> None:
    """Day = its points, month = its days; all from the household."""
    wire = signed_in
    rows = await wire.data(wire.power, **DAY)
    kwh = round(fsum(each["value"] for each in rows) / 12000, 2)
    for path, query in (
        (wire.energy("daily"), {}),
        (wire.energy("monthly"), {"month": "2026-11"}),
    ):
        days = await wire.data(path, **query)
        assert value_at(days, "2026-11-19") == kwh
    months = await wire.data(wire.energy("yearly"), year="2026")
    total = round(fsum(each["value"] for each in days), 2)
    assert value_at(months, "2026-11") == total
    truth = wire.cloud.truth(
        None, *(datetime.fromisoformat(each) for each in DAY.values())
    )["series"]
    serial = wire.account["meter"]
    energy = [each["value"] for each in truth[f"pv_energy/{serial}"]]
    assert round(fsum(energy), 2) == kwh
    assert [each["value"] for each in truth[f"pv_day/{serial}"]] == [kwh]


async def test_which_days_and_months(signed_in: Wire) -> None:
    """Seven days with today, the month up to today, the year up to this month, nothing before."""
    wire = signed_in
    daily = await wire.data(wire.energy("daily"))
    assert [each["time"][:10] for each in daily][::6] == ["2026-11-14", "2026-11-20"]
    month = await wire.data(wire.energy("monthly"), month="2026-11")
    assert [each["time"][8:10] for each in month][::19] == ["01", "20"]
    for year, count in (("2026", 11), ("2025", 3), ("2024", 0), ("2027", 0)):
        assert len(await wire.data(wire.energy("yearly"), year=year)) == count
    first = await wire.data(wire.energy("monthly"), month="2025-10")
    assert len(first) == 12
    assert await wire.data(wire.energy("monthly"), month="2026-12") == []
    wire.cloud.apply({"look": {"daily_today": False}})
    daily = await wire.data(wire.energy("daily"))
    assert [each["time"][:10] for each in daily][::6] == ["2026-11-13", "2026-11-19"]


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("power", {}),
        ("power", {"begin": "2026-11-19T00:00:00Z"}),
        ("power", {"begin": "2026-11-19T00:00:00", "end": "2026-11-20T00:00:00"}),
        ("power", {"begin": "yesterday", "end": "today"}),
        ("monthly", {}),
        ("monthly", {"month": "2026-13"}),
        ("monthly", {"month": "2026-1"}),
        ("yearly", {"year": "26"}),
        ("yearly", {"year": "2026-01"}),
    ],
)
async def test_bad_queries(signed_in: Wire, kind: str, query: dict[str, str]) -> None:
    """A time that is missing or can not be read is refused with 400."""
    wire = signed_in
    path = wire.power if kind == "power" else wire.energy(kind)
    assert await wire.status(path, **query) == 400


@pytest.mark.parametrize("path", ["power-cap", "power-gen/{}"])
@pytest.mark.parametrize("span", ["daily", "monthly", "yearly"])
async def test_serial_of_a_cabinet(signed_in: Wire, path: str, span: str) -> None:
    """Its inverter's is wanted, unless the cloud is generous; without inverter there is nothing."""
    wire = signed_in
    pv = f"/api/v1/dev/pv/{path.format(span)}"
    query = NOON | {"month": "2026-11", "year": "2026"}
    serial = wire.account["cabinet"]
    assert await wire.status(f"{pv}/{serial}", **query) == 404
    wire.cloud.apply({"look": {"pv_by_cabinet": True}})
    assert await wire.data(f"{pv}/{serial}", **query)
    assert await wire.status(f"{pv}/BMS{serial}", **query) == 404


async def test_offsets_in_queries(signed_in: Wire) -> None:
    """Any offset does, also with a plus sign that became a blank."""
    wire = signed_in
    expected = await wire.data(wire.power, **NOON)
    for sign in ("%2B", "+"):
        query = f"begin=2026-11-19T12:00:00{sign}01:00&end=2026-11-19T11:10:00Z"
        headers = {k: v for k, v in wire.usual_headers(wire.power).items() if v}
        url = f"{wire.cloud.url}{wire.power}?{query}"
        async with wire.session.get(url, headers=headers) as response:
            assert (await response.json())["data"] == expected


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ({"point_time": "utc"}, "2026-11-19T11:00:00Z"),
        ({"point_time": "naive"}, "2026-11-19 12:00:00"),
        ({"stamp": "end"}, "2026-11-19T12:05:00+01:00"),
    ],
)
async def test_times_of_points(
    signed_in: Wire, look: dict[str, str], expected: str
) -> None:
    """How five minutes are stamped."""
    usual = await signed_in.data(signed_in.power, **NOON)
    signed_in.cloud.apply({"look": look})
    rows = await signed_in.data(signed_in.power, **NOON)
    assert rows[0] == {"time": expected, "value": usual[0]["value"]}
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("look", "day", "month"),
    [
        ("offset", "2026-11-01T00:00:00+01:00", "2026-07-01T00:00:00+02:00"),
        ("utc", "2026-10-31T23:00:00Z", "2026-06-30T22:00:00Z"),
        ("naive", "2026-11-01 00:00:00", "2026-07-01 00:00:00"),
        ("short", "2026-11-01", "2026-07"),
    ],
)
async def test_times_of_periods(
    signed_in: Wire, look: str, day: str, month: str
) -> None:
    """How days and months are stamped."""
    wire = signed_in
    wire.cloud.apply({"look": {"period_time": look}})
    days = await wire.data(wire.energy("monthly"), month="2026-11")
    months = await wire.data(wire.energy("yearly"), year="2026")
    assert days[0]["time"] == day
    assert months[6]["time"] == month


async def test_nights_and_times_to_come(signed_in: Wire) -> None:
    """Zeros, nulls, or nothing."""
    wire = signed_in

    async def values(**look: str) -> list[float | None]:
        wire.cloud.apply({"look": look})
        return [each["value"] for each in await wire.data(wire.power, **TODAY)]

    usual = await values()
    assert len(usual) == 215
    assert usual[0] == 0.0
    assert (await values(night="null"))[0] is None
    assert None not in await values(night="omit")
    assert len(await values(night="zero", future="null")) == 286
    assert (await values())[-1] is None
    assert (await values(future="zero"))[-1] == 0.0


async def test_kilowatts(signed_in: Wire) -> None:
    """Points may be in kW."""
    (usual, _) = await signed_in.data(signed_in.power, **NOON)
    signed_in.cloud.apply({"look": {"power_unit": "kW"}})
    (row, _) = await signed_in.data(signed_in.power, **NOON)
    assert row["value"] == round(usual["value"] / 1000, 4)


async def test_longest_span(signed_in: Wire) -> None:
    """A cloud may answer so many hours only; far times cost nothing."""
    wire = signed_in
    wire.cloud.apply({"look": {"max_span_hours": 24}})
    assert await wire.status(wire.power, **DAY) == 200
    far = DAY | {"end": "2999-01-01T00:00:00Z"}
    assert await wire.status(wire.power, **far) == 400
    wire.cloud.apply({"look": {"max_span_hours": None}})
    rows = await wire.data(wire.power, **far)
    assert rows[-1]["time"] == "2026-11-20T17:50:00+01:00"


async def test_late_points(signed_in: Wire) -> None:
    """They and their part of the totals come when they are due."""
    wire, cloud = signed_in, signed_in.cloud
    usual = await wire.data(wire.power, **NOON)
    total = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    late = {
        "inverter": wire.account["meter"],
        "start": "2026-11-19T11:05:00Z",
        "end": "2026-11-19T12:05:00Z",
        "due": "2026-11-20T18:00:00Z",
    }
    cloud.apply({"late": late})
    assert await wire.data(wire.power, **NOON) == usual[:1]
    less = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    assert less is not None
    assert total is not None
    assert 0 < less < total
    cloud.clock.advance(timedelta(hours=1))
    assert await wire.data(wire.power, **NOON) == usual
    assert value_at(await wire.data(wire.energy("daily")), "2026-11-19") == total


@pytest.mark.parametrize("kind", ["outage", "late"])
@pytest.mark.parametrize("counted", [False, True])
async def test_totals_may_know_better(
    signed_in: Wire, kind: str, counted: bool
) -> None:
    """Points are missing; the totals have them, or not."""
    wire = signed_in
    total = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    span = {
        "inverter": "solar_site",
        "start": NOON["begin"],
        "end": NOON["end"],
        "counted": counted,
    }
    due = {"due": "2026-12-01T00:00:00Z"} if kind == "late" else {}
    wire.cloud.apply({kind: span | due})
    assert await wire.data(wire.power, **NOON) == []
    now = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    assert (now == total) is counted
    truth = wire.cloud.truth(
        None, *(datetime.fromisoformat(each) for each in NOON.values())
    )
    points = truth["series"][f"pv_energy/{wire.account['meter']}"]
    assert [each["published"] for each in points] == [False, False]


async def test_correction(signed_in: Wire) -> None:
    """A point changes, and the totals with it."""
    wire = signed_in
    (before, _) = await wire.data(wire.power, **NOON)
    total = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    watts = before["value"] + 12000
    correction = {
        "inverter": wire.account["cabinet"],
        "start": NOON["begin"],
        "watts": watts,
    }
    wire.cloud.apply({"correct": correction})
    (after, _) = await wire.data(wire.power, **NOON)
    assert after["value"] == watts
    assert total is not None
    more = value_at(await wire.data(wire.energy("daily")), "2026-11-19")
    assert more == pytest.approx(total + 1, abs=0.011)


async def test_changed_total(signed_in: Wire) -> None:
    """A day's total need not match its points, and can heal."""
    wire = signed_in
    usual = await wire.data(wire.energy("daily"))
    points = await wire.data(wire.power, **DAY)
    changed = {"inverter": wire.account["meter"], "day": "2026-11-19", "kwh": 500}
    for _ in "12":
        wire.cloud.apply({"day_total": changed})
    assert value_at(await wire.data(wire.energy("daily")), "2026-11-19") == 500
    assert await wire.data(wire.power, **DAY) == points
    for _ in "12":
        wire.cloud.apply({"day_total": changed | {"kwh": None}})
    assert await wire.data(wire.energy("daily")) == usual


async def test_offline_inverters_have_no_points(signed_in: Wire) -> None:
    """What happens while cabinet or inverter are offline is never told."""
    wire, cloud = signed_in, signed_in.cloud
    cloud.clock.set(datetime.fromisoformat("2026-11-20T11:00:00Z"))
    for device in (wire.account["meter"], wire.account["cabinet"]):
        cloud.apply({"offline": device})
        cloud.clock.advance(timedelta(minutes=30))
        cloud.apply({"offline": {"device": device, "offline": False}})
        cloud.clock.advance(timedelta(minutes=30))
    span = {"begin": "2026-11-20T11:00:00Z", "end": "2026-11-20T13:00:00Z"}
    rows = await wire.data(wire.power, **span)
    minutes = {int(each["time"][14:16]) for each in rows}
    assert minutes == {30, 35, 40, 45, 50, 55}


async def test_other_accounts_are_not_touched(
    wires: Callable[[str], Wire], signed_in: Wire
) -> None:
    """An accident happens to one inverter."""
    other = wires("aggregator")
    await other.sign_in()
    usual = await other.data(other.power, **NOON)
    span = {"start": NOON["begin"], "end": NOON["end"]}
    signed_in.cloud.apply({"outage": {"inverter": "solar_site"} | span})
    assert await signed_in.data(signed_in.power, **NOON) == []
    assert await other.data(other.power, **NOON) == usual
    assert usual != []
