"""Who somebody is and which contracts they have (wire 5.1 to 5.6, 5.19 to 5.21)."""

from collections.abc import Callable

import pytest

from tests.clouds.iec import IecCloud

from .wire import Wire


async def signed(wires: Callable[[str], Wire], name: str) -> Wire:
    """Somebody with tokens."""
    wire = wires(name)
    await wire.sign_in()
    return wire


async def test_customer(signed_in: Wire) -> None:
    """Bare, with the business partners."""
    body = await signed_in.get("/api/customer")
    (account,) = body["accounts"]
    assert body["bpNumber"] == account["bpNumber"] == signed_in.login["bp_number"]
    assert body["idNumber"] == account["companyId"] == signed_in.login["user_id"]
    assert account["mainContractId"] == signed_in.contract
    assert account["isActiveAccount"]


async def test_customer_mobile(wires: Callable[[str], Wire]) -> None:
    """It knows the business partner of a shared contract; its flags are wrong."""
    owner, guest = wires("plain_home"), await signed(wires, "flatmate")
    body = await guest.get(f"/api/customer/mobile/{owner.contract}")
    assert body["customer"]["bpNumber"] == owner.login["bp_number"]
    assert body["customer"]["firstName"] == "Fay"
    assert body["contract"]["contractId"] == owner.contract
    assert body["contract"]["fromPativteProducer"] is True
    assert body["contract"]["status"] == 0


async def test_accounts(wires: Callable[[str], Wire]) -> None:
    """Business partners with their UUIDs; null where there is none, or where that is switched on."""
    landlord = await signed(wires, "landlord")
    accounts = await landlord.data("/api/outages/accounts")
    assert len(accounts) == 2
    assert accounts[0]["id"] == landlord.login["account_id"]
    assert accounts[0]["accountNumber"] == landlord.login["bp_number"]
    guest = await signed(wires, "flatmate")
    assert await guest.data("/api/outages/accounts") is None
    hidden = {"account": "landlord", "sources": ["outages_accounts"]}
    landlord.cloud.apply({"hide": hidden})
    assert await landlord.data("/api/outages/accounts") is None


async def test_contract(signed_in: Wire) -> None:
    """Its number has leading zeros; the open invoice is told."""
    data = await signed_in.data(
        f"/api/customer/contract/{signed_in.login['bp_number']}"
    )
    (contract,) = data["contracts"]
    assert contract["contractId"] == signed_in.contract.zfill(12)
    assert (contract["status"], contract["frequency"]) == (1, 2)
    assert contract["smartMeter"] and not contract["fromPativteProducer"]
    assert data["contractAmount"] == 1
    assert data["totalToPay"] == contract["totalDebt"] > 0
    assert contract["debtForInvoicesDueDateNotPassed"] == contract["totalDebt"]
    assert contract["dueDate"] == "2026-03-04"
    signed_in.cloud.apply({"pay": {"account": "plain_home"}})
    data = await signed_in.data(
        f"/api/customer/contract/{signed_in.login['bp_number']}"
    )
    assert data["totalToPay"] == 0
    assert data["contracts"][0]["dueDate"] == "1900-01-01"


async def test_contracts(wires: Callable[[str], Wire]) -> None:
    """Ended ones stay in the list; the list can be cut or filtered; leading zeros of the number do not matter."""
    landlord = await signed(wires, "landlord")
    path = f"/api/customer/contract/{landlord.login['bp_number'].lstrip('0')}"
    contracts = (await landlord.data(path))["contracts"]
    assert [each["status"] for each in contracts] == [1, 1, 2]
    assert [each["smartMeter"] for each in contracts] == [True, False, True]
    assert [each["isTouz"] for each in contracts] == [False] * 3
    cut = await landlord.data(f"{path}?count=1")
    assert (len(cut["contracts"]), cut["contractAmount"]) == (1, 3)
    one = await landlord.data(f"{path}?contractNumber={contracts[2]['contractId']}")
    assert one["contracts"] == [contracts[2]]
    farm = landlord.login["contracts"][3]
    (told,) = (await landlord.data(f"/api/customer/contract/{farm['bp_number']}"))[
        "contracts"
    ]
    assert told["isTouz"]


async def test_solar_contract(wires: Callable[[str], Wire]) -> None:
    """A private producer, with monthly bills."""
    solar = await signed(wires, "solar_home")
    data = await solar.data(f"/api/customer/contract/{solar.login['bp_number']}")
    assert data["contracts"][0]["fromPativteProducer"]
    assert data["contracts"][0]["frequency"] == 1
    check = await solar.data(f"/api/customer/checkContract/{solar.contract}/6")
    assert check["isPrivate"] == "X"


async def test_newcomer(wires: Callable[[str], Wire]) -> None:
    """No contract at all."""
    wire = await signed(wires, "newcomer")
    assert wire.login["contract"] is None
    data = await wire.data(f"/api/customer/contract/{wire.login['bp_number']}")
    assert data == {"contracts": [], "contractAmount": 0, "totalToPay": 0}
    customer = await wire.get("/api/customer")
    assert not customer["accounts"][0]["isActiveAccount"]
    body = await wire.get(f"/api/SocialDiscount/{wire.login['bp_number']}")
    assert "contractNumber" not in body


@pytest.mark.parametrize("kind", ["4", "6"])
async def test_check(signed_in: Wire, kind: str) -> None:
    """The contract, its meter and its business partner."""
    data = await signed_in.data(
        f"/api/customer/checkContract/{signed_in.contract}/{kind}"
    )
    assert data["deviceNumber"] == signed_in.login["meter"]
    assert data["bp"] == signed_in.login["bp_number"].lstrip("0")
    assert data["isPrivate"] == ""
    assert data["hasDirectDebit"]


async def test_check_of_another_kind(signed_in: Wire) -> None:
    """A kind of check that the service does not have is not found."""
    path = f"/api/customer/checkContract/{signed_in.contract}/5"
    assert (await signed_in.call("GET", path))[0] == 404


@pytest.mark.parametrize(
    ("iec", "status"), [(False, 401), (True, 200)], indirect=["iec"]
)
async def test_placeholder(iec: IecCloud, signed_in: Wire, status: int) -> None:
    """A known client asks for a placeholder: with leniency that is the first contract."""
    path = "/api/customer/checkContract/%7Bcontract_id%7D/6"
    got, body = await signed_in.call("GET", path)
    assert got == status
    if status == 200:
        assert body["data"]["contractNumber"] == signed_in.contract


async def test_subscriptions(signed_in: Wire) -> None:
    """All of them, or one; its own code of success."""
    body = {"contractNumber": signed_in.contract, "processType": 1}
    status, answer = await signed_in.call("POST", "/api/customer/efs", body)
    assert (status, answer["reponseDescriptor"]["code"]) == (200, "300")
    assert [each["service"] for each in answer["data"]] == ["EFS001", "EFS004"]
    body["serviceCode"] = "EFS004"
    _, answer = await signed_in.call("POST", "/api/customer/efs", body)
    (planned,) = answer["data"]
    assert planned["sms"].startswith("050")
    assert planned["contractNumber"] == signed_in.contract.zfill(12)
    body["serviceCode"] = "EFS002"
    assert (await signed_in.call("POST", "/api/customer/efs", body))[1]["data"] == []
    body["serviceCode"] = "4"
    assert (await signed_in.call("POST", "/api/customer/efs", body))[0] == 400


async def test_discount(signed_in: Wire) -> None:
    """None, until it is switched on."""
    path = f"/api/SocialDiscount/{signed_in.login['bp_number']}"
    body = await signed_in.get(path)
    assert (body["discountExists"], body["discountStatusCode"]) == (False, 99)
    assert body["discountEndDate"] == "0001-01-01T00:00:00"
    change = {"account": "plain_home", "social_discount": True, "direct_debit": False}
    signed_in.cloud.apply({"contract": change})
    body = await signed_in.get(path)
    assert (body["discountExists"], body["discountStatusCode"]) == (True, 1)
    assert body["contractNumber"] == signed_in.contract.zfill(12)


async def test_time_of_use_and_mobility(signed_in: Wire) -> None:
    """Whether the rate by time of use fits a contract, and what of mobility is asked for."""
    path = f"/api/calculator/touz/{signed_in.pair}/compatible"
    assert await signed_in.get(path) == {"status": 2, "isCompatible": False}
    signed_in.cloud.apply({"contract": {"account": "plain_home", "time_of_use": True}})
    assert await signed_in.get(path) == {"status": 1, "isCompatible": True}
    path = f"/api/Mobility/{signed_in.contract}"
    data = await signed_in.data(f"{path}/{signed_in.login['meter']}")
    assert data == {"isMobilityRequestExist": False, "isMobilityInRange": False}
    assert (await signed_in.call("GET", f"{path}/24999999"))[0] == 401


@pytest.mark.parametrize("slashes", ["/", "//"])
async def test_report(signed_in: Wire, slashes: str) -> None:
    """The report goes by mail; a known client writes two slashes."""
    path = f"Consumption/SendConsumptionReportToMail/{signed_in.contract}"
    body = {
        "emailAddress": "dana@example.com",
        "meterCode": signed_in.login["meter_code"],
        "meterSerial": signed_in.login["meter"],
    }
    answer = await signed_in.call("POST", f"/api{slashes}{path}", body)
    assert answer == (200, b"True")
    sent = [("dana@example.com", signed_in.contract)]
    assert signed_in.cloud.services.reports == sent
    foreign = body | {"meterSerial": "24999999"}
    assert (await signed_in.call("POST", f"/api/{path}", foreign))[0] == 401
    nowhere = body | {"emailAddress": "dana"}
    assert (await signed_in.call("POST", f"/api/{path}", nowhere))[0] == 400
    assert signed_in.cloud.services.reports == sent
