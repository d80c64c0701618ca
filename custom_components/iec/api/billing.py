"""Invoices (wire 5.14 to 5.16)."""

from typing import Final

from custom_components.cloud_energy.client.call import MAX_FILE_BYTES, Body, Call
from custom_components.cloud_energy.client.errors import Malformed

from .envelope import unwrap
from .models.invoice import ElectricBill, InvoiceList
from .service import Service

_PDF_MAGIC: Final = b"%PDF"


class Billing:
    """The endpoints for invoices and bills."""

    def __init__(self, service: Service) -> None:
        """Ask through the service."""
        self._service = service

    async def get_electric_bill(self, contract: str, bp_number: str) -> ElectricBill:
        """Return what is open."""
        answer = await self._service.data(
            "/ElectricBillsDrawers/ElectricBills/{contract}/{bp}",
            {"contract": contract, "bp": bp_number},
        )
        return self._service.read(answer, ElectricBill)

    async def get_invoices(
        self, contract: str, bp_number: str, *, only_open: bool | None = None
    ) -> InvoiceList:
        """Return the invoices of a contract; may be none."""
        query = {} if only_open is None else {"onlyOpen": str(only_open).lower()}
        answer = await self._service.data(
            "/BillingCollection/invoices/{contract}/{bp}",
            {"contract": contract, "bp": bp_number},
            query,
        )
        return self._service.read(answer, InvoiceList)

    async def get_pdf(self, invoice: str, contract: str, bp_number: str) -> bytes:
        """Return an invoice as PDF.

        :raises Malformed: something else came.
        """
        service = self._service
        base = service.main_host
        call = Call(
            method="POST",
            base=base,
            path="/BillingCollection/pdf",
            headers={**service.headers(base), "accept": "application/pdf"},
            json={
                "invoiceNumber": invoice,
                "contractId": contract,
                "bpNumber": bp_number,
            },
            body=Body.BYTES,
            max_bytes=MAX_FILE_BYTES,
            idempotent=True,
            urgent=True,
        )
        reply = await service.send(call)
        if not reply.body.startswith(_PDF_MAGIC):
            await unwrap(reply)
            raise Malformed(f"{call.where} answered with no PDF")
        return reply.body
