"""Reading what a JSON Web Token says; its signature is not ours to check."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
import json
from typing import Any

from custom_components.cloud_energy.client.wire import number


def claims(token: str) -> dict[str, Any]:
    """Return the token's claims; empty for an opaque token."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        found = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def expiry(token: str) -> datetime | None:
    """Return when the token ends, if it says so."""
    seconds = number(claims(token).get("exp"))
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except OverflowError, ValueError, OSError:
        return None
