"""MASA: discovery, sharing, equipment, lists (wire 6)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.clouds.errors import ControlError
from tests.clouds.iec import IecCloud

from .test_customer_data import signed
from .wire import Wire

DISCOVERY = "/api/contacts/account/0/userprofile"
CONNECTION = "/api/connectionbetweencontactandcontract"
PORTAL, MASA = "masa_portal", "masa"


async def discover(wire: Wire) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The profile and its connections."""
    profile = await wire.get(DISCOVERY, host=PORTAL)
    return profile, profile["connectionBetweenContactAndContract"]


async def test_portal_code(signed_in: Wire) -> None:
    """The portal wants its header."""
    headers: dict[str, str | None] = {"portalcode": None}
    status, _ = await signed_in.call("GET", DISCOVERY, host=PORTAL, headers=headers)
    assert status == 403
    status, _ = await signed_in.call("GET", "/lookup/all", host=MASA)
    assert status == 200


async def test_discovery(signed_in: Wire) -> None:
    """Account and contract, with the ids that other hosts want."""
    profile, (connection,) = await discover(signed_in)
    assert profile["governmentid"] == signed_in.login["user_id"]
    assert profile["accounts"][0]["id"] == signed_in.login["account_id"]
    assert "accountType" not in profile["accounts"][0]
    contract = connection["contract"]
    assert contract["contractAccNumberInShoval"] == int(signed_in.contract)
    assert connection["account"]["id"] == signed_in.login["account_id"]
    assert (connection["partConnectionCode"], connection["defaultContractBit"]) == (
        1,
        True,
    )
    assert contract["site"]["isSmart"] and not contract["isPrivateProducer"]
    base = await signed_in.get("/api/contacts/userprofile", host=PORTAL)
    assert base["id"] == profile["id"]
    assert base["accounts"][0]["accountType"] == 279830000
    assert (base["phonePrefix"], len(base["phoneNumber"])) == ("050", 7)


async def test_many_contracts(wires: Callable[[str], Wire]) -> None:
    """Several business partners: no accounts, but all contracts; they can be hidden, too."""
    wire = await signed(wires, "landlord")
    profile, connections = await discover(wire)
    assert profile["accounts"] == []
    assert len(connections) == 4
    assert [each["defaultContractBit"] for each in connections].count(True) == 1
    hidden = {"account": "landlord", "sources": ["masa_connections"]}
    wire.cloud.apply({"hide": hidden})
    profile, connections = await discover(wire)
    assert (len(profile["accounts"]), connections) == (2, [])


async def test_guest(wires: Callable[[str], Wire]) -> None:
    """A shared contract has another code and the owner's account."""
    owner, guest = wires("plain_home"), await signed(wires, "flatmate")
    _, (connection,) = await discover(guest)
    assert connection["partConnectionCode"] == 4
    assert connection["account"]["id"] == owner.login["account_id"]


async def test_sharing(wires: Callable[[str], Wire]) -> None:
    """The owner sees the guest and removes them; 201 is the answer."""
    owner, guest = await signed(wires, "plain_home"), await signed(wires, "flatmate")
    profile, (connection,) = await discover(owner)
    path = f"/api/contacts/{profile['id']}/contract/{connection['contract']['id']}"
    body = await owner.get(path, host=PORTAL)
    (shared,) = body["connectionBetweenContactAndContract"]
    assert shared["partConnectionCode"] == 4
    removal: dict[str, Any] = {
        "Id": shared["id"],
        "contact": {"id": shared["contact"]["id"]},
        "contract": {"id": shared["contract"]["id"]},
        "primaryContact": {"id": profile["id"]},
    }
    for key in ("Id", "contact", "primaryContact", "contract"):
        wrong = removal | {key: "x" if key == "Id" else {"id": "x"}}
        status, _ = await owner.call("POST", f"{CONNECTION}/remove", wrong, host=PORTAL)
        assert status == 401
    answer = await owner.call("POST", f"{CONNECTION}/remove", removal, host=PORTAL)
    assert answer == (201, None)
    body = await owner.get(path, host=PORTAL)
    assert body["connectionBetweenContactAndContract"] == []
    assert (await discover(guest))[1] == []
    assert (await guest.call("GET", f"/api/Device/{owner.contract}"))[0] == 401


async def test_guests_cannot_share(wires: Callable[[str], Wire]) -> None:
    """Neither see who shares nor invite; nobody speaks for others."""
    guest = await signed(wires, "flatmate")
    profile, (connection,) = await discover(guest)
    contract = connection["contract"]["id"]
    path = f"/api/contacts/{profile['id']}/contract/{contract}"
    assert (await guest.call("GET", path, host=PORTAL))[0] == 401
    assert (await guest.call("GET", path.replace("-", ""), host=PORTAL))[0] == 401
    body = {"contact": {"id": profile["id"]}, "contract": {"id": contract}}
    path = f"{CONNECTION}/createconnectionrequest"
    assert (await guest.call("POST", path, body, host=PORTAL))[0] == 401


@pytest.mark.parametrize(
    ("iec", "status"), [(False, 201), (True, 200)], indirect=["iec"]
)
async def test_invitation(iec: IecCloud, signed_in: Wire, status: int) -> None:
    """An address as JSON text; each time another."""
    profile, (connection,) = await discover(signed_in)
    contract = connection["contract"]["id"]
    body = {"contact": {"id": profile["id"]}, "contract": {"id": contract}}
    path = f"{CONNECTION}/createconnectionrequest"
    links = set()
    for _ in range(2):
        got, link = await signed_in.call("POST", path, body, host=PORTAL)
        assert got == status
        assert link.startswith("https://link.iec.co.il/")
        links.add(link)
    assert len(links) == 2
    body["contact"] = {"id": "x"}
    assert (await signed_in.call("POST", path, body, host=PORTAL))[0] == 401
    iec.apply({"created_status": 200})


def test_nobody_shares_with_themselves(iec: IecCloud) -> None:
    """The switch refuses it."""
    with pytest.raises(ControlError, match="own"):
        iec.apply({"share": {"account": "plain_home", "guest": "plain_home"}})


async def test_cities(signed_in: Wire) -> None:
    """With area and region."""
    body = await signed_in.get("/api/cities", host=PORTAL)
    assert len(body["dataCollection"]) == 3
    assert body["dataCollection"][0]["logicalName"] == "iec_city"


async def test_equipment(wires: Callable[[str], Wire]) -> None:
    """Pages; the size of the connection is a code that a list explains."""
    wire = await signed(wires, "landlord")
    path = f"/equipments/get?accountId={wire.login['account_id']}"
    page = await wire.get(f"{path}&pageNumber=1&pageSize=10", host=MASA)
    assert (page["totalRecords"], page["moreRecords"]) == (3, False)
    assert [each["activeConnections"] for each in page["items"]] == [1, 1, 0]
    wire.cloud.apply({"largest_page": 2})
    first = await wire.get(f"{path}&pageNumber=1&pageSize=10", host=MASA)
    second = await wire.get(f"{path}&pageNumber=2&pageSize=10", host=MASA)
    assert first["items"] + second["items"] == page["items"]
    assert (first["moreRecords"], second["moreRecords"]) == (True, False)
    sizes = (await wire.get("/lookup/all", host=MASA))["connectionSizeTypes"]
    names = {each["sizeType"]: each["name"] for each in sizes}
    connection = page["items"][0]["connections"][0]
    assert names[connection["powerConnectionSize"]] == "40"
    assert connection["currentReader"] == "9.24"


@pytest.mark.parametrize("query", ["", "&pageNumber=0&pageSize=1", "&pageNumber=1"])
async def test_bad_page(signed_in: Wire, query: str) -> None:
    """Both numbers are wanted."""
    account = signed_in.login["account_id"]
    path = f"/equipments/get?accountId={account}{query}"
    assert (await signed_in.call("GET", path, host=MASA))[0] == 400
    path = "/equipments/get?accountId=x&pageNumber=1&pageSize=1"
    assert (await signed_in.call("GET", path, host=MASA))[0] == 401


async def test_orders(signed_in: Wire) -> None:
    """A home without orders has an empty list."""
    account = signed_in.login["account_id"]
    path = f"/api/accounts/{account}/orders/titles"
    assert await signed_in.get(path, host=MASA) == {"orders": [], "id": account}


async def test_lists(signed_in: Wire) -> None:
    """All that a known client wants."""
    body = await signed_in.get("/lookup/all", host=MASA)
    assert set(body) == {
        "regions",
        "connectionSizeTypes",
        "siteTypes",
        "orderStatusState",
        "actionCodes",
        "phonePrefixes",
        "orderPurposes",
        "meterSetupTypes",
        "stateMachineForOrderStage",
    }
    size = next(e for e in body["connectionSizeTypes"] if e["name"] == "3X25")
    assert (size["sizeType"], size["code"]) == (279830006, "Z06")
    body = await signed_in.get("/api/orderLookup", host=MASA)
    assert body["orderCategories"][0]["typeCodeInt"] == 1
    body = await signed_in.get("/api/voltLevels/active", host=MASA)
    assert body["dataCollection"][1]["name"] == "22"
    body = await signed_in.get("/lookup/newConnection/buildingOptions", host=MASA)
    assert len(body) == 7
    assert body["residenceOptions"][0]["connectionSizes"][0]["name"] == "6"
