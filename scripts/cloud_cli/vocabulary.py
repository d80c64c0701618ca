"""Words of the clouds and of the field, which tell nothing of a person."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

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


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
