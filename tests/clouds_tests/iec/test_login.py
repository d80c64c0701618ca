"""The passwordless login (wire 3.1 to 3.3, 3.7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.clouds.iec.okta_errors import ERRORS

from .wire import Wire

MINUTES_6 = timedelta(minutes=6)
ERROR_KEYS = {"errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"}


def code_of(body: dict[str, Any]) -> str:
    """The code of an error that has all keys that a known client wants."""
    assert set(body) == ERROR_KEYS
    assert body["errorLink"] == body["errorCode"]
    assert body["errorId"].startswith("oae")
    return str(body["errorCode"])


async def test_ways_to_get_a_code(wire: Wire) -> None:
    """Short messages go through a mail gateway, so both factors look like mail."""
    status, body = await wire.begin()
    assert (status, body["status"]) == (200, "UNAUTHENTICATED")
    assert body["expiresAt"] == "2026-02-27T10:05:00.000Z"
    mail, sms = body["_embedded"]["factors"]
    assert {mail["factorType"], sms["factorType"]} == {"email"}
    assert mail["profile"]["email"] == "d...o@example.com"
    assert sms["profile"]["email"].endswith("@sns.iec.co.il")
    assert mail["_links"]["verify"]["href"].startswith("https://iec-ext.okta.com/")
    assert body["_embedded"]["policy"]["allowRememberDevice"] is False
    assert wire.login["factors"] == ["email", "sms"]


async def test_no_way(wires: Callable[[str], Wire]) -> None:
    """Somebody without a factor gets an empty list."""
    _, body = await wires("unreachable").begin()
    assert body["_embedded"]["factors"] == []


@pytest.mark.parametrize("kind", ["email", "sms"])
async def test_right_code(wire: Wire, kind: str) -> None:
    """It gives a session token, and ends the transaction."""
    factor, state = await wire.challenge(kind)
    status, body = await wire.verify(factor, state, passCode=wire.login["code"])
    assert (status, body["status"]) == (200, "SUCCESS")
    assert body["sessionToken"].startswith("20111")
    assert body["_embedded"]["user"]["profile"]["login"] == wire.login["username"]
    status, body = await wire.verify(factor, state, passCode=wire.login["code"])
    assert (status, code_of(body)) == (401, "E0000011")


async def test_wrong_code(wire: Wire) -> None:
    """It leaves the transaction as it is: the right one still works."""
    factor, state = await wire.challenge()
    for wrong in ("000000", f" {wire.login['code']}", 123456):
        status, body = await wire.verify(factor, state, passCode=wrong)
        assert (status, code_of(body)) == (403, "E0000068")
        assert "match our records" in body["errorCauses"][0]["errorSummary"]
    status, _ = await wire.verify(factor, state, passCode=wire.login["code"])
    assert status == 200


async def test_code_that_was_not_sent(wire: Wire) -> None:
    """A code belongs to the login and the factor that it was sent to."""
    _, started = await wire.begin()
    mail, sms = (each["id"] for each in started["_embedded"]["factors"])
    state, code = started["stateToken"], wire.login["code"]
    assert (await wire.verify(mail, state, passCode=code))[0] == 403
    await wire.verify(mail, state)
    assert (await wire.verify(sms, state, passCode=code))[0] == 403
    assert (await wire.verify(mail, state, passCode=code))[0] == 200


async def test_slow_login(wire: Wire) -> None:
    """A transaction lives five minutes after its last step."""
    factor, state = await wire.challenge()
    wire.cloud.clock.advance(timedelta(minutes=4))
    assert (await wire.verify(factor, state))[0] == 200
    wire.cloud.clock.advance(timedelta(minutes=4))
    assert (await wire.verify(factor, state))[0] == 200
    wire.cloud.clock.advance(MINUTES_6)
    status, body = await wire.verify(factor, state, passCode=wire.login["code"])
    assert (status, code_of(body)) == (401, "E0000011")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain_home", (401, "E0000011")),
        ({"account": "plain_home"}, (401, "E0000011")),
        ({"account": "plain_home", "what": "code"}, (403, "E0000068")),
    ],
)
async def test_expired_code(wire: Wire, value: Any, expected: tuple[int, str]) -> None:
    """The switch lets the login, or only its code, be too old; a new one works."""
    factor, state = await wire.challenge()
    wire.cloud.apply({"expire_code": value})
    status, body = await wire.verify(factor, state, passCode=wire.login["code"])
    assert (status, code_of(body)) == expected
    await wire.session_token()


async def test_lives(wire: Wire) -> None:
    """Codes may live longer or shorter than logins."""
    wire.cloud.apply({"code_life": 60, "login_life": 600})
    factor, state = await wire.challenge()
    wire.cloud.clock.advance(timedelta(seconds=61))
    code = wire.login["code"]
    assert (await wire.verify(factor, state, passCode=code))[0] == 403
    await wire.verify(factor, state)
    assert (await wire.verify(factor, state, passCode=code))[0] == 200


@pytest.mark.parametrize(("kind", "code"), [("sms", "E0000109"), ("email", "E0000118")])
async def test_resend(wire: Wire, kind: str, code: str) -> None:
    """A code can be sent again; too soon where that is switched on."""
    factor, state = await wire.challenge(kind)
    assert (await wire.verify(factor, state))[0] == 200
    wire.cloud.apply({"resend_wait": 30})
    status, body = await wire.verify(factor, state)
    assert (status, code_of(body)) == (429, code)
    assert "30 seconds" in body["errorCauses"][0]["errorSummary"]
    wire.cloud.clock.advance(timedelta(seconds=30))
    assert (await wire.verify(factor, state))[0] == 200


async def test_locked(wire: Wire) -> None:
    """Both ways to say so; also in the middle of a login."""
    factor, state = await wire.challenge()
    wire.cloud.apply({"lock": "plain_home"})
    status, body = await wire.begin()
    assert (status, code_of(body)) == (403, "E0000069")
    status, body = await wire.verify(factor, state, passCode=wire.login["code"])
    assert (status, code_of(body)) == (403, "E0000069")
    wire.cloud.apply({"lock": {"account": "plain_home", "answer": "status"}})
    status, body = await wire.begin()
    assert (status, body["status"]) == (200, "LOCKED_OUT")
    wire.cloud.apply({"unlock": "plain_home"})
    await wire.session_token()


@pytest.mark.parametrize(
    "username",
    ["123456782@iec.co.il", "123456789@iec.co.il", "nobody", "1@example.com"],
)
async def test_unknown_id(wire: Wire, username: str) -> None:
    """Somebody without an account, a wrong check digit, or no id at all."""
    status, body = await wire.begin(username)
    assert (status, code_of(body)) == (401, "E0000004")


async def test_unknown_id_otherwise(wire: Wire) -> None:
    """Nobody has seen that answer: it can be another."""
    wire.cloud.apply({"unknown_user": "validation"})
    status, body = await wire.begin("123456782@iec.co.il")
    assert (status, code_of(body)) == (400, "E0000001")
    for name, kind in ERRORS.items():
        wire.cloud.apply({"unknown_user": name})
        assert (await wire.begin("123456782@iec.co.il"))[0] == kind.status


@pytest.mark.parametrize(
    ("padding", "padded", "short"),
    [("any", 200, 200), ("padded", 200, 401), ("unpadded", 401, 200)],
)
async def test_leading_zero(
    wires: Callable[[str], Wire], padding: str, padded: int, short: int
) -> None:
    """Nobody knows how ids with leading zeros must be written (wire 12.11)."""
    wire = wires("flatmate")
    user_id = wire.login["user_id"]
    assert user_id.startswith("0")
    wire.cloud.apply({"zero_padding": padding})
    assert (await wire.begin(f"{user_id}@iec.co.il"))[0] == padded
    assert (await wire.begin(f"{int(user_id)}@iec.co.il"))[0] == short


@pytest.mark.parametrize("body", [b"{", [], b"", {"username": 1}, {}])
async def test_bad_body(wire: Wire, body: Any) -> None:
    """It is refused with an error of the usual form."""
    status, answer = await wire.okta("/api/v1/authn", body)
    assert status == 400
    assert code_of(answer) in ("E0000001", "E0000003")


async def test_unknown_names(wire: Wire) -> None:
    """A factor or transaction that there is not."""
    _, state = await wire.challenge()
    status, body = await wire.verify("emfOTHER", state)
    assert (status, code_of(body)) == (404, "E0000007")
    status, body = await wire.verify("emfOTHER", "00other")
    assert (status, code_of(body)) == (401, "E0000011")


async def test_cancel(wire: Wire) -> None:
    """The link in the answer ends the transaction."""
    factor, state = await wire.challenge()
    assert await wire.okta("/api/v1/authn/cancel", {"stateToken": state}) == (200, {})
    assert (await wire.verify(factor, state))[0] == 401


async def test_other_code(wire: Wire) -> None:
    """Codes need not have six digits."""
    wire.cloud.apply({"new_code": {"account": "plain_home", "code": "12345678"}})
    factor, state = await wire.challenge()
    assert (await wire.verify(factor, state, passCode=wire.login["code"]))[0] == 403
    assert (await wire.verify(factor, state, passCode="12345678"))[0] == 200


async def test_transactions_are_apart(wires: Callable[[str], Wire]) -> None:
    """Two people log in at the same time; neither code opens the other's door."""
    one, other = wires("plain_home"), wires("solar_home")
    factor, state = await one.challenge()
    other_factor, other_state = await other.challenge("sms")
    status, body = await one.verify(factor, other_state)
    assert (status, code_of(body)) == (404, "E0000007")
    code = one.login["code"]
    assert (await other.verify(other_factor, other_state, passCode=code))[0] == 403
    assert (await one.verify(factor, state, passCode=code))[0] == 200
    accounts = [entry.account for entry in one.cloud.requests.entries]
    assert accounts[:4] == ["plain_home"] * 2 + ["solar_home"] * 2
