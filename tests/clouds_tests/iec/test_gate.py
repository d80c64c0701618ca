"""What all data hosts share (wire 2.1, 4)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from .wire import BROWSER, Wire

NEEDED = ("Origin", "Referer", "User-Agent", "x-iec-idt", "x-iec-webview")


@pytest.mark.parametrize("name", NEEDED)
async def test_browser_headers(signed_in: Wire, name: str) -> None:
    """Without each of them the firewall shows its page."""
    status, body = await signed_in.call("GET", "/api/customer", headers={name: None})
    assert status == 403
    assert b"Incapsula" in body


async def test_needed_headers_are_enough(signed_in: Wire) -> None:
    """All others can be left out."""
    others: dict[str, str | None] = {
        name: None for name in BROWSER if name not in NEEDED
    }
    assert (await signed_in.call("GET", "/api/customer", headers=others))[0] == 200


@pytest.mark.parametrize("value", [None, "Bearer x", "Basic x", "", "Bearer"])
async def test_bad_token(signed_in: Wire, value: str | None) -> None:
    """401 with the usual body; with none at all where that is switched on."""
    headers = {"Authorization": value}
    status, body = await signed_in.call("GET", "/api/customer", headers=headers)
    assert (status, body["Error"], body["Code"]) == (401, "Unauthorized", 401)
    assert len(body["Rid"]) == 36
    signed_in.cloud.apply({"unauthorized_body": "empty"})
    assert await signed_in.call("GET", "/api/customer", headers=headers) == (401, None)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/api/customer/contract/{bp}", "You're not authorized to this action!"),
        ("/api/Device/{contract}", "Contract is not associated with you."),
        ("/api/Device/type/{bp}/{own}/false", "You're not authorized to this action!"),
        ("/api/SocialDiscount/{bp}", "You're not authorized to this action!"),
        (
            "/api/outages/transactions/{account}/2",
            "You're not authorized to this action!",
        ),
    ],
)
async def test_not_yours(wires: Callable[[str], Wire], path: str, text: str) -> None:
    """Foreign things are 401 with a good token: that does not mean that the session is dead."""
    one, other = wires("plain_home"), wires("solar_home")
    await one.sign_in()
    foreign = path.format(
        bp=other.login["bp_number"],
        contract=other.contract,
        account=other.login["account_id"],
        own=one.contract,
    )
    status, body = await one.call("GET", foreign)
    assert (status, body["Code"], body["Error"]) == (401, 401, text)
    assert (await one.call("GET", "/api/customer"))[0] == 200
    one.cloud.clock.advance(timedelta(hours=1))
    assert (await one.call("GET", foreign))[1]["Error"] == "Unauthorized"


async def test_broken(signed_in: Wire) -> None:
    """A spell of 500 on the data hosts; the login works."""
    signed_in.cloud.apply({"broken": True})
    status, body = await signed_in.call("GET", "/api/customer")
    assert (status, body["Error"]) == (500, "Something went wrong please try again!")
    assert (await signed_in.call("GET", "/lookup/all", host="masa"))[0] == 500
    assert (await signed_in.refresh())[0] == 200
    signed_in.cloud.apply({"broken": False})
    assert (await signed_in.call("GET", "/api/customer"))[0] == 200


async def test_failure_by_descriptor(signed_in: Wire) -> None:
    """HTTP 200 without data and success, as envelopes fail; or another status with the same body."""
    failure = {"endpoint": "*/customer/contract/*", "code": "99", "description": "no"}
    signed_in.cloud.apply({"fail": failure})
    path = f"/api/customer/contract/{signed_in.login['bp_number']}"
    status, body = await signed_in.call("GET", path)
    descriptor = {"isSuccess": False, "code": "99", "description": "no"}
    assert (status, body) == (200, {"data": None, "reponseDescriptor": descriptor})
    assert (await signed_in.call("GET", "/api/outages/accounts"))[1]["data"]
    signed_in.cloud.apply({"fail": failure | {"status": 400, "code": None}})
    status, body = await signed_in.call("GET", path)
    assert (status, body["reponseDescriptor"]["code"]) == (400, None)
    signed_in.cloud.apply({"fail": None})
    assert (await signed_in.data(path))["contracts"]


async def test_missing_and_null_keys(signed_in: Wire) -> None:
    """At any depth, until the switch names no keys."""
    path = f"/api/BillingCollection/invoices/{signed_in.pair}"
    glob = "*/BillingCollection/invoices/*"
    signed_in.cloud.apply(
        {
            "omit_keys": {"endpoint": glob, "keys": ["toDate", "meterReadings"]},
            "null_keys": {"endpoint": glob, "keys": ["lastDate"]},
        }
    )
    for invoice in (await signed_in.data(path))["invoices"]:
        assert "toDate" not in invoice
        assert invoice["lastDate"] is None
        assert invoice["amountOrigin"]
    assert (await signed_in.get("/api/customer"))["firstName"] == "Dana"
    nothing: dict[str, Any] = {"endpoint": glob, "keys": []}
    signed_in.cloud.apply({"omit_keys": nothing, "null_keys": nothing})
    assert (await signed_in.data(path))["invoices"][0]["lastDate"]


async def test_unknown_keys(signed_in: Wire) -> None:
    """Each object has one more; what is no JSON stays."""
    signed_in.cloud.apply({"extra_keys": True})
    body = await signed_in.get("/api/customer")
    assert "futureKey" in body
    assert "futureKey" in body["accounts"][0]
    report = f"/api/Consumption/SendConsumptionReportToMail/{signed_in.contract}"
    mail = {
        "emailAddress": "dana@example.com",
        "meterCode": signed_in.login["meter_code"],
        "meterSerial": signed_in.login["meter"],
    }
    assert (await signed_in.call("POST", report, mail))[1] == b"True"


@pytest.mark.parametrize("body", [None, [], "text", {"contractNumber": 7}, {}])
async def test_bad_body(signed_in: Wire, body: Any) -> None:
    """400 with the usual error."""
    status, answer = await signed_in.call("POST", "/api/customer/efs", body)
    assert (status, answer["Code"]) == (400, 400)


async def test_body_of_another_type(signed_in: Wire) -> None:
    """JSON must say that it is JSON."""
    headers: dict[str, str | None] = {"Content-Type": "text/plain"}
    body = {"contractNumber": signed_in.contract, "processType": 1}
    status, _ = await signed_in.call("POST", "/api/customer/efs", body, headers=headers)
    assert status == 400
