"""From the session token to tokens, and their life (wire 3.4 to 3.6)."""

from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
import re
from typing import Any

import jwt
import pytest

from .wire import CLIENT_ID, CODE_INPUT, SERVER, Wire

CUSTOMER = "/api/customer"


async def test_login(wire: Wire) -> None:
    """All six keys; the tokens prove themselves by the published keys."""
    await wire.sign_in()
    tokens = wire.tokens
    assert set(tokens) == {
        "token_type",
        "expires_in",
        "access_token",
        "scope",
        "refresh_token",
        "id_token",
    }
    async with wire.session.get(f"{wire.cloud.hosts['okta']}{SERVER}/keys") as answer:
        (key,) = (await answer.json())["keys"]
    assert jwt.get_unverified_header(tokens["id_token"])["kid"] == key["kid"]
    claims = jwt.decode(
        tokens["id_token"],
        jwt.PyJWK(key),
        audience=CLIENT_ID,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["iss"] == "https://IEC-ext.okta.com/oauth2/default"
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 3600
    assert claims["iat"] == int(wire.cloud.clock.timestamp())
    assert claims["nonce"] == "n0nce"
    assert claims["preferred_username"] == wire.login["username"]


async def test_page(wire: Wire) -> None:
    """The code stands alone on its line, with the state that was sent."""
    _, page = await wire.authorize(await wire.session_token(), state="st4te")
    lines = page.splitlines()
    assert '<input type="hidden" name="state" value="st4te"/>' in lines
    assert sum(bool(CODE_INPUT.fullmatch(line)) for line in lines) == 1
    assert '<form method="post" action="com.iecrn:/">' in lines


def _escaped(page: str) -> str:
    return re.sub(r"\\x(..)", lambda match: chr(int(match[1], 16)), page)


@pytest.mark.parametrize(
    ("look", "read"),
    [
        ("escaped", _escaped),
        ("entities", unescape),
        ("reordered", str),
    ],
)
async def test_page_looks(wire: Wire, look: str, read: Callable[[str], str]) -> None:
    """However it is written, the code is good; state needs escapes, too."""
    wire.cloud.apply({"authorize_page": look})
    _, page = await wire.authorize(await wire.session_token(), state="s-t")
    assert ("s-t" in page) is (look == "reordered")
    page = read(page)
    assert "s-t" in page
    found = re.search(r"""(?:name=.code. )?value=(["'])([^"']+)\1 name=.code.""", page)
    code = found[2] if found else CODE_INPUT.findall(page)[0]
    assert (await wire.redeem(code))[0] == 200


async def test_session_token_is_good_once(wire: Wire) -> None:
    """A dead one gets a form without a code, or the login page."""
    token = await wire.session_token()
    assert CODE_INPUT.search((await wire.authorize(token))[1])
    status, page = await wire.authorize(token)
    assert status == 200
    assert not CODE_INPUT.search(page)
    assert 'name="error" value="login_required"' in page
    wire.cloud.apply({"authorize_refusal": "login_page"})
    status, page = await wire.authorize(token)
    assert (status, "<form" in page) == (200, False)


async def test_old_session_token(wire: Wire) -> None:
    """It lives five minutes."""
    token = await wire.session_token()
    wire.cloud.clock.advance(timedelta(minutes=5))
    assert not CODE_INPUT.search((await wire.authorize(token))[1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "other"),
        ("redirect_uri", "https://example.com/"),
        ("response_mode", "query"),
        ("response_type", "code"),
        ("response_type", None),
        ("code_challenge_method", "plain"),
        ("code_challenge", "short"),
        ("code_challenge", None),
        ("scope", "email"),
        ("scope", "openid everything"),
        ("state", None),
        ("nonce", ""),
    ],
)
async def test_wrong_authorize(wire: Wire, name: str, value: str | None) -> None:
    """Every parameter counts; the session token stays good."""
    token = await wire.session_token()
    status, page = await wire.authorize(token, **{name: value})
    assert status == 400
    assert name in page
    assert CODE_INPUT.search((await wire.authorize(token))[1])


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({"code_verifier": "other"}, "invalid_grant", 400),
        ({"code_verifier": None}, "invalid_grant", 400),
        ({"redirect_uri": "x:/"}, "invalid_grant", 400),
        ({"code": "other"}, "invalid_grant", 400),
        ({"code": None}, "invalid_grant", 400),
        ({"client_id": "other"}, "invalid_client", 401),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
    ],
)
async def test_wrong_code_exchange(
    wire: Wire, changes: dict[str, str | None], error: str, status: int
) -> None:
    """PKCE is checked, and all the rest."""
    answer = await wire.redeem(await wire.code(), **changes)
    assert (answer[0], answer[1]["error"]) == (status, error)
    assert answer[1]["error_description"]


async def test_code_is_good_once(wire: Wire) -> None:
    """And only for a minute."""
    code = await wire.code()
    assert (await wire.redeem(code))[0] == 200
    assert (await wire.redeem(code))[1]["error"] == "invalid_grant"
    code = await wire.code()
    wire.cloud.clock.advance(timedelta(minutes=1))
    assert (await wire.redeem(code))[1]["error"] == "invalid_grant"


async def test_token_wants_a_form(wire: Wire) -> None:
    """The token endpoint refuses JSON."""
    url = f"{wire.cloud.hosts['okta']}{SERVER}/token"
    async with wire.session.post(url, json={"grant_type": "refresh_token"}) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"] == "invalid_request"


async def test_refresh(signed_in: Wire) -> None:
    """An id token lives an hour; the refresh token brings another and stays the same."""
    wire = signed_in
    assert (await wire.call("GET", CUSTOMER))[0] == 200
    wire.cloud.clock.advance(timedelta(hours=1))
    assert (await wire.call("GET", CUSTOMER))[0] == 401
    for _ in range(2):
        status, tokens = await wire.refresh()
        assert (status, tokens["refresh_token"]) == (200, wire.tokens["refresh_token"])
    wire.tokens = tokens
    assert (await wire.call("GET", CUSTOMER))[0] == 200


async def test_only_the_id_token_opens(signed_in: Wire) -> None:
    """The access token does not."""
    signed_in.tokens["id_token"] = signed_in.tokens["access_token"]
    assert (await signed_in.call("GET", CUSTOMER))[0] == 401


async def test_rotation(signed_in: Wire) -> None:
    """Each refresh gives a new token; an old one ends the login."""
    wire, first = signed_in, signed_in.tokens["refresh_token"]
    wire.cloud.apply({"rotate_refresh": True})
    status, tokens = await wire.refresh()
    assert status == 200
    second = tokens["refresh_token"]
    assert second != first
    status, tokens = await wire.refresh(second)
    assert status == 200
    status, body = await wire.refresh(first)
    assert (status, body["error"]) == (400, "invalid_grant")
    assert body["error_description"] == "The refresh token is invalid or expired."
    assert (await wire.refresh(tokens["refresh_token"]))[0] == 400


async def test_omitted_refresh_token(signed_in: Wire) -> None:
    """A refresh may keep quiet about it; a login never does."""
    signed_in.cloud.apply({"omit_refresh_token": True})
    _, tokens = await signed_in.refresh()
    assert "refresh_token" not in tokens
    await signed_in.sign_in()
    assert signed_in.tokens["refresh_token"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"refresh_token": "other"}, "invalid_grant"),
        ({"refresh_token": None}, "invalid_grant"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"client_id": None}, "invalid_client"),
    ],
)
async def test_wrong_refresh(
    signed_in: Wire, changes: dict[str, str | None], error: str
) -> None:
    """It is refused as OAuth wants it."""
    assert (await signed_in.refresh(**changes))[1]["error"] == error


async def test_lives(signed_in: Wire) -> None:
    """Both lives can be other."""
    wire = signed_in
    wire.cloud.apply({"token_life": 60, "refresh_life": 600})
    await wire.sign_in()
    assert wire.tokens["expires_in"] == 60
    wire.cloud.clock.advance(timedelta(seconds=60))
    assert (await wire.call("GET", CUSTOMER))[0] == 401
    assert (await wire.refresh())[0] == 200
    wire.cloud.clock.advance(timedelta(seconds=540))
    assert (await wire.refresh())[0] == 400


@pytest.mark.parametrize(
    ("value", "call", "refresh"),
    [
        ("plain_home", 401, 400),
        ({"account": "plain_home", "tokens": "access"}, 401, 200),
        ({"account": "plain_home", "tokens": "refresh"}, 200, 400),
    ],
)
async def test_revocation(
    wires: Callable[[str], Wire], value: Any, call: int, refresh: int
) -> None:
    """Of one person only."""
    one, other = wires("plain_home"), wires("solar_home")
    await one.sign_in()
    await other.sign_in()
    one.cloud.apply({"revoke_tokens": value})
    assert (await one.call("GET", CUSTOMER))[0] == call
    assert (await one.refresh())[0] == refresh
    assert (await other.call("GET", CUSTOMER))[0] == 200
    assert (await other.refresh())[0] == 200


async def test_claims_can_be_read_without_the_key(signed_in: Wire) -> None:
    """As clients do that look at the expiry only."""
    body = signed_in.tokens["id_token"].split(".")[1]
    assert b'"exp"' in b64decode(body + "==", altchars=b"-_")
