"""Keeps homes from asking a cloud all at once: each entry has a share of its own."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

SPREAD: Final = timedelta(minutes=20)
"""Over how much time what is due for everybody is spread."""


def own_share(seed: str) -> float:
    """Draw a number from 0 to 1 that is always the same for this seed, such as an entry's id."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) / 2**32


def own_delay(seed: str, maximum: timedelta = SPREAD) -> timedelta:
    """Return how much later than everybody an entry does what is due, in whole seconds."""
    return timedelta(seconds=int(own_share(seed) * maximum.total_seconds()))
