"""Cabinets, components and the tree (wire 4.1, 4.2, 4.6)."""

from collections.abc import Callable
from typing import Any

import pytest

from .wire import Wire

CABINETS = "/api/v1/dev"


async def test_cabinets(signed_in: Wire) -> None:
    """The list of cabinets is a bare array."""
    (cabinet,) = await signed_in.get(CABINETS, page=1, pageSize=100)
    assert cabinet == {
        "id": cabinet["id"],
        "sn": signed_in.account["cabinet"],
        "name": "1-1 Demo site",
        "model": "ECO-E215WS",
        "timeZone": "Europe/Brussels",
        "state": "online",
        "lastSeen": "2026-11-20T17:00:00Z",
    }


async def test_components(signed_in: Wire) -> None:
    """An object with the cabinet's parts; codes have English names for who asks for them."""
    wire = signed_in
    wire.headers = {"X-Language-Type": "en"}
    cabinet = await wire.get(wire.cabinet)
    assert cabinet["sn"] == wire.account["cabinet"]
    codes = [each["component"] for each in cabinet["parts"]]
    assert codes[:4] == ["ess.ems", "ess.bms", "ess.pcs", "pv.inv"]
    inverter = cabinet["parts"][3]
    assert inverter == {
        "id": inverter["id"],
        "sn": wire.account["meter"],
        "name": "PV inverter",
        "model": None,
        "type": "pv",
        "state": True,
        "locationCode": "pv_01",
        "component": "pv.inv",
        "componentDesc": "PV",
    }
    wire.headers = {}
    other = (await wire.get(wire.cabinet))["parts"][3]
    assert other["componentDesc"] not in (None, "PV")


async def test_tree(signed_in: Wire) -> None:
    """Projects are bare, sites wrapped, devices bare; ids join."""
    (project,) = await signed_in.get("/api/v2/projects")
    assert set(project) == {"id", "name", "code", "region", "addr", "begin_at"}
    body = await signed_in.get(f"/api/v2/project/{project['id']}/sites")
    assert body["pagination"] == {"page": 1, "page_size": 10, "total_count": 1}
    (site,) = body["data"]
    assert site == {
        "id": signed_in.account["sites"][0]["site_id"],
        "name": "Demo site",
        "rated_power": 100,
        "time_zone": "Europe/Brussels",
    }
    (device,) = await signed_in.get(f"/api/v2/site/{site['id']}/devices")
    (cabinet,) = await signed_in.get(CABINETS)
    assert device.items() <= cabinet.items()
    assert set(device) == {"id", "sn", "name", "model"}


async def test_aggregator(wires: Callable[[str], Wire]) -> None:
    """Eight cabinets with all that can be odd about them."""
    wire = wires("aggregator")
    await wire.sign_in()
    cabinets = await wire.get(CABINETS)
    assert len(cabinets) == 8
    assert {each["timeZone"] for each in cabinets} == {
        "Europe/Brussels",
        "Europe/Lisbon",
    }
    assert [each["state"] for each in cabinets].count("offline") == 1
    assert [each["name"] for each in cabinets].count(None) == 1
    parts = [(await wire.get(f"{CABINETS}/{x['sn']}"))["parts"] for x in cabinets]
    assert sorted(len(each or ()) for each in parts) == [0, 7, 7, 7, 8, 8, 8, 15]
    assert parts.count(None) == 1
    assert parts[0][-1]["component"] == "ess.dehum"
    assert parts[0][-1]["componentDesc"] is None
    offline = parts[[each["state"] for each in cabinets].index("offline")]
    assert {each["state"] for each in offline} == {False}
    sites = [
        site
        for project in await wire.get("/api/v2/projects")
        for site in (await wire.get(f"/api/v2/project/{project['id']}/sites"))["data"]
    ]
    devices = [await wire.get(f"/api/v2/site/{x['id']}/devices") for x in sites]
    assert [len(each) for each in devices] == [5, 3]


async def test_newcomer(wires: Callable[[str], Wire]) -> None:
    """Somebody who owns nothing."""
    wire = wires("newcomer")
    await wire.sign_in()
    assert await wire.get(CABINETS) == await wire.get("/api/v2/projects") == []


async def test_paging(wires: Callable[[str], Wire]) -> None:
    """Pages without totals; past the end they are empty; a server may ignore them."""
    wire = wires("aggregator")
    await wire.sign_in()
    pages = [await wire.get(CABINETS, page=n, pageSize=3) for n in (1, 2, 3, 4)]
    assert [len(each) for each in pages] == [3, 3, 2, 0]
    whole = await wire.get(CABINETS, pageSize=500)
    assert [row for page in pages for row in page] == whole
    wire.cloud.apply({"look": {"ignore_paging": True}})
    assert await wire.get(CABINETS, page=2, pageSize=3) == whole
    for query in ({"page": "0"}, {"pageSize": "x"}, {"page": "-1"}):
        assert await wire.status(CABINETS, **query) == 400


async def test_paging_of_sites(signed_in: Wire) -> None:
    """The second page of one is empty."""
    (project,) = await signed_in.get("/api/v2/projects")
    path = f"/api/v2/project/{project['id']}/sites"
    body = await signed_in.get(path, page=2, page_size=1)
    assert body["data"] == []
    assert body["pagination"] == {"page": 2, "page_size": 1, "total_count": 1}


async def test_what_is_not_ones_own(
    wires: Callable[[str], Wire], signed_in: Wire
) -> None:
    """Another's serials and ids are as good as unknown ones."""
    other = wires("aggregator").account
    site = other["sites"][0]["site_id"]
    paths = [
        f"{CABINETS}/{other['cabinet']}",
        f"{CABINETS}/pv/power-gen/daily/{other['meter']}",
        f"/api/v2/site/{site}/devices",
        "/api/v2/project/unknown/sites",
    ]
    assert {await signed_in.status(path) for path in paths} == {404}
    signed_in.cloud.apply({"look": {"unknown_serial": "null"}})
    assert [await signed_in.get(path) for path in paths] == [None] * 4


async def test_without_tree(signed_in: Wire) -> None:
    """Older accounts have no v2."""
    signed_in.cloud.apply({"v2": False})
    for path in ("projects", "project/x/sites", "site/x/devices"):
        assert await signed_in.status(f"/api/v2/{path}") == 404


async def test_offline(signed_in: Wire) -> None:
    """A cabinet or one of its parts goes offline, and comes back."""
    wire, cloud = signed_in, signed_in.cloud
    part = wire.account["meter"]
    cloud.apply({"offline": part})
    states = [each["state"] for each in (await wire.get(wire.cabinet))["parts"]]
    assert states == [True] * 3 + [False] + [True] * 4
    cloud.apply({"offline": {"device": part, "offline": False}})
    cloud.apply({"offline": {"device": part, "offline": False}})
    cloud.apply({"offline": wire.account["cabinet"]})
    cloud.apply({"offline": wire.account["cabinet"]})
    cloud.clock.set(cloud.clock.now().replace(hour=20))
    (cabinet,) = await wire.get(CABINETS)
    assert cabinet["state"] == "offline"
    assert cabinet["lastSeen"] == "2026-11-20T17:00:00Z"
    states = [each["state"] for each in (await wire.get(wire.cabinet))["parts"]]
    assert states == [False] * 8
    cloud.apply({"offline": {"device": wire.account["cabinet"], "offline": False}})
    (cabinet,) = await wire.get(CABINETS)
    assert (cabinet["state"], cabinet["lastSeen"]) == ("online", "2026-11-20T20:00:00Z")


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ({"cabinet_state": "bool"}, {"state": True}),
        ({"last_seen": "seconds"}, {"lastSeen": 1795194000}),
        ({"last_seen": "milliseconds"}, {"lastSeen": 1795194000000}),
        ({"last_seen": "naive"}, {"lastSeen": "2026-11-20 17:00:00"}),
        ({"created": True}, {"createdAt": "2025-10-19T22:00:00Z"}),
        (
            {"created": True, "snake_case": True},
            {
                "last_seen": "2026-11-20T17:00:00Z",
                "updated_at": "2025-10-19T22:00:00Z",
                "time_zone": "Europe/Brussels",
            },
        ),
        ({"extra_keys": True}, {"brandNew": {"value": 1}}),
    ],
)
async def test_looks_of_cabinets(
    signed_in: Wire, look: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Spellings and types that nobody has settled."""
    signed_in.cloud.apply({"look": look})
    (cabinet,) = await signed_in.get(CABINETS)
    assert expected.items() <= cabinet.items()


async def test_looks_of_components(signed_in: Wire) -> None:
    """The same for their parts."""
    wire = signed_in
    wire.cloud.apply({"look": {"snake_case": True, "part_state": "text"}})
    part = (await wire.get(wire.cabinet))["parts"][0]
    assert part["location_code"] == "ems_01"
    assert "component_desc" in part
    assert part["state"] == "online"


@pytest.mark.parametrize("look", ["null", "missing", "empty"])
async def test_no_parts(wires: Callable[[str], Wire], look: str) -> None:
    """A cabinet without components."""
    wire = wires("aggregator")
    await wire.sign_in()
    wire.cloud.apply({"look": {"no_parts": look}})
    serial = wire.account["sites"][0]["cabinets"][2]["cabinet"]
    body = await wire.get(f"{CABINETS}/{serial}")
    missing = body.get("parts", "missing")
    assert missing == {"null": None, "missing": "missing", "empty": []}[look]


async def test_documented_site(signed_in: Wire) -> None:
    """Keys that are documented and were never seen."""
    signed_in.cloud.apply({"look": {"documented_site": True}})
    (project,) = await signed_in.get("/api/v2/projects")
    body = await signed_in.get(f"/api/v2/project/{project['id']}/sites")
    (site,) = body["data"]
    assert site["rated_capacity"] == 215
    assert site["begin_at"] == "2025-10-20"


async def test_styles(signed_in: Wire) -> None:
    """Each group of endpoints in each style."""
    wire, cloud = signed_in, signed_in.cloud
    usual = await wire.get(CABINETS)
    for style, expected in {
        "envelope": usual,
        "null_data": None,
        "documented": {"total": 1, "page": 1, "pageSize": 100, "records": usual},
    }.items():
        cloud.apply({"look": {"style": {"cabinets": style}}})
        assert await wire.data(CABINETS) == expected
    cloud.apply({"look": {"style": {"cabinets": "null"}}})
    assert await wire.get(CABINETS) is None
    cloud.apply({"look": {"style": {"cabinets": "empty"}}})
    response = await wire.send(CABINETS)
    assert (response.status, await response.text()) == (200, "")
    cloud.apply({"look": {"reset": True}})
    assert await wire.get(CABINETS) == usual


async def test_documented_styles(signed_in: Wire) -> None:
    """Components and sites as lists in an envelope; the rest as they are."""
    wire = signed_in
    groups = ("components", "sites", "projects", "devices", "topics", "pv", "token")
    wire.cloud.apply({"look": {"style": dict.fromkeys(groups, "documented")}})
    assert len(await wire.data(wire.cabinet)) == 8
    (project,) = await wire.data("/api/v2/projects")
    (site,) = await wire.data(f"/api/v2/project/{project['id']}/sites")
    assert len(await wire.data(f"/api/v2/site/{site['id']}/devices")) == 1
    assert len(await wire.data(wire.energy("daily"))) == 7
    assert set(await wire.data("/comm/client")) == {
        "id",
        "username",
        "password",
        "token",
    }
