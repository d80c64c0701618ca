"""The arithmetic of the login: the published vector, and both sides by chance."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.emporia.api import srp

POOL = "ghlOXVLi1"
USER = "0a1b2c3d-1111-2222-3333-444455556666"
PASSWORD = "correct horse 9"  # a vector's, nobody's
BLOCK = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
STAMP = "Tue Nov 3 07:05:09 UTC 2026"
SALT = int("8f3c1111111111111111111111111111", 16)
SECRET = srp.Secret.of(int("a1" * 32, 16))
SRP_B_SECRET = int("5c" * 32, 16)


@pytest.fixture
def short_secret() -> None:
    """Draw secrets as in earnest."""


def test_secrets_are_long() -> None:
    """Nobody finds one by trying."""
    drawn = {srp.Secret.draw().a for _ in range(4)}
    assert len(drawn) == 4
    assert max(drawn).bit_length() > 1000


def server_value(verifier: int, b: int) -> int:
    """Return B, as the cloud reckons it out."""
    return (srp.K * verifier + pow(srp.G, b, srp.N)) % srp.N


def server_key(srp_a: int, verifier: int, b: int) -> bytes:
    """Return the signing key, as the cloud reckons it out."""
    u = srp.scramble(srp_a, server_value(verifier, b))
    return srp.derive_key(pow(srp_a * pow(verifier, u, srp.N), b, srp.N), u)


def fingerprint(value: int) -> str:
    """Return the SHA-256 of a number's hexadecimal text."""
    return sha256(format(value, "x").encode()).hexdigest()


def test_constants() -> None:
    """The prime and the multiplier are the right ones."""
    assert (
        sha256(srp.N.to_bytes(384, "big")).hexdigest()
        == "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c"
    )
    assert format(srp.K, "x") == (
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    )


def test_vector() -> None:
    """Every step of the vector, to the byte."""
    x = srp.private_key(POOL, USER, PASSWORD, SALT)
    assert format(x, "x") == (
        "17b10b56451fc38ed2a93b9c782376aa10cb1c4a7f26d37373ae4f6ba3fb29c7"
    )
    assert SECRET.srp_a.startswith("78604b754341df90d89b6b6f863685f0")
    assert SECRET.srp_a.endswith("3c3b25f4c3bf323a8128a67cc4688292")
    assert fingerprint(SECRET.public) == (
        "299c2f400d99ae3ff78f767386c848b117f511335ca7f006c4e0c3f4ca59b01a"
    )
    verifier = pow(srp.G, x, srp.N)
    assert fingerprint(verifier) == (
        "52133db26313aa34fac4b7f241832423e686387afa17d0cbbfff316bff02cc03"
    )
    srp_b = server_value(verifier, SRP_B_SECRET)
    assert fingerprint(srp_b) == (
        "d2f8a3bc79f9e87a735c0924ae5f62f3f1fdcfc15fa6bbef1abf8c8735881788"
    )
    shared, u = srp.shared_secret(SECRET, x, srp_b)
    assert format(u, "x") == (
        "5b4e4b50c29bc1a5d559b576f7d7b79ee57ead8c9f349e18c49d05d8829144ba"
    )
    assert fingerprint(shared) == (
        "9e48a29fb93b995509f8be744eb0b37baca51de66981b66e30a63ebc49954b24"
    )
    assert srp.derive_key(shared, u).hex() == "08865294e47d2dc0cb669f5f9817d786"
    challenge = srp.Challenge(USER, SALT, srp_b, BLOCK)
    assert (
        srp.answer(SECRET, POOL, PASSWORD, challenge, STAMP)
        == "MoZT7AIGRnTuX31Z9mIjd1QOKkv3EypAusrXl10t7zc="
    )
    assert server_key(SECRET.public, verifier, SRP_B_SECRET).hex() == (
        "08865294e47d2dc0cb669f5f9817d786"
    )


@settings(max_examples=10, deadline=None)
@given(
    password=st.text(min_size=1, max_size=40),
    user=st.uuids().map(str),
    salt=st.integers(min_value=1, max_value=2**128 - 1),
    b=st.integers(min_value=1, max_value=2**1024),
)
def test_both_sides_agree(password: str, user: str, salt: int, b: int) -> None:
    """Whatever the password, the cloud reckons out the same key."""
    secret = srp.Secret.draw()
    x = srp.private_key(POOL, user, password, salt)
    verifier = pow(srp.G, x, srp.N)
    challenge = srp.Challenge(user, salt, server_value(verifier, b), BLOCK)
    key = server_key(secret.public, verifier, b)
    assert srp.answer(secret, POOL, password, challenge, STAMP) == srp.sign(
        key, POOL, user, BLOCK, STAMP
    )
    wrong = srp.answer(secret, POOL, password + "x", challenge, STAMP)
    assert wrong != srp.sign(key, POOL, user, BLOCK, STAMP)


@given(st.integers(min_value=0, max_value=2**400))
def test_bytes_have_a_sign(value: int) -> None:
    """The same as padding the hexadecimal digits by hand."""
    digits = format(value, "x")
    digits = digits.rjust(len(digits) + len(digits) % 2, "0")
    padded = "00" + digits if digits[0] in "89abcdef" else digits
    assert srp.as_bytes(value).hex() == padded
    assert int.from_bytes(srp.as_bytes(value), "big", signed=True) == value


def test_unsafe_values() -> None:
    """Values that would give the password away end the attempt."""
    x = srp.private_key(POOL, USER, PASSWORD, SALT)
    for srp_b in (0, srp.N, 5 * srp.N):
        with pytest.raises(srp.UnsafeValue):
            srp.shared_secret(SECRET, x, srp_b)


def test_secrets_stay_secret() -> None:
    """No repr holds one."""
    challenge = srp.Challenge(USER, SALT, 5, BLOCK)
    assert "a1a1" not in repr(SECRET)
    assert USER not in repr(challenge)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 3, 7, 5, 9, tzinfo=UTC), STAMP),
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), "Sat Feb 28 23:59:00 UTC 2026"),
        (
            datetime(2026, 11, 3, 1, 5, 9, tzinfo=timezone(timedelta(hours=-6))),
            STAMP,
        ),
    ],
)
def test_timestamp(moment: datetime, expected: str) -> None:
    """In UTC, English, with no zero before the day."""
    assert srp.timestamp(moment) == expected
