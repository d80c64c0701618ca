"""What smart meters have counted (wire 5.13, 5.17)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from custom_components.cloud_energy.client.call import Body, Call

from .envelope import bare
from .models.reading import MeterReport, ReadingReport, Resolution
from .service import Service

_LONGEST_SINCE_INVOICE: Final = timedelta(days=115)
"""The server refuses an invoice that is older than 122 days."""


class MeterKind(StrEnum):
    """Which directions are requested; the second one is spelt in two ways."""

    CONSUMPTION = "Consumption"
    BOTH_WAYS = "BackStream"
    BOTH_WAYS_OTHER = "Backstream"


@dataclass(frozen=True)
class MeterAddress:
    """What names a meter on the wire."""

    contract: str = field(repr=False)
    serial: str = field(repr=False)
    code: str


def last_invoice_day(today: date, invoice_end: date | None) -> date:
    """Return the day from which on the server counts what is not billed.

    That is the day after the last invoice; where the server would refuse it, or
    there is none, the last day of the month before.
    """
    following = invoice_end + timedelta(days=1) if invoice_end else None
    if following and timedelta(0) <= today - following <= _LONGEST_SINCE_INVOICE:
        return following
    return today.replace(day=1) - timedelta(days=1)


class Consumption:
    """The readings of smart meters."""

    def __init__(self, service: Service) -> None:
        """Ask through the service."""
        self._service = service

    async def get_report(
        self,
        meter: MeterAddress,
        day: date,
        resolution: Resolution,
        *,
        last_invoice: date,
        kind: MeterKind = MeterKind.CONSUMPTION,
    ) -> ReadingReport:
        """Return the readings of the local day, or of the week or month it lies in."""
        body = {
            "contractNumber": meter.contract,
            "fromDate": day.isoformat(),
            "resolution": int(resolution),
            "smartMetersList": [
                {
                    "meterKind": kind.value,
                    "meterCode": meter.code,
                    "meterSerial": meter.serial,
                }
            ],
            "lastInvoiceDate": last_invoice.isoformat(),
        }
        path = "/Consumption/RemoteReadingRange/{contract}"
        reply = await self._service.ask(path, {"contract": meter.contract}, body)
        return self._service.read(await bare(reply), ReadingReport)

    async def get_reports(
        self,
        meter: MeterAddress,
        start: date,
        end: date,
        resolution: Resolution,
        *,
        last_invoice: date,
        kind: MeterKind = MeterKind.CONSUMPTION,
    ) -> AsyncIterator[MeterReport]:
        """Yield the meter's reports from one local day to another, both inclusive.

        The service has no range: each day, week or month is a request.
        """
        day = start
        while day <= end:
            report = await self.get_report(
                meter, day, resolution, last_invoice=last_invoice, kind=kind
            )
            if found := report.of(meter.serial, meter.code):
                yield found
            day = _following(day, resolution)

    async def send_report_by_mail(self, meter: MeterAddress, email: str) -> bool:
        """Have a report of the consumption sent; True if the service says so."""
        service = self._service
        base = service.main_host
        call = Call(
            method="POST",
            base=base,
            path="/Consumption/SendConsumptionReportToMail/{contract}",
            params={"contract": meter.contract},
            headers=service.headers(base),
            json={
                "emailAddress": email,
                "meterCode": meter.code,
                "meterSerial": meter.serial,
            },
            body=Body.TEXT,
            idempotent=False,
            urgent=True,
        )
        reply = await service.send(call)
        return reply.text().strip().strip('"').lower() == "true"


def _following(day: date, resolution: Resolution) -> date:
    if resolution is Resolution.MONTHLY:
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if resolution is Resolution.WEEKLY else 1)
