"""Lists that come in pages; servers may send shorter ones than requested."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import time
from typing import Final

from .const import PAGE_SIZE
from .models.fields import unique

_MAX_PAGES: Final = 100
_TRUSTED: Final = 24 * 3600.0
"""Seconds for which a first page without a total is known to be all there is."""


@dataclass(frozen=True)
class Page[T]:
    """Some entries of a list."""

    entries: list[T]
    total: int | None
    """How many the whole list has; None where that is not reported."""


type PageOf[T] = Callable[[int, int], Awaitable[Page[T]]]
"""Takes the number of a page, counted from 1, and its size."""


class Pages:
    """Reads whole lists, and remembers which of them have one page only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock, in seconds."""
        self._clock = clock
        self._single: dict[str, tuple[frozenset[str], float]] = {}

    async def read[T](self, name: str, page_of: PageOf[T], *, key: str) -> list[T]:
        """Ask page by page until all are there, or a page brings nothing new.

        A short page need not be the last one. `key`: what distinguishes entries.
        """
        found: list[T] = []
        for number in range(1, _MAX_PAGES + 1):
            page = await page_of(number, PAGE_SIZE)
            before = len(found)
            found = unique([*found, *page.entries], key)
            if len(found) == before:
                if number == 2:
                    self._single[name] = _keys(found, key), self._clock()
                break
            if page.total is not None and len(found) >= page.total:
                break
            if number == 1 and self._is_single(name, _keys(found, key)):
                break
        return found

    def _is_single(self, name: str, keys: frozenset[str]) -> bool:
        known, since = self._single.get(name, (frozenset(), 0.0))
        return known == keys and self._clock() - since < _TRUSTED


def _keys[T](entries: list[T], key: str) -> frozenset[str]:
    return frozenset(getattr(entry, key) for entry in entries)
