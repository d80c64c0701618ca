"""Whose a login is."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.dominion_energy.api.login import Login, Tokens, plain_uid


def token(claims: Any) -> str:
    """Return a token without padding, as they come."""
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"head.{payload.rstrip('=')}.signature"


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
