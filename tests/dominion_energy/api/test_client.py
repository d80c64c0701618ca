"""What the client reads (wire 4), held against what the cloud knows."""

from datetime import UTC, date, datetime, timedelta
import re

import pytest

from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.models import Account
from custom_components.dominion_energy.api.workbook import read_workbook

from .conftest import NOW, Portal

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
FIRST = TODAY - timedelta(days=68)


async def default_account(client: DominionClient) -> Account:
    """Return the customer's default account."""
    account = (await client.get_customer()).default_account
    assert account
    return account


async def test_customer(portal: Portal) -> None:
    """The customer comes with number, accounts and meters."""
    client = await portal.logged_in()
    known = portal.account("solar_home")

    customer = await client.get_customer()

    assert customer.number == known["bp_number"]
    assert (customer.full_name, customer.email) == ("Pat Sample", known["username"])
    [account] = customer.accounts
    assert account.number == known["account"]
    assert account.display_name == f"{account.number} (Home)"
    assert account.ebill_enrolled
    assert account.closing_date is None
    assert re.fullmatch(
        r"\d+ Main St, Richmond, VA 23219", str(account.service_address)
    )
    [meter] = account.interval_meters
    assert (meter.number, meter.contract) == (known["meter"], known["contract"])
    assert meter.net_metering
    assert account.primary_meter is meter
    assert not client.drift.seen


async def test_accounts(portal: Portal) -> None:
    """Closed accounts are left out unless they are asked for."""
    client = await portal.logged_in("landlord")
    known = portal.account("landlord")["accounts"]

    active = await client.get_accounts()
    everything = await client.get_accounts(include_inactive=True)

    assert [account.number for account in everything] == [a["account"] for a in known]
    assert [account.is_active for account in everything] == [a["active"] for a in known]
    assert active == [account for account in everything if account.is_active]
    closed = next(account for account in everything if not account.is_active)
    assert closed.closing_date == date(2025, 12, 1)
    assert [len(account.interval_meters) for account in active] == [2, 1, 0]


async def test_no_accounts(portal: Portal) -> None:
    """A customer without any account is one all the same."""
    client = await portal.logged_in("newcomer")
    customer = await client.get_customer()
    assert customer.number == portal.account("newcomer")["bp_number"]
    assert customer.accounts == []
    assert customer.default_account is None


async def test_meters(portal: Portal) -> None:
    """The account management tells the meters, too."""
    client = await portal.logged_in()
    account = await default_account(client)
    [meter] = await client.get_meters(account.number)
    assert meter.account_number == account.number
    assert meter.meter_number == account.meters[0].number
    assert meter.has_ami


@pytest.mark.parametrize("numbers", ["mixed", "text", "number"])
async def test_bill_forecast(portal: Portal, numbers: str) -> None:
    """Numbers may come as texts."""
    portal.cloud.apply({"forecast": {"numbers": numbers, "end": "period"}})
    client = await portal.logged_in("plain_home")
    account = portal.account("plain_home")["account"]
    truth = portal.cloud.truth(account, NOW - timedelta(days=70), NOW)["series"]

    forecast = await client.get_bill_forecast(account)

    last = forecast.last_bill
    assert last is not None
    assert last.charges in [bill["value"] for bill in truth["charges"]]
    assert last.usage in [bill["value"] for bill in truth["billed_usage"]]
    assert last.charges and last.usage
    assert forecast.derived_rate == pytest.approx(last.charges / last.usage)
    assert last.end and forecast.start == last.end + timedelta(days=1)
    assert forecast.end and forecast.expected_end(TODAY) == forecast.end
    assert forecast.last_year and forecast.last_year.usage
    assert forecast.current_usage and forecast.current_charges
    assert not forecast.time_of_use


async def test_bill_forecast_of_little_use(portal: Portal) -> None:
    """Blank numbers and a period without end are no zeros and no today."""
    portal.cloud.apply({"forecast": {"numbers": "blank", "end": "missing"}})
    client = await portal.logged_in("plain_home")
    forecast = await client.get_bill_forecast(portal.account("plain_home")["account"])
    assert forecast.current_usage is None
    assert forecast.derived_rate is None
    assert forecast.end is None
    assert forecast.start
    assert forecast.expected_end(TODAY) == forecast.start + timedelta(days=30)


async def test_bills(portal: Portal) -> None:
    """The current bill is the newest of the history."""
    client = await portal.logged_in()
    account = (await default_account(client)).number

    current = await client.get_current_bill(account)
    latest, *older = await client.get_bill_history(
        account, TODAY - timedelta(days=400), TODAY
    )

    assert current is not None
    assert current.extension is not None
    assert (current.invoice_id, current.due_date) == (
        latest.invoice_id,
        latest.due_date,
    )
    assert current.amount_due == latest.amount_due
    assert current.extension.autopay
    assert current.extension.rate_category == "VR-1"
    assert current.extension.next_meter_read
    assert len(older) >= 11
    assert latest.period_start == older[0].bill_date


@pytest.mark.parametrize("name", ["solar_home", "plain_home"])
async def test_interval_usage(portal: Portal, name: str) -> None:
    """Every half hour is the cloud's own, across the clock change, and no other."""
    client = await portal.logged_in(name)
    account = await default_account(client)
    truth = portal.cloud.truth(account.number, None, None)["series"]

    usages = await client.get_interval_usage(
        account.number, account.meters[0].number, FIRST, TODAY
    )

    for series, field in (("consumption", "consumption"), ("return", "generation")):
        known = {
            datetime.fromisoformat(each["start"]): each["value"]
            for each in truth.get(series, [])
            if each["published"]
        }
        read = {
            usage.start: getattr(usage, field)
            for usage in usages
            if usage.start >= min(known, default=usage.start)
        }
        if series in truth:
            assert read == known
        else:
            assert set(read.values()) == {None}
    assert [usage.start for usage in usages] == sorted(usage.start for usage in usages)


async def test_interval_usage_of_some_days(portal: Portal) -> None:
    """The cloud sends all days; what was not asked for is cut off."""
    client = await portal.logged_in("plain_home")
    account = portal.account("plain_home")
    day = date(2026, 11, 1)
    usages = await client.get_interval_usage(
        account["account"], account["meter"], day, day
    )
    assert {usage.day for usage in usages} == {day}
    assert len(usages) == 48
    assert usages[0].start == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert usages[-1].start == datetime(2026, 11, 2, 4, 30, tzinfo=UTC)


async def test_raw_workbook(portal: Portal) -> None:
    """The file itself can be had."""
    client = await portal.logged_in("plain_home")
    account = portal.account("plain_home")
    content = await client.get_workbook(
        account["account"], account["meter"], YESTERDAY, YESTERDAY
    )
    assert len(read_workbook(content)) > 48


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("corrupt", Malformed),
        ("oversized", Malformed),
        ("inflating", Malformed),
        ("json_error", ProviderError),
        ("html", ProviderError),
    ],
)
async def test_no_workbook(portal: Portal, body: str, error: type[Exception]) -> None:
    """Whatever comes in place of a workbook has its own clear error."""
    client = await portal.logged_in("plain_home")
    portal.cloud.apply({"layout": {"body": body}})
    account = portal.account("plain_home")
    with pytest.raises(error):
        await client.get_interval_usage(
            account["account"], account["meter"], YESTERDAY, YESTERDAY
        )


async def test_empty_workbook(portal: Portal) -> None:
    """A workbook without any day is no error."""
    client = await portal.logged_in()
    portal.cloud.apply({"layout": {"body": "header_only"}})
    account = portal.account("solar_home")
    assert not await client.get_interval_usage(
        account["account"], account["meter"], FIRST, TODAY
    )


async def test_daily_and_hourly_usage(portal: Portal) -> None:
    """Days and hours add up to the same energy."""
    client = await portal.logged_in()
    account = (await default_account(client)).number
    daily = await client.get_daily_usage(account, YESTERDAY, YESTERDAY)
    hourly = await client.get_hourly_usage(account, YESTERDAY)

    assert daily.net_metering
    [day] = daily.usages
    assert day.read_at == datetime(2026, 11, 19)
    assert hourly.usages[13].read_at == datetime(2026, 11, 19, 13)
    assert len(hourly.usages) == 24
    for field in ("consumption", "generation", "net"):
        hours = [getattr(hour, field) for hour in hourly.usages]
        assert getattr(day, field) == pytest.approx(sum(hours))
    assert day.demand == max(hour.demand or 0 for hour in hourly.usages)


async def test_months(portal: Portal) -> None:
    """Thirteen months of energy and charges, and of export."""
    client = await portal.logged_in()
    account = await default_account(client)
    query = (
        account.number,
        account.meters[0].number,
        TODAY - timedelta(days=400),
        TODAY,
    )
    usage = await client.get_monthly_usage(*query)
    generation = await client.get_monthly_generation(*query)
    assert len(usage) == len(generation) == 13
    assert usage[-1].start == date(2026, 10, 10)
    assert usage[-1].end == date(2026, 11, 9)
    assert usage[-1].month == generation[-1].month == date(2026, 11, 1)
    assert usage[-1].amount and usage[-1].consumption and generation[-1].generation
    assert usage[-1].unit == generation[-1].unit == "kWh"


async def test_weather(portal: Portal) -> None:
    """Temperatures come as texts with leading zeros."""
    client = await portal.logged_in()
    account = await default_account(client)
    weather = await client.get_weather(
        account.number, account.meters[0].contract, YESTERDAY, TODAY
    )
    assert [day.day for day in weather.days] == [YESTERDAY, TODAY]
    for day in weather.days:
        assert day.low is not None
        assert day.high is not None
        assert day.low < day.high
        assert day.heating_degree_days or day.cooling_degree_days
    assert [month.month for month in weather.months] == ["November 2026"]


@pytest.mark.parametrize("wrong", ["account", "meter"])
async def test_foreign_ids(portal: Portal, wrong: str) -> None:
    """The cloud refuses what is not the user's; that is no refusal of the user."""
    client = await portal.logged_in("plain_home")
    ids = portal.account("plain_home") | {wrong: "000000000000"}
    with pytest.raises(ProviderError) as raised:
        await client.get_workbook(ids["account"], ids["meter"], YESTERDAY, TODAY)
    assert raised.value.status == 400


async def test_range_that_ends_before_it_starts(portal: Portal) -> None:
    """That is our own mistake, and costs no request."""
    client = await portal.logged_in("plain_home")
    portal.cloud.requests.clear()
    with pytest.raises(ValueError, match="ends before"):
        await client.get_daily_usage("1", TODAY, YESTERDAY)
    assert not portal.cloud.requests.as_json()


async def test_two_accounts_at_once(portal: Portal) -> None:
    """Two logins do not see each other's device, tokens or data."""
    first, second = await portal.logged_in(), await portal.logged_in("landlord")
    assert first.login and second.login
    cookies = [
        {cookie["name"]: cookie["value"] for cookie in login.cookies}
        for login in (first.login, second.login)
    ]
    assert cookies[0]["gmid"] != cookies[1]["gmid"]
    assert first.login.uid != second.login.uid
    for client, name in ((first, "solar_home"), (second, "landlord")):
        number = portal.account(name)["bp_number"]
        assert (await client.get_customer()).number == number


async def test_user_is_unknown(portal: Portal) -> None:
    """Without a user id the customer can't be asked for."""
    client = await portal.logged_in("plain_home")
    assert client.login
    known = client.login.to_dict()
    known["uid"], known["tokens"]["access"] = "", "opaque-token"
    login = type(client.login).from_dict(known)
    with pytest.raises(Malformed):
        await (await portal.client(login=login)).get_customer()
