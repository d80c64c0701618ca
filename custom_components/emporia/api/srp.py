"""The Secure Remote Password arithmetic of AWS Cognito (wire 3.4).

The password never leaves this machine: it is proven by a signature that both sides
calculate. Pure functions; each power takes some tens of milliseconds.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
import hmac
import secrets
from typing import Final

N: Final = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G: Final = 2
SECRET_BITS: Final = 1024

_INFO: Final = b"Caldera Derived Key"
_KEY_BYTES: Final = 16
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


class UnsafeValue(ValueError):
    """The other side sent a value with which nothing would be secret."""


def as_bytes(value: int) -> bytes:
    """Return a number as two's complement: a zero byte before a set top bit."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def digest_number(*parts: bytes) -> int:
    """Return the SHA-256 of the parts as a number."""
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


K: Final = digest_number(as_bytes(N), as_bytes(G))


@dataclass(frozen=True)
class Secret:
    """The secret number of one login attempt and the public one made of it."""

    a: int = field(repr=False)
    public: int = field(repr=False)

    @classmethod
    def draw(cls) -> Secret:
        """Draw a secret at random."""
        return cls.of(secrets.randbits(SECRET_BITS) % N)

    @classmethod
    def of(cls, a: int) -> Secret:
        """Take a secret number.

        :raises UnsafeValue: it would give itself away.
        """
        public = pow(G, a, N)
        if public % N == 0:
            raise UnsafeValue("The public value is zero")
        return cls(a, public)

    @property
    def srp_a(self) -> str:
        """The public number as the wire has it."""
        return format(self.public, "x")


@dataclass(frozen=True)
class Challenge:
    """What the cloud wants to have signed."""

    user_id: str = field(repr=False)
    salt: int = field(repr=False)
    srp_b: int = field(repr=False)
    secret_block: str = field(repr=False)
    """Base64, and sent back as it is."""


def private_key(pool: str, user_id: str, password: str, salt: int) -> int:
    """Return x, which stands for the password."""
    inner = sha256(f"{pool}{user_id}:{password}".encode()).digest()
    return digest_number(as_bytes(salt), inner)


def scramble(srp_a: int, srp_b: int) -> int:
    """Return u, made of both public numbers.

    :raises UnsafeValue: it is zero.
    """
    u = digest_number(as_bytes(srp_a), as_bytes(srp_b))
    if u == 0:
        raise UnsafeValue("The scrambling value is zero")
    return u


def derive_key(shared: int, u: int) -> bytes:
    """Return the signing key that follows from the shared secret S."""
    prk = hmac.digest(as_bytes(u), as_bytes(shared), "sha256")
    return hmac.digest(prk, _INFO + b"\x01", "sha256")[:_KEY_BYTES]


def shared_secret(secret: Secret, x: int, srp_b: int) -> tuple[int, int]:
    """Return S and u as this side calculates them.

    :raises UnsafeValue: the cloud's public number is zero.
    """
    if srp_b % N == 0:
        raise UnsafeValue("The cloud's public value is zero")
    u = scramble(secret.public, srp_b)
    base = (srp_b - K * pow(G, x, N)) % N
    return pow(base, secret.a + u * x, N), u


def sign(key: bytes, pool: str, user_id: str, secret_block: str, timestamp: str) -> str:
    """Return the signature in base64.

    :raises ValueError: the secret block is no base64.
    """
    block = b64decode(secret_block, validate=True)
    message = f"{pool}{user_id}".encode() + block + timestamp.encode()
    return b64encode(hmac.digest(key, message, "sha256")).decode()


def answer(
    secret: Secret, pool: str, password: str, challenge: Challenge, timestamp: str
) -> str:
    """Return the signature that proves the password.

    :raises ValueError: the challenge is malformed or unsafe.
    """
    x = private_key(pool, challenge.user_id, password, challenge.salt)
    shared, u = shared_secret(secret, x, challenge.srp_b)
    key = derive_key(shared, u)
    return sign(key, pool, challenge.user_id, challenge.secret_block, timestamp)


def timestamp(now: datetime) -> str:
    """Write a time as the signature wants it, in English whatever the locale."""
    now = now.astimezone(UTC)
    day, month = _DAYS[now.weekday()], _MONTHS[now.month - 1]
    return f"{day} {month} {now.day} {now:%H:%M:%S} UTC {now.year}"
