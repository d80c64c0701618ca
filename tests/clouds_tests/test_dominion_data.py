"""Dominion Energy's customers, bills and usage over the wire, against the household."""

from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.dominion_energy.billing import Period
from tests.clouds.dominion_energy.tariff import CUSTOMER_CHARGE, energy_charge, riders

from .dominion_wire import Wire

SERVICE = "/Service/api/1"
ESPI = "{http://naesb.org/espi}"


async def business_master(wire: Wire) -> list[dict[str, Any]]:
    """`data` of the accounts call."""
    uuid = wire.claims["Uuid"]
    _, answer = await wire.get(f"{SERVICE}/FromDb/GetBpNumber", Uuid=uuid)
    number = answer["data"]["customerNumber"]
    assert number == wire.login["bp_number"]
    status, answer = await wire.get(
        f"{SERVICE}/BusinessMaster/GetBusinessMaster",
        customerNumber=number,
        uuid=uuid,
    )
    assert status == 200
    data: list[dict[str, Any]] = answer["data"]
    return data


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


def published_total(
    cloud: DominionCloud, account: str, series: str, first: date, last: date
) -> float:
    """Sum of the truth's published half hours, both local days inclusive."""
    zone = cloud.customers.logins[0].accounts[0].points[0].household.zone
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1)
    rows = cloud.truth(account, start, end)["series"][series]
    return float(sum(row["value"] for row in rows if row["published"]))


async def test_accounts(wire: Wire) -> None:
    """The ordinary login: one account, one smart meter with net metering."""
    await wire.sign_in()
    (person,) = await business_master(wire)
    (account,) = person["zbpMaintRegEnroll_nav"]["results"]
    assert account["account"] == wire.login["account"]
    assert account["accountActive"] == "Y"
    assert account["default"] is True
    (device,) = account["conDev"]
    assert device["device"] == wire.login["meter"]
    assert len(device["device"]) == 18
    assert device["amiFlag"] is True
    assert device["netMetering"] == "Y"


async def test_landlord(dominion: DominionCloud, wire: Wire) -> None:
    """Several accounts: two meters, time of use, closed, and one without a smart meter."""
    landlord = Wire(dominion, wire.session, 2)
    await landlord.sign_in()
    (person,) = await business_master(landlord)
    accounts = person["zbpMaintRegEnroll_nav"]["results"]
    assert [len(account["conDev"]) for account in accounts] == [2, 1, 1, 1]
    assert [account["accountActive"] for account in accounts] == ["Y", "Y", "N", "Y"]
    assert accounts[2]["closingDate"] == "12/01/2025 00:00:00"
    assert accounts[2]["conDev"][0]["isActive"] == "N"
    assert accounts[3]["conDev"][0]["amiFlag"] is False
    assert "netMetering" not in accounts[3]["conDev"][0]
    status, content = await landlord.download(
        accountNumber=accounts[3]["account"],
        meterIds=[accounts[3]["conDev"][0]["device"]],
    )
    assert status == 200
    assert content.startswith(b"PK\x03\x04")
    assert dominion.truth(accounts[3]["account"], None, None)["series"].keys() == {
        "billed_usage",
        "charges",
    }


async def test_newcomer(dominion: DominionCloud, wire: Wire) -> None:
    """A login without accounts."""
    newcomer = Wire(dominion, wire.session, 3)
    await newcomer.sign_in("gigyaEmail")
    assert await business_master(newcomer) == []


async def test_foreign_ids_are_refused(dominion: DominionCloud, wire: Wire) -> None:
    """Nobody sees another login's data; required parameters are required."""
    await wire.sign_in()
    other = dominion.accounts[1]
    uuid = wire.claims["Uuid"]
    master = f"{SERVICE}/BusinessMaster/GetBusinessMaster"
    number = wire.login["bp_number"]
    answers = [
        await wire.get(f"{SERVICE}/FromDb/GetBpNumber"),
        await wire.get(f"{SERVICE}/FromDb/GetBpNumber", Uuid="x"),
        await wire.get(master, customerNumber=other["bp_number"], uuid=uuid),
        await wire.get(master, customerNumber=number, uuid="x"),
        await wire.get(master, customerNumber=number),
        await wire.get(
            f"{SERVICE}/bill/billForecast",
            accountNumber=other["account"],
            actionCode="4",
        ),
        await wire.get(
            f"{SERVICE}/bill/billForecast",
            accountNumber=wire.login["account"],
            actionCode="3",
        ),
    ]
    assert [status for status, _ in answers] == [400] * len(answers)
    assert (await wire.download(accountNumber=other["account"]))[0] == 400
    assert (await wire.download(meterIds=[other["meter"]]))[0] == 400


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


async def test_usage_data(dominion: DominionCloud, wire: Wire) -> None:
    """Days and hours as text; a day that is not published is not there."""
    await wire.sign_in()

    async def usage(action: str, start: str, end: str) -> tuple[int, Any]:
        return await wire.get(
            f"{SERVICE}/Usage/UsageData",
            accountNumber=wire.login["account"],
            ActionCode=action,
            StartDate=start,
            EndDate=end,
        )

    _, answer = await usage("3", "2026-11-18", "2026-11-20")
    days = answer["data"]["electricUsages"]
    assert answer["data"]["nemFlag"] == "X"
    assert [row["readDate"] for row in days] == [
        "11/18/2026 00:00:00",
        "11/19/2026 00:00:00",
    ]
    day = date(2026, 11, 18)
    total = published_total(dominion, "solar_home", "consumption", day, day)
    assert float(days[0]["consumption"]) == pytest.approx(total)
    _, answer = await usage("4", "2026-11-18", "2026-11-19")
    hours = answer["data"]["electricUsages"]
    assert hours[0]["readDate"] == "11/18/2026 12:00:00 AM"
    assert hours[13]["readDate"] == "11/18/2026 1:00:00 PM"
    assert sum(float(row["consumption"]) for row in hours) == pytest.approx(total)
    assert len(hours) == 24
    assert (await usage("4", "2026-11-18", "2026-11-20"))[0] == 400
    assert (await usage("5", "2026-11-18", "2026-11-20"))[0] == 400


async def test_meters_and_weather(dominion: DominionCloud, wire: Wire) -> None:
    """Meter info and the weather of the household's own days."""
    await wire.sign_in()
    account = wire.login["account"]
    _, answer = await wire.get(
        f"/AccountManagementapi/api/1/Meters/Meter/accountNumber/{account}"
    )
    assert answer["data"][0]["meterNumber"] == wire.login["meter"]
    assert answer["data"][0]["amiMeter"] is True
    days = {"StartDate": "07/01/2026", "EndDate": "07/10/2026"}
    path = f"{SERVICE}/Usage/GetUsageHistoryDetail"
    asked = {"AccountNumber": account, "ActionCode": "3"} | days
    _, answer = await wire.get(path, Contract=wire.login["contract"], **asked)
    rows = answer["data"]["zDailyWeather"]["results"]
    assert len(rows) == 10
    household = dominion.customers.point("solar_home").household
    low, high = household.temperatures(date(2026, 7, 1))
    assert rows[0]["tempVal_High"] == f"{high * 1.8 + 32:03.0f}"
    assert int(rows[0]["tempVal_Low"]) == round(low * 1.8 + 32)
    months = answer["data"]["zAveTemperature"]["results"]
    assert [month["monthName"] for month in months] == ["July 2026"]
    assert (await wire.get(path, Contract="1", **asked))[0] == 400


async def test_green_button(dominion: DominionCloud, wire: Wire) -> None:
    """Whole kWh, late by 4 or 5 hours, both flows, and zeros for what is not published."""
    await wire.sign_in()
    url = f"{dominion.hosts['data']}/ServiceExt/api/1/Usage/GreenButton"
    body = {
        "accountNumber": wire.login["account"],
        "meterNumber": wire.login["meter"],
        "startDate": "2026-11-10",
        "endDate": "2026-11-20",
        "periodicity": "HH",
        "serviceAddress": "",
        "fullName": "",
        "serviceType": "Electric",
        "Uom": "kWh",
        "Format": "Csv",
    }
    async with wire.session.post(url, json=body, headers=wire._headers()) as response:
        assert response.content_type == "text/xml"
        feed = ET.fromstring(await response.text())  # noqa: S314  # our own file
    flows = [node.text for node in feed.iter(f"{ESPI}flowDirection")]
    assert flows == ["1", "19"]
    block = next(feed.iter(f"{ESPI}IntervalBlock"))
    values = {
        int(node.findtext(f".//{ESPI}start", "")): int(
            node.findtext(f"{ESPI}value", "")
        )
        for node in block
    }
    assert len(values) == 11 * 24
    truth = dominion.truth(
        "solar_home",
        datetime.fromisoformat("2026-11-10T00:00:00-05:00"),
        datetime.fromisoformat("2026-11-20T00:00:00-05:00"),
    )["series"]["consumption"]
    hours = [
        (datetime.fromisoformat(a["start"]).timestamp(), a["value"] + b["value"])
        for a, b in zip(truth[::2], truth[1::2], strict=True)
    ]
    shift = min(values) - hours[0][0]
    assert shift in (4 * 3600, 5 * 3600)
    for start, kwh in hours:
        assert values[int(start + shift)] == round(kwh)
    assert any(values.values())
    assert set(list(values.values())[-24:]) == {0}


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
