"""The meters of a contract (wire 5.7 to 5.12)."""

from collections.abc import Callable

import pytest

from tests.clouds.iec import IecCloud

from .test_customer_data import signed
from .wire import Wire


async def test_list(wires: Callable[[str], Wire]) -> None:
    """One meter or more; those of an ended contract are inactive."""
    wire = await signed(wires, "landlord")
    flat, old, ended, farm = wire.login["contracts"]
    (device,) = await wire.get(f"/api/Device/{flat['contract']}")
    assert device == {
        "isActive": True,
        "deviceType": 3,
        "deviceNumber": flat["meters"][0]["meter"],
        "deviceCode": "503",
        "reportResultStatus": 0,
    }
    (device,) = await wire.get(f"/api/Device/{old['contract']}")
    assert device["deviceType"] == 1
    (device,) = await wire.get(f"/api/Device/{ended['contract'].zfill(12)}")
    assert not device["isActive"]
    assert len(await wire.get(f"/api/Device/{farm['contract']}")) == 2


async def test_last_reading(signed_in: Wire) -> None:
    """The register at the end of the last billing period, with long serials."""
    path = f"/api/Device/LastMeterReading/{signed_in.pair}"
    data = await signed_in.data(path)
    (meter,) = data["lastMeters"]
    (reading,) = meter["meterReadings"]
    assert data["contractAccount"] == signed_in.contract.zfill(12)
    assert meter["serialNumber"] == signed_in.login["meter"].zfill(18)
    assert reading["readingDate"] == "2026-02-10T00:00:00"
    invoices = await signed_in.data(f"/api/BillingCollection/invoices/{signed_in.pair}")
    billed = invoices["invoices"][0]["meterReadings"][0]
    assert reading["reading"] == billed["reading"]
    assert 300 < int(reading["usage"]) < 1500


async def test_other_partner(wires: Callable[[str], Wire]) -> None:
    """Contract and business partner must belong together."""
    wire = await signed(wires, "landlord")
    flat, farm = wire.login["contracts"][0], wire.login["contracts"][3]
    pair = f"{flat['contract']}/{farm['bp_number']}"
    for path in (
        f"Device/LastMeterReading/{pair}",
        f"BillingCollection/invoices/{pair}",
    ):
        assert (await wire.call("GET", f"/api/{path}"))[0] == 401


async def test_device(signed_in: Wire) -> None:
    """Register and size of the connection; serials with leading zeros are the same."""
    serial = signed_in.login["meter"]
    path = f"/api/Device/{signed_in.contract}"
    data = await signed_in.data(f"{path}/{serial}")
    (counter,) = data["counterDevices"]
    assert counter["device"] == serial.zfill(18)
    assert counter["lastMRDate"] == "2026-02-10"
    assert counter["connectionSize"] == {
        "size": 25,
        "phase": 3,
        "representativeConnectionSize": "3X25",
    }
    assert await signed_in.data(f"{path}/{serial.zfill(18)}") == data
    assert (await signed_in.call("GET", f"{path}/24999999"))[0] == 401


async def test_single_phase(wires: Callable[[str], Wire]) -> None:
    """The label has no X."""
    wire = await signed(wires, "private_home")
    data = await wire.data(f"/api/Device/{wire.contract}/{wire.login['meter']}")
    size = data["counterDevices"][0]["connectionSize"]
    assert (size["phase"], size["representativeConnectionSize"]) == (1, "40")


async def test_solar_device(wires: Callable[[str], Wire]) -> None:
    """Data without success is no error (wire 4)."""
    wire = await signed(wires, "solar_home")
    body = await wire.get(f"/api/Device/{wire.contract}/{wire.login['meter']}")
    assert body == {
        "data": {"counterDevices": None, "mrType": "00"},
        "reponseDescriptor": {
            "isSuccess": False,
            "code": "08",
            "description": "No authorization for this product: PV Product",
        },
    }


async def test_type(signed_in: Wire) -> None:
    """The address has the business partner first."""
    bp = signed_in.login["bp_number"]
    data = await signed_in.data(f"/api/Device/type/{bp}/{signed_in.contract}/false")
    assert (data["deviceNumber"], data["numberOfDevices"]) == (
        signed_in.login["meter"],
        1,
    )
    assert data["isActive"] and not data["isDisconnected"]
    assert data["deviceBalance"] is None


async def test_identify(signed_in: Wire) -> None:
    """By serial; somebody else's meter can have the same one."""
    path = f"/api/Tenant/Identify/{signed_in.login['meter']}"
    body = await signed_in.get(path)
    (detail,) = body["data"]["devicesDetails"]
    assert body["reponseDescriptor"]["code"] == "00"
    assert detail["deviceCode"] == "503"
    assert detail["lastReadingDate"] == "2026-02-10T00:00:00"
    signed_in.cloud.apply({"shared_serials": True})
    body = await signed_in.get(path)
    codes = [each["deviceCode"] for each in body["data"]["devicesDetails"]]
    assert (body["reponseDescriptor"]["code"], codes) == ("26", ["100", "503"])
    assert (await signed_in.call("GET", "/api/Tenant/Identify/24999999"))[0] == 401


@pytest.mark.parametrize(
    ("iec", "status"), [(False, 400), (True, 200)], indirect=["iec"]
)
async def test_captcha(iec: IecCloud, signed_in: Wire, status: int) -> None:
    """A token is needed, but for the lenient."""
    path = f"/api/DeviceIn/{signed_in.contract}"
    got, body = await signed_in.call("GET", path)
    assert got == status
    if status == 400:
        assert body["Error"] == "Token should be provide"


@pytest.mark.parametrize("name", ["RecaptchaToken", "RecaptchToken"])
async def test_captcha_token(signed_in: Wire, name: str) -> None:
    """Both spellings of the header are known."""
    path = f"/api/DeviceIn/{signed_in.contract}"
    status, body = await signed_in.call("GET", path, headers={name: "token"})
    assert (status, body["devices"][0]["meterKind"]) == (200, "Consumption")


async def test_without_captcha(wires: Callable[[str], Wire]) -> None:
    """Some contracts want no token; kinds may be Hebrew."""
    wire = await signed(wires, "landlord")
    body = await wire.get(f"/api/DeviceIn/{wire.contract}")
    assert body["devices"][0]["deviceNumber"] == wire.login["meter"]
    wire.cloud.apply(
        {
            "meter_kind_language": "hebrew",
            "contract": {"account": "solar_home", "captcha": False},
        }
    )
    body = await wire.get(f"/api/DeviceIn/{wire.contract}")
    assert body["devices"][0]["meterKind"] == "צריכה"
    solar = await signed(wires, "solar_home")
    body = await solar.get(f"/api/DeviceIn/{solar.contract}")
    assert body["devices"][0]["meterKind"] == "דו כיווני"
