"""Logging in and staying so (wire 3)."""

import asyncio
from typing import Any

import pytest

from custom_components.cloud_energy.client.authorizer import Grant
from custom_components.cloud_energy.client.call import Call
from custom_components.cloud_energy.client.errors import (
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
)
from custom_components.flowerhub.api import Credentials

from .conftest import Clockwork, Portal

LOGIN, REFRESH, ASSET = "/auth/login", "/auth/refresh-token", "/asset/{assetId}"


async def test_login(portal: Portal) -> None:
    """It tells the user; both cookies are kept for this account alone."""
    client = await portal.client()
    assert client.asset_owner_id is None
    login = await client.sign_in()
    person = portal.person()
    user = login.response.user
    assert user
    assert user.id == person["user_id"]
    assert user.email == person["username"]
    assert user.asset_owner_id == login.asset_owner_id == client.asset_owner_id
    assert client.asset_owner_id == person["asset_owner_id"]
    assert person["username"] not in repr(login)
    assert person["username"] not in repr(login.response)


async def test_nobody_has_to_sign_in_first(portal: Portal) -> None:
    """The first request does it."""
    client = await portal.client()
    person = portal.person()
    asset = await client.get_asset(person["asset_id"])
    assert asset.status
    assert portal.asked() == [LOGIN, ASSET]


async def test_wrong_password(portal: Portal) -> None:
    """It is told at once, without a refresh, and never tried again silently."""
    client = await portal.client(password="wrong")
    for _ in range(3):
        with pytest.raises(InvalidCredentials):
            await client.get_asset(1, raise_on_error=False)
    assert portal.asked() == [LOGIN]
    with pytest.raises(InvalidCredentials):
        await client.sign_in()
    assert portal.asked() == [LOGIN]
    assert portal.auth_failures == 4
    person = portal.person()
    await client.sign_in(Credentials(person["username"], person["password"]))
    assert await client.get_asset_id() == person["asset_id"]


async def test_no_password(portal: Portal) -> None:
    """There is nothing to log in with."""
    client = await portal.client(None)
    with pytest.raises(SessionExpired):
        await client.sign_in()
    assert portal.asked() == []


@pytest.mark.parametrize("body", ["flat", "wrapped", "ok", "empty"])
@pytest.mark.parametrize("opaque", [False, True])
async def test_expired_access(
    portal: Portal, frozen: Clockwork, body: str, *, opaque: bool
) -> None:
    """One refresh, whatever its body; ahead of time where the token tells its end."""
    portal.cloud.apply({"opaque_tokens": opaque, "look": {"refresh_body": body}})
    client = await portal.logged_in()
    frozen.tick(minutes=16)
    await client.get_asset()
    rejected = [ASSET] if opaque else []
    assert portal.asked() == [*rejected, REFRESH, ASSET]
    assert client.asset_owner_id == portal.person()["asset_owner_id"]
    await client.get_asset()
    assert portal.asked() == [ASSET]


async def test_renewed_ahead_of_time(portal: Portal, frozen: Clockwork) -> None:
    """A minute before its end a token is not used any more."""
    client = await portal.logged_in()
    frozen.tick(minutes=13, seconds=59)
    await client.get_asset()
    assert portal.asked() == [ASSET]
    frozen.tick(seconds=2)
    await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET]


async def test_a_wrong_clock_does_no_harm(portal: Portal, frozen: Clockwork) -> None:
    """Only how long a token lasts is read from it, not when it ends."""
    portal.cloud.clock.set(portal.cloud.clock.now().replace(year=2020))
    client = await portal.logged_in()
    frozen.tick(minutes=5)
    await client.get_asset()
    await client.get_asset()
    assert portal.asked() == [ASSET, ASSET]


async def test_parallel_requests_share_one_refresh(
    portal: Portal, frozen: Clockwork
) -> None:
    """Four rejected requests make one refresh, not four."""
    portal.cloud.apply({"opaque_tokens": True})
    client = await portal.logged_in()
    frozen.tick(minutes=16)
    await asyncio.gather(
        client.get_asset(),
        client.get_invoices(),
        client.get_revenue(),
        client.get_uptime_history(),
    )
    asked = portal.asked()
    assert asked.count(REFRESH) == 1
    assert asked.count(ASSET) == 2
    assert LOGIN not in asked


async def test_rotated_refresh_token(portal: Portal, frozen: Clockwork) -> None:
    """What the portal sets is what is used from then on."""
    portal.cloud.apply({"rotate_refresh": True})
    client = await portal.logged_in()
    for _ in range(3):
        frozen.tick(minutes=16)
        await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET] * 3


async def test_dead_refresh_token(portal: Portal, frozen: Clockwork) -> None:
    """The password renews the session; nobody notices."""
    client = await portal.logged_in()
    frozen.tick(minutes=5)
    portal.cloud.apply({"revoke_tokens": "solar_home"})
    await client.get_asset()
    assert portal.asked() == [ASSET, REFRESH, LOGIN, ASSET]
    assert portal.auth_failures == 0


async def test_the_end_of_a_refresh_token(portal: Portal, frozen: Clockwork) -> None:
    """A day before it there is a login instead of a refresh."""
    client = await portal.logged_in()
    frozen.tick(days=26, hours=23)
    await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET]
    frozen.tick(hours=2)
    await client.get_asset()
    assert portal.asked() == [LOGIN, ASSET]


async def test_a_late_rejection(portal: Portal, frozen: Clockwork) -> None:
    """A request that was sent with an older token is sent again with the new one."""
    portal.cloud.apply({"opaque_tokens": True})
    client = await portal.logged_in()
    frozen.tick(minutes=16)
    old = client._auth.login
    assert old
    await client.get_asset()
    call = Call(method="GET", base=portal.cloud.url, path="/")
    grant = await client._auth.replace(call, Grant({}, old))
    assert grant.token is client._auth.login
    assert grant.token is not old
    assert portal.asked() == [ASSET, REFRESH, ASSET]


async def test_a_changed_password(portal: Portal, frozen: Clockwork) -> None:
    """The session goes on until its end; then the user is needed."""
    client = await portal.logged_in()
    portal.cloud.apply({"password": {"account": "solar_home"}})
    frozen.tick(minutes=16)
    await client.get_asset()
    portal.cloud.apply({"revoke_tokens": "solar_home"})
    frozen.tick(minutes=16)
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            await client.get_asset()
    assert portal.asked()[2:] == [REFRESH, LOGIN]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 403},
        {"kind": "html"},
        {"kind": "truncated"},
        {"kind": "empty"},
        {"kind": "wrong_types"},
        {"kind": "drop"},
    ],
    ids=str,
)
async def test_a_refresh_that_fails(
    portal: Portal, frozen: Clockwork, fault: dict[str, Any]
) -> None:
    """A login takes its place, and for an hour nobody tries to refresh."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint=REFRESH, times=1000, **fault)
    frozen.tick(minutes=16)
    await client.get_asset(retry_5xx_attempts=0)
    assert portal.asked()[-2:] == [LOGIN, ASSET]
    frozen.tick(minutes=16)
    await client.get_asset()
    again = portal.asked()
    is_dead = fault.get("status") == 403
    assert again == [REFRESH, LOGIN, ASSET] if is_dead else [LOGIN, ASSET]
    portal.cloud.faults.clear()
    frozen.tick(hours=2)
    await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET]


async def test_a_refresh_that_has_to_wait(portal: Portal, frozen: Clockwork) -> None:
    """Who asks for a pause does not get a login instead; but the next time."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint=REFRESH, kind="rate_limited", retry_after=60)
    frozen.tick(minutes=16)
    with pytest.raises(RateLimited) as caught:
        await client.get_asset()
    assert caught.value.retry_after == 60
    assert LOGIN not in portal.asked()
    frozen.tick(minutes=12)
    await client.get_asset()
    assert portal.asked() == [LOGIN, ASSET]


async def test_a_path_that_refuses_everybody(portal: Portal, frozen: Clockwork) -> None:
    """It costs a refresh and a login an hour, and never asks the user."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint=ASSET, kind="status", status=401, times=1000)
    frozen.tick(minutes=61)
    for _ in range(3):
        with pytest.raises(NotPermitted):
            await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET, LOGIN, ASSET, ASSET, ASSET]
    await client.get_revenue()
    assert portal.asked() == ["/asset/{assetId}/revenue"]
    frozen.tick(minutes=30)
    with pytest.raises(NotPermitted):
        await client.get_asset()
    assert portal.asked() == [REFRESH, ASSET]
    portal.cloud.faults.clear()
    assert await client.get_asset()
    assert portal.auth_failures == 0


async def test_a_refreshed_token_that_is_rejected(
    portal: Portal, frozen: Clockwork
) -> None:
    """Then a login helps, and soon after one nothing else is tried."""
    portal.cloud.apply({"opaque_tokens": True})
    client = await portal.logged_in()
    frozen.tick(minutes=61)
    fault = {"endpoint": ASSET, "kind": "status", "status": 401}
    portal.cloud.faults.add(times=2, **fault)
    assert await client.get_asset()
    assert portal.asked() == [ASSET, REFRESH, ASSET, LOGIN, ASSET]
    portal.cloud.faults.add(times=1, **fault)
    with pytest.raises(NotPermitted):
        await client.get_asset()
    assert portal.asked() == [ASSET]
    assert await client.get_asset()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, ProviderError),
        ({"kind": "status", "status": 403}, NotPermitted),
        ({"kind": "rate_limited"}, RateLimited),
        ({"kind": "html", "status": 401}, Maintenance),
        ({"kind": "truncated"}, Malformed),
        ({"kind": "empty"}, Malformed),
        ({"kind": "wrong_types"}, Malformed),
    ],
    ids=str,
)
async def test_a_login_that_fails(
    portal: Portal, fault: dict[str, Any], error: type[Exception]
) -> None:
    """None of this says anything about the password."""
    client = await portal.client()
    portal.cloud.faults.add(endpoint=LOGIN, times=10, **fault)
    with pytest.raises(error):
        await client.sign_in()
    assert portal.auth_failures == 0
    portal.cloud.faults.clear()
    await client.sign_in()


async def test_a_login_without_cookies(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A good body alone is no login."""
    monkeypatch.setattr(portal.cloud.sessions, "_set", lambda *_: None)
    client = await portal.client()
    with pytest.raises(Malformed, match="no cookies"):
        await client.sign_in()


async def test_two_accounts(portal: Portal) -> None:
    """Side by side, each with cookies of its own."""
    clients = [await portal.logged_in(name) for name in ("solar_home", "plain_home")]
    for _ in range(2):
        for client in clients:
            assert await client.get_asset()
    accounts = [each.account for each in portal.cloud.requests.entries]
    assert accounts == ["solar_home", "plain_home"] * 2
    jars = [
        {cookie.value for cookie in client._transport.session.cookie_jar}
        for client in clients
    ]
    assert len(jars[0]) == len(jars[1]) == 2
    assert not jars[0] & jars[1]


async def test_closing_waits_for_a_renewal(portal: Portal, frozen: Clockwork) -> None:
    """A refresh under way comes to its end."""
    client = await portal.logged_in()
    frozen.tick(minutes=16)
    request = asyncio.create_task(client.get_asset())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await client.close()
    assert REFRESH in portal.asked() or request.done()
    await request
