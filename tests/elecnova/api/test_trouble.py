"""Refusals and faults: which of them are about the user."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CannotConnect,
    CloudError,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
)
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.errors import (
    AddressNotAllowed,
    ClockSkew,
    EmptyAnswer,
)

from .conftest import Fleet

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
NOON = NOW - timedelta(hours=1)

type Ids = dict[str, str]
type Ask = Callable[[ElecnovaClient, Ids], Awaitable[object]]

QUESTIONS: dict[str, Ask] = {
    "/comm/client": lambda c, _: c.renew_token(),
    "/api/v1/dev": lambda c, _: c.get_cabinets(),
    "/api/v1/dev/{sn}": lambda c, ids: c.get_components(ids["cabinet"]),
    "/api/v1/dev/topic/*": lambda c, i: c.get_cabinet_topics(i["login"], i["cabinet"]),
    "/api/v1/dev/pv/power-cap/*": lambda c, i: c.get_pv_power(i["pv"], NOON, NOW),
    "/api/v1/dev/pv/power-gen/daily/*": lambda c, i: c.get_pv_energy_daily(i["pv"]),
    "/api/v1/dev/pv/power-gen/monthly/*": (
        lambda c, i: c.get_pv_energy_monthly(i["pv"], NOW)
    ),
    "/api/v1/dev/pv/power-gen/yearly/*": (
        lambda c, i: c.get_pv_energy_yearly(i["pv"], 2026)
    ),
    "/api/v2/projects": lambda c, _: c.get_projects(),
    "/api/v2/project/*": lambda c, ids: c.get_project_sites(ids["project"]),
    "/api/v2/site/*": lambda c, ids: c.get_site_devices(ids["site"]),
}


async def ids_of(client: ElecnovaClient) -> Ids:
    """Return what the questions are about."""
    (cabinet,) = await client.get_all_cabinets()
    components = await client.get_components(cabinet.sn)
    (project,) = await client.get_projects()
    (site,) = await client.get_all_sites(project.id)
    return {
        "login": (await client.get_token()).id,
        "cabinet": cabinet.sn,
        "pv": next(c.sn for c in components if c.component == "pv.inv"),
        "project": project.id,
        "site": site.id,
    }


FAULTS: tuple[tuple[dict[str, Any], type[CloudError]], ...] = (
    ({"kind": "timeout"}, TimedOut),
    ({"kind": "drop"}, CannotConnect),
    ({"kind": "status", "status": 403}, AddressNotAllowed),
    ({"kind": "status", "status": 500}, ProviderError),
    ({"kind": "rate_limited", "retry_after": 7}, RateLimited),
    ({"kind": "html"}, Maintenance),
    ({"kind": "truncated"}, Malformed),
    ({"kind": "empty"}, EmptyAnswer),
)


@pytest.mark.parametrize("endpoint", QUESTIONS)
@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=str)
async def test_faults_are_not_about_the_user(
    fleet: Fleet,
    give_up: Callable[[str], None],
    endpoint: str,
    fault: dict[str, Any],
    error: type[CloudError],
) -> None:
    """Each is told as what it is, and never as a refused client."""
    client = await fleet.client()
    ids = await ids_of(client)
    if fault["kind"] == "timeout":
        give_up(endpoint)
    fleet.cloud.faults.add(endpoint=f"GET {endpoint}", times=10, **fault)
    with pytest.raises(error) as caught:
        await QUESTIONS[endpoint](client, ids)
    assert not isinstance(caught.value, AuthFailed)
    secret = fleet.person()["client_secret"]
    assert secret not in repr(caught.value) + repr(client.login)


@pytest.mark.parametrize("endpoint", QUESTIONS)
async def test_wrong_types(fleet: Fleet, endpoint: str) -> None:
    """What can be read is; the rest is malformed."""
    client = await fleet.client()
    ids = await ids_of(client)
    fleet.cloud.faults.add(endpoint=f"GET {endpoint}", kind="wrong_types", times=10)
    with suppress(Malformed):
        await QUESTIONS[endpoint](client, ids)
    assert fleet.asked("/comm/client") <= 2


@pytest.mark.parametrize("errors", ["status", "body", "text", "empty"])
async def test_a_dead_token_is_renewed_once(fleet: Fleet, errors: str) -> None:
    """In all its forms, by one request however many wait for it."""
    client = await fleet.client("aggregator")
    cabinets = await client.get_all_cabinets()
    fleet.cloud.apply({"look": {"errors": errors}})
    fleet.cloud.apply({"revoke_tokens": "aggregator"})
    before = fleet.asked("/comm/client")
    await asyncio.gather(*(client.get_components(c.sn) for c in cabinets[:4]))
    assert fleet.asked("/comm/client") == before + 1


async def test_a_token_that_helps_nothing(fleet: Fleet) -> None:
    """Who refuses even a new one refuses the question, not the user."""
    client = await fleet.client()
    await client.get_token()
    fleet.cloud.faults.add(
        endpoint="GET /api/v1/dev", kind="status", status=401, times=9
    )
    with pytest.raises(NotPermitted):
        await client.get_cabinets()
    assert fleet.asked("/comm/client") == 2


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("errors", ["status", "body"])
async def test_a_wrong_secret(fleet: Fleet, status: int, errors: str) -> None:
    """It is refused once, and then not tried any more."""
    fleet.cloud.apply({"look": {"errors": errors, "login_status": status}})
    client = await fleet.client(secret="wrong")
    for _ in range(3):
        with pytest.raises(InvalidCredentials):
            await client.get_cabinets()
    assert fleet.asked("/comm/client") == 1


@pytest.mark.parametrize("refusal", ["status", "message"])
async def test_a_foreign_address(fleet: Fleet, refusal: str) -> None:
    """That has an error of its own, at the token and at the data."""
    client = await fleet.client()
    await client.get_token()
    fleet.cloud.apply({"look": {"whitelist_refusal": refusal}})
    fleet.cloud.apply({"whitelist": {"account": "solar_site", "addresses": []}})
    for question in (client.get_cabinets, client.renew_token):
        with pytest.raises(NotPermitted):
            await question()
    with pytest.raises(AddressNotAllowed):
        await client.renew_token()
    fleet.cloud.apply({"whitelist": {"account": "solar_site", "addresses": None}})
    assert await client.get_cabinets()


async def test_a_wrong_clock(fleet: Fleet, freezer: FrozenDateTimeFactory) -> None:
    """What is refused because of the time is no wrong secret."""
    fleet.cloud.apply({"max_skew": 300})
    fleet.cloud.clock.set(datetime.now(UTC) + timedelta(hours=1), frozen=True)
    with pytest.raises(ClockSkew):
        await (await fleet.client()).get_token()


async def test_nobody_is_there(fleet: Fleet) -> None:
    """A refused connection says nothing about the client."""
    client = await fleet.client(base="http://localhost:9")
    with pytest.raises(CannotConnect):
        await client.get_cabinets()
    await client.close()
