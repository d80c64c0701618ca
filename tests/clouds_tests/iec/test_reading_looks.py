"""Readings as some people have seen them, or may see them (wire 5.13, 12)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .wire import Wire

ZONE = ZoneInfo("Asia/Jerusalem")


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        ("utc", "2026-02-23T22:00:00+00:00", "2026-02-24T21:45:00+00:00"),
        ("offset", "2026-02-24T00:00:00+02:00", "2026-02-24T23:45:00+02:00"),
        ("naive", "2026-02-24T00:00:00", "2026-02-24T23:45:00"),
        ("mislabelled", "2026-02-24T00:00:00+00:00", "2026-02-24T23:45:00+00:00"),
    ],
)
async def test_intervals(signed_in: Wire, form: str, first: str, last: str) -> None:
    """Four ways to write a time; the values are the same."""
    before = await signed_in.rows("2026-02-24")
    signed_in.cloud.apply({"reading_look": {"intervals": form}})
    rows = await signed_in.rows("2026-02-24")
    assert [rows[0]["interval"], rows[-1]["interval"]] == [first, last]
    values = [row["consumption"] for row in rows]
    assert values == [row["consumption"] for row in before]


async def test_local_times_in_autumn(signed_in: Wire) -> None:
    """Without a true offset an hour comes twice."""
    signed_in.cloud.clock.set(datetime(2025, 10, 29, 12, tzinfo=UTC))
    await signed_in.sign_in()
    signed_in.cloud.apply({"reading_look": {"intervals": "naive"}})
    times = [row["interval"] for row in await signed_in.rows("2025-10-26")]
    assert len(times) == 100
    assert times.count("2025-10-26T01:15:00") == 2


@pytest.mark.parametrize("order", ["descending", "shuffled"])
async def test_order(signed_in: Wire, order: str) -> None:
    """Rows need not be sorted."""
    before = await signed_in.rows("2026-02-24")
    signed_in.cloud.apply({"reading_look": {"order": order}})
    rows = await signed_in.rows("2026-02-24")
    assert rows != before
    assert sorted(rows, key=lambda row: row["interval"]) == before


@pytest.mark.parametrize("how", ["null", "missing", "sentinel"])
async def test_broken_register_of_now(signed_in: Wire, how: str) -> None:
    """For all resolutions or some."""
    look = {"future_info": how, "broken_resolutions": [1, 2]}
    signed_in.cloud.apply({"reading_look": look})
    meter = await signed_in.meter("2026-02-24")
    if how == "missing":
        assert "futureConsumptionInfo" not in meter
    elif how == "null":
        assert meter["futureConsumptionInfo"] is None
    else:
        assert meter["futureConsumptionInfo"]["totalImportDate"] == "0001-01-01"
        assert meter["futureConsumptionInfo"]["totalImport"] == 0
    month = await signed_in.meter("2026-02-24", 3)
    assert month["futureConsumptionInfo"]["totalImport"] > 0


@pytest.mark.parametrize(("minutes", "count"), [(30, 48), (60, 24), (240, 6)])
async def test_coarse_rows(signed_in: Wire, minutes: int, count: int) -> None:
    """Older days can have longer rows, with the same energy."""
    old = await signed_in.meter("2026-01-20")
    look = {"coarse_after_days": 31, "coarse_minutes": minutes}
    signed_in.cloud.apply({"reading_look": look})
    meter = await signed_in.meter("2026-01-20")
    rows = meter["periodConsumptions"]
    assert len(rows) == meter["numberOfPeriodAggregated"] == count
    assert meter["totalConsumptionForPeriod"] == old["totalConsumptionForPeriod"]
    starts = [datetime.fromisoformat(row["interval"]) for row in rows]
    assert starts[1] - starts[0] == timedelta(minutes=minutes)
    assert len(await signed_in.rows("2026-02-20")) == 96


async def test_month_is_ahead_of_quarters(signed_in: Wire) -> None:
    """Totals can be weeks ahead of the rows of 15 minutes."""
    signed_in.cloud.apply({"publication": {"quarter_hours": 480}})
    assert await signed_in.rows("2026-02-20") == []
    assert len(await signed_in.rows("2026-02-20", 3)) == 25
    assert len(await signed_in.rows("2026-02-04")) == 96
    start = datetime(2026, 2, 20, tzinfo=ZONE)
    known = signed_in.cloud.truth(None, start, start + timedelta(days=1))
    assert not any(row["published"] for row in known["series"]["consumption"])


async def test_running_day(signed_in: Wire) -> None:
    """Rows of today come four hours late and provisionally; they become final later."""
    result = signed_in.cloud.apply({"publication": {"running_hours": 4}})
    assert result["publication"]["running_hours"] == 4
    rows = await signed_in.rows("2026-02-27")
    assert len(rows) == 32  # now it is noon
    assert {row["status"] for row in rows} == {0.0}
    assert len(await signed_in.rows("2026-02-26")) == 96
    assert len(await signed_in.rows("2026-02-27", 3)) == 25
    signed_in.cloud.clock.advance(timedelta(days=2))
    await signed_in.sign_in()
    rows = await signed_in.rows("2026-02-27")
    assert {row["status"] for row in rows} == {1024.0}


async def test_late_day(signed_in: Wire) -> None:
    """One day comes later than its neighbours."""
    late: dict[str, Any] = {"account": "plain_home", "day": "2026-02-20", "hours": 200}
    signed_in.cloud.apply({"late_day": late})
    assert await signed_in.rows("2026-02-20") == []
    assert len(await signed_in.rows("2026-02-21")) == 96
    assert len(await signed_in.rows("2026-02-01", 3)) == 24
    signed_in.cloud.clock.advance(timedelta(days=4))
    await signed_in.sign_in()
    assert len(await signed_in.rows("2026-02-20")) == 96


async def test_hole(signed_in: Wire) -> None:
    """Rows are lost and found again; the day's total and register never lose them."""
    before = await signed_in.meter("2026-02-24")
    hole = {
        "account": "plain_home",
        "start": "2026-02-24T08:00:00+02:00",
        "end": "2026-02-24T09:00:00+02:00",
    }
    starts = signed_in.cloud.apply({"hole": hole})["hole"]
    assert len(starts) == 4
    meter = await signed_in.meter("2026-02-24")
    left = {row["interval"] for row in meter["periodConsumptions"]}
    assert len(left) == 92
    assert left.isdisjoint(starts)
    assert meter["totalImport"] == before["totalImport"]
    day = await signed_in.rows("2026-02-24", 3)
    assert day[23]["consumption"] == before["totalConsumptionForPeriod"]
    known = signed_in.cloud.truth(None, None, None)["series"]["consumption"]
    lost = [row["start"] for row in known if row["start"] in starts]
    assert lost == starts
    assert not any(row["published"] for row in known if row["start"] in starts)
    signed_in.cloud.apply({"hole": hole | {"filled": True}})
    assert await signed_in.meter("2026-02-24") == before


async def test_corrected_row(signed_in: Wire) -> None:
    """One row changes, and the totals of its day; the register does not."""
    before = await signed_in.meter("2026-02-24")
    start = before["periodConsumptions"][40]["interval"]
    change = {"account": "plain_home", "start": start, "value": 1.25}
    assert signed_in.cloud.apply({"correct": change}) == {"correct": [start]}
    meter = await signed_in.meter("2026-02-24")
    rows = meter["periodConsumptions"]
    assert (rows[40]["consumption"], rows[40]["status"]) == (1.25, 8192.0)
    rows[40] = before["periodConsumptions"][40]
    assert rows == before["periodConsumptions"]
    assert meter["totalImport"] == before["totalImport"]
    total = meter["totalConsumptionForPeriod"]
    assert total > before["totalConsumptionForPeriod"]
    assert (await signed_in.rows("2026-02-24", 3))[23]["consumption"] == total


async def test_corrected_day(signed_in: Wire) -> None:
    """All rows of a day by a factor."""
    before = await signed_in.rows("2026-02-24")
    change = {"account": "plain_home", "day": "2026-02-24", "factor": 2}
    assert len(signed_in.cloud.apply({"correct": change})["correct"]) == 96
    for old, new in zip(before, await signed_in.rows("2026-02-24"), strict=True):
        assert new["consumption"] == pytest.approx(2 * old["consumption"])
    nothing = {"account": "plain_home", "day": "2024-09-21", "factor": 2}
    assert signed_in.cloud.apply({"correct": nothing}) == {"correct": []}


async def test_corrected_return(signed_in: Wire) -> None:
    """Of a two-way meter."""
    change = {"account": "solar_home", "day": "2026-02-24", "value": 1}
    signed_in.cloud.apply({"correct": change | {"series": "return"}})
    start = datetime(2026, 2, 24, tzinfo=ZONE)
    known = signed_in.cloud.truth("solar_home", start, start + timedelta(days=1))
    assert {row["value"] for row in known["series"]["return"]} == {1}
    assert {row["value"] for row in known["series"]["consumption"]} != {1}


async def test_new_meter(signed_in: Wire) -> None:
    """Its register begins at 0; the old one keeps its days and its last reading."""
    wire = signed_in
    before = await wire.rows("2026-02-19")
    replacement = {"account": "plain_home", "day": "2026-02-20"}
    new = wire.cloud.apply({"replace_meter": replacement})["replace_meter"]["meter"]
    assert new != wire.login["meter"]
    assert await wire.rows("2026-02-19") == before
    old = await wire.meter("2026-02-20")
    assert old["periodConsumptions"] == []
    assert old["totalImport"] == (await wire.meter("2026-02-19"))["totalImport"]
    assert await wire.rows("2026-02-19", serial=new) == []
    meter = await wire.meter("2026-02-20", serial=new)
    assert meter["meterStartDate"] == "2026-02-20"
    assert meter["totalImport"] == meter["totalConsumptionForPeriod"]
    devices = await wire.get(f"/api/Device/{wire.contract}")
    assert [each["isActive"] for each in devices] == [False, True]
    start = datetime(2026, 2, 19, tzinfo=ZONE)
    known = wire.cloud.truth(None, start, None)["series"]["consumption"]
    assert [row["meter"] for row in known[:1] + known[-1:]] == [old["meterSerial"], new]
    last = await wire.data(f"/api/Device/LastMeterReading/{wire.pair}")
    dates = [each["meterReadings"][0]["readingDate"] for each in last["lastMeters"]]
    assert dates == ["2026-02-19T00:00:00", "2026-02-20T00:00:00"]


async def test_new_meter_in_a_bill(signed_in: Wire) -> None:
    """Both meters stand in the invoice; its usage is what both measured."""
    wire = signed_in
    replacement = {"account": "plain_home", "new_meter": "24000007"}
    wire.cloud.apply({"replace_meter": replacement})
    wire.cloud.clock.set(datetime(2026, 4, 20, 12, tzinfo=UTC))
    await wire.sign_in()
    bills = await wire.data(f"/api/BillingCollection/invoices/{wire.pair}")
    newest = bills["invoices"][0]
    assert newest["toDate"] == "2026-04-10T00:00:00"
    serials = [int(each["serialNumber"]) for each in newest["meterReadings"]]
    assert serials == [int(wire.login["meter"]), 24000007]
    start, end = datetime(2026, 2, 11, tzinfo=ZONE), datetime(2026, 4, 11, tzinfo=ZONE)
    known = wire.cloud.truth(None, start, end)["series"]
    used = sum(row["value"] for row in known["consumption"])
    assert newest["consumption"] == pytest.approx(used, abs=2)
    assert known["billed_usage"][0]["value"] == newest["consumption"]
