"""What the client reads, in all the forms that answers may have."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.elecnova.api.client import ElecnovaClient, is_absent
from custom_components.elecnova.api.models import Component
from custom_components.elecnova.api.signature import signature

from .conftest import Fleet

VECTORS = {
    "/comm/client": (
        "MjgzZGNiODI5NGVmMzUwN2RmNjE2ODJjYjZjZDk2YjkyYzI5OWM4MmZhYjI4MDlhN2JkN2I5ZDE2"
        "YmJhYTEwOA=="
    ),
    "/api/v1/dev": (
        "YzkwZDJlN2QzNGYzZmMyMzcyYmEyMmE5ZTBjMTk1ZTJjNjU3MjFjZmJmMjY3OTg5OGYyMWUwMWFh"
        "ODgxYjUxNg=="
    ),
    "/api/v1/dev/2556110000": (
        "NWQ0YzA2ZjU5ZmIxMGViMzIzODExOTI0NjFkYTM4NjEzNTJjNTUwM2I1ZWE3N2Y4MjA5YWYxZjI4"
        "YWRlNmM2Yw=="
    ),
    "/api/v1/dev/topic/mqtt-0001/2556110000": (
        "ZmU5MGM2ZDM2OGFjYzM0MTQ5ZTg4YTIwNGJjZmUyZmY1YjAzYWQ1MDg5MTM3YmI3NGU4ZWRjYmM5"
        "YzQ3NTA5Ng=="
    ),
    "/api/v2/projects": (
        "MjI2OWM5ZmZmM2M0ZWU4YjgzODFmOGY2NzUzODA0MGYxZjQ3NzRlMGQxZjA4ODFkYzk1NGM4ODM5"
        "NDgyOWVkOA=="
    ),
}


@pytest.mark.parametrize("path", VECTORS)
def test_signature(path: str) -> None:
    """It is the hex text of the digest in base64, to the byte."""
    assert signature("demo-secret", path, "1700000000000") == VECTORS[path]


async def read_all(client: ElecnovaClient) -> dict[str, Any]:
    """Ask for everything."""
    cabinets = await client.get_all_cabinets()
    components = [c for cab in cabinets for c in await client.get_components(cab.sn)]
    now = datetime.now(UTC)
    found: dict[str, Any] = {"cabinets": cabinets, "components": components}
    for inverter in (c.sn for c in components if c.component == "pv.inv"):
        zone = cabinets[0].zone
        begin = (now - timedelta(hours=30)).replace(minute=0, second=0)
        end = begin + timedelta(hours=24)
        found[inverter] = (
            await client.get_pv_power(inverter, begin, end, zone),
            await client.get_pv_energy_daily(inverter, zone),
            await client.get_pv_energy_monthly(inverter, now, zone),
            await client.get_pv_energy_yearly(inverter, now.year, zone),
        )
    return found


async def test_everything_of_one_site(fleet: Fleet) -> None:
    """One cabinet with its parts, its sun, and the place where it stands."""
    client = await fleet.client()
    found = await read_all(client)
    (cabinet,) = found["cabinets"]
    assert (cabinet.online, cabinet.zone) == (True, ZoneInfo("Europe/Brussels"))
    kinds = [component.component for component in found["components"]]
    assert {"ess.bms", "ess.pcs", "ess.meter", "pv.inv"} <= set(kinds)
    assert {c.cabinet_sn for c in found["components"]} == {cabinet.sn}
    (inverter,) = (sn for sn in found if sn not in ("cabinets", "components"))
    power, days, month, year = found[inverter]
    assert len(power) == 24 * 12
    assert sum(point.value for point in power) > 0
    assert len(days) == 7
    assert sum(p.value for p in month) == pytest.approx(year[-1].value, abs=0.1)
    (project,) = await client.get_projects()
    (site,) = await client.get_all_sites(project.id)
    (device,) = await client.get_site_devices(site.id)
    assert (device.id, device.sn) == (cabinet.id, cabinet.sn)
    assert not client.drift.seen


async def test_a_fleet(fleet: Fleet) -> None:
    """Missing names, unknown components and missing parts do no harm."""
    client = await fleet.client("aggregator")
    found = await read_all(client)
    assert len(found["cabinets"]) == 8
    assert {cabinet.online for cabinet in found["cabinets"]} == {True, False}
    by_cabinet: dict[str, list[Component]] = {c.sn: [] for c in found["cabinets"]}
    for component in found["components"]:
        by_cabinet[component.cabinet_sn].append(component)
    assert sorted(map(len, by_cabinet.values()))[::7] == [0, 15]
    sites = [
        site
        for project in await client.get_projects()
        for site in await client.get_all_sites(project.id)
    ]
    assert len(sites) == 2
    assert await (await fleet.client("newcomer")).get_all_cabinets() == []


@pytest.mark.parametrize(
    "look",
    [
        {"style": dict.fromkeys(("cabinets", "components", "pv"), "envelope")},
        {"style": dict.fromkeys(("cabinets", "components", "pv"), "bare")},
        {"style": dict.fromkeys(("cabinets", "components"), "documented")},
        {"code_as_text": True},
        {"snake_case": True},
        {"cabinet_state": "bool", "part_state": "text"},
        {"last_seen": "milliseconds"},
        {"last_seen": "seconds"},
        {"last_seen": "naive"},
        {"point_time": "utc", "period_time": "short"},
        {"point_time": "naive", "period_time": "naive"},
        {"night": "null", "future": "null"},
        {"ignore_paging": True},
    ],
    ids=str,
)
async def test_every_form_says_the_same(fleet: Fleet, look: dict[str, Any]) -> None:
    """Whatever the answers look like, what they tell is understood alike."""
    # The clock stands: both questions are about the same time.
    fleet.cloud.clock.set(
        datetime.now(UTC).replace(second=30, microsecond=0), frozen=True
    )
    plain = await read_all(await fleet.client())
    fleet.cloud.apply({"look": look})
    other = await read_all(await fleet.client())
    for key, value in plain.items():
        if key in ("cabinets", "components"):
            assert other[key] == value
            continue
        for before, after in zip(value, other[key], strict=True):
            drawn = {point.time: point.value for point in before if point.value}
            assert {p.time: p.value for p in after if p.value} == drawn


async def test_topics(fleet: Fleet) -> None:
    """They are asked for in the name of the broker's client."""
    client = await fleet.client()
    login = await client.get_token()
    (cabinet,) = await client.get_all_cabinets()
    components = await client.get_components(cabinet.sn)
    topics = await client.get_cabinet_topics(login.id, cabinet.sn)
    assert topics
    assert await client.get_component_topics(login.id, components[0].sn)
    fleet.cloud.apply({"look": {"style": {"topics": "null"}}})
    assert await client.get_cabinet_topics(login.id, cabinet.sn) == []


async def test_without_projects(fleet: Fleet) -> None:
    """Older accounts do not have them: that is told apart from trouble."""
    fleet.cloud.apply({"v2": False})
    with pytest.raises(ProviderError) as caught:
        await (await fleet.client()).get_projects()
    assert is_absent(caught.value)
