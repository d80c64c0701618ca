"""Reading what clouds send: tolerant values, and models that survive drift.

Clouds send numbers as texts, empty texts for nothing, and new keys without notice. None
of that is an error; new keys and values are counted so that diagnostics can report
them.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, ClassVar, Final, Self, override

from mashumaro import DataClassDictMixin
from mashumaro.config import BaseConfig
from mashumaro.exceptions import (
    InvalidFieldValue,
    MissingField,
    SuitableVariantNotFoundError,
)

from .errors import Malformed
from .shapes import safe_name, safe_value
from .storable import is_storable

_MAX_NOTES = 300
_SMALLEST = 1e-12
_KNOWN = "known"
_TRUE = frozenset({"true", "y", "yes", "x", "1"})
_FALSE = frozenset({"false", "n", "no", "", "0"})
FLAGS: Final = _TRUE | _FALSE
"""What `flag` can read."""


class Drift:
    """Counts what a cloud sends beyond what is known of it."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.seen: Counter[str] = Counter()

    def note(self, what: str) -> None:
        """Count something; what comes after very many different things is one."""
        is_known = what in self.seen or len(self.seen) < _MAX_NOTES
        self.seen[what if is_known else "..."] += 1

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count what the models meet while this context lasts."""
        token = _drift.set(self)
        try:
            yield
        finally:
            _drift.reset(token)


_drift: ContextVar[Drift | None] = ContextVar("drift", default=None)


def note(what: str) -> None:
    """Count something with whoever is watching."""
    if drift := _drift.get():
        drift.note(what)


class WireModel(DataClassDictMixin):
    """Base of all models of a cloud's answers."""

    class Config(BaseConfig):
        """Wire names live in aliases only."""

        serialize_by_alias = True

    unread: ClassVar[frozenset[str]] = frozenset()
    """Keys that are known but of no use here."""

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        """Count the keys, and the values of members, that this model does not know."""
        unknown = d.keys() - _wire_names(cls)  # type: ignore[arg-type]  # a class is hashable
        for key in islice(unknown, _MAX_NOTES):
            note(f"{cls.__name__}.{safe_name(key)}")
        for key, known_values in _known_values(cls).items():  # type: ignore[arg-type]  # likewise
            value = _folded(d.get(key))
            if value != "" and value not in known_values:
                note(f"{cls.__name__}.{key}={safe_value(d[key])}")
        return d

    @classmethod
    def read(cls, data: object) -> Self:
        """Build the model from a parsed answer.

        :raises Malformed: a required member is missing or of another kind.
        """
        if not isinstance(data, dict):
            raise Malformed(f"{cls.__name__}: an object was expected")
        try:
            return cls.from_dict(data)
        except MissingField as err:
            raise Malformed(f"{cls.__name__}: {err.field_name} is missing") from None
        except InvalidFieldValue as err:
            raise Malformed(f"{cls.__name__}: {err.field_name} is invalid") from None
        except (
            SuitableVariantNotFoundError,
            TypeError,
            ValueError,
            AttributeError,
            ArithmeticError,
            LookupError,
            RecursionError,
        ):
            raise Malformed(f"{cls.__name__}: the answer has another shape") from None


@cache
def _wire_names(model: type[WireModel]) -> frozenset[str]:
    return model.unread | frozenset(
        member.metadata.get("alias", member.name)
        for member in fields(model)  # type: ignore[arg-type]  # every subclass is a dataclass
    )


@cache
def _known_values(model: type[WireModel]) -> dict[str, frozenset[str | float]]:
    return {
        member.metadata.get("alias", member.name): member.metadata[_KNOWN]
        for member in fields(model)  # type: ignore[arg-type]  # every subclass is a dataclass
        if _KNOWN in member.metadata
    }


def keys(names: str) -> frozenset[str]:
    """Return the keys that a text lists: for `unread`."""
    return frozenset(names.split())


def known(*values: object) -> dict[str, Any]:
    """Metadata of a member: what it is known to hold; any other value is counted.

    It goes with how the member is read, and changes nothing of that:
    `as_text("status") | known("Standby", "Charging")`. Case does not matter, nor whether
    a number is sent as text; nothing (null, an empty text) is never unknown.
    """
    return {_KNOWN: frozenset(_folded(value) for value in values)}


def _folded(value: object) -> str | float:
    """Return what is compared: a number, or a text."""
    found = number(value)
    return text(value).casefold() if found is None else found


def number(value: object) -> float | None:
    """Read a number that may be sent as text; None for nothing and nonsense.

    What is too large to be stored is nonsense as well; what is too small to have been
    measured is 0, so that nothing becomes infinite by it.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        result = float(value)
    except ValueError, OverflowError:
        return None
    if not is_storable(result):
        return None
    return result if abs(result) >= _SMALLEST else 0.0


def flag(value: object) -> bool | None:
    """Read a truth value sent as bool, number, `Y`, `X` or `true`; else None."""
    folded = str(value).strip().lower()
    if folded in _TRUE:
        return True
    return False if value is not None and folded in _FALSE else None


def text(value: object) -> str:
    """Read a text; empty for nothing, digits for a number sent as such."""
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).strip()


def members(value: object) -> list[Any]:
    """Read a list; empty for nothing and for any other kind."""
    return value if isinstance(value, list) else []
