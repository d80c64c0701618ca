"""Israeli ids, and numbers that the cloud writes now with leading zeros, now without (wire 1, 3.9)."""

from typing import Any, Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("6ba7b811-9dad-41d1-80b4-00c04fd430c8")


def israeli_id(eight_digits: str) -> str:
    """Nine digits: the last one is the check digit."""
    return eight_digits + str(-_checksum(eight_digits) % 10)


def is_israeli_id(text: str) -> bool:
    """Whether it is an id; leading zeros may lack."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) <= 9
        and _checksum(text.zfill(9)) % 10 == 0
    )


def same_number(one: object, other: object) -> bool:
    """Whether two texts are the same number but for leading zeros."""
    numbers = as_number(one), as_number(other)
    return None not in numbers and numbers[0] == numbers[1]


def as_number(value: object) -> int | None:
    """The number; None where it is none."""
    text = str(value)
    is_number = text.isascii() and text.isdigit() and len(text) <= 40
    return int(text) if is_number else None


def identifier(kind: str, *parts: Any) -> str:
    """The UUID of a thing in the cloud's records: the same for the same thing."""
    return str(uuid5(NAMESPACE, "/".join(("iec", kind, *map(str, parts)))))


def _checksum(digits: str) -> int:
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return sum(product - 9 if product > 9 else product for product in products)
