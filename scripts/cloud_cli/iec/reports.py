"""What a home in Israel has used, and what it costs."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from custom_components.cloud_energy.client.errors import NotPermitted, ProviderError
from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.api.consumption import (
    MeterAddress,
    MeterKind,
    last_invoice_day,
)
from custom_components.iec.api.intervals import place
from custom_components.iec.api.models.device import Device
from custom_components.iec.api.models.reading import MeterReport, Resolution
from custom_components.iec.api.outages import merge, read_portal, read_sites
from scripts.cloud_cli.commands import command
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.failures import Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.rows import local, rows_of

from .provider import (
    METER,
    PROVIDER,
    IecLink,
    Supply,
    contract_option,
    find_supply,
    group,
    meter_option,
    supplies,
)

_READINGS = "/Consumption/RemoteReadingRange/{contract}"
_TWO_WAY_CODE = "504"
_BOTH_WAYS = (MeterKind.BOTH_WAYS, MeterKind.BOTH_WAYS_OTHER)


@command(PROVIDER, group)
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
async def accounts(link: IecLink, every: bool) -> None:
    """List contracts and meters."""
    rows: list[Row] = []
    for supply in await supplies(link):
        details = supply.details
        if not (every or details.is_active):
            continue
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


async def _devices(link: IecLink, supply: Supply) -> list[Device]:
    """Return the meters; a contract without smart ones may be refused."""
    try:
        return await link.client.get_devices(supply.number)
    except (NotPermitted, ProviderError) as err:
        link.output.say(f"No meters of one contract: {err}")
        return []


@command(PROVIDER, group)
@contract_option
@meter_option
@range_options
async def usage(
    link: IecLink,
    contract: str | None,
    meter: str | None,
    start: date | None,
    end: date | None,
) -> None:
    """Tell what a smart meter has counted, by quarters of an hour, in kWh."""
    days = days_of(start, end, SITE_ZONE)
    supply = await find_supply(link, contract)
    device = await find_meter(link, supply, meter)
    raw = link.keep_raw(_READINGS)
    rows: list[Row] = []
    for day in link.output.progress(days, "Reading"):
        if report := await _report(link, supply, device, day):
            rows += _placed(report, day)
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
    else:
        link.output.show("Usage", rows)


async def find_meter(link: IecLink, supply: Supply, serial: str | None) -> Device:
    """Return the meter that a command is about.

    :raises Failure: there is none, or not that one.
    """
    found = await link.client.get_devices(supply.number)
    return link.choose(found, serial, METER)


async def _report(
    link: IecLink,
    supply: Supply,
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
@contract_option
@meter_option
async def forecast(link: IecLink, contract: str | None, meter: str | None) -> None:
    """Tell what was used since the last bill, and the meter's registers, in kWh."""
    supply = await find_supply(link, contract)
    device = await find_meter(link, supply, meter)
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
@contract_option
async def bills(link: IecLink, contract: str | None) -> None:
    """List the bills, in ILS and kWh."""
    supply = await find_supply(link, contract)
    found = await link.client.billing.get_invoices(supply.number, supply.bp_number)
    columns = (
        *("id", "start", "end", "due", "consumption"),
        *("amount", "to_pay", "paid"),
    )
    link.output.show("Bills (ILS)", rows_of(found.invoices, *columns))


@command(PROVIDER, group)
@contract_option
@click.argument("invoice")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
async def bill_pdf(
    link: IecLink, contract: str | None, invoice: str, file: Path
) -> None:
    """Save the bill with the number INVOICE as the PDF file FILE."""
    supply = await find_supply(link, contract)
    content = await link.client.billing.get_pdf(
        invoice, supply.number, supply.bp_number
    )
    file.write_bytes(content)
    link.output.say(f"Wrote {file}")


@command(PROVIDER, group)
async def outages(link: IecLink) -> None:
    """List interruptions of the supply, planned and past ones too."""
    rows: list[Row] = []
    for account in await link.client.get_accounts():
        found = merge(
            read_sites(await link.client.outages.get_outages(account.id)),
            read_portal(await link.client.outages.get_portal_outages(account.id)),
        )
        rows += rows_of(found, "contract", "start", "end", "estimate", "kind", "state")
    link.output.show("Interruptions", rows)


@command(PROVIDER, group)
@contract_option
@meter_option
@click.argument("email")
async def mail_report(
    link: IecLink, contract: str | None, meter: str | None, email: str
) -> None:
    """Have a report of the consumption sent to the address EMAIL."""
    supply = await find_supply(link, contract)
    device = await find_meter(link, supply, meter)
    address = MeterAddress(supply.number, device.serial, device.code)
    if not await link.client.consumption.send_report_by_mail(address, email):
        raise Failure("The cloud did not accept it.")
    link.output.say("The report is on its way.")
