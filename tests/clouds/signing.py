"""Signed tokens with a published key, for clouds whose clients may check them."""

from collections.abc import Mapping
from functools import cache
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
import jwt


@cache
def _key() -> RSAPrivateKey:
    """One key per process: making one takes a moment."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def signed(claims: Mapping[str, Any], key_id: str) -> str:
    """A JSON web token with these claims, RS256."""
    return jwt.encode(
        dict(claims), _key(), algorithm="RS256", headers={"kid": key_id, "typ": None}
    )


def published_keys(key_id: str) -> dict[str, Any]:
    """The key set (JWKS) that proves the tokens."""
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_key().public_key()))
    key.pop("key_ops", None)
    return {"keys": [key | {"kid": key_id, "alg": "RS256", "use": "sig"}]}
