"""Staying logged in (wire 3.12, 3.14)."""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    AuthFailed,
    CannotConnect,
    CloudError,
    CodeRequired,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
)
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.login import Login, Tokens

from .conftest import Portal

REFRESH = "*/login/auth/refresh"
FORECAST = "/Service/api/1/bill/billForecast"


def aged(login: Login) -> Login:
    """Return the login with its access token about to end."""
    soon = datetime.now(UTC) + timedelta(seconds=20)
    return replace(login, tokens=replace(login.tokens, expires_at=soon))


async def login_of(client: DominionClient) -> Login:
    """Return the client's login."""
    assert client.login
    return client.login


async def test_refresh_before_expiry(portal: Portal) -> None:
    """Both tokens change, and are stored before the data are asked for."""
    stored: list[tuple[Login, int]] = []
    first = await login_of(await portal.logged_in("plain_home"))
    portal.cloud.requests.clear()
    client = await portal.client(
        "plain_home",
        login=aged(first),
        persist=lambda login: stored.append((login, portal.count("GetBpNumber"))),
    )

    await client.get_customer_number()

    [(login, asked)] = stored
    assert asked == 0
    assert login.tokens.access != first.tokens.access
    assert login.tokens.refresh != first.tokens.refresh
    assert (login.uid, login.cookies) == (first.uid, first.cookies)
    assert portal.count("auth/refresh") == 1
    assert not portal.count("accounts.")


async def test_refresh_after_half_an_hour(
    portal: Portal, freezer: FrozenDateTimeFactory
) -> None:
    """A client that runs on renews its tokens when their time has come."""
    portal.cloud.clock.set(datetime.now(UTC), frozen=False)
    client = await portal.logged_in("plain_home")
    account = portal.account("plain_home")["account"]
    for minutes, refreshes in ((29, 0), (2, 1), (20, 1), (10, 2)):
        freezer.tick(timedelta(minutes=minutes))
        await client.get_bill_forecast(account)
        assert portal.count("auth/refresh") == refreshes


async def test_wrong_clock_of_the_host(
    portal: Portal, freezer: FrozenDateTimeFactory
) -> None:
    """A clock that is hours ahead of the portal's does not wear tokens out."""
    freezer.move_to(portal.cloud.clock.now() + timedelta(hours=5))
    client = await portal.logged_in("plain_home")
    for _ in range(3):
        await client.get_bill_forecast(portal.account("plain_home")["account"])
    assert not portal.count("auth/refresh")


async def test_one_refresh_for_all(portal: Portal) -> None:
    """Requests that find the token old at once share one refresh."""
    first = await login_of(await portal.logged_in("plain_home"))
    client = await portal.client("plain_home", login=aged(first))
    account = portal.account("plain_home")
    await asyncio.gather(
        client.get_customer_number(),
        client.get_bill_forecast(account["account"]),
        client.get_current_bill(account["account"]),
        client.get_meters(account["account"]),
        client.get_customer_number(),
        client.get_bill_forecast(account["account"]),
    )
    assert portal.count("auth/refresh") == 1


async def test_one_refresh_for_all_rejected(portal: Portal) -> None:
    """So do requests whose token the portal rejects before its time."""
    client = await portal.logged_in("plain_home")
    portal.cloud.apply({"revoke_tokens": {"account": "plain_home", "tokens": "access"}})
    account = portal.account("plain_home")["account"]
    await asyncio.gather(
        client.get_customer_number(),
        client.get_bill_forecast(account),
        client.get_current_bill(account),
        client.get_meters(account),
    )
    assert portal.count("auth/refresh") == 1


async def test_silent_login(portal: Portal) -> None:
    """A dead refresh token costs the user nothing on a trusted device."""
    stored: list[Login] = []
    client = await portal.logged_in(persist=stored.append)
    portal.cloud.apply({"revoke_tokens": "solar_home"})
    stored.clear()

    assert await client.get_accounts()

    assert stored == [client.login]
    assert portal.count("/accounts.login") == 2
    assert portal.count("sendVerificationCode") == 1


async def test_silent_login_needs_a_code(portal: Portal) -> None:
    """If the device is not trusted any more the handler of the login comes out."""
    client = await portal.logged_in()
    portal.cloud.apply({"revoke_tokens": "solar_home", "forget_devices": "solar_home"})
    with pytest.raises(CodeRequired) as raised:
        await client.get_accounts()
    handler = raised.value.handler
    await handler.send((await handler.deliveries())[0])
    await handler.submit(portal.account("solar_home")["code"])
    assert await client.get_accounts()


async def test_password_has_changed(portal: Portal) -> None:
    """A password that was refused is not tried again: that would lock the account."""
    first = await login_of(await portal.logged_in("plain_home"))
    client = await portal.client("plain_home", login=first, password="old one")
    portal.cloud.apply({"revoke_tokens": "plain_home"})
    for _ in range(7):
        with pytest.raises(InvalidCredentials):
            await client.get_accounts()
    assert portal.count("/accounts.login") == 2


async def test_locked_account_is_left_alone(
    portal: Portal, freezer: FrozenDateTimeFactory
) -> None:
    """A lock passes by itself, and is not prolonged by knocking."""
    client = await portal.logged_in("plain_home")
    portal.cloud.apply({"revoke_tokens": "plain_home", "lock": "plain_home"})
    for _ in range(3):
        with pytest.raises(AccountLocked):
            await client.refresh()
    assert portal.count("/accounts.login") == 2
    freezer.tick(timedelta(hours=2))
    portal.cloud.apply({"unlock": "plain_home"})
    await client.refresh()


async def test_pasted_tokens_end(portal: Portal) -> None:
    """Without a password only the user can renew a dead session."""
    first = await login_of(await portal.logged_in("plain_home"))
    client = await portal.client(None, login=first)
    assert await client.get_accounts()
    portal.cloud.apply({"revoke_tokens": "plain_home"})
    with pytest.raises(SessionExpired):
        await client.get_accounts()


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer\t", '  "'])
async def test_paste_tokens(portal: Portal, prefix: str) -> None:
    """Pasted tokens are proven by a refresh; what comes back is stored."""
    first = await login_of(await portal.logged_in("plain_home"))
    stored: list[Login] = []
    client = await portal.client(None, persist=stored.append)

    login = await client.use_tokens(
        f"{prefix}{first.tokens.access}\n", f" {first.tokens.refresh} "
    )

    assert stored == [login]
    assert login.uid == portal.account("plain_home")["user_id"]
    assert login.tokens.access != first.tokens.access
    assert await client.get_accounts()


async def test_paste_dead_tokens(portal: Portal) -> None:
    """Dead tokens are refused and not stored."""
    first = await login_of(await portal.logged_in("plain_home"))
    portal.cloud.apply({"revoke_tokens": "plain_home"})
    client = await portal.client(None)
    with pytest.raises(SessionExpired):
        await client.use_tokens(first.tokens.access, first.tokens.refresh)
    assert client.login is None


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("drop", None, CannotConnect),
        ("html", 200, Maintenance),
        ("html", 403, Maintenance),
        ("status", 500, ProviderError),
        ("status", 404, ProviderError),
        ("rate_limited", None, RateLimited),
        ("empty", None, Malformed),
        ("wrong_types", None, Malformed),
        ("truncated", None, Malformed),
    ],
)
@pytest.mark.parametrize("name", ["plain_home", None])
async def test_fault_during_refresh(
    portal: Portal,
    name: str | None,
    kind: str,
    status: int | None,
    error: type[CloudError],
) -> None:
    """It is no verdict on the session, whose tokens stay as they are."""
    first = aged(await login_of(await portal.logged_in("plain_home")))
    portal.cloud.faults.add(
        endpoint=REFRESH, kind=kind, **({"status": status} if status else {})
    )
    client = await portal.client(name, login=first)
    with pytest.raises(error) as raised:
        await client.get_accounts()
    assert not isinstance(raised.value, AuthFailed)
    assert client.login is first


async def test_lost_answer_of_a_refresh(portal: Portal) -> None:
    """The portal has used the token up, we never saw the new one: a login heals it."""
    first = aged(await login_of(await portal.logged_in("plain_home")))
    portal.cloud.faults.add(endpoint=REFRESH, kind="truncated", times=1)
    client = await portal.client("plain_home", login=first)
    with pytest.raises(Malformed):
        await client.get_accounts()

    assert await client.get_accounts()
    assert portal.count("auth/refresh") == 2
    assert portal.count("/accounts.login") == 2


@pytest.mark.parametrize("status", [400, 403])
async def test_unclear_refusal_of_a_refresh(portal: Portal, status: int) -> None:
    """A password can find out what it means; without one the session may be alive."""
    first = aged(await login_of(await portal.logged_in("plain_home")))
    portal.cloud.faults.add(endpoint=REFRESH, kind="status", status=status)

    client = await portal.client(None, login=first)
    with pytest.raises(ProviderError):
        await client.get_accounts()
    client = await portal.client("plain_home", login=first)
    assert await client.get_accounts()


@pytest.mark.parametrize("status", [401, 403])
async def test_resource_is_refused(portal: Portal, status: int) -> None:
    """One endpoint that refuses a good session says nothing of the session."""
    client = await portal.logged_in("plain_home")
    portal.cloud.faults.add(endpoint=FORECAST, kind="status", status=status)
    account = portal.account("plain_home")["account"]
    with pytest.raises(NotPermitted):
        await client.get_bill_forecast(account)
    assert await client.get_current_bill(account)
    assert not portal.count("accounts.login") > 1


async def test_renewal_survives_its_caller(portal: Portal) -> None:
    """A cancelled request does not lose the tokens that it had renewed."""
    first = aged(await login_of(await portal.logged_in("plain_home")))
    portal.cloud.faults.add(endpoint=REFRESH, kind="slow", seconds=0.1)
    stored: list[Login] = []
    client = await portal.client("plain_home", login=first, persist=stored.append)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await client.get_accounts()
    await client.close()
    assert [client.login] == stored


def test_expiry_of_tokens(freezer: FrozenDateTimeFactory) -> None:
    """Minutes count first, then the token's own claim, then the usual half hour."""
    freezer.move_to("2026-11-20T12:00:00Z")
    now = datetime.now(UTC)
    claims = json.dumps({"exp": (now + timedelta(minutes=7)).timestamp()}).encode()
    token = f"head.{urlsafe_b64encode(claims).decode().rstrip('=')}.signature"

    assert Tokens.issued(token, "r", 12).expires_at == now + timedelta(minutes=12)
    assert Tokens.issued(token, "r").expires_at == now + timedelta(minutes=7)
    for minutes in (None, 0, -3, 10_000):
        assert Tokens.issued("opaque", "r", minutes).expires_at == now + timedelta(
            minutes=30
        )
    assert Tokens.issued("opaque", "r", 1).is_fresh
    freezer.tick(31)
    assert not Tokens("a", "r", now + timedelta(minutes=1)).is_fresh
