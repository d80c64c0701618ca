"""Words of the clouds and of the field, which tell nothing of a person."""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
import re
from typing import Final
from zoneinfo import available_timezones

_COMPONENTS: Final = Path(__file__).parents[2] / "custom_components"
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")

_WORDS: Final = """
true false yes no y n x null none ok error success failed active inactive
connected disconnected online offline paid unpaid standby charging
kwh wh mwh w kw mw kva va v a hz usd sek eur ils nis
electric electricity consumption production reading bearer jwt
"""
_FIELD_WORDS: Final = """
account address amount balance charge charges code consumption consumed cost
currency customer date day days delivered demand device end energy export
exported from generated generation hour hours id import imported interval kw kwh
meter meters month name net no number of per power premise price quantity rate read
reading received recorder return returned serial service start status time to total type unit
units usage use value wh year zone
"""


def is_kept(text: str) -> bool:
    """Tell whether a text is a state, a unit or a time zone."""
    return text.strip().casefold() in _words(_WORDS) or text in _zones()


def is_field_word(word: str) -> bool:
    """Tell whether a word of a table's caption says what is in the column."""
    return word.casefold() in _words(_FIELD_WORDS)


def is_member(key: str) -> bool:
    """Tell whether a key is made of words that the clients of the clouds know.

    What is new in an answer mostly is; the name of a room or a person is not.
    """
    return all(
        word in _member_words() if word.isalpha() else len(word) == 1
        for word in _parts(key)
    )


def _parts(name: str) -> list[str]:
    return [word.casefold() for word in _PART.findall(name)]


@cache
def _member_words() -> frozenset[str]:
    """Return the words of all names that stand in the code of the clients."""
    found: set[str] = set()
    for path in _COMPONENTS.glob("*/api/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            # What is called with a text names members by it, unlike prose.
            if isinstance(node, ast.Call):
                for text in _texts_of(node):
                    found.update(chain.from_iterable(map(_parts, text.split())))
    # Single letters make anything up.
    return frozenset(w for w in found if len(w) > 1) | _words(_FIELD_WORDS)


def _texts_of(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
