"""Signing in with user name and password (wire 3.1 to 3.3, 3.10, 3.11)."""

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
    ProviderError,
    RateLimited,
    SessionExpired,
)
from custom_components.dominion_energy.api.errors import (
    AccountDisabled,
    AccountNotReady,
    CaptchaRequired,
    PasswordChangeRequired,
    SecondFactorNotEnrolled,
)
from custom_components.dominion_energy.api.login import Login

from .conftest import Portal


async def test_login_without_second_factor(portal: Portal) -> None:
    """One call yields tokens, cookies and the user id, and stores them."""
    stored: list[Login] = []
    client = await portal.client("plain_home", persist=stored.append)

    login = await client.sign_in()

    assert stored == [login]
    assert client.login is login
    assert login.uid == portal.account("plain_home")["user_id"]
    assert login.uuid.replace("-", "") == login.uid
    assert {"gmid", "ucid"} <= {cookie["name"] for cookie in login.cookies}
    assert (
        await client.get_customer_number() == portal.account("plain_home")["bp_number"]
    )


async def test_login_survives_storage(portal: Portal) -> None:
    """What is stored serves a client of another process."""
    login = await (await portal.client("plain_home")).sign_in()
    stored = Login.from_dict(login.to_dict())

    assert stored == login
    client = await portal.client("plain_home", login=stored)
    portal.cloud.requests.clear()
    assert await client.get_accounts()
    assert not portal.count("accounts.login")


@pytest.mark.parametrize("password", ["wrong", " "])
async def test_wrong_password(portal: Portal, password: str) -> None:
    """A refused password is one, and no token is asked for."""
    client = await portal.client("plain_home", password=password)
    with pytest.raises(InvalidCredentials):
        await client.sign_in()
    assert not portal.count("/Login/auth")


async def test_lock_out(portal: Portal) -> None:
    """The portal locks the account after five wrong passwords."""
    client = await portal.client("plain_home", password="wrong")
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            await client.sign_in()
    with pytest.raises(AccountLocked):
        await client.sign_in()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (206001, AccountNotReady),
        (206002, AccountNotReady),
        (400093, ProviderError),
        (401020, CaptchaRequired),
        (401021, CaptchaRequired),
        (401030, InvalidCredentials),
        (403005, ProviderError),
        (403007, ProviderError),
        (403041, AccountDisabled),
        (403042, InvalidCredentials),
        (403043, InvalidCredentials),
        (403047, InvalidCredentials),
        (403048, RateLimited),
        (403100, PasswordChangeRequired),
        (403101, CodeRequired),
        (403102, SecondFactorNotEnrolled),
        (403120, AccountLocked),
        (500001, ProviderError),
        (504002, ProviderError),
    ],
)
async def test_error_codes(portal: Portal, code: int, error: type[CloudError]) -> None:
    """Every known error code has its own meaning."""
    portal.cloud.apply({"login_error": {"account": "plain_home", "code": code}})
    client = await portal.client("plain_home")
    with pytest.raises(error) as raised:
        await client.sign_in()
    assert type(raised.value) is error
    if isinstance(raised.value, ProviderError):
        assert raised.value.code == str(code)


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("html", 200, Maintenance),
        ("html", 403, Maintenance),
        ("status", 401, ProviderError),
        ("status", 403, ProviderError),
        ("status", 404, ProviderError),
        ("status", 500, ProviderError),
        ("status", 503, ProviderError),
        ("rate_limited", 429, RateLimited),
        ("drop", None, CannotConnect),
        ("empty", None, Malformed),
        ("truncated", None, Malformed),
        ("wrong_types", None, Malformed),
    ],
)
@pytest.mark.parametrize(
    "path", ["/accounts.webSdkBootstrap", "/accounts.login", "*/Login/auth"]
)
async def test_no_fault_is_a_refusal(
    portal: Portal, path: str, kind: str, status: int | None, error: type[CloudError]
) -> None:
    """Nothing but the portal's own word makes credentials bad ones."""
    fault = {"endpoint": path, "kind": kind}
    portal.cloud.faults.add(**fault, **({"status": status} if status else {}))
    client = await portal.client("plain_home")

    with pytest.raises(error) as raised:
        await client.sign_in()

    assert not isinstance(raised.value, AuthFailed)
    assert client.login is None
    portal.cloud.faults.clear()
    await client.sign_in()


async def test_password_is_sent_once(portal: Portal) -> None:
    """A login is never repeated by itself: each try counts for the lock-out."""
    portal.cloud.faults.add(endpoint="/accounts.login", kind="status", status=503)
    client = await portal.client("plain_home")
    with pytest.raises(ProviderError):
        await client.sign_in()
    assert portal.count("/accounts.login") == 1


@pytest.mark.parametrize("kind", ["drop", "html", "status"])
async def test_login_page_is_not_needed(portal: Portal, kind: str) -> None:
    """The login page only gives cookies."""
    portal.cloud.faults.add(endpoint="/CommonLogin", kind=kind)
    client = await portal.client("plain_home")
    assert (await client.sign_in()).uid


async def test_no_password(portal: Portal) -> None:
    """Without a password there is nothing to sign in with."""
    client = await portal.client(None)
    with pytest.raises(SessionExpired):
        await client.sign_in()
    with pytest.raises(SessionExpired):
        await client.get_accounts()
    with pytest.raises(SessionExpired):
        await client.refresh()
