"""Tokens: claims, published keys, refresh, revocation, and how the hosts take them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import jwt
import pytest

from tests.clouds.emporia.tokens import CLIENT_ID, POOL_ID

from .wire import Wire

ISSUER = f"https://cognito-idp.us-east-2.amazonaws.com/{POOL_ID}"


async def claims(wire: Wire, token: str, audience: str | None) -> dict[str, Any]:
    """A token's claims, its signature checked against the published keys."""
    url = f"{wire.cloud.url}/{POOL_ID}/.well-known/jwks.json"
    async with wire.session.get(url) as response:
        keys = jwt.PyJWKSet.from_dict(await response.json())
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    checked: dict[str, Any] = jwt.decode(
        token,
        keys[header["kid"]].key,
        algorithms=["RS256"],
        audience=audience,
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    return checked


async def test_claims(signed_in: Wire) -> None:
    """Both tokens verify, and say what they are for."""
    wire, now = signed_in, int(signed_in.cloud.clock.timestamp())
    identity = await claims(wire, wire.tokens["IdToken"], CLIENT_ID)
    assert identity["token_use"] == "id"
    assert identity["email"] == wire.login["username"]
    assert identity["cognito:username"] == identity["sub"] == wire.login["user_id"]
    assert (identity["iat"], identity["exp"]) == (now, now + 3600)
    assert "at_hash" not in identity
    access = await claims(wire, wire.tokens["AccessToken"], None)
    assert (access["token_use"], access["client_id"]) == ("access", CLIENT_ID)
    assert access["username"] == wire.login["user_id"]


async def test_keys_of_another_pool(wire: Wire) -> None:
    """Another pool publishes no keys here."""
    url = f"{wire.cloud.url}/us-east-2_other/.well-known/jwks.json"
    async with wire.session.get(url) as response:
        assert response.status == 404


async def test_refresh(signed_in: Wire) -> None:
    """It brings no refresh token; the old one stays good, and the login's time is kept."""
    wire = signed_in
    wire.cloud.clock.advance(timedelta(minutes=50))
    for _ in range(2):
        status, answer = await wire.refresh()
        assert status == 200
        assert answer["ChallengeParameters"] == {}
        assert set(answer["AuthenticationResult"]) == {
            "AccessToken",
            "IdToken",
            "ExpiresIn",
            "TokenType",
        }
    token = answer["AuthenticationResult"]["IdToken"]
    new = await claims(wire, token, CLIENT_ID)
    assert new["iat"] - new["auth_time"] == 3000


async def test_rotation(signed_in: Wire) -> None:
    """With rotation each refresh token is good once."""
    wire = signed_in
    wire.cloud.apply({"rotate_refresh": True})
    old = wire.tokens["RefreshToken"]
    new = (await wire.refresh())[1]["AuthenticationResult"]["RefreshToken"]
    assert new != old
    assert (await wire.refresh(old))[1]["message"] == "Refresh Token has been revoked"
    assert (await wire.refresh(new))[0] == 200


async def test_dead_refresh_tokens(signed_in: Wire) -> None:
    """Unknown, expired, revoked: each has its text."""
    wire = signed_in

    async def message(token: str | None = None) -> str:
        status, answer = await wire.refresh(token)
        assert (status, answer["__type"]) == (400, "NotAuthorizedException")
        return str(answer["message"])

    assert await message("rubbish") == "Invalid Refresh Token"
    wire.cloud.clock.advance(timedelta(days=30))
    assert await message() == "Refresh Token has expired"
    await wire.sign_in()
    wire.cloud.apply({"expire_refresh": "solar_home"})
    assert await message() == "Refresh Token has expired"
    await wire.sign_in()
    wire.cloud.apply({"revoke_tokens": {"account": "solar_home", "tokens": "refresh"}})
    assert await message() == "Refresh Token has been revoked"
    assert (await wire.call("GET", "/customers"))[0] == 200


async def test_google_account(wires: Callable[[str], Wire]) -> None:
    """No password, but a refresh token; its id token has `at_hash`."""
    wire = wires("google_home")
    assert wire.login["password"] is None
    assert (await wire.prove("None"))[0] == 400
    status, answer = await wire.refresh(wire.login["refresh_token"])
    assert status == 200
    wire.tokens = answer["AuthenticationResult"]
    identity = await claims(wire, wire.tokens["IdToken"], CLIENT_ID)
    assert len(identity["at_hash"]) == 22
    assert (await wire.get("/customers"))["email"] == wire.login["username"]


async def test_get_user_and_revoke(signed_in: Wire) -> None:
    """The access token tells who somebody is, until its refresh token is revoked."""
    wire = signed_in
    body = {"AccessToken": wire.tokens["AccessToken"]}
    _, user = await wire.cognito("GetUser", body)
    values = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    assert user["Username"] == values["sub"] == wire.login["user_id"]
    assert values["email"] == wire.login["username"]
    revoked = {
        "Token": wire.tokens["RefreshToken"],
        "ClientId": wire.login["client_id"],
    }
    assert await wire.cognito("RevokeToken", revoked) == (200, {})
    assert (await wire.cognito("GetUser", body))[0] == 400
    assert (await wire.refresh())[1]["message"] == "Refresh Token has been revoked"


async def status(wire: Wire, path: str, **headers: str) -> int:
    """HTTP status of a GET with these headers only."""
    async with wire.session.get(wire.cloud.url + path, headers=headers) as response:
        return response.status


async def test_headers(signed_in: Wire) -> None:
    """Legacy takes `authtoken` alone; c-api both headers, with or without Bearer."""
    wire, token = signed_in, signed_in.tokens["IdToken"]
    both, legacy = "/v1/customers", "/customers"
    assert await status(wire, legacy, authtoken=token) == 200
    assert await status(wire, legacy, AuthToken=token) == 200
    assert await status(wire, legacy, Authorization=token) == 401
    assert await status(wire, both, authtoken=token) == 200
    assert await status(wire, both, Authorization=token) == 200
    assert await status(wire, both, Authorization=f"Bearer {token}") == 200


@pytest.mark.parametrize("path", ["/customers", "/v1/customers"])
async def test_bad_tokens(signed_in: Wire, path: str) -> None:
    """No token, rubbish, the access token, an expired and a revoked one."""
    wire, token = signed_in, signed_in.tokens["IdToken"]
    assert await status(wire, path) == 401
    assert await status(wire, path, authtoken="rubbish") == 401
    assert await status(wire, path, authtoken=wire.tokens["AccessToken"]) == 401
    wire.cloud.clock.advance(timedelta(seconds=3599))
    assert await status(wire, path, authtoken=token) == 200
    wire.cloud.clock.advance(timedelta(seconds=1))
    assert await status(wire, path, authtoken=token) == 401
    await wire.sign_in()
    token = wire.tokens["IdToken"]
    wire.cloud.apply({"revoke_tokens": "solar_home"})
    assert await status(wire, path, authtoken=token) == 401


async def test_token_life(wire: Wire) -> None:
    """Tokens can be made to live shorter."""
    wire.cloud.apply({"token_life": 90})
    await wire.sign_in()
    assert wire.tokens["ExpiresIn"] == 90
    wire.cloud.clock.advance(timedelta(seconds=90))
    assert (await wire.call("GET", "/customers"))[0] == 401


async def test_log_knows_whose(signed_in: Wire, session: aiohttp.ClientSession) -> None:
    """Requests are logged with their account, logins too."""
    wire = signed_in
    await wire.get("/customers")
    logged = [(each.path, each.account) for each in wire.cloud.requests.entries]
    assert logged == [("/", "solar_home")] * 2 + [("/customers", "solar_home")]
