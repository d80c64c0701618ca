"""Actions about invoices."""

from datetime import date
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import any_text
from custom_components.cloud_energy.entry.actions import Action, Query
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.cloud_energy.installer.downloads import (
    DOWNLOAD_FIELDS,
    async_download,
)
from custom_components.iec.api.const import CURRENCY
from custom_components.iec.api.models.invoice import Invoice
from custom_components.iec.const import DOMAIN
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.snapshot import ContractState
from custom_components.iec.texts import Message

from .targets import DEVICE_FIELDS, contract_of

ATTR_INVOICE: Final = "invoice"
ATTR_ONLY_OPEN: Final = "only_open"


async def _async_get_invoices(call: ServiceCall) -> ServiceResponse:
    """Return the invoices of a contract, freshly requested."""
    entry, contract = contract_of(call)
    supply, billing = contract.supply, entry.runtime_data.client.billing
    only_open = True if call.data[ATTR_ONLY_OPEN] else None
    with command_errors(call.hass, entry):
        found = await billing.get_invoices(
            supply.contract, supply.bp_number, only_open=only_open
        )
    return {"invoices": [_as_response(invoice) for invoice in found.invoices]}


def _as_response(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice": invoice.id,
        "electricity": invoice.is_electricity,
        "from": _iso(invoice.start),
        "to": _iso(invoice.end),
        "due": _iso(invoice.due),
        "amount": invoice.amount,
        "to_pay": invoice.to_pay,
        "paid": invoice.paid,
        "currency": CURRENCY,
        "consumption": invoice.consumption,
        "unit": "kWh",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def _async_download(call: ServiceCall) -> ServiceResponse:
    """Save an invoice as PDF.

    :raises ServiceValidationError: Home Assistant may not write there, or there is
        no such invoice.
    """
    entry, contract = contract_of(call)

    async def fetch() -> bytes:
        invoice = call.data.get(ATTR_INVOICE) or _latest(contract)
        return await _async_pdf(call.hass, entry, contract, invoice)

    return await async_download(call, DOMAIN, fetch)


def _latest(contract: ContractState) -> str:
    if not contract.last_invoice:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NO_INVOICE
        )
    return contract.last_invoice.id


async def _async_pdf(
    hass: HomeAssistant, entry: IecConfigEntry, contract: ContractState, invoice: str
) -> bytes:
    supply = contract.supply
    with command_errors(hass, entry):
        return await entry.runtime_data.client.billing.get_pdf(
            invoice, supply.contract, supply.bp_number
        )


BILL_ACTIONS: Final = (
    Query(
        name="get_invoices",
        handler=_async_get_invoices,
        fields={
            **DEVICE_FIELDS,
            vol.Optional(ATTR_ONLY_OPEN, default=False): cv.boolean,
        },
    ),
    Action(
        name="download_invoice_pdf",
        handler=_async_download,
        fields={
            **DEVICE_FIELDS,
            **DOWNLOAD_FIELDS,
            vol.Optional(ATTR_INVOICE): any_text,
        },
        response=SupportsResponse.OPTIONAL,
    ),
)
