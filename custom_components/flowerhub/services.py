"""Actions that return data from the portal: invoices, volumes, uptime."""

from datetime import date
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
import voluptuous as vol

from custom_components.cloud_energy.entities.refresh import async_refresh, raise_missing
from custom_components.cloud_energy.entry.actions import (
    ENTRY_FIELDS,
    Action,
    Query,
    entry_of,
)
from custom_components.cloud_energy.entry.policy import command_errors

from .api.models import ConsumptionRecord, Invoice, InvoiceLine
from .const import CURRENCY, DOMAIN
from .runtime import FlowerhubConfigEntry
from .texts import Message

ATTR_PERIOD: Final = "period"

_MONTH = vol.Match(r"^\d{4}-(0[1-9]|1[0-2])$")


async def _async_get_invoices(call: ServiceCall) -> ServiceResponse:
    """Return all invoices, the latest first."""
    entry: FlowerhubConfigEntry = entry_of(call)
    with command_errors(call.hass, entry):
        invoices = await entry.runtime_data.client.get_invoices()
    return {"invoices": [_invoice(invoice) for invoice in invoices or ()]}


async def _async_get_consumption(call: ServiceCall) -> ServiceResponse:
    """Return the billed volumes of all sites."""
    entry: FlowerhubConfigEntry = entry_of(call)
    with command_errors(call.hass, entry):
        records = await entry.runtime_data.client.get_consumption()
    return {"consumption": [_record(record) for record in records or ()]}


async def _async_get_uptime(call: ServiceCall) -> ServiceResponse:
    """Return the uptime of a month, and which months there are.

    :raises ServiceValidationError: the portal has no figures of that month.
    """
    entry: FlowerhubConfigEntry = entry_of(call)
    client = entry.runtime_data.client
    with command_errors(call.hass, entry):
        months = await client.get_available_uptime_months() or []
        available = [month.value for month in months]
        period: str | None = call.data.get(ATTR_PERIOD)
        if period is not None and period not in available:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=Message.PERIOD_NOT_AVAILABLE,
                translation_placeholders={
                    "period": period,
                    "available": ", ".join(available),
                },
            )
        pie = await client.get_uptime_pie(period=period)
    return {
        "period": f"{pie.month:%Y-%m}" if pie else period,
        "uptime": pie.uptime if pie else None,
        "downtime": pie.downtime if pie else None,
        "no_data": pie.no_data if pie else None,
        "unit": "s",
        "uptime_ratio": pie.ratio_actual if pie else None,
        "uptime_ratio_total": pie.ratio_total if pie else None,
        "available_periods": list(available),
    }


async def _async_import_history(call: ServiceCall) -> ServiceResponse:
    """Compare the recorder with all that the portal has, and put it right.

    :raises HomeAssistantError: not everything could be fetched or stored.
    """
    entry: FlowerhubConfigEntry = entry_of(call)
    feed = entry.runtime_data.feed
    feed.async_forget()
    await async_refresh(entry.runtime_data)
    await feed.async_settled()
    raise_missing(f"{at} ({why})" for at, why in feed.failed.items())
    rows = sum(progress.rows_written for progress in feed.progress.values())
    return {"rows_written": rows}


def _invoice(invoice: Invoice) -> dict[str, Any]:
    """Return an invoice as its owner knows it from the portal."""
    return {
        "id": invoice.id,
        "type": invoice.type,
        "status": invoice.status,
        "period": invoice.period,
        "month": _text(invoice.month),
        "date": _text(invoice.issued),
        "due_date": _text(invoice.due_date),
        "total": invoice.total,
        "remaining": invoice.remaining,
        "currency": CURRENCY,
        "ocr": invoice.ocr,
        "pdf": invoice.pdf,
        "site_id": invoice.site_id,
        "lines": [_line(line) for line in invoice.lines],
        "site_invoices": [_invoice(each) for each in invoice.site_invoices],
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "description": line.description,
        "price": line.price,
        "volume": line.volume,
        "amount": line.amount,
    }


def _record(record: ConsumptionRecord) -> dict[str, Any]:
    return {
        "site_id": record.site_id,
        "valid_from": _text(record.valid_from),
        "valid_to": _text(record.valid_to),
        "month": _text(record.month),
        "volume": record.volume,
        "unit": "kWh",
        "type": record.type,
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


ACTIONS: Final = (
    Query(
        name="get_invoices",
        handler=_async_get_invoices,
        fields=ENTRY_FIELDS,
    ),
    Query(
        name="get_consumption",
        handler=_async_get_consumption,
        fields=ENTRY_FIELDS,
    ),
    Query(
        name="get_uptime",
        handler=_async_get_uptime,
        fields={**ENTRY_FIELDS, vol.Optional(ATTR_PERIOD): _MONTH},
    ),
    Action(
        name="import_history",
        handler=_async_import_history,
        fields=ENTRY_FIELDS,
        response=SupportsResponse.OPTIONAL,
    ),
)
