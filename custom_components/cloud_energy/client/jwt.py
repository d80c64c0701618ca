"""Reading what a JSON Web Token says; its signature is not ours to check."""

from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any

from .fields import from_timestamp
from .storable import parse_json
from .tokens import read_token
from .wire import number

_LONGEST = timedelta(days=366).total_seconds()


def claims(token: str) -> dict[str, Any]:
    """Return the token's claims; empty for an opaque token."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        found = parse_json(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def read_jwt(value: object) -> str:
    """Return a token that has the form of a JSON Web Token; empty for all else."""
    token = read_token(value)
    return token if token and claims(token) else ""


def lifetime(token: str) -> timedelta | None:
    """Return how long the token is good from its issue on, if it says so.

    Unlike the moment of its end this does not depend on this machine's clock.
    """
    found = claims(token)
    begin, end = number(found.get("iat")), number(found.get("exp"))
    if begin is None or end is None or not 0 < end - begin <= _LONGEST:
        return None
    return timedelta(seconds=end - begin)


def expiry(token: str) -> datetime | None:
    """Return when the token ends, if it says so."""
    return from_timestamp(number(claims(token).get("exp")))
