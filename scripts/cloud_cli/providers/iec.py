"""The Israel Electric Corporation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import override

import click

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.cloud_energy.client.transport import Transport
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import REQUESTS_PER_DAY, SITE_ZONE, Endpoints
from custom_components.iec.api.consumption import (
    MeterAddress,
    MeterKind,
    last_invoice_day,
)
from custom_components.iec.api.intervals import place
from custom_components.iec.api.login import Credentials, Login
from custom_components.iec.api.models.contract import Contract
from custom_components.iec.api.models.device import Device
from custom_components.iec.api.models.reading import MeterReport, Resolution
from custom_components.iec.api.outages import merge, read_portal, read_sites
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import chosen, local, rows_of

_READINGS = "/Consumption/RemoteReadingRange/{contract}"
_TWO_WAY_CODE = "504"
_BOTH_WAYS = (MeterKind.BOTH_WAYS, MeterKind.BOTH_WAYS_OTHER)


class Iec(Provider[IecClient]):
    """Signed in by tokens; the identity number is not kept."""

    domain = "iec"
    title = "Israel Electric Corporation"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()

    @override
    def connect(self, transport: Transport, access: Access) -> IecClient:
        session = access.session
        return IecClient(
            transport,
            endpoints=access.endpoints,
            credentials=access.credentials,
            login=Login.from_dict(session["login"]) if session else None,
            persist=lambda login: access.save({"login": login.to_dict()}),
        )

    @override
    def ask_credentials(self) -> Credentials:
        return Credentials(ask("Identity number"))

    @override
    async def log_in(self, link: Link[IecClient], access: Access) -> None:
        await link.client.log_in()

    @override
    async def refresh(self, client: IecClient) -> None:
        await client.refresh()


PROVIDER = Iec()
group = provider_group(PROVIDER)

type _Link = Link[IecClient]

_contract = click.option("--contract", help="Contract number; the first if left out.")


@dataclass(frozen=True)
class _Supply:
    """A contract of a partner."""

    number: str
    bp_number: str
    details: Contract


async def _supplies(link: _Link) -> list[_Supply]:
    """Return the person's own contracts, those in force first."""
    customer = await link.client.get_customer()
    found = [
        _Supply(contract.id, number, contract)
        for number in customer.bp_numbers
        for contract in (await link.client.get_contracts(number)).contracts
    ]
    return sorted(found, key=lambda supply: not supply.details.is_active)


async def _find(link: _Link, number: str | None) -> _Supply:
    return chosen(await _supplies(link), number, "number", "contract", "--contract")


@command(PROVIDER, group)
async def accounts(link: _Link) -> None:
    """List contracts and meters."""
    rows: list[Row] = []
    for supply in await _supplies(link):
        details = supply.details
        devices: list[Device | None] = [*await _devices(link, supply)]
        rows += [
            {
                "contract": supply.number,
                "active": details.is_active,
                "smart": details.smart_meter,
                "producer": details.is_producer,
                "address": details.address,
                "meter": device.serial if device else None,
                "code": device.code if device else None,
            }
            for device in devices or [None]
        ]
    link.output.show("Contracts", rows)


async def _devices(link: _Link, supply: _Supply) -> list[Device]:
    """Return the meters; a contract without smart ones may be refused."""
    try:
        return await link.client.get_devices(supply.number)
    except (NotPermitted, ProviderError) as err:
        link.output.say(f"No meters of one contract: {err}")
        return []


@command(PROVIDER, group)
@_contract
@click.option("--meter", help="Serial number; the first if left out.")
@range_options
async def usage(
    link: _Link,
    contract: str | None,
    meter: str | None,
    start: date | None,
    end: date | None,
) -> None:
    """Tell what a smart meter has counted, by quarters of an hour, in kWh."""
    days = days_of(start, end, SITE_ZONE)
    supply = await _find(link, contract)
    device = await _meter(link, supply, meter)
    raw = link.keep_raw(_READINGS)
    rows: list[Row] = []
    for day in link.output.progress(days, "Reading"):
        if report := await _report(link, supply, device, day):
            rows += _placed(report, day)
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
    else:
        link.output.show("Usage", rows)


async def _meter(link: _Link, supply: _Supply, serial: str | None) -> Device:
    found = await link.client.get_devices(supply.number)
    return chosen(found, serial, "serial", "meter", "--meter")


async def _report(
    link: _Link,
    supply: _Supply,
    device: Device,
    day: date,
    invoice_end: date | None = None,
) -> MeterReport | None:
    """Ask for a day; how the cloud spells both directions is not sure."""
    two_way = supply.details.is_producer or device.code == _TWO_WAY_CODE
    found: MeterReport | None = None
    for kind in _BOTH_WAYS if two_way else (MeterKind.CONSUMPTION,):
        report = await link.client.consumption.get_report(
            MeterAddress(supply.number, device.serial, device.code),
            day,
            Resolution.DAILY,
            last_invoice=last_invoice_day(_today(), invoice_end),
            kind=kind,
        )
        found = report.of(device.serial, device.code) or found
        if found and found.is_two_way:
            break
    return found


def _today() -> date:
    return datetime.now(UTC).astimezone(SITE_ZONE).date()


def _placed(report: MeterReport, day: date) -> list[Row]:
    return [
        {
            "start": local(interval.start, SITE_ZONE),
            "end": local(interval.end, SITE_ZONE),
            "consumption_kwh": interval.consumption,
            "return_kwh": interval.return_,
        }
        for interval in place(report.periods, day, two_way=report.is_two_way).intervals
    ]


@command(PROVIDER, group)
@_contract
@click.option("--meter", help="Serial number; the first if left out.")
async def forecast(link: _Link, contract: str | None, meter: str | None) -> None:
    """Tell what was used since the last bill, and the meter's registers, in kWh."""
    supply = await _find(link, contract)
    device = await _meter(link, supply, meter)
    found = await link.client.billing.get_invoices(supply.number, supply.bp_number)
    ends = [invoice.end for invoice in found.invoices if invoice.end]
    report = await _report(link, supply, device, _today(), max(ends, default=None))
    running = report.valid_running if report else None
    columns = (
        *("last_invoice", "today", "consumption", "return_"),
        *("register", "register_day", "export_register"),
    )
    link.output.show("Since the last bill", rows_of([running], *columns))


@command(PROVIDER, group)
@_contract
async def bills(link: _Link, contract: str | None) -> None:
    """List the bills, in ILS and kWh."""
    supply = await _find(link, contract)
    found = await link.client.billing.get_invoices(supply.number, supply.bp_number)
    columns = (
        *("id", "start", "end", "due", "consumption"),
        *("amount", "to_pay", "paid"),
    )
    link.output.show("Bills (ILS)", rows_of(found.invoices, *columns))


@command(PROVIDER, group)
@_contract
@click.argument("invoice")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
async def bill_pdf(link: _Link, contract: str | None, invoice: str, file: Path) -> None:
    """Save the bill with the number INVOICE as the PDF file FILE."""
    supply = await _find(link, contract)
    content = await link.client.billing.get_pdf(
        invoice, supply.number, supply.bp_number
    )
    file.write_bytes(content)
    link.output.say(f"Wrote {file}")


@command(PROVIDER, group)
async def outages(link: _Link) -> None:
    """List interruptions of the supply, planned and past ones too."""
    rows: list[Row] = []
    for account in await link.client.get_accounts():
        found = merge(
            read_sites(await link.client.outages.get_outages(account.id)),
            read_portal(await link.client.outages.get_portal_outages(account.id)),
        )
        rows += rows_of(found, "contract", "start", "end", "estimate", "kind", "state")
    link.output.show("Interruptions", rows)


@command(PROVIDER, group, public=True)
async def tariffs(link: _Link) -> None:
    """Tell the prices, in ILS with VAT; no login is needed."""
    prices = await link.client.public.get_tariffs()
    rows: list[Row] = [{"price": "kWh", "ils": prices.kwh}]
    for name in ("distribution", "delivery"):
        rows += [
            {"price": f"{name} a month, {phases} phases", "ils": price}
            for phases, price in getattr(prices, name).items()
        ]
    rows += [{"price": "kVA a year", "ils": prices.kva}]
    link.output.show("Tariffs", rows)
