"""Invoices (wire 5.14 to 5.16)."""

from datetime import date
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .billing import Billing, Invoice, Period, metered
from .customers import Contract, Person
from .gate import API, NOT_ALLOWED, Gate, Refused, envelope, json_body
from .numbers import same_number

NO_DATE: Final = "0001-01-01T00:00:00"
PDF_SCHEMA: Final = vol.Schema(
    {
        vol.Required("invoiceNumber"): str,
        vol.Required("contractId"): str,
        vol.Required("bpNumber"): str,
    },
    extra=vol.ALLOW_EXTRA,
)


class Invoices:
    """The calls about money."""

    def __init__(self, gate: Gate, billing: Billing) -> None:
        """Answer from `billing`."""
        self._gate = gate
        self._billing = billing

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        route = self._gate.route
        tail = "{contract}/{bp_number}"
        return [
            route(
                "GET", f"{API}/ElectricBillsDrawers/ElectricBills/{tail}", self._bills
            ),
            route("GET", f"{API}/BillingCollection/invoices/{tail}", self._invoices),
            route("POST", f"{API}/BillingCollection/pdf", self._pdf),
        ]

    async def _bills(self, request: web.Request, person: Person) -> web.Response:
        contract = self._contract(person, request.match_info)
        today = self._billing.today()
        invoices = self._billing.invoices(contract)
        waiting = [each for each in invoices if each.open_amount(today)]
        due = max((each.due for each in waiting), default=None)
        amount = sum(each.open_amount(today) for each in waiting)
        return envelope(
            {
                "totalAmountToPay": round(amount, 2),
                "totalInvoicesToPay": len(waiting),
                "lastDateToPay": None if due is None else f"{due.isoformat()}T00:00:00",
                "invoices": [self._as_json(each) for each in invoices],
            },
            None,
            None,
        )

    async def _invoices(self, request: web.Request, person: Person) -> web.Response:
        contract = self._contract(person, request.match_info)
        invoices = self._billing.invoices(contract)
        if contract in self._billing.unlisted:
            invoices = [each for each in invoices if each.period is None]
        if request.query.get("onlyOpen") == "true":
            today = self._billing.today()
            invoices = [each for each in invoices if each.open_amount(today)]
        return envelope(
            {
                "property": {"areaId": "0901", "districtId": 9},
                "invoices": [self._as_json(each) for each in invoices],
            }
        )

    async def _pdf(self, request: web.Request, person: Person) -> web.Response:
        asked = await json_body(request, PDF_SCHEMA)
        names = {"contract": asked["contractId"], "bp_number": asked["bpNumber"]}
        contract = self._contract(person, names)
        for invoice in self._billing.invoices(contract):
            if same_number(invoice.number, asked["invoiceNumber"]):
                body = pdf(f"Invoice {invoice.number}: {invoice.amount:.2f} ILS")
                return web.Response(body=body, content_type="application/pdf")
        raise Refused(401, NOT_ALLOWED)

    def _contract(self, person: Person, names: Any) -> Contract:
        contract = self._gate.contract(person, names["contract"])
        partner = self._gate.partner(person, names["bp_number"])
        if contract.partner is not partner:
            raise Refused(401, NOT_ALLOWED)
        return contract

    def _as_json(self, invoice: Invoice) -> dict[str, Any]:
        left = invoice.open_amount(self._billing.today())
        period, contract = invoice.period, invoice.contract
        body = {
            "fullDate": _stamp(invoice.issued.replace(day=1)),
            "amountOrigin": invoice.amount,
            "amountToPay": left,
            "amountPaid": round(invoice.amount - left, 2),
            "invoiceId": invoice.number,
            "contractNumber": int(contract.number),
            "orderNumber": 0,
            "lastDate": f"{invoice.due:%d/%m/%Y}",
            "invoicePaymentStatus": 0 if left else 1,
            "documentID": invoice.document,
            "daysPeriod": period.days if period else 0,
            "hasDirectDebit": contract.direct_debit,
            "invoiceType": 0,
            "paymentLockIndication": "",
        }
        if period is None:
            return body
        body |= {
            "fullDate": _stamp(period.last.replace(day=1)),
            "fromDate": _stamp(period.first),
        }
        if invoice.running:
            return body
        body["toDate"] = _stamp(period.last)
        if contract.itemised:
            readings = self._readings(contract, period)
            kwh = float(invoice.kwh or 0)
            body |= {"consumption": kwh, "readingCode": 2, "meterReadings": readings}
        return body

    def _readings(self, contract: Contract, period: Period) -> list[dict[str, Any]]:
        return [
            {
                "reading": float(self._billing.reading(point, meter, period.last)),
                "readingCode": None,
                "readingDate": NO_DATE,
                "usage": None,
                "serialNumber": meter.padded,
                "noteDescription": "",
            }
            for point, meter in metered(contract, period)
        ]


def _stamp(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def pdf(text: str) -> bytes:
    """A page with one line of text, which every reader opens."""
    content = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + tail % (len(objects) + 1, len(body))
