"""Customers, devices, channels and connectivity as both hosts tell them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.clouds.emporia.devices import MAINS

from .wire import Wire

type Objects = list[dict[str, Any]]


def channel_numbers(device: dict[str, Any]) -> list[str]:
    """Numbers of a device's own channels."""
    return [each["channelNum"] for each in device["channels"]]


async def devices(wire: Wire) -> Objects:
    """The legacy device tree."""
    found: Objects = (await wire.get("/customers/devices"))["devices"]
    return found


async def test_customer(signed_in: Wire) -> None:
    """Both spellings; the e-mail address may be sent, but not another's."""
    wire, login = signed_in, signed_in.login
    legacy = await wire.get("/customers", email=login["username"])
    modern = await wire.get("/v1/customers")
    assert legacy["customerGid"] == modern["customer_gid"] == login["customer_gid"]
    assert legacy["email"] == modern["email"] == login["username"]
    assert str(login["customer_gid"]) == login["account"]
    assert (await wire.call("GET", "/customers", email="x@example.com"))[0] == 401


async def test_tree(signed_in: Wire) -> None:
    """Branches hide in a nested device with the same gid; charger and plug know what they hang on."""
    vue, charger, plug, battery = await devices(signed_in)
    assert channel_numbers(vue) == [MAINS]
    (branches,) = vue["devices"]
    assert (branches["deviceGid"], branches["model"]) == (vue["deviceGid"], "WAT001")
    assert branches["manufacturerDeviceId"].startswith("SX")
    assert channel_numbers(branches) == [*"123456", "97", *"789", "10"]
    solar = branches["channels"][1]
    assert (solar["channelTypeGid"], solar["type"]) == (13, "FiftyAmpBidirectional")
    assert vue["locationProperties"]["timeZone"] == "America/Denver"
    parents = [(d["parentDeviceGid"], d["parentChannelNum"]) for d in (charger, plug)]
    assert parents == [(vue["deviceGid"], "7"), (vue["deviceGid"], "4")]
    assert charger["evCharger"] == await signed_in.charger()
    assert plug["outlet"]["outletOn"] is True
    assert battery["battery"]["capacityKWh"] == 13.5
    assert [vue["evCharger"], vue["outlet"], vue["battery"]] == [None] * 3


async def test_merged_circuit(signed_in: Wire) -> None:
    """Its halves point at it, or are not told at all."""
    (branches,) = (await devices(signed_in))[0]["devices"]
    merged = {c["channelNum"]: c["mergedChannelId"] for c in branches["channels"]}
    assert {merged[num] for num in ("5", "6", "97")} == {"Merged_1"}
    assert merged["7"] is None
    signed_in.cloud.apply({"inventory": {"merged": "single"}})
    (branches,) = (await devices(signed_in))[0]["devices"]
    assert channel_numbers(branches) == [*"1234", "97", *"789", "10"]


async def test_looks(signed_in: Wire) -> None:
    """Flat, without channels, with keys and types that nobody expects; and back."""
    cloud = signed_in.cloud
    cloud.apply({"inventory": {"nested": False}})
    vue = (await devices(signed_in))[0]
    assert len(vue["channels"]) == 12
    assert vue["devices"] == []
    cloud.apply({"inventory": {"no_channels": True}})
    assert (await devices(signed_in))[0]["channels"] == []
    cloud.apply({"inventory": {"reset": True}, "drift": {"extra_keys": True}})
    vue = (await devices(signed_in))[0]
    assert "futureKey" in vue["devices"][0]["channels"][0]
    cloud.apply({"drift": {"reset": True, "string_gids": True}})
    tree = await signed_in.get("/customers/devices")
    assert tree["customerGid"] == signed_in.login["account"]
    assert tree["devices"][0]["deviceGid"] == str(signed_in.gid)
    assert "futureKey" not in tree
    modern = await signed_in.get("/v1/customers/devices")
    assert modern["devices"][0]["device_gid"] == str(signed_in.gid)


async def test_modern_lists(signed_in: Wire) -> None:
    """Channel ids, legs under the mains, circuits without CT, what a charger adds."""
    modern = (await signed_in.get("/v1/customers/devices"))["devices"]
    vue, charger = modern[0], modern[1]
    data = {each["channel_id"]: each["has_data"] for each in vue["channels"]}
    assert data["Mains"] and data["Mains_A"] and data["Branch_7"] and data["Merged_1"]
    assert not data["Branch_9"] and not data["Branch_5"]
    assert charger["breaker_pin"] == "0000"
    assert charger["load_gid"] == signed_in.device("charger")["load_gid"]
    named = await signed_in.get("/v1/customers/devices/channels")
    assert named[0]["device_id"] == vue["device_id"]
    assert {"channel_id": "Branch_1", "name": "Dryer", "sub_type": "Clothes Dryer"} in (
        named[0]["channels"]
    )
    assert await signed_in.get("/v1/customers/sites") == {"sites": []}


async def test_site(wires: Callable[[str], Wire]) -> None:
    """The legacy list omits what belongs to a site; a sub-panel hangs on the main panel."""
    wire = wires("landlord")
    await wire.sign_in()
    legacy = await devices(wire)
    modern = (await wire.get("/v1/customers/devices"))["devices"]
    gids = [each["device_gid"] for each in modern]
    assert [each["deviceGid"] for each in legacy] == gids[:2]
    assert legacy[1]["parentDeviceGid"] == gids[0]
    assert modern[2]["time_zone"] is None
    sites = (await wire.get("/v1/customers/sites"))["sites"]
    assert sites[0]["device_gids"] == gids[2:]


async def test_newcomer(wires: Callable[[str], Wire]) -> None:
    """An account without devices."""
    wire = wires("newcomer")
    await wire.sign_in()
    assert await devices(wire) == []
    assert await wire.get("/v1/customers/devices") == {"devices": []}
    status = await wire.get("/customers/devices/status")
    assert not any(status.values())


async def test_channel_types(signed_in: Wire) -> None:
    """The table of channel types is served as it is known."""
    types = await signed_in.get("/devices/channels/channeltypes")
    assert [each["channelTypeGid"] for each in types] == list(range(1, 27))
    assert types[12]["description"] == "Solar/Generation"
    assert types[12]["directionality"] == "GENERATION_ONLY"
    assert types[24] == {
        "channelTypeGid": 25,
        "description": "EV Charger",
        "selectable": False,
        "allowsBidirectional": False,
        "directionality": "CONSUMPTION_ONLY",
    }


async def test_rename(signed_in: Wire) -> None:
    """All keys are required; the new name shows in the tree."""
    (branches,) = (await devices(signed_in))[0]["devices"]
    channel = branches["channels"][0]
    path = f"/devices/{signed_in.gid}/channels"
    body = channel | {"name": "Tumbler"}
    assert (await signed_in.call("PUT", path, body))[1]["name"] == "Tumbler"
    (branches,) = (await devices(signed_in))[0]["devices"]
    assert branches["channels"][0]["name"] == "Tumbler"
    del body["parentChannelNum"]
    assert (await signed_in.call("PUT", path, body))[0] == 400
    wrong = channel | {"channelNum": "99"}
    assert (await signed_in.call("PUT", path, wrong))[0] == 400


async def test_offline(signed_in: Wire) -> None:
    """Offline is told by prose or by a time; the c-api always tells a time."""
    wire, charger = signed_in, signed_in.device("charger")
    wire.cloud.apply({"offline": charger["device_gid"]})
    wire.cloud.clock.advance(timedelta(minutes=5))

    async def connection() -> dict[str, Any]:
        status = await wire.get("/customers/devices/status")
        found: dict[str, Any] = status["devicesConnected"][1]
        return found

    assert await connection() == {
        "deviceGid": charger["device_gid"],
        "connected": False,
        "offlineSince": "since Nov 20, 2026, 10:00 AM",
    }
    assert (await wire.charger())["status"] == "DeviceNotConnected"
    modern = await wire.get("/v1/customers/devices/status")
    assert modern["devices_connected"][1]["offline_since"] == (
        "2026-11-20T17:00:00.000000Z"
    )
    assert modern["evses"][0]["connected"] is False
    wire.cloud.apply({"offline_prose": False})
    assert (await connection())["offlineSince"] == "2026-11-20T17:00:00.000000Z"
    wire.cloud.apply(
        {"offline": {"device_gid": charger["device_gid"], "offline": False}}
    )
    assert (await connection())["offlineSince"] is None


async def test_missing_lists(signed_in: Wire) -> None:
    """Any list of the status may be missing."""
    signed_in.cloud.apply({"missing_status": ["evChargers", "loads"]})
    status = await signed_in.get("/customers/devices/status")
    assert set(status) == {"devicesConnected", "outlets", "batteries"}


async def test_somebody_elses_device(signed_in: Wire) -> None:
    """It is refused like a bad token, but says why; so is a device that the owner may no longer read."""
    foreign = signed_in.cloud.accounts[1]["device_gid"]
    for gid in (foreign, signed_in.gid):
        path = f"/devices/{gid}/locationProperties"
        status, body = await signed_in.call("GET", path)
        if gid == signed_in.gid:
            assert status == 200
            signed_in.cloud.apply({"forbid": gid})
            status, body = await signed_in.call("GET", path)
        email = signed_in.login["username"]
        text = f"{email} is not authorized on the requested deviceGid {gid}"
        assert (status, body) == (401, {"message": text})


async def test_unknown_paths_and_verbs(signed_in: Wire) -> None:
    """Not found, wrong verb."""
    url = signed_in.cloud.url
    async with signed_in.session.get(f"{url}/customer") as response:
        assert response.status == 404
    async with signed_in.session.get(f"{url}/devices/evcharger") as response:
        assert response.status == 405
