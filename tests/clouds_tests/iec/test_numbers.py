"""Israeli ids, and numbers with leading zeros (wire 1, 3.9)."""

import pytest

from tests.clouds.iec.numbers import (
    as_number,
    identifier,
    is_israeli_id,
    israeli_id,
    same_number,
)


@pytest.mark.parametrize(
    "text",
    [
        "123456782",
        "18",
        "000000018",
        "000000000",
        "032958787",
        "684038854",
        "713476182",
        "879976249",
    ],
)
def test_good_ids(text: str) -> None:
    """Known numbers (wire 3.9); the check digit follows from the rest."""
    assert is_israeli_id(text)
    assert israeli_id(text.zfill(9)[:8]) == text.zfill(9)


@pytest.mark.parametrize(
    "text", ["123456789", "1234567890", "12345678a", "", "١٢٣٤٥٦٧٨٢", "-18"]
)
def test_bad_ids(text: str) -> None:
    """Wrong check digit, length or signs."""
    assert not is_israeli_id(text)


def test_leading_zeros() -> None:
    """They do not matter."""
    assert same_number("000340000001", 340000001)
    assert not same_number("340000001", "340000002")
    assert not same_number("x", "x")
    assert as_number("²") is None


def test_identifiers() -> None:
    """One thing, one UUID."""
    assert identifier("site", "1") == identifier("site", 1) != identifier("city", 1)
