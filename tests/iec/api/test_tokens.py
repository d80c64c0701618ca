"""Refresh: one at a time, with margin, with rotation or without."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    NotPermitted,
    ProviderError,
    SessionExpired,
)
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.login import Login

from .conftest import Portal


def aged(login: Login, age: timedelta = timedelta(minutes=56)) -> Login:
    """Return a login that came some time ago."""
    data = login.to_dict()
    for key in ("issued_at", "expires_at"):
        data[key] = (getattr(login, key) - age).isoformat()
    return Login.from_dict(data)


async def restarted(portal: Portal, kept: list[Login], age: timedelta) -> IecClient:
    """Return a client that goes on with an older login."""
    client = await portal.logged_in()
    assert client.login
    login = aged(client.login, age)
    portal.cloud.requests.clear()
    return await portal.client(login=login, persist=kept.append)


@pytest.mark.parametrize("rotates", [True, False])
async def test_six_calls_make_one_refresh(portal: Portal, *, rotates: bool) -> None:
    """All six get through with the new token, which is stored first."""
    portal.cloud.apply({"rotate_refresh": rotates})
    kept: list[Login] = []
    client = await restarted(portal, kept, timedelta(minutes=56))
    before = client.login
    person = portal.person("plain_home")
    contract, partner = person["contract"], person["bp_number"]
    await asyncio.gather(
        client.get_customer(),
        client.get_accounts(),
        client.get_contracts(partner),
        client.get_devices(contract),
        client.billing.get_invoices(contract, partner),
        client.masa.get_contact_profile(),
    )
    assert portal.count("/token") == 1
    assert len(kept) == 1
    assert kept[0] == client.login
    assert before
    assert (kept[0].refresh_token != before.refresh_token) == rotates
    assert kept[0].id_token != before.id_token


async def test_margin(portal: Portal) -> None:
    """A token that is about to end is renewed before; a younger one is not."""
    client = await restarted(portal, [], timedelta(minutes=50))
    await client.get_customer()
    assert portal.count("/token") == 0
    client = await restarted(portal, [], timedelta(minutes=55, seconds=5))
    await client.get_customer()
    assert portal.count("/token") == 1


async def test_refresh_token_left_out(portal: Portal) -> None:
    """The old one is kept."""
    portal.cloud.apply({"omit_refresh_token": True})
    kept: list[Login] = []
    client = await restarted(portal, kept, timedelta(hours=2))
    before = client.login
    await client.get_customer()
    assert before
    assert kept[0].refresh_token == before.refresh_token


@pytest.mark.parametrize("body", ["json", "empty"])
async def test_a_token_that_died_early(portal: Portal, body: str) -> None:
    """A 401 forces one refresh, and the call is repeated."""
    portal.cloud.apply({"unauthorized_body": body})
    client = await restarted(portal, [], timedelta(minutes=20))
    portal.cloud.apply({"revoke_tokens": {"account": "plain_home", "tokens": "access"}})
    assert (await client.get_customer()).bp_number
    assert portal.count("/token") == 1


async def test_a_dead_session(portal: Portal) -> None:
    """Only a proven rejection asks for the user."""
    client = await restarted(portal, [], timedelta(minutes=20))
    portal.cloud.apply({"revoke_tokens": "plain_home"})
    with pytest.raises(SessionExpired):
        await client.get_customer()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop"},
        {"kind": "timeout"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 400},
        {"kind": "status", "status": 401},
        {"kind": "rate_limited"},
        {"kind": "html", "status": 403},
        {"kind": "truncated"},
        {"kind": "empty"},
        {"kind": "wrong_types"},
    ],
    ids=str,
)
async def test_trouble_at_refresh_keeps_the_token(
    portal: Portal, give_up: Callable[[str], None], fault: dict[str, object]
) -> None:
    """It passes by itself; nothing is stored, nothing is lost."""
    kept: list[Login] = []
    client = await portal.logged_in()
    assert client.login
    login = aged(client.login)
    client = await portal.client(login=login, persist=kept.append)
    if fault["kind"] == "timeout":
        give_up("/v1/token")
    portal.cloud.faults.add(endpoint="POST */v1/token", times=1, **fault)
    with pytest.raises(CloudError) as caught:
        await client.get_customer()
    assert not isinstance(caught.value, SessionExpired)
    assert client.login == login
    assert not kept
    await client.get_customer()
    assert len(kept) == 1


async def test_what_is_not_yours(portal: Portal) -> None:
    """Another's contract costs no refresh and no session."""
    client = await restarted(portal, [], timedelta(minutes=20))
    other = portal.person("solar_home")
    for call in (
        client.get_devices(other["contract"]),
        client.get_contracts(other["bp_number"]),
        client.outages.get_outages(other["account_id"]),
    ):
        with pytest.raises(NotPermitted):
            await call
    assert portal.count("/token") == 0


async def test_a_401_that_stays(portal: Portal) -> None:
    """One refresh is tried; then it is the resource that is refused."""
    client = await restarted(portal, [], timedelta(minutes=20))
    portal.cloud.faults.add(
        endpoint="GET */api/outages/accounts", kind="status", status=401, times=9
    )
    for _ in range(3):
        with pytest.raises(NotPermitted):
            await client.get_accounts()
    assert portal.count("/token") == 1


async def test_a_401_of_the_customer_that_stays(portal: Portal) -> None:
    """The person's own data are worth a refresh each time, and no more."""
    client = await restarted(portal, [], timedelta(minutes=20))
    portal.cloud.faults.add(
        endpoint="GET */api/customer", kind="status", status=401, times=9
    )
    for _ in range(3):
        with pytest.raises(NotPermitted):
            await client.get_customer()
    assert portal.count("/token") == 3


async def test_a_fresh_token_that_the_service_refuses(portal: Portal) -> None:
    """Where the service itself says so of the customer, the user is needed."""
    client = await restarted(portal, [], timedelta(minutes=20))
    tokens = portal.cloud.tokens
    tokens.life = 0.0
    portal.cloud.apply({"revoke_tokens": {"account": "plain_home", "tokens": "access"}})
    with pytest.raises(SessionExpired):
        await client.get_customer()


async def test_refresh_now_and_close(portal: Portal) -> None:
    """A renewal under way is waited for."""
    client = await portal.logged_in()
    before = client.login
    renewal = asyncio.create_task(client.refresh())
    await asyncio.sleep(0)
    await client.close()
    assert renewal.done()
    assert client.login != before


async def test_no_answer_is_a_network_error(portal: Portal) -> None:
    """As is a host that is away."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint="GET */api/customer", kind="drop", times=9)
    with pytest.raises(CannotConnect):
        await client.get_customer()
    portal.cloud.faults.clear()
    portal.cloud.apply({"broken": True})
    with pytest.raises(ProviderError):
        await client.get_accounts()
