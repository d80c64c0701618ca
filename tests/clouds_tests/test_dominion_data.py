"""Dominion Energy's customers, usage, weather and Green Button over the wire, against the household."""

from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.clouds.dominion_energy import DominionCloud

from .dominion_cells import published_total
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
    headers = wire.headers
    turned = body | {"startDate": "11/20/2026", "endDate": "11/10/2026"}
    async with wire.session.post(url, json=turned, headers=headers) as response:
        assert response.status == 400
    async with wire.session.post(url, json=body, headers=headers) as response:
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
