"""Reading tokens."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.cloud_energy.client import jwt
from custom_components.dominion_energy.api.login import Login, Tokens, plain_uid


def token(claims: Any) -> str:
    """Return a token without padding, as they come."""
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"head.{payload.rstrip('=')}.signature"


@pytest.mark.parametrize("length", range(4))
def test_claims_of_any_padding(length: int) -> None:
    """All lengths of the payload can be read."""
    assert jwt.claims(token({"a": "x" * length})) == {"a": "x" * length}


@pytest.mark.parametrize(
    "opaque", ["", "opaque", "a.b", "a.!!.c", "a.Zm9v.c", "ä.ö.ü", token([1])]
)
def test_opaque_token(opaque: str) -> None:
    """An opaque token has no claims and no expiry."""
    assert jwt.claims(opaque) == {}
    assert jwt.expiry(opaque) is None


@pytest.mark.parametrize("exp", [None, "soon", 1e300, True, []])
def test_odd_expiry(exp: object) -> None:
    """What is no time is none."""
    assert jwt.expiry(token({"exp": exp})) is None


def test_expiry() -> None:
    """The time is in UTC, and may be sent as text."""
    assert jwt.expiry(token({"exp": "86400"})) == datetime(1970, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("access", "uid", "uuid"),
    [
        (token({"Uuid": "a-b"}), "", "a-b"),
        (
            "opaque",
            "11111111222233334444555555555555",
            "11111111-2222-3333-4444-555555555555",
        ),
        (token({"Uuid": 5}), "other", "other"),
        ("opaque", "", ""),
    ],
)
def test_uuid(access: str, uid: str, uuid: str) -> None:
    """The user id comes from the token, else from the sign-in."""
    expires_at = datetime.now(UTC) + timedelta(minutes=30)
    assert Login(Tokens(access, "r", expires_at), uid=uid).uuid == uuid


def test_plain_uid() -> None:
    """Both forms of a user id are one."""
    assert plain_uid("AB-cd") == "abcd"
    assert plain_uid(None) == ""
