"""What a token says of itself."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
import json

import pytest

from custom_components.cloud_energy.client import jwt


def token(payload: object) -> str:
    """Return a token with this payload."""
    encoded = urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"head.{encoded}.signature"


@pytest.mark.parametrize("length", range(4))
def test_claims_of_any_padding(length: int) -> None:
    """All lengths of the payload can be read."""
    assert jwt.claims(token({"a": "x" * length})) == {"a": "x" * length}


@pytest.mark.parametrize(
    "opaque",
    [
        "",
        "opaque",
        "a.b",
        "a.b.c",
        "a.!!.c",
        "a.%%.c",
        "a.Zm9v.c",
        "ä.ö.ü",
        token([1]),
        token("x"),
    ],
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
