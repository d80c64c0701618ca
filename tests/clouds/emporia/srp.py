"""The server's half of the password proof (wire 3.4): SRP with the 3072-bit group, as Cognito does it."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
import hmac
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
DERIVED_KEY_INFO: Final = b"Caldera Derived Key\x01"


def padded(number: int) -> bytes:
    """Minimal big-endian two's complement: a set top bit gets a zero byte in front."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(sha256(b"".join(parts)).digest(), "big")


K: Final = _hash(padded(N), padded(G))


def private_key(pool_name: str, user_id: str, password: str, salt: int) -> int:
    """The number x that only somebody with the password can make."""
    inner = sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    return _hash(padded(salt), inner)


@cache
def verifier(x: int) -> int:
    """What the server keeps instead of the password."""
    return pow(G, x, N)


def scrambler(public_a: int, public_b: int) -> int:
    """The number u of RFC 5054."""
    return _hash(padded(public_a), padded(public_b))


def session_key(u: int, shared_secret: int) -> bytes:
    """One round of HKDF; 16 bytes."""
    extracted = hmac.digest(padded(u), padded(shared_secret), "sha256")
    return hmac.digest(extracted, DERIVED_KEY_INFO, "sha256")[:16]


def signature(
    key: bytes, pool_name: str, user_id: str, secret_block: bytes, timestamp: str
) -> str:
    """The proof, in base64."""
    message = f"{pool_name}{user_id}".encode() + secret_block + timestamp.encode()
    return b64encode(hmac.digest(key, message, "sha256")).decode()


@dataclass(frozen=True)
class Exchange:
    """One login attempt: the verifier, the client's A, and the server's secret b.

    Each power takes tens of milliseconds, and every second test logs in.
    """

    verifier: int
    public_a: int
    secret_b: int

    @cached_property
    def public_b(self) -> int:
        """The server's answer to A."""
        return (K * self.verifier + pow(G, self.secret_b, N)) % N

    @property
    def shared_secret(self) -> int:
        """The number S that both sides arrive at."""
        u = scrambler(self.public_a, self.public_b)
        return pow(self.public_a * pow(self.verifier, u, N), self.secret_b, N)

    def accepts(
        self,
        pool_name: str,
        user_id: str,
        secret_block: str,
        timestamp: str,
        proof: str,
    ) -> bool:
        """Whether the client knows the password."""
        key = session_key(scrambler(self.public_a, self.public_b), self.shared_secret)
        expected = signature(
            key, pool_name, user_id, b64decode(secret_block), timestamp
        )
        return hmac.compare_digest(expected.encode(), proof.encode())
