"""Dominion Energy: Virginia and North Carolina."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, override

import click

from custom_components.cloud_energy.client.transport import Transport
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import (
    REQUESTS_PER_DAY,
    SITE_ZONE,
    Endpoints,
)
from custom_components.dominion_energy.api.login import Credentials, Login
from custom_components.dominion_energy.api.models import Account, UsageReport
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import Choice, local, rows_of

_WORKBOOK = "/Service/api/1/Usage/DownloadExcelNew"
_USAGE = "/Service/api/1/Usage/UsageData"


class Dominion(Provider[DominionClient]):
    """Signed in by tokens; the password is forgotten after the login.

    An empty password means that tokens of a signed-in browser follow: the way in where
    the portal wants to see a person at its own form.
    """

    domain = "dominion_energy"
    title = "Dominion Energy (Virginia and North Carolina)"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()
    selects = "account"
    zone = SITE_ZONE

    @override
    def connect(self, transport: Transport, access: Access) -> DominionClient:
        session, typed = access.session, access.credentials
        return DominionClient(
            transport,
            endpoints=access.endpoints,
            credentials=typed if isinstance(typed, Credentials) else None,
            login=Login.from_dict(session["login"]) if session else None,
            persist=lambda login: access.save({"login": login.to_dict()}),
        )

    @override
    def ask_credentials(self, name: str) -> Credentials | tuple[str, str]:
        password = ask_secret("Password (empty to paste tokens of a browser)")
        if password:
            return Credentials(name, password)
        return ask_secret("Access token"), ask_secret("Refresh token")

    @override
    async def sign_in(self, link: Link[DominionClient], access: Access) -> None:
        if isinstance(access.credentials, Credentials):
            await link.client.sign_in()
        else:
            await link.client.use_tokens(*access.credentials)

    @override
    async def choices(self, link: Link[DominionClient]) -> list[Row]:
        return [
            {"account": each.number, "address": str(each.service_address or "")}
            for each in await link.client.get_accounts()
        ]

    @override
    async def refresh(self, client: DominionClient) -> None:
        await client.refresh()


PROVIDER = Dominion()
group = provider_group(PROVIDER)

_ACCOUNT: Final = Choice("account", "number", "--account")
_METER: Final = Choice("meter", "number", "--meter")
_account = click.option(
    "-a", "--account", help="Account number; the selected or first one if left out."
)
_meter = click.option("-m", "--meter", help="Meter number; the first if left out.")

type _Link = Link[DominionClient]


async def _find(link: _Link, number: str | None) -> Account:
    found = await link.client.get_accounts(include_inactive=number is not None)
    return link.choose(found, number, _ACCOUNT)


@command(PROVIDER, group)
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
async def accounts(link: _Link, every: bool) -> None:
    """List accounts and meters."""
    customer = await link.client.get_customer()
    rows: list[Row] = [
        {
            "account": account.number,
            "active": account.is_active,
            "address": str(account.service_address or ""),
            "meter": meter.number,
            "meter_active": meter.is_active,
            "intervals": meter.has_ami,
            "net_metering": meter.net_metering,
        }
        for account in customer.accounts
        for meter in account.meters
        if every or (account.is_active and meter.is_active)
    ]
    link.output.show("Accounts", rows)


@command(PROVIDER, group)
@_account
@_meter
@range_options
@click.option(
    "--resolution",
    type=click.Choice(["half-hour", "hour", "day"]),
    default="half-hour",
    show_default=True,
)
async def usage(
    link: _Link,
    account: str | None,
    meter: str | None,
    start: date | None,
    end: date | None,
    resolution: str,
) -> None:
    """Tell what was used and returned, in kWh; raw is the workbook for half hours."""
    days = days_of(start, end, SITE_ZONE)
    found = await _find(link, account)
    raw = link.keep_raw(_WORKBOOK, _USAGE)
    if resolution == "half-hour":
        which = link.choose(found.meters, meter, _METER)
        rows = await _half_hours(link, found.number, which.number, days)
    elif resolution == "hour":
        rows = [
            row
            for day in link.output.progress(days, "Reading")
            for row in _metered(await link.client.get_hourly_usage(found.number, day))
        ]
    else:
        report = await link.client.get_daily_usage(found.number, days[0], days[-1])
        rows = _metered(report)
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
        return
    link.output.show("Usage", rows)
    if not rows:
        link.output.say(
            "Half hours reach back about two months: `months` has energy and charge of "
            "the billed months before."
        )


async def _half_hours(
    link: _Link, account: str, meter: str, days: list[date]
) -> list[Row]:
    usages = await link.client.get_interval_usage(account, meter, days[0], days[-1])
    return [
        {
            "start": local(usage.start, SITE_ZONE),
            "consumption_kwh": usage.consumption,
            "return_kwh": usage.generation,
        }
        for usage in usages
    ]


def _metered(report: UsageReport) -> list[Row]:
    return [
        {
            "start": usage.read_at,
            "consumption_kwh": usage.consumption,
            "return_kwh": usage.generation,
        }
        for usage in report.usages
    ]


@command(PROVIDER, group)
@_account
@_meter
async def months(link: _Link, account: str | None, meter: str | None) -> None:
    """Tell energy and charge of the billed months, in kWh and USD."""
    found = await _find(link, account)
    which = link.choose(found.meters, meter, _METER)
    today = _today()
    billed = await link.client.get_monthly_usage(
        found.number, which.number, today - timedelta(days=400), today
    )
    columns = ("month", "start", "end", "consumption", "amount")
    link.output.show("Billed months (kWh, USD)", rows_of(billed, *columns))


def _today() -> date:
    return datetime.now(UTC).astimezone(SITE_ZONE).date()


@command(PROVIDER, group)
@_account
@click.option("--years", type=click.IntRange(1, 5), default=2, show_default=True)
async def bills(link: _Link, account: str | None, years: int) -> None:
    """List the bills of the last years, in USD."""
    found = await _find(link, account)
    today = _today()
    past = await link.client.get_bill_history(
        found.number, today - timedelta(days=365 * years), today
    )
    columns = ("bill_date", "due_date", "billing_days", "current_charges", "amount_due")
    link.output.show("Bills (USD)", rows_of(past, *columns))


@command(PROVIDER, group)
@_account
async def forecast(link: _Link, account: str | None) -> None:
    """Tell of the running billing period and the last ones, in kWh and USD."""
    found = await _find(link, account)
    forecast = await link.client.get_bill_forecast(found.number)
    rows: list[Row] = [
        {
            "period": "running",
            "start": forecast.start,
            "end": forecast.end,
            "kwh": forecast.current_usage,
            "usd": forecast.current_charges,
        }
    ]
    rows += _billed("last bill", [forecast.last_bill])
    rows += _billed("a year ago", [forecast.last_year])
    link.output.show("Forecast", rows)


def _billed(name: str, periods: Iterable[Any]) -> list[Row]:
    return [
        {
            "period": name,
            "start": period.start,
            "end": period.end,
            "kwh": period.usage,
            "usd": period.charges,
        }
        for period in periods
        if period
    ]
