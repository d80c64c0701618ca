"""Tolerance of the models (wire 4)."""

from datetime import date, datetime
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.wire import Drift
from custom_components.dominion_energy.api.models import (
    Account,
    BilledPeriod,
    BillForecast,
    CurrentBill,
    Customer,
    Meter,
    PastBill,
    ServiceAddress,
    UsageReport,
    Weather,
)
from custom_components.dominion_energy.api.models.fields import read_date, read_time

EXAMPLE = {
    "firstName": "Pat",
    "lastName": "Sample",
    "primaryEmail": "pat@example.com",
    "zbpMaintRegEnroll_nav": {
        "results": [
            {
                "account": "123456789012",
                "premiseNumber": "2000000001",
                "accountActive": "Y",
                "default": True,
                "nickName": "Home",
                "ebillStatus": "Y",
                "closingDate": None,
                "serviceAddress": {
                    "houseNum1": "123",
                    "street": "Main St",
                    "city": "Richmond",
                    "state": "VA",
                    "zipCode": "23219-0000",
                    "country": "US",
                },
                "conDev": [
                    {
                        "device": "000000000123456789",
                        "contract": "3000000001",
                        "isActive": "Y",
                        "amiFlag": True,
                        "netMetering": "Y",
                    }
                ],
            },
            {
                "account": "210987654321",
                "premiseNumber": "2000000002",
                "accountActive": "N",
                "default": False,
                "nickName": "",
                "ebillStatus": "N",
                "closingDate": "12/01/2025 00:00:00",
                "serviceAddress": {
                    "houseNum1": "456",
                    "street": "Oak Ave",
                    "city": "Norfolk",
                    "state": "VA",
                    "zipCode": "23510",
                },
                "conDev": [
                    {
                        "device": "000000000987654321",
                        "contract": "3000000002",
                        "isActive": "N",
                        "amiFlag": False,
                    }
                ],
            },
        ]
    },
}


def test_documented_customer() -> None:
    """The documented example (wire 4.2)."""
    customer = Customer.read(EXAMPLE).with_number("0001234567")
    home, closed = customer.accounts
    assert (customer.number, customer.full_name) == ("0001234567", "Pat Sample")
    assert customer.active_accounts == [home]
    assert customer.default_account is home
    assert home.display_name == "123456789012 (Home)"
    assert str(home.service_address) == "123 Main St, Richmond, VA 23219"
    assert home.primary_meter == home.interval_meters[0]
    assert home.meters[0].net_metering is True
    assert closed.display_name == "210987654321"
    assert closed.closing_date == date(2025, 12, 1)
    assert str(closed.service_address) == "456 Oak Ave, Norfolk, VA 23510"
    assert closed.primary_meter is closed.meters[0]
    assert closed.interval_meters == []
    assert closed.meters[0].net_metering is None


@pytest.mark.parametrize("yes", ["Y", "X", "true", True, "y", 1])
@pytest.mark.parametrize("no", ["N", "", "false", False, None, "?", 0, []])
def test_flags(yes: object, no: object) -> None:
    """Truth values come in several forms."""
    meter = Meter.read({"device": "1", "isActive": yes, "amiFlag": no})
    assert meter.is_active is True
    assert meter.has_ami is False


@pytest.mark.parametrize(
    ("value", "known"),
    [("Y", True), ("N", False), ("?", False), ("", False), (None, None)],
)
def test_net_metering(value: str | None, known: bool | None) -> None:
    """Whether it is known at all makes a difference here."""
    assert Meter.read({"device": "1", "netMetering": value}).net_metering is known


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ({}, "1"),
        ({"nickName": None, "default": "X"}, "1 (Default)"),
        ({"nickName": "Barn", "default": True}, "1 (Barn)"),
    ],
)
def test_names_of_accounts(account: dict[str, Any], name: str) -> None:
    """The nickname counts first."""
    found = Account.read({"account": 1, **account})
    assert found.display_name == name
    assert found.meters == []
    assert found.primary_meter is None
    assert found.service_address is None


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ({}, ""),
        ({"city": "Richmond"}, "Richmond"),
        ({"street": "Main St", "state": "VA"}, "Main St, VA"),
    ],
)
def test_short_addresses(address: dict[str, Any], text: str) -> None:
    """Missing parts leave no stray commas."""
    assert str(ServiceAddress.read(address)) == text


def test_default_account() -> None:
    """Without a flag it is the first active one."""
    results = [{"account": "1"}, {"account": "2", "accountActive": "Y"}]
    customer = Customer.read({"zbpMaintRegEnroll_nav": {"results": results}})
    assert customer.default_account is customer.accounts[1]
    assert Customer.read({}).default_account is None
    nothing = Customer.read({"zbpMaintRegEnroll_nav": {"results": None}})
    assert nothing.accounts == []


@pytest.mark.parametrize(
    "broken",
    [
        {"zbpMaintRegEnroll_nav": []},
        {"zbpMaintRegEnroll_nav": {"results": {}}},
        {"zbpMaintRegEnroll_nav": {"results": [None]}},
        {"zbpMaintRegEnroll_nav": {"results": [{}]}},
        {"zbpMaintRegEnroll_nav": {"results": [{"account": ""}]}},
        {"zbpMaintRegEnroll_nav": {"results": [{"account": "1", "conDev": [{}]}]}},
    ],
)
def test_broken_customers(broken: dict[str, Any]) -> None:
    """What has no number is of no use; the error tells no more than names."""
    with pytest.raises(Malformed):
        Customer.read(broken)


def test_drift() -> None:
    """New keys do no harm and are counted."""
    drift = Drift()
    with drift.watching():
        Meter.read({"device": "1", "new": 1})
        BillForecast.read(
            {"billperdstdate": None, "billingPeriodStartDate": None, "x": 1}
        )
    assert drift.seen == {"Meter.new": 1, "BillForecast.x": 1}


def test_documented_forecast() -> None:
    """The documented example (wire 4.3)."""
    forecast = BillForecast.read(
        {
            "lastBill": {
                "charges": 150.25,
                "usage": 1200.0,
                "billPerdStDate": "01/01/2026 00:00:00",
                "billPerdEdDate": "01/31/2026 00:00:00",
            },
            "lastYear": {"charges": "141.10", "usage": "1130"},
            "billperdstdate": "02/01/2026 00:00:00",
            "billperdeddate": "02/28/2026 00:00:00",
            "currentUsageKwh": 450.5,
            "totalChange": "61.20",
            "tou": "N",
        }
    )
    assert forecast.last_bill == BilledPeriod(
        start=date(2026, 1, 1), end=date(2026, 1, 31), charges=150.25, usage=1200.0
    )
    assert forecast.last_year == BilledPeriod(charges=141.1, usage=1130.0)
    assert (forecast.start, forecast.end) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (forecast.current_usage, forecast.current_charges) == (450.5, 61.2)
    assert forecast.derived_rate == pytest.approx(0.125208, abs=1e-6)
    assert forecast.time_of_use is False


def test_other_names_of_the_period() -> None:
    """Dates of other names count where the usual ones are missing."""
    forecast = BillForecast.read(
        {
            "billperdstdate": "02/01/2026 00:00:00",
            "billingPeriodStartDate": "2026-01-31",
            "billingPeriodEndDate": "2026-02-28T00:00:00",
            "billperdeddate": "",
        }
    )
    assert (forecast.start, forecast.end) == (date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("charges", "usage", "rate"),
    [
        (None, 10, None),
        (10, None, None),
        (10, 0, None),
        ("", "", None),
        ("5", "10", 0.5),
        (5, 5e-324, None),
    ],
)
def test_derived_rate(charges: object, usage: object, rate: float | None) -> None:
    """No usage, no rate."""
    assert BilledPeriod.read({"charges": charges, "usage": usage}).derived_rate == rate
    assert BillForecast.read({"lastBill": None}).derived_rate is None


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, "2026-03-17"),
        ("02/20/2026 00:00:00", "2026-03-17"),  # today: not to be believed
        ("02/10/2026 00:00:00", "2026-03-17"),  # past
        ("03/01/2026 00:00:00", "2026-03-17"),  # too short a period
        ("03/18/2026 00:00:00", "2026-03-18"),
        ("04/03/2026 00:00:00", "2026-03-17"),  # too long a period
    ],
)
def test_expected_end(end: str | None, expected: str) -> None:
    """Only a plausible end in the future is believed."""
    forecast = BillForecast.read(
        {"billperdstdate": "02/15/2026 00:00:00", "billperdeddate": end}
    )
    assert forecast.expected_end(date(2026, 2, 20)) == date.fromisoformat(expected)
    assert BillForecast.read({}).expected_end(date(2026, 2, 20)) is None


def test_bills() -> None:
    """Dates of three forms, numbers as texts, and nothing at all."""
    bill = CurrentBill.read(
        {
            "billDueDate": "12-12-2025",
            "totalAmountDue": "150.25",
            "extension": {
                "AutoPayInd": "X",
                "LastPaymentDate": "11/10/2025 00:00:00",
                "LastPaymentAmount": "",
            },
        }
    )
    assert bill.due_date == date(2025, 12, 12)
    assert bill.amount_due == 150.25
    assert bill.extension
    assert bill.extension.autopay
    assert bill.extension.last_payment_date == date(2025, 11, 10)
    assert bill.extension.last_payment_amount is None
    assert CurrentBill.read({}).extension is None

    past = PastBill.read({"billDate": "11-14-2025", "billingDays": 30})
    assert past.period_start == date(2025, 10, 15)
    assert PastBill.read({"billDate": "11-14-2025"}).period_start is None
    assert PastBill.read({"billingDays": 30}).period_start is None
    for days in (-1, 0, 400, 1_764_400_000, 9e15):
        odd = PastBill.read({"billDate": "11-14-2025", "billingDays": days})
        assert odd.period_start is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("11/01/2025 00:00:00", datetime(2025, 11, 1)),
        ("12/1/2025 12:00:00 AM", datetime(2025, 12, 1)),
        ("12/1/2025 1:30:00 PM", datetime(2025, 12, 1, 13, 30)),
        ("12-15-2025", datetime(2025, 12, 15)),
        (" 12/15/2025 ", datetime(2025, 12, 15)),
        ("2025-07-07", datetime(2025, 7, 7)),
        ("13/13/2025", None),
        ("", None),
        ("soon", None),
        (20251101, None),
        (None, None),
    ],
)
def test_times(text: object, moment: datetime | None) -> None:
    """All forms that the service uses; other ones are nothing."""
    assert read_time(text) == moment
    assert read_date(text) == (moment.date() if moment else None)


def test_date_with_offset() -> None:
    """The date of a text with an offset is the one that is written."""
    assert read_date("2025-07-07T00:00:00+00:00") == date(2025, 7, 7)


def test_empty_reports() -> None:
    """Null is a normal answer."""
    report = UsageReport.read({"nemFlag": None, "electricUsages": None})
    assert (report.net_metering, report.usages) == (False, [])
    weather = Weather.read({"zDailyWeather": None})
    assert (weather.days, weather.months) == ([], [])
