"""The billing backend's answers: invoices, volumes and the battery's revenue (wire 4.6 to 4.8)."""

from datetime import date, datetime
from random import Random
from typing import Any

from aiohttp import web

from .api import Gate, json_answer
from .billing import Billing, Line
from .customers import Login, Owner
from .dates import Month


class Invoices:
    """Answers of the billing backend, which writes keys and numbers in its own way."""

    def __init__(self, gate: Gate, billing: Billing) -> None:
        """Tell what `billing` has billed."""
        self._gate = gate
        self._looks = gate.looks
        self._billing = billing

    def routes(self) -> list[web.RouteDef]:
        """The three paths of invoices."""
        owner = "/asset-owner/{assetOwnerId}"
        return self._gate.routes(
            {
                f"{owner}/invoice": self._invoices,
                f"{owner}/consumption": self._consumption,
                "/asset/{assetId}/revenue": self._revenue,
            }
        )

    def truth(
        self, owner: Owner, start: datetime, end: datetime, site: int | None
    ) -> dict[str, list[dict[str, Any]]]:
        """The months that begin in `[start, end)`: volumes, invoices, compensation.

        :param site: the only site whose volumes are wanted
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for series, number in owner.sites.items():
            if site in (None, number):
                name = "production" if series == "return" else series
                found[f"{name}/{number}"] = self._volumes(owner, number, series)
        billing, hub = self._billing, owner.hub
        billed = billing.billed(owner)
        found["invoiced"] = [
            _interval(each, billing.total(owner, each), "SEK") for each in billed
        ]
        if hub:
            found["compensation"] = [
                _interval(each, billing.settlement(owner, hub, each).amount, "SEK")
                for each in billed
            ]
        return {
            name: [
                each
                for each in intervals
                if start <= datetime.fromisoformat(each["start"]) < end
            ]
            for name, intervals in found.items()
        }

    def _volumes(self, owner: Owner, site: int, series: str) -> list[dict[str, Any]]:
        """What counts of each month: the reading, else what is calculated."""
        by_month = {}
        for row in self._billing.rows(owner, site, series):
            if row.is_reading or row.month not in by_month:
                by_month[row.month] = _interval(row.month, row.volume, "kWh") | {
                    "type": "Reading" if row.is_reading else "Calculated"
                }
        return list(by_month.values())

    async def _consumption(
        self, request: web.Request, login: Login
    ) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        body = []
        for series, site in owner.sites.items():
            for row in self._billing.rows(owner, site, series):
                text = row.is_reading
                body.append(
                    self._looks.object(
                        site_id=str(row.site),
                        valid_from=row.month.first.isoformat(),
                        valid_to=row.month.last.isoformat() if text else None,
                        invoiced_month=row.month.first.isoformat(),
                        volume=self._looks.number(row.volume, text=text),
                        type="Reading" if text else "Calculated",
                        type_id="1" if text else 2,
                    )
                )
        return json_answer(request, body)

    async def _revenue(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner, hub = self._gate.own_hub(request, login)
        billed = self._billing.billed(owner)
        if self._looks.no_revenue or not billed:
            return web.Response()
        earned = self._billing.settlement(owner, hub, billed[-1])
        body = self._looks.object(
            id=earned.settlement_id,
            minAvailablePower=earned.power,
            compensation=earned.amount,
            compensationPerKW=earned.per_kw,
        )
        return json_answer(request, body)

    async def _invoices(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner = self._gate.own(request, login)
        billed = reversed(self._billing.billed(owner))
        return json_answer(request, [self._group(owner, each) for each in billed])

    def _group(self, owner: Owner, each: Month) -> dict[str, Any]:
        """The invoice of a month, with one per site inside."""
        number = owner.invoice_base + 10 * _months_since(owner, each)
        paid, total = self._billing.is_paid(each), self._billing.total(owner, each)
        created, due = self._billing.created(each), self._billing.due(each)
        sites = [
            self._of_site(owner, each, number + offset, series, site)
            for offset, (series, site) in enumerate(owner.sites.items(), 1)
        ]
        return self._looks.object(
            id=str(number),
            due_date=_moment(due),
            ocr=str(Random(number).randrange(10**9, 10**10)),
            invoice_status="Paid" if paid else "Unpaid",
            invoice_status_id="4" if paid else "2",
            invoice_has_settlements="0",
            invoice_create_date=_moment(created),
            invoiced_month=each.first.isoformat(),
            invoice_period=each.label,
            invoice_date=created.isoformat(),
            total_amount=self._looks.number(total),
            remaining_amount=self._looks.number(0.0 if paid else max(0.0, total)),
            invoice_lines=None if self._looks.null_lines else [],
            invoice_pdf=f"https://example.invalid/invoice/{number}.pdf",
            invoice_type_id="1",
            invoice_type="Group invoice",
            claim_status=None,
            claim_reminder_pdf=None,
            site_id=str(owner.consumption_site),
            current_payment_type_id="2",
            current_payment_type_name="E-invoice",
            sub_group_invoices=None if self._looks.null_lines else sites,
        )

    def _of_site(
        self, owner: Owner, each: Month, number: int, series: str, site: int
    ) -> dict[str, Any]:
        """One site's invoice, which has fewer keys."""
        lines = self._billing.lines(owner, series, site, each)
        return {
            "id": str(number),
            "invoice_status": "Paid" if self._billing.is_paid(each) else "Unpaid",
            "invoice_period": each.label,
            "total_amount": self._looks.number(sum(line.amount for line in lines)),
            "invoice_lines": [self._line(at, line) for at, line in enumerate(lines)],
            "invoice_pdf": f"https://example.invalid/invoice/{number}.pdf",
            "invoice_type": "Site invoice",
            "site_id": str(site),
        }

    def _line(self, at: int, line: Line) -> dict[str, Any]:
        return {
            "item_id": str(11 + at),
            "name": line.name,
            "description": line.description,
            "price": self._looks.number(line.price),
            "volume": self._looks.number(line.volume),
            "amount": self._looks.number(line.amount),
            # An array or an object, says the portal
            "settlements": {} if at else [],
        }


def _interval(each: Month, value: float, unit: str) -> dict[str, Any]:
    times = {"start": each.start.isoformat(), "end": each.end.isoformat()}
    return times | {"value": value, "unit": unit, "published": True}


def _moment(day: date) -> str:
    return f"{day} 00:00:00"


def _months_since(owner: Owner, each: Month) -> int:
    first = owner.since.first
    return 12 * (each.first.year - first.year) + each.first.month - first.month
