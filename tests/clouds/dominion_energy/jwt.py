"""JSON web tokens that look like the cloud's; who issues one also remembers it, so signatures mean nothing."""

from base64 import urlsafe_b64encode
import json
from random import Random
from typing import Any


def token(rng: Random, algorithm: str, claims: dict[str, Any]) -> str:
    """A JWT; `rng` makes its signature, so that no two are the same."""
    header = {"alg": algorithm, "typ": "JWT"}
    parts = [
        json.dumps(part, separators=(",", ":")).encode() for part in (header, claims)
    ]
    return ".".join(
        urlsafe_b64encode(part).rstrip(b"=").decode()
        for part in (*parts, rng.randbytes(32))
    )
