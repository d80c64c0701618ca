"""Every question meets every fault: none of them is about the user."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CannotConnect,
    CloudError,
    Maintenance,
    NotPermitted,
    ProviderError,
    RateLimited,
)
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.consumption import MeterAddress, last_invoice_day
from custom_components.iec.api.models.reading import Resolution

from .conftest import Portal

type Ask = Callable[[IecClient, dict[str, Any]], Awaitable[object]]

TODAY = date(2026, 7, 15)


def reading(client: IecClient, person: dict[str, Any]) -> Awaitable[object]:
    """Ask for the readings of a day."""
    address = MeterAddress(person["contract"], person["meter"], person["meter_code"])
    return client.consumption.get_report(
        address, TODAY, Resolution.DAILY, last_invoice=last_invoice_day(TODAY, None)
    )


def report(client: IecClient, person: dict[str, Any]) -> Awaitable[object]:
    """Ask for a report by mail."""
    address = MeterAddress(person["contract"], person["meter"], person["meter_code"])
    return client.consumption.send_report_by_mail(address, "dana@example.com")


QUESTIONS: dict[str, Ask] = {
    "customer": lambda c, p: c.get_customer(),
    "customer/mobile": lambda c, p: c.get_customer_of(p["contract"]),
    "outages/accounts": lambda c, p: c.get_accounts(),
    "customer/contract": lambda c, p: c.get_contracts(p["bp_number"]),
    "checkContract": lambda c, p: c.check_contract(p["contract"]),
    "efs": lambda c, p: c.get_notice_subscriptions(p["contract"]),
    "LastMeterReading": lambda c, p: c.get_last_readings(p["contract"], p["bp_number"]),
    "Device": lambda c, p: c.get_devices(p["contract"]),
    "registers": lambda c, p: c.get_device_registers(p["contract"], p["meter"]),
    "Device/type": lambda c, p: c.get_device_type(p["bp_number"], p["contract"]),
    "Identify": lambda c, p: c.identify_device(p["meter"]),
    "DeviceIn": lambda c, p: c.get_device_in(p["contract"], "token"),
    "RemoteReadingRange": reading,
    "ElectricBills": lambda c, p: c.billing.get_electric_bill(
        p["contract"], p["bp_number"]
    ),
    "invoices": lambda c, p: c.billing.get_invoices(p["contract"], p["bp_number"]),
    "pdf": lambda c, p: c.billing.get_pdf("1", p["contract"], p["bp_number"]),
    "report": report,
    "outages": lambda c, p: c.outages.get_outages(p["account_id"]),
    "SocialDiscount": lambda c, p: c.get_social_discount(p["bp_number"]),
    "touz": lambda c, p: c.get_touz_compatibility(p["contract"], p["bp_number"]),
    "Mobility": lambda c, p: c.get_mobility_status(p["contract"], p["meter"]),
    "cities": lambda c, p: c.masa.get_cities(),
    "userprofile": lambda c, p: c.masa.get_user_profile(),
    "contact": lambda c, p: c.masa.get_contact_profile(),
    "orders": lambda c, p: c.masa.get_order_titles(p["account_id"]),
    "orderLookup": lambda c, p: c.masa.get_order_categories(),
    "voltLevels": lambda c, p: c.masa.get_volt_levels(),
    "equipments": lambda c, p: c.masa.get_equipment(p["account_id"]),
    "shared": lambda c, p: c.masa.get_shared_contract("a", "b"),
    "share": lambda c, p: c.masa.share_contract("a", "b"),
    "lookup": lambda c, p: c.masa.get_lookup(),
    "buildingOptions": lambda c, p: c.masa.get_building_options(),
    "faults/profile": lambda c, p: c.outages.get_portal_profile(),
    "tranzactions": lambda c, p: c.outages.get_portal_outages(p["account_id"]),
    "post tranzactions": lambda c, p: c.outages.post_transactions([p["account_id"]]),
    "gadget": lambda c, p: c.public.get_usage_calculator(),
    "period": lambda c, p: c.public.get_period_calculator(),
    "tariffs": lambda c, p: c.public.get_tariff_page(),
}
FAULTS: tuple[tuple[dict[str, Any], type[CloudError]], ...] = (
    ({"kind": "drop"}, CannotConnect),
    ({"kind": "timeout"}, CannotConnect),
    ({"kind": "status", "status": 401}, NotPermitted),
    ({"kind": "status", "status": 403}, NotPermitted),
    ({"kind": "status", "status": 404}, ProviderError),
    ({"kind": "status", "status": 500}, ProviderError),
    ({"kind": "rate_limited"}, RateLimited),
    ({"kind": "html"}, Maintenance),
    ({"kind": "html", "status": 403}, Maintenance),
    ({"kind": "truncated"}, CloudError),
    ({"kind": "empty"}, CloudError),
    ({"kind": "wrong_types"}, CloudError),
)
GENTLE = ("empty", "wrong_types")
"""What is also taken for an answer without content, or with less of it."""


async def error_of(asked: Awaitable[object]) -> CloudError | None:
    """Return how a question ends."""
    try:
        await asked
    except CloudError as err:
        return err
    return None


@pytest.mark.parametrize(("fault", "expected"), FAULTS, ids=str)
async def test_every_question(
    portal: Portal, fault: dict[str, Any], expected: type[CloudError]
) -> None:
    """Each ends as what it is, in its time, and never as a dead session."""
    client = await portal.logged_in()
    hasty = await portal.client(login=client.login, timeout=0.05)
    asked = hasty if fault["kind"] == "timeout" else client
    person = portal.person("plain_home")
    portal.cloud.faults.add(endpoint="*/api/*", **fault)
    for endpoint in ("*/equipments/get", "*/lookup/*"):
        portal.cloud.faults.add(endpoint=endpoint, **fault)
    for name, ask in QUESTIONS.items():
        if name == "report" and fault["kind"] in ("html", "truncated", *GENTLE):
            continue  # A text that is not a yes is a no.
        error = await error_of(ask(asked, person))
        if error is None:
            assert fault["kind"] in GENTLE, name
        else:
            assert isinstance(error, expected), name
            assert not isinstance(error, AuthFailed), name
    portal.cloud.faults.clear()
    assert await client.get_customer()
