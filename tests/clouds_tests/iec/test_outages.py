"""Faults and planned interruptions on two hosts (wire 5.18, 7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.clouds.errors import ControlError
from tests.clouds.iec import IecCloud

from .test_customer_data import signed
from .wire import Wire


async def api(wire: Wire) -> list[dict[str, Any]]:
    """What the main host tells."""
    path = f"/api/outages/transactions/{wire.login['account_id']}/2"
    return [
        info["disconnect"]
        for each in await wire.data(path)
        for info in each["transactionsInfo"]
    ]


async def faults(wire: Wire) -> list[dict[str, Any]]:
    """What the fault portal tells."""
    path = f"/api/accounts/{wire.login['account_id']}/tranzactions/2"
    body = await wire.get(path, host="faults")
    return [each["disconnect"] for each in body["dataCollection"]]


async def test_past_fault(signed_in: Wire) -> None:
    """It stays in the lists; both hosts tell the same."""
    (told,), (also,) = await api(signed_in), await faults(signed_in)
    assert told["disconnectTreatmentState"]["code"] == "6"
    assert told["energizedDate"] == also["energizedDate"] == "2025-11-13T01:09:41Z"
    for key in ("id", "disconnectKey"):
        assert told[key] == also[key]
    for key in ("disconnectType", "disconnectTreatmentState"):
        assert told[key]["id"] == also[key]["id"]
    (truth,) = signed_in.cloud.truth(None, None, None)["outages"]
    assert truth["start"] == "2025-11-12T20:10:08Z"


async def test_places(signed_in: Wire) -> None:
    """The site of the contract, with the same ids on both hosts."""
    account = signed_in.login["account_id"]
    (one,) = await signed_in.data(f"/api/outages/transactions/{account}/2")
    body = await signed_in.get(f"/api/accounts/{account}/tranzactions/2", host="faults")
    (other,) = body["dataCollection"]
    assert one["site"]["contractNumber"] == other["siteKeyDesc"] == signed_in.contract
    assert one["site"]["id"] == other["site"]["id"]
    for key in ("region", "area", "city"):
        assert one["site"]["address"][key]["id"] == other["site"]["address"][key]["id"]
    assert other["site"]["address"]["logicalName"] == "iec_address"
    assert other["disconnect"]["disconnectTreatmentState"]["logicalName"] == (
        "iec_disconnecttreatmentstate"
    )


async def test_fault(signed_in: Wire) -> None:
    """It begins, is estimated, and ends."""
    wire = signed_in
    outage = {"account": "plain_home", "estimate": "2026-02-27T16:00:00+02:00"}
    number = wire.cloud.apply({"outage": outage})["outage"]["outage"]
    for told in ((await api(wire))[1], (await faults(wire))[1]):
        assert told["id"] == number
        assert told["energizedDate"] is None
        assert told["disconnectTreatmentState"]["code"] == "2"
        assert told["disconnectType"]["code"] == 1
    assert (await api(wire))[1]["estimateTreatmentDate"] == "2026-02-27T14:00:00Z"
    wire.cloud.clock.advance(timedelta(minutes=30))
    assert wire.cloud.apply({"restore": {"account": "plain_home"}}) == {"restore": 1}
    for told in ((await api(wire))[1], (await faults(wire))[1]):
        assert told["energizedDate"] == "2026-02-27T10:30:00Z"
        assert told["disconnectTreatmentState"]["code"] == "6"
    with pytest.raises(ControlError, match="no outage"):
        wire.cloud.apply({"restore": {"account": "plain_home"}})


async def test_planned_interruption(signed_in: Wire) -> None:
    """It is told ahead, with its end in the future; a fault to come is not known."""
    wire = signed_in
    window = {"start": "2026-03-01T08:00:00+02:00", "end": "2026-03-01T12:00:00+02:00"}
    planned = {"account": "plain_home", "planned": True} | window
    wire.cloud.apply({"outage": planned})
    wire.cloud.apply({"outage": planned | {"planned": False}})
    assert len(await api(wire)) == 2
    told = (await faults(wire))[1]
    assert told["disconnectDate"] == "2026-03-01T06:00:00Z"
    assert told["energizedDate"] == "2026-03-01T10:00:00Z"
    assert told["disconnectTreatmentState"]["code"] == "2"
    assert told["disconnectType"]["code"] == 2
    wire.cloud.clock.advance(timedelta(days=2))
    await wire.sign_in()
    codes = [each["disconnectTreatmentState"]["code"] for each in await api(wire)]
    assert codes == ["6", "6", "6"]
    with pytest.raises(ControlError, match="end must lie after start"):
        wire.cloud.apply({"outage": planned | {"end": window["start"]}})


@pytest.mark.parametrize(("host", "counts"), [("api", (2, 1)), ("faults", (1, 2))])
async def test_one_host_only(
    signed_in: Wire, host: str, counts: tuple[int, int]
) -> None:
    """A client must ask both."""
    signed_in.cloud.apply({"outage": {"account": "plain_home", "hosts": [host]}})
    assert (len(await api(signed_in)), len(await faults(signed_in))) == counts


async def test_of_one_contract(wires: Callable[[str], Wire]) -> None:
    """Only in the account that the contract belongs to; no site without an outage."""
    wire = await signed(wires, "landlord")
    flat, farm = wire.login["contracts"][0], wire.login["contracts"][3]
    outage = {"account": "landlord", "contract": farm["contract"]}
    wire.cloud.apply({"outage": outage})
    assert await api(wire) == []
    wire.login["account_id"] = farm["account_id"]
    assert len(await api(wire)) == len(await faults(wire)) == 1
    assert flat["account_id"] != farm["account_id"]


async def test_guest(wires: Callable[[str], Wire]) -> None:
    """Sees the outages of the shared contract."""
    wire = await signed(wires, "flatmate")
    assert len(await api(wire)) == len(await faults(wire)) == 1


@pytest.mark.parametrize("iec", [True], indirect=True)
async def test_lenient(iec: IecCloud, signed_in: Wire) -> None:
    """A placeholder is the first account; the profile has both spellings."""
    path = "/api/accounts/%7Baccount_id%7D/tranzactions/2"
    body = await signed_in.get(path, host="faults")
    assert len(body["dataCollection"]) == 1
    profile = await signed_in.get("/api/contacts/userprofile", host="faults")
    assert profile["governmentId"] == profile["governmentid"]


async def test_strict(signed_in: Wire) -> None:
    """Neither service answers leniently by default."""
    path = "/api/accounts/%7Baccount_id%7D/tranzactions/2"
    assert (await signed_in.call("GET", path, host="faults"))[0] == 401
    profile = await signed_in.get("/api/contacts/userprofile", host="faults")
    assert "governmentId" not in profile
    assert profile["governmentid"] == signed_in.login["user_id"]


async def test_transactions(signed_in: Wire) -> None:
    """A post whose answer says nothing."""
    body = {"Accounts": [signed_in.login["account_id"]], "StateCode": 0}
    path = "/api/accounts/tranzactions"
    answer = await signed_in.call("POST", path, body, host="faults")
    told = {"consumptionOrderViewTypeCode": 1, "logicalName": "account"}
    assert answer == (200, told)
    body["Accounts"] = ["11111111-1111-4111-8111-111111111111"]
    assert (await signed_in.call("POST", path, body, host="faults"))[0] == 401
