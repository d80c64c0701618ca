"""The server's arithmetic against the known vector (wire 3.4)."""

from hashlib import sha256

from hypothesis import given, strategies as st

from tests.clouds.emporia import srp

from .wire import pad

POOL = "ghlOXVLi1"
USER = "0a1b2c3d-1111-2222-3333-444455556666"
BLOCK = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
TIMESTAMP = "Tue Nov 3 07:05:09 UTC 2026"
SALT = int("8f3c1111111111111111111111111111", 16)
X = int("17b10b56451fc38ed2a93b9c782376aa10cb1c4a7f26d37373ae4f6ba3fb29c7", 16)
A = pow(2, int("a1" * 32, 16), srp.N)
PROOF = "MoZT7AIGRnTuX31Z9mIjd1QOKkv3EypAusrXl10t7zc="


def hex_digest(number: int) -> str:
    """SHA-256 of a number's hexadecimal text."""
    return sha256(f"{number:x}".encode()).hexdigest()


def exchange() -> srp.Exchange:
    """The server's side of the vector."""
    return srp.Exchange(srp.verifier(X), A, int("5c" * 32, 16))


def test_group() -> None:
    """The group is that of RFC 5054: a prime, and its multiplier."""
    digest = sha256(srp.N.to_bytes(384, "big")).hexdigest()
    assert digest == "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c"
    assert (
        f"{srp.K:x}"
        == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    )


def test_vector() -> None:
    """Every number of the vector comes out."""
    assert srp.private_key(POOL, USER, "correct horse 9", SALT) == X
    ours = exchange()
    u = srp.scrambler(A, ours.public_b)
    digests = [
        hex_digest(each) for each in (ours.verifier, ours.public_b, ours.shared_secret)
    ]
    assert digests == [
        "52133db26313aa34fac4b7f241832423e686387afa17d0cbbfff316bff02cc03",
        "d2f8a3bc79f9e87a735c0924ae5f62f3f1fdcfc15fa6bbef1abf8c8735881788",
        "9e48a29fb93b995509f8be744eb0b37baca51de66981b66e30a63ebc49954b24",
    ]
    assert (
        f"{u:x}" == "5b4e4b50c29bc1a5d559b576f7d7b79ee57ead8c9f349e18c49d05d8829144ba"
    )
    key = srp.session_key(u, ours.shared_secret)
    assert key.hex() == "08865294e47d2dc0cb669f5f9817d786"


def test_proof() -> None:
    """The vector's signature is accepted, and no other."""
    assert exchange().accepts(POOL, USER, BLOCK, TIMESTAMP, PROOF)
    assert not exchange().accepts(POOL, USER, BLOCK, TIMESTAMP, f"N{PROOF[1:]}")
    later = TIMESTAMP.replace("09", "10")
    assert not exchange().accepts(POOL, USER, BLOCK, later, PROOF)


@given(st.integers(min_value=0, max_value=2**600))
def test_padding(number: int) -> None:
    """Two's complement is what browsers make of hexadecimal text."""
    assert srp.padded(number) == pad(number)
