"""The signature of each request (wire 3.1)."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
import hashlib
import hmac


def signature(secret: str, path: str, timestamp: str) -> str:
    """Return `X-Signature`: the hex text of the digest in base64."""
    message = f"{path}{timestamp}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return b64encode(digest.encode()).decode()


def signed_headers(client_id: str, secret: str, path: str) -> Mapping[str, str]:
    """Return the headers that sign a request to a path, without its query, now."""
    timestamp = str(int(datetime.now(UTC).timestamp() * 1000))
    return {
        "X-Access-ID": client_id,
        "X-Timestamp": timestamp,
        "X-Signature": signature(secret, path, timestamp),
    }
