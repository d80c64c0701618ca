"""Keeps secrets and personal data out of whatever leaves the process.

Redaction goes by value as well as by key: a value that is known to be secret is
replaced wherever it stands, also inside longer texts and as a key of an object.
"""

from collections.abc import Iterable, Mapping, Set as AbstractSet

REDACTED = "**REDACTED**"

# Shorter values ("1", "on") occur everywhere by chance: replacing them would
# destroy the text without hiding anything.
_SHORTEST = 4


class Redactor:
    """Replaces known secret values, and every value under a secret key."""

    def __init__(self, keys: Iterable[str] = (), values: Iterable[object] = ()) -> None:
        """Take the key names (case does not matter) and the values to hide."""
        self._keys: AbstractSet[str] = {key.lower() for key in keys}
        self._values: set[str] = set()
        self.add(values)

    def add(self, values: Iterable[object]) -> None:
        """Hide these values too; None and very short ones are passed over."""
        texts = (str(value) for value in values if value is not None)
        self._values.update(text for text in texts if len(text) >= _SHORTEST)

    def text(self, text: str) -> str:
        """Return the text with every secret value replaced."""
        # The longest first, so that a secret that holds another one goes whole.
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, REDACTED)
        return text

    def data(self, data: object) -> object:
        """Return a copy of JSON-like data with secrets replaced at any depth."""
        if isinstance(data, Mapping):
            return self._mapping(data)
        if isinstance(data, (list, tuple, set, frozenset)):
            return [self.data(item) for item in data]
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, (int, float)) and str(data) in self._values:
            return REDACTED
        return data

    def _mapping(self, data: Mapping[object, object]) -> dict[str, object]:
        redacted: dict[str, object] = {}
        for key, value in data.items():
            name = text = self.text(str(key))
            number = 1
            while name in redacted:
                # Two keys may differ in nothing but what was hidden.
                number += 1
                name = f"{text} {number}"
            redacted[name] = self._member(str(key), value)
        return redacted

    def _member(self, key: str, value: object) -> object:
        if key.lower() in self._keys and value is not None:
            return REDACTED
        return self.data(value)
