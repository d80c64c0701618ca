"""Dominion Energy's bills and tariff over the wire, against the household."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.dominion_energy.billing import Period
from tests.clouds.dominion_energy.tariff import CUSTOMER_CHARGE, energy_charge, riders

from .dominion_cells import published_total
from .dominion_wire import Wire

SERVICE = "/Service/api/1"


async def forecast(wire: Wire) -> dict[str, Any]:
    """`data` of the bill forecast."""
    status, answer = await wire.get(
        f"{SERVICE}/bill/billForecast",
        accountNumber=wire.login["account"],
        actionCode="4",
    )
    assert status == 200
    data: dict[str, Any] = answer["data"]
    return data


def us_date(text: str) -> date:
    """A date as the cloud writes it."""
    return datetime.strptime(text[:10], "%m/%d/%Y").date()  # a local date


async def test_forecast(dominion: DominionCloud, wire: Wire) -> None:
    """The forecast agrees with the published readings and with the bills of the truth."""
    await wire.sign_in()
    data = await forecast(wire)
    start, shown_end = us_date(data["billperdstdate"]), us_date(data["billperdeddate"])
    assert shown_end == date(2026, 11, 19)
    account = wire.login["account"]
    net = published_total(
        dominion, account, "consumption", start, shown_end
    ) - published_total(dominion, account, "return", start, shown_end)
    assert data["currentUsageKwh"] == pytest.approx(max(0, net), abs=0.006)
    assert data["tou"] == "N"
    last_start = us_date(data["lastBill"]["billPerdStDate"])
    last_end = us_date(data["lastBill"]["billPerdEdDate"])
    assert last_end + timedelta(days=1) == start
    assert 28 <= (last_end - last_start).days <= 31
    net = published_total(
        dominion, account, "consumption", last_start, last_end
    ) - published_total(dominion, account, "return", last_start, last_end)
    assert data["lastBill"]["usage"] == round(max(0, net))
    truth = dominion.truth(account, None, None)["series"]
    bill = next(row for row in truth["charges"] if row["published"])
    assert bill["start"][:10] == last_start.isoformat()
    assert bill["value"] == data["lastBill"]["charges"] > CUSTOMER_CHARGE
    assert isinstance(data["lastYear"]["charges"], str)


async def test_forecast_looks(dominion: DominionCloud, wire: Wire) -> None:
    """Its end and its numbers have variants."""
    await wire.sign_in()
    period = dominion.billing.current(dominion.customers.account("solar_home"))
    dominion.apply({"forecast": {"end": "period", "numbers": "text"}})
    data = await forecast(wire)
    assert us_date(data["billperdeddate"]) == period.end > date(2026, 11, 20)
    assert data["lastBill"]["charges"] == str(float(data["lastBill"]["charges"]))
    dominion.apply({"forecast": {"end": "missing", "numbers": "blank"}})
    data = await forecast(wire)
    assert data["billperdeddate"] is None
    assert data["currentUsageKwh"] == data["lastYear"]["usage"] == ""
    dominion.apply({"forecast": {"numbers": "number"}})
    assert isinstance((await forecast(wire))["lastYear"]["charges"], float)


async def test_bills_agree(wire: Wire) -> None:
    """Current bill, history, forecast and monthly usage tell the same amounts."""
    await wire.sign_in()
    account = wire.login["account"]
    numbers = {"accountNumbers": [account], "extension": {}}
    last = (await forecast(wire))["lastBill"]
    _, answer = await wire.post("/BillingAPI/api/1/bill/current", numbers)
    current = answer["data"][0]
    assert float(current["currentCharges"]) == last["charges"]
    days = {"startDate": "2025-11-01", "endDate": "2026-11-20"}
    _, answer = await wire.post("/BillingAPI/api/1/bill/history", numbers | days)
    history = answer["data"]
    assert len(history) in (12, 13)
    assert history[0]["invoiceId"] == current["invoiceId"]
    assert history[0]["currentCharges"] == current["currentCharges"]
    assert float(current["previousBalance"]) == float(history[1]["currentCharges"])
    _, answer = await wire.get(
        "/Usageapi/api/V1/Electric",
        AccountNumber=account,
        MeterNumber=wire.login["meter"],
        From="2025-11-01",
        To="2026-11-20",
        Uom="kWh",
        Periodicity="MO",
    )
    assert answer["StatusCode"] == 200
    months = answer["Result"]["electricUsages"]
    assert len(months) == 13
    assert months[-1]["amount"] == last["charges"]
    assert [f"{month['amount']:.2f}" for month in months][::-1][: len(history)] == [
        bill["currentCharges"] for bill in history
    ]
    status, _ = await wire.post("/BillingAPI/api/1/bill/history", numbers)
    assert status == 400


async def test_monthly_generation(dominion: DominionCloud, wire: Wire) -> None:
    """A month's generation is the sum of its half hours; without net metering there are no rows."""
    await wire.sign_in()
    plain = Wire(dominion, wire.session, 1)
    await plain.sign_in()
    rows = {}
    for who in (wire, plain):
        _, answer = await who.get(
            "/Usageapi/api/V1/Generation",
            AccountNumber=who.login["account"],
            MeterNumber=who.login["meter"],
            From="x",
            To="x",
            Uom="kWh",
            Periodicity="MO",
        )
        rows[who] = answer["Result"]["generationUsages"]
    assert rows[plain] == []
    account = dominion.customers.account("solar_home")
    last = dominion.billing.completed(account, 1)[0]
    assert rows[wire][-1]["generation"] == pytest.approx(
        published_total(dominion, account.number, "return", last.start, last.end)
    )


@pytest.mark.parametrize(
    ("kwh", "month", "usd"),
    [(1000, 7, 176.2584), (1000, 1, 171.4844), (500, 7, 91.6255)],
)
def test_tariff(kwh: float, month: int, usd: float) -> None:
    """The check values of the published tariff, in one piece and in 30 days."""
    day = date(2025, month, 1)
    assert CUSTOMER_CHARGE + energy_charge(day, 0, kwh) == pytest.approx(usd, abs=5e-5)
    daily = sum(energy_charge(day, n * kwh / 30, kwh / 30) for n in range(30))
    assert CUSTOMER_CHARGE + daily == pytest.approx(usd, abs=5e-5)


def test_riders_change() -> None:
    """Riders change in 2026; energy sent back takes back what it cost."""
    assert riders(date(2026, 1, 1)) == pytest.approx(0.089924)
    assert riders(date(2026, 3, 1)) == pytest.approx(0.089924 + 0.000754)
    assert riders(date(2026, 6, 1)) == pytest.approx(
        0.090678 - 0.001835 + 0.002386 + 0.001444 - 0.000531
    )
    day = date(2026, 1, 1)
    assert energy_charge(day, 0, 10) == pytest.approx(-energy_charge(day, 10, -10))


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 3, 15), Period(date(2026, 2, 16), date(2026, 3, 15))),
        (date(2026, 3, 16), Period(date(2026, 3, 16), date(2026, 4, 15))),
        (date(2026, 12, 31), Period(date(2026, 12, 16), date(2027, 1, 15))),
        (date(2027, 1, 3), Period(date(2026, 12, 16), date(2027, 1, 15))),
    ],
)
async def test_periods(dominion: DominionCloud, day: date, period: Period) -> None:
    """A period runs from the day after one reading to the day of the next."""
    account = dominion.customers.account("solar_home")
    account.read_day = 15
    assert dominion.billing.containing(account, day) == period
