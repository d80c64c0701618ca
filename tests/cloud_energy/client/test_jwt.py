"""What a token says of itself."""

from base64 import urlsafe_b64encode
from datetime import timedelta
import json

import pytest

from custom_components.cloud_energy.client import jwt


def token(payload: object) -> str:
    """Return a token with this payload."""
    encoded = urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"head.{encoded}.signature"


def test_claims() -> None:
    """Of a token; an opaque one makes none."""
    assert jwt.claims(token({"sub": "someone"})) == {"sub": "someone"}
    for odd in ("", "opaque", "a.b.c", "a.%%.c", token([1]), token("x")):
        assert jwt.claims(odd) == {}


@pytest.mark.parametrize(
    ("payload", "seconds"),
    [
        ({"iat": 1000, "exp": 4600}, 3600),
        ({"iat": 1000.5, "exp": "4600.5"}, 3600),
        ({"iat": 1000, "exp": 1000}, None),
        ({"iat": 0, "exp": 10**12}, None),
        ({"exp": 4600}, None),
        ({}, None),
    ],
)
def test_lifetime(payload: object, seconds: int | None) -> None:
    """From the issue on, whatever this machine's clock says."""
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert jwt.lifetime(token(payload)) == expected
