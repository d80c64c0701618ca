"""Readings at the wire (wire 5.13)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.clouds.errors import ControlError

from .test_customer_data import signed
from .wire import Wire

WEEKLY, MONTHLY = 2, 3


def truth(wire: Wire, start: str, end: str, series: str = "consumption") -> Any:
    """The truth of the first meter between two local days."""
    window = (datetime.fromisoformat(f"{each}T00:00:00+02:00") for each in (start, end))
    return wire.cloud.truth(wire.login["name"], *window)["series"][series]


async def test_day(signed_in: Wire) -> None:
    """Ninety-six rows of a local day, as UTC instants; the truth has the same values."""
    meter = await signed_in.meter("2026-02-24")
    rows = meter["periodConsumptions"]
    assert len(rows) == meter["numberOfPeriodAggregated"] == 96
    assert rows[0]["interval"] == "2026-02-23T22:00:00+00:00"
    known = truth(signed_in, "2026-02-24", "2026-02-25")
    assert [row["interval"] for row in rows] == [each["start"] for each in known]
    assert [row["consumption"] for row in rows] == [each["value"] for each in known]
    assert all(each["published"] for each in known)
    assert {row["status"] for row in rows} == {1024.0}
    assert {row["backStream"] for row in rows} == {0.0}
    total = sum(row["consumption"] for row in rows)
    assert meter["totalConsumptionForPeriod"] == pytest.approx(total)
    assert meter["meterKind"] == 1
    assert (meter["startDate"], meter["endDate"]) == ("2026-02-24", "2026-02-24")


async def test_registers(signed_in: Wire) -> None:
    """The dated register goes up by the day's energy; the one of now is the same whatever is asked."""
    one, two = [await signed_in.meter(f"2026-02-{day}") for day in (23, 24)]
    assert two["totalImportDateForPeriod"] == "2026-02-24"
    difference = two["totalImport"] - one["totalImport"]
    assert difference == pytest.approx(two["totalConsumptionForPeriod"])
    assert one["futureConsumptionInfo"] == two["futureConsumptionInfo"]
    now = two["futureConsumptionInfo"]
    assert now["currentDate"] == "2026-02-27"
    assert now["totalImportDate"] == "2026-02-25"
    assert now["totalImport"] > two["totalImport"]


async def test_since_last_invoice(signed_in: Wire) -> None:
    """Counts from the day that the client names as the last invoice's."""
    first = await signed_in.meter("2026-02-10")
    meter = await signed_in.meter("2026-02-24", lastInvoiceDate="2026-02-11")
    info = meter["futureConsumptionInfo"]
    since = info["totalImport"] - first["totalImport"]
    assert info["futureConsumption"] == pytest.approx(since)


@pytest.mark.parametrize(
    ("now", "day", "count", "first", "last"),
    [
        ("2026-03-30", "2026-03-26", 96, "25T22:00", "26T21:45"),
        ("2026-03-30", "2026-03-27", 92, "26T22:00", "27T20:45"),
        ("2026-03-30", "2026-03-28", 96, "27T21:00", "28T20:45"),
        ("2025-10-29", "2025-10-26", 100, "25T21:00", "26T21:45"),
    ],
)
async def test_clock_changes(
    signed_in: Wire, now: str, day: str, count: int, first: str, last: str
) -> None:
    """Ninety-two rows on the Friday of spring, a hundred on the Sunday of autumn, without a gap."""
    signed_in.cloud.clock.set(datetime.fromisoformat(f"{now}T12:00:00+00:00"))
    await signed_in.sign_in()
    rows = await signed_in.rows(day)
    starts = [datetime.fromisoformat(row["interval"]) for row in rows]
    assert len(rows) == count
    assert [f"{each:%dT%H:%M}" for each in (starts[0], starts[-1])] == [first, last]
    steps = {after - before for before, after in pairwise(starts)}
    assert steps == {timedelta(minutes=15)}


async def test_month(signed_in: Wire) -> None:
    """One row for each published local day; each is the sum of its quarters."""
    meter = await signed_in.meter("2026-02-09", MONTHLY)
    rows = meter["periodConsumptions"]
    assert (meter["startDate"], meter["endDate"]) == ("2026-02-01", "2026-02-28")
    assert len(rows) == meter["numberOfPeriodAggregated"] == 25
    assert rows[0]["interval"] == "2026-01-31T22:00:00+00:00"
    day = await signed_in.meter("2026-02-24")
    assert rows[23]["consumption"] == day["totalConsumptionForPeriod"]
    total = sum(row["consumption"] for row in rows)
    assert meter["totalConsumptionForPeriod"] == pytest.approx(total)
    assert meter["totalImportDateForPeriod"] == "2026-02-25"


async def test_week(signed_in: Wire) -> None:
    """From Sunday on, or from the day asked for."""
    rows = await signed_in.rows("2026-02-18", WEEKLY)
    assert len(rows) == 7
    assert rows[0]["interval"] == "2026-02-14T22:00:00+00:00"
    signed_in.cloud.apply({"reading_look": {"week_start": "asked"}})
    meter = await signed_in.meter("2026-02-18", WEEKLY)
    assert (meter["startDate"], meter["endDate"]) == ("2026-02-18", "2026-02-24")
    assert meter["periodConsumptions"][0]["interval"] == "2026-02-17T22:00:00+00:00"


async def test_not_published(signed_in: Wire) -> None:
    """No rows for today, yesterday and tomorrow; the register of the newest day is told."""
    for day in ("2026-02-26", "2026-02-27", "2026-02-28"):
        meter = await signed_in.meter(day)
        assert meter["periodConsumptions"] == []
        assert meter["totalConsumptionForPeriod"] == 0
    known = truth(signed_in, "2026-02-25", "2026-02-27")
    assert [each["published"] for each in known] == [True] * 96 + [False] * 96
    signed_in.cloud.clock.set(datetime.fromisoformat("2026-02-28T04:00:00+00:00"))
    await signed_in.sign_in()
    assert len(await signed_in.rows("2026-02-26")) == 96


async def test_before_the_meter(signed_in: Wire) -> None:
    """Nothing, and no register."""
    meter = await signed_in.meter("2024-09-21")
    assert meter["meterStartDate"] == "2024-09-22"
    assert meter["periodConsumptions"] == []
    assert meter["totalImportDateForPeriod"] is None
    assert meter["totalImport"] == 0
    assert len(await signed_in.rows("2024-09-22")) == 96


async def test_young_meter(signed_in: Wire) -> None:
    """Before its first day is out, sentinels stand for the register of now."""
    signed_in.cloud.clock.set(datetime.fromisoformat("2024-09-22T12:00:00+00:00"))
    await signed_in.sign_in()
    info = (await signed_in.meter("2024-09-22"))["futureConsumptionInfo"]
    assert info["totalImportDate"] == "0001-01-01"
    assert info["totalImport"] == info["futureConsumption"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"contractNumber": None}, 400, "Contract number is required"),
        ({"lastInvoiceDate": "2025-10-27"}, 400, "Last Invoice date older than 122"),
        ({"lastInvoiceDate": None}, 400, "Last Invoice date older than 122"),
        ({"contractNumber": "1"}, 401, "Contract is not associated with you."),
        ({"contract": "1"}, 401, "Contract is not associated with you."),
        ({"fromDate": "24/02/2026"}, 400, "is no date"),
        ({"fromDate": None}, 400, "fromDate"),
        ({"resolution": 4}, 400, "resolution"),
        ({"smartMetersList": None}, 400, "smartMetersList"),
        ({"smartMetersList": [{"meterSerial": "1"}]}, 400, "smartMetersList"),
    ],
)
async def test_refusals(
    signed_in: Wire, changes: dict[str, Any], status: int, text: str
) -> None:
    """What the cloud does not take."""
    got, body = await signed_in.range("2026-02-24", **changes)
    assert (got, body["Code"]) == (status, status)
    assert text in body["Error"]


async def test_last_invoice_of_122_days(signed_in: Wire) -> None:
    """That is the limit; how it is refused is uncertain."""
    status, _ = await signed_in.range("2026-02-24", lastInvoiceDate="2025-10-28")
    assert status == 200
    signed_in.cloud.apply({"reading_look": {"old_invoice_status": 500}})
    status, _ = await signed_in.range("2026-02-24", lastInvoiceDate="2025-10-27")
    assert status == 500


@pytest.mark.parametrize("changes", [{"serial": "24999999"}, {"code": "504"}])
async def test_unknown_meter(signed_in: Wire, changes: dict[str, Any]) -> None:
    """No part of the answer is about it."""
    status, body = await signed_in.range("2026-02-24", **changes)
    assert (status, body["meterList"]) == (200, [])


async def test_leading_zeros(signed_in: Wire) -> None:
    """Serials and contracts go with them or without."""
    rows = await signed_in.rows(
        "2026-02-24",
        contract=signed_in.contract.zfill(12),
        serial=signed_in.login["meter"].zfill(18),
    )
    assert len(rows) == 96


async def test_export_gate(wires: Callable[[str], Wire]) -> None:
    """What flows back is told only to who asks for it."""
    wire = await signed(wires, "solar_home")
    asked: dict[str, Any] = {"lastInvoiceDate": last_invoice(wire)}
    meter = await wire.meter("2026-02-24", **asked)
    assert (meter["meterKind"], meter["totalBackStreamForPeriod"]) == (1, 0)
    assert meter["totalExport"] == meter["futureConsumptionInfo"]["totalExport"] == 0
    for kind in ("BackStream", "Backstream"):
        meter = await wire.meter("2026-02-24", kind=kind, **asked)
        assert meter["meterKind"] == 2
    rows = meter["periodConsumptions"]
    known = truth(wire, "2026-02-24", "2026-02-25", "return")
    assert [row["backStream"] for row in rows] == [each["value"] for each in known]
    total = sum(row["backStream"] for row in rows)
    assert meter["totalBackStreamForPeriod"] == pytest.approx(total)
    assert total > 1
    assert meter["totalExport"] > 0
    info = meter["futureConsumptionInfo"]
    assert info["totalExport"] >= meter["totalExport"]
    assert info["futureBackStream"] > 0


def last_invoice(wire: Wire) -> str:
    """The day after the last invoice's period."""
    contract = wire.cloud.customers.contract(wire.login["name"])
    period = wire.cloud.billing.last_period(contract)
    assert period is not None
    return (period.last + timedelta(days=1)).isoformat()


async def test_export_since_invoice(wires: Callable[[str], Wire]) -> None:
    """Totals of now come back zero unless the last invoice is named rightly."""
    wire = await signed(wires, "solar_home")
    meter = await wire.meter("2026-02-24", kind="BackStream")
    info = meter["futureConsumptionInfo"]
    assert info["futureBackStream"] == info["totalExport"] == 0
    assert meter["totalExport"] > 0


@pytest.mark.parametrize(
    ("spelling", "other"),
    [("BackStream", "Backstream"), ("Backstream", "BackStream")],
)
async def test_spelling(
    wires: Callable[[str], Wire], spelling: str, other: str
) -> None:
    """Maybe only one of two spellings is known (wire 12.8)."""
    wire = await signed(wires, "solar_home")
    wire.cloud.apply({"reading_look": {"backstream": spelling}})
    assert (await wire.meter("2026-02-24", kind=spelling))["meterKind"] == 2
    assert (await wire.meter("2026-02-24", kind=other))["meterKind"] == 1


async def test_one_way_meter_has_no_export(signed_in: Wire) -> None:
    """A one-way meter has no export, whoever asks."""
    meter = await signed_in.meter("2026-02-24", kind="BackStream")
    assert (meter["meterKind"], meter["totalExport"]) == (1, 0)
    assert "return" not in signed_in.cloud.truth(None, None, None)["series"]


async def test_two_supplies(wires: Callable[[str], Wire]) -> None:
    """Each meter has its own energy; one call can ask for both. Load classes come along."""
    wire = await signed(wires, "landlord")
    farm = wire.login["contracts"][3]
    meters = [
        {
            "meterKind": "Consumption",
            "meterCode": each["meter_code"],
            "meterSerial": each["meter"],
        }
        for each in farm["meters"]
    ]
    number = farm["contract"]
    status, body = await wire.range(
        "2026-02-24", contract=number, smartMetersList=meters
    )
    assert status == 200
    for told, each in zip(body["meterList"], farm["meters"], strict=True):
        known = wire.cloud.truth(
            number,
            datetime(2026, 2, 23, 22, tzinfo=UTC),
            datetime(2026, 2, 24, 22, tzinfo=UTC),
            meter=each["meter"],
        )["series"]["consumption"]
        assert [row["consumption"] for row in told["periodConsumptions"]] == [
            row["value"] for row in known
        ]
    classes = [each["taoz"] for each in body["taozList"]]
    assert classes == [3] * 16 + [1] * 6 + [3] * 2
    with pytest.raises(ControlError, match="has no meter"):
        wire.cloud.truth(number, None, None, meter="24999999")


@pytest.mark.parametrize(
    ("day", "peaks"), [("2025-07-14", 6), ("2025-07-18", 0), ("2025-12-19", 6)]
)
async def test_load_classes(wires: Callable[[str], Wire], day: str, peaks: int) -> None:
    """In summer there is no peak on Fridays and Saturdays."""
    wire = await signed(wires, "landlord")
    number = wire.login["contracts"][3]["contract"]
    _, body = await wire.range(day, contract=number, smartMetersList=[])
    classes = [each["taoz"] for each in body["taozList"]]
    assert (len(classes), classes.count(1)) == (24, peaks)


async def test_old_meter(wires: Callable[[str], Wire]) -> None:
    """A meter that is not smart has neither rows nor a register of now."""
    wire = await signed(wires, "landlord")
    old = wire.login["contracts"][1]
    serial = old["meters"][0]["meter"]
    meter = await wire.meter("2026-02-24", contract=old["contract"], serial=serial)
    assert meter["periodConsumptions"] == []
    assert meter["futureConsumptionInfo"] is None


async def test_shared_contract(wires: Callable[[str], Wire]) -> None:
    """A guest reads the owner's meter, until the invitation ends."""
    owner, guest = await signed(wires, "plain_home"), await signed(wires, "flatmate")
    assert guest.contract == owner.contract
    assert await guest.rows("2026-02-24") == await owner.rows("2026-02-24")
    share = {"account": "plain_home", "guest": "flatmate", "shared": False}
    owner.cloud.apply({"share": share})
    assert (await guest.range("2026-02-24"))[0] == 401
    owner.cloud.apply({"share": share | {"shared": True}})
    assert (await guest.range("2026-02-24"))[0] == 200
