"""Whether somebody who is missing from a list is gone.

Clouds leave a device out of one answer and have it back in the next one. Each time its
entities would become unavailable, and automations would see it go and come.
"""

from collections.abc import Callable, Hashable, Iterable


class Presence[T]:
    """Remembers who was on a list: one that is missing twice in a row is gone."""

    def __init__(self, key: Callable[[T], Hashable]) -> None:
        """Begin with nobody; `key` says who a member is."""
        self._key = key
        self._known: dict[Hashable, T] = {}
        self._missing: frozenset[Hashable] = frozenset()

    def take(self, members: Iterable[T]) -> list[T]:
        """Return the members, and those who are missing for the first time."""
        present = list(members)
        known = {self._key(member): member for member in present}
        missing = self._known.keys() - known.keys()
        kept = {
            key: member
            for key, member in self._known.items()
            if key in missing - self._missing
        }
        self._missing = frozenset(missing)
        self._known = known | kept
        return [*present, *kept.values()]
