"""Israeli identity numbers, and the provider's own numbers with their zeros."""

import re
from typing import Final

ID_LENGTH: Final = 9

_MOBILE: Final = re.compile(r"(?:\+972|0)5[0-9]{8}")


def is_valid_id(value: str) -> bool:
    """Return whether a text is an ID number with its right check digit."""
    digits = value.strip()
    # Other digits than ASCII's are digits to Python as well.
    if not digits or len(digits) > ID_LENGTH or not _is_number(digits):
        return False
    return sum(_weighted(digits.zfill(ID_LENGTH))) % 10 == 0


def normal_id(value: str) -> str:
    """Return an ID number with all of its nine digits.

    :raises ValueError: it is none, or nobody's (all zeros).
    """
    if not is_valid_id(value) or not int(value):
        raise ValueError("This is not an ID number")
    return value.strip().zfill(ID_LENGTH)


def bare_number(value: str) -> str:
    """Return a contract, partner or serial number without leading zeros.

    The same number is sent with and without them.
    """
    digits = value.strip()
    return digits.lstrip("0") or "0" if _is_number(digits) else digits


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()


def _weighted(digits: str) -> list[int]:
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(digits))
    return [value - 9 if value > 9 else value for value in doubled]


def is_mobile_number(value: str) -> bool:
    """Return whether a text is an Israeli mobile phone number."""
    return _MOBILE.fullmatch(value.strip()) is not None
