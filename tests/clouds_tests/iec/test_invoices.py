"""Invoices (wire 5.14 to 5.16)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.clouds.errors import ControlError

from .test_customer_data import signed
from .wire import Wire

ALWAYS = {
    "amountOrigin",
    "amountToPay",
    "amountPaid",
    "invoiceId",
    "contractNumber",
    "orderNumber",
    "invoicePaymentStatus",
    "documentID",
    "daysPeriod",
    "hasDirectDebit",
    "invoiceType",
}


async def invoices(wire: Wire, query: str = "") -> list[dict[str, Any]]:
    """The list, newest first."""
    data = await wire.data(f"/api/BillingCollection/invoices/{wire.pair}{query}")
    found: list[dict[str, Any]] = data["invoices"]
    assert all(set(each) >= ALWAYS for each in found)
    return found


def day_of(invoice: dict[str, Any], key: str) -> date:
    """A local day, as invoices write it."""
    assert invoice[key].endswith("T00:00:00")
    return date.fromisoformat(invoice[key][:10])


async def test_invoices(signed_in: Wire) -> None:
    """Without a gap, two months each; usage is the difference of the readings; one is for a service."""
    everything = await invoices(signed_in)
    bills = [each for each in everything if each["documentID"] == "1"]
    (service,) = [each for each in everything if each["documentID"] == "2"]
    assert (service["amountOrigin"], "fromDate" in service) == (142.8, False)
    for newer, older in pairwise(bills):
        assert day_of(newer, "fromDate") - day_of(older, "toDate") == timedelta(days=1)
        readings = [each["meterReadings"][0]["reading"] for each in (newer, older)]
        assert newer["consumption"] == readings[0] - readings[1]
    newest = bills[0]
    assert newest["fullDate"] == "2026-02-01T00:00:00"
    assert newest["daysPeriod"] == 62
    assert newest["lastDate"] == "04/03/2026"
    assert newest["contractNumber"] == int(signed_in.contract)
    assert (newest["amountToPay"], newest["amountPaid"]) == (newest["amountOrigin"], 0)
    assert newest["invoicePaymentStatus"] == 0
    assert (bills[1]["amountToPay"], bills[1]["invoicePaymentStatus"]) == (0, 1)
    assert bills[1]["amountPaid"] == bills[1]["amountOrigin"]


async def test_amount(signed_in: Wire) -> None:
    """Energy, capacity, distribution and supply, with VAT."""
    wire = signed_in
    newest = (await invoices(wire))[0]
    start = datetime(2025, 12, 10, 22, tzinfo=UTC)
    series = wire.cloud.truth(None, start, datetime(2026, 2, 10, 22, tzinfo=UTC))
    used = sum(row["value"] for row in series["series"]["consumption"])
    monthly = 18.17 + 12.61
    fixed = 62 * 17.32 * 6.12 / 365 + monthly * (21 / 31 + 1 + 10 / 28)
    assert newest["amountOrigin"] == pytest.approx(used * 0.64015 + fixed, abs=0.01)
    (charge,) = series["series"]["charges"]
    assert (charge["value"], charge["unit"]) == (newest["amountOrigin"], "ILS")
    assert charge["published"]
    (usage,) = series["series"]["billed_usage"]
    assert usage["value"] == newest["consumption"]


async def test_publication(signed_in: Wire) -> None:
    """An invoice comes four days after its period."""
    wire = signed_in
    wire.cloud.clock.set(datetime(2026, 4, 13, 12, tzinfo=UTC))
    await wire.sign_in()
    assert (await invoices(wire))[0]["toDate"] == "2026-02-10T00:00:00"
    (charge,) = wire.cloud.truth(
        None, datetime(2026, 2, 10, 20, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    )["series"]["charges"]
    assert not charge["published"]
    wire.cloud.clock.advance(timedelta(days=1))
    await wire.sign_in()
    assert (await invoices(wire))[0]["toDate"] == "2026-04-10T00:00:00"


async def test_open_ones(signed_in: Wire) -> None:
    """Direct debit pays on the due day; both lists agree."""
    wire = signed_in
    (waiting,) = await invoices(wire, "?onlyOpen=true")
    assert len(await invoices(wire, "?onlyOpen=false")) > 5
    path = f"/api/ElectricBillsDrawers/ElectricBills/{wire.pair}"
    status, body = await wire.call("GET", path)
    assert status == 200
    assert body["reponseDescriptor"]["code"] is None
    bill = body["data"]
    assert bill["totalAmountToPay"] == waiting["amountToPay"]
    assert (bill["totalInvoicesToPay"], bill["lastDateToPay"]) == (
        1,
        "2026-03-04T00:00:00",
    )
    assert bill["invoices"] == await invoices(wire)
    wire.cloud.clock.set(datetime(2026, 3, 4, 12, tzinfo=UTC))
    await wire.sign_in()
    assert await invoices(wire, "?onlyOpen=true") == []
    assert (await wire.data(path))["lastDateToPay"] is None


async def test_monthly_and_credit(wires: Callable[[str], Wire]) -> None:
    """Panels: a bill each month, sometimes below zero."""
    wire = await signed(wires, "solar_home")
    bills = await invoices(wire)
    assert {each["daysPeriod"] for each in bills[:-1]} <= {28, 29, 30, 31}
    amounts = [each["amountOrigin"] for each in bills]
    assert min(amounts) < 0 < max(amounts)


async def test_private_supplier(wires: Callable[[str], Wire]) -> None:
    """Bills of zero, but with usage."""
    bills = await invoices(await signed(wires, "private_home"))
    assert {each["amountOrigin"] for each in bills} == {0}
    assert all(each["consumption"] > 0 for each in bills)


async def test_ended_contract(wires: Callable[[str], Wire]) -> None:
    """The last period ends with the contract."""
    wire = await signed(wires, "landlord")
    ended = wire.login["contracts"][2]
    wire.login |= {"contract": ended["contract"], "bp_number": ended["bp_number"]}
    assert (await invoices(wire))[0]["toDate"] == "2025-11-30T00:00:00"


async def test_contract_ends(signed_in: Wire) -> None:
    """From now on there are neither readings nor bills."""
    wire = signed_in
    wire.cloud.apply({"end_contract": {"account": "plain_home"}})
    path = f"/api/customer/contract/{wire.login['bp_number']}"
    assert (await wire.data(path))["contracts"][0]["status"] == 2
    wire.cloud.clock.advance(timedelta(days=90))
    await wire.sign_in()
    assert (await invoices(wire))[0]["toDate"] == "2026-02-26T00:00:00"
    assert len(await wire.rows("2026-02-26")) == 96
    assert await wire.rows("2026-02-27") == []
    with pytest.raises(ControlError, match="over"):
        wire.cloud.apply({"invoice": {"account": "plain_home"}})


async def test_new_invoice(signed_in: Wire) -> None:
    """A period ends early; the next one is shorter."""
    wire = signed_in
    before = await invoices(wire)
    number = wire.cloud.apply({"invoice": {"account": "plain_home"}})["invoice"]
    newest = (await invoices(wire))[0]
    assert newest["invoiceId"] == number["invoice"]
    assert (newest["fromDate"], newest["toDate"]) == (
        "2026-02-11T00:00:00",
        "2026-02-23T00:00:00",
    )
    assert len(await invoices(wire)) == len(before) + 1
    with pytest.raises(ControlError, match="a period ended"):
        wire.cloud.apply({"invoice": {"account": "plain_home"}})
    wire.cloud.clock.set(datetime(2026, 4, 20, 12, tzinfo=UTC))
    await wire.sign_in()
    assert (await invoices(wire))[0]["fromDate"] == "2026-02-24T00:00:00"


async def test_first_invoice_of_a_young_contract(signed_in: Wire) -> None:
    """Also where no period has ended yet."""
    wire = signed_in
    wire.cloud.clock.set(datetime(2024, 9, 29, 12, tzinfo=UTC))
    await wire.sign_in()
    assert await invoices(wire) == []
    assert await last_read(wire) == "2024-09-22T00:00:00"
    wire.cloud.apply({"invoice": {"account": "plain_home"}})
    (newest,) = await invoices(wire)
    assert newest["daysPeriod"] == 4
    assert await last_read(wire) == "2024-09-25T00:00:00"


async def last_read(wire: Wire) -> str:
    """When the first meter was read last."""
    last = await wire.data(f"/api/Device/LastMeterReading/{wire.pair}")
    (reading,) = last["lastMeters"][0]["meterReadings"]
    return str(reading["readingDate"])


async def test_service_invoice(signed_in: Wire) -> None:
    """Something else is billed, or paid back."""
    wire = signed_in
    invoice = {"account": "plain_home", "kind": "service", "amount": -20}
    wire.cloud.apply({"invoice": invoice})
    newest = (await invoices(wire))[0]
    assert (newest["documentID"], newest["amountOrigin"]) == ("2", -20)
    assert "consumption" not in newest


async def test_open_period(wires: Callable[[str], Wire]) -> None:
    """The running period is listed without an end; its flat pays when somebody pays."""
    wire = await signed(wires, "landlord")
    before = await wire.data(f"/api/Device/LastMeterReading/{wire.pair}")
    wire.cloud.apply({"invoice": {"account": "landlord", "kind": "open_period"}})
    newest = (await invoices(wire))[0]
    assert newest["documentID"] == "1"
    assert "fromDate" in newest
    assert "toDate" not in newest
    assert await wire.data(f"/api/Device/LastMeterReading/{wire.pair}") == before


async def test_bills_without_usage(signed_in: Wire) -> None:
    """Some people's bills tell neither usage nor readings."""
    signed_in.cloud.apply({"contract": {"account": "plain_home", "itemised": False}})
    for invoice in await invoices(signed_in):
        assert not {"consumption", "readingCode", "meterReadings"} & set(invoice)


async def test_pay(wires: Callable[[str], Wire]) -> None:
    """Without direct debit, somebody pays a service when they want to."""
    wire = await signed(wires, "landlord")
    wire.cloud.apply({"invoice": {"account": "landlord", "kind": "service"}})
    assert 100 in [each["amountToPay"] for each in await invoices(wire)]
    wire.cloud.apply({"pay": {"account": "landlord"}})
    assert await invoices(wire, "?onlyOpen=true") == []


async def test_new_rates(signed_in: Wire) -> None:
    """They count for bills that are yet to come."""
    before = await invoices(signed_in)
    rates = signed_in.cloud.apply({"rates": {"home": 1}})["rates"]
    assert rates["home"] == 1.0
    assert await invoices(signed_in) == before
    signed_in.cloud.apply({"invoice": {"account": "plain_home"}})
    newest = (await invoices(signed_in))[0]
    assert newest["amountOrigin"] > newest["consumption"] * 1.18


async def test_pdf(signed_in: Wire) -> None:
    """A document for each invoice; none for a foreign number."""
    newest = (await invoices(signed_in))[0]
    body = {
        "invoiceNumber": str(newest["invoiceId"]),
        "contractId": signed_in.contract,
        "bpNumber": signed_in.login["bp_number"],
    }
    path = "/api/BillingCollection/pdf"
    headers: dict[str, str | None] = {"Accept": "application/pdf"}
    status, document = await signed_in.call("POST", path, body, headers=headers)
    assert status == 200
    assert document.startswith(b"%PDF-1.4") and document.endswith(b"%%EOF\n")
    assert str(newest["invoiceId"]).encode() in document
    table = int(document.split(b"startxref\n")[1].split()[0])
    assert document[table:].startswith(b"xref")
    body["invoiceNumber"] = "1"
    assert (await signed_in.call("POST", path, body))[0] == 401
