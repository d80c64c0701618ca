"""Payloads derived from the wire models: valid ones, and what mutations make of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
import importlib
import pkgutil
from types import ModuleType, UnionType
from typing import (
    Any,
    Final,
    Literal,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from hypothesis import strategies as st

from custom_components.cloud_energy.client.wire import WireModel
from tests.clouds.strange import raw

_HALVES: Final = "\ud83d"
_ODD_NUMBERS: Final[Sequence[Any]] = (
    0,
    -1,
    -0.0,
    5e-324,
    1e308,
    raw("1e400"),
    raw("-1e400"),
    float("nan"),
    float("-inf"),
    2**31,
    2**53 - 1,
    2**53,
    -(2**63) - 1,
    10**400,
    raw("9" * 5000),
)
_ODD_TEXTS: Final[Sequence[str]] = (
    "",
    " \t\n",
    "x" * 10_000,
    "Europe/" + "x" * 300,
    "Europe",
    "../../etc/passwd",
    "a\0b",
    _HALVES,
    f"Heat pump{_HALVES}",
    "\x1b[31m",
    "null",
    "NaN",
    "1e400",
    "-1",
    "0",
    "7.5",
    "12",
    "1,234.56",
    "1.234,56",
    "1 234",
    "1_000",
    "0x10",
    "9" * 400,
    "٣٤",
    "²",
    "Ⅷ",
)
_ODD_TIMES: Final[Sequence[str]] = (
    "0000-00-00",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00+14:00",
    "1902-01-01T00:00:00+14:00",
    "2199-12-31T00:00:00-12:00",
    "9999-12-31T23:59:59-12:00",
    "10000-01-01",
    "2026-02-29",
    "2026-11-01T24:00:00",
    "2026-11-01T10:00:00+25:00",
    "2026-11-01T10:00:00+23:59:59.999999",
    "2026-11-01T10:00:00 Europe/Brussels",
    "2026-W44-7",
    "20261101",
    "20261101T100000Z",
    "01/11/2026",
    "11-01-2026",
    "1.11.2026",
    "2026/11/01",
    "2026-11",
    "2026",
    "Sun, 01 Nov 2026 10:00:00 GMT",
    "1764400000",
    "1764400000000000",
    "/Date(1764400000000)/",
    "10:00",
)


_DEEPEST: Final = 1
_TRUE: Final[Mapping[Any, Any]] = {
    str: "340000001",
    int: 12,
    float: 0.25,
    bool: True,
    date: "2026-11-01",
    datetime: "2026-11-01T10:00:00Z",
}


def _nested(depth: int) -> Any:
    value: Any = 1
    for at in range(depth):
        value = {"a": value} if at % 2 else [value]
    return value


LEFT_OUT: Final = object()
"""Stands for a member that is missing."""
ODD_VALUES: Final[Sequence[Any]] = (
    LEFT_OUT,
    None,
    True,
    False,
    *_ODD_NUMBERS,
    *_ODD_TEXTS,
    *_ODD_TIMES,
    [],
    {},
    [None],
    [[]],
    [{}],
    [1, "a", None, {}],
    {"": None},
    {"a": {"b": [1]}},
    _nested(40),
    _nested(900),
)
"""Whatever may stand where something else was expected."""


@cache
def models_of(package: str) -> list[type[WireModel]]:
    """Return all models that the modules of a package define, in a certain order."""
    for module in _modules(importlib.import_module(package)):
        importlib.import_module(module)
    found = set(_subclasses(WireModel))
    return sorted(
        (model for model in found if model.__module__.startswith(f"{package}.")),
        key=lambda model: (model.__module__, model.__qualname__),
    )


def _modules(package: ModuleType) -> Iterator[str]:
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield each.name


def _subclasses(model: type[WireModel]) -> Iterator[type[WireModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _subclasses(each)


@cache
def hints_of(model: Any) -> dict[str, Any]:
    """Return the types of a model's fields."""
    return get_type_hints(model)


def alias_of(member: Any) -> str:
    """Return the name of a member on the wire."""
    return str(member.metadata.get("alias", member.name))


def true_payload(model: type[WireModel], depth: int = 0) -> dict[str, Any]:
    """Return a payload as the model's types tell, with two members in each list."""
    hints = hints_of(model)  # type: ignore[arg-type]  # a class is hashable
    return {
        alias_of(member): _true_value(hints[member.name], depth)
        for member in members_of(model)
    }


def _true_value(hint: Any, depth: int) -> Any:
    """Return what a cloud sends for a member of a type."""
    if isinstance(hint, TypeAliasType):
        return _true_value(hint.__value__, depth)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (UnionType, Union):
        return _true_value(arguments[0], depth)
    if origin is Literal:
        return arguments[0]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"1": _true_value(arguments[1], depth)}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        entries = (_true_value(arguments[0], depth) for _ in range(2))
        return [each for each in entries if each is not None]
    if isinstance(hint, type) and issubclass(hint, WireModel):
        return true_payload(hint, depth + 1) if depth < _DEEPEST else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    return _TRUE.get(hint)


def odd_payloads(model: type[WireModel]) -> Iterator[dict[str, Any]]:
    """Yield payloads in which each member meets each odd value.

    Members that the model can do without are odd all at once, the others one by one:
    one that is missing hides the rest.
    """
    true = true_payload(model)
    needed = {alias_of(each) for each in members_of(model) if _is_needed(each)}
    for shift in range(len(ODD_VALUES)):
        odd = {
            key: ODD_VALUES[(7 * at + shift) % len(ODD_VALUES)]
            for at, key in enumerate(true)
            if key not in needed
        }
        yield _without_left_out(true | odd)
        yield _without_left_out(
            {key: _with_odd(true[key], odd[key]) for key in odd}
            | {key: true[key] for key in needed}
        )
        for key in needed:
            yield _without_left_out(true | {key: ODD_VALUES[shift]})


def _is_needed(member: Any) -> bool:
    return member.default is MISSING and member.default_factory is MISSING


def _with_odd(true: Any, odd: Any) -> Any:
    """Return a list with an odd member as well; anything else as it is."""
    return (
        [true[0], odd, true[-1]]
        if isinstance(true, list) and true and odd is not LEFT_OUT
        else true
    )


def _without_left_out(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in payload.items() if each is not LEFT_OUT}


def members_of(model: type[WireModel]) -> tuple[Field[Any], ...]:
    """Return the fields of a model."""
    return fields(model)  # type: ignore[arg-type]  # every subclass is a dataclass


@st.composite
def mutated(draw: st.DrawFn, payload: dict[str, Any]) -> dict[str, Any]:
    """Draw what becomes of a payload with odd values at some places, at any depth."""
    for _ in range(draw(st.integers(1, 5))):
        if not payload:
            break
        path = draw(st.sampled_from(list(_places(payload))))
        payload = _changed(payload, path, draw(st.sampled_from(ODD_VALUES)))
    return payload


type _Path = tuple[str | int, ...]


def _places(value: Any, path: _Path = ()) -> Iterator[_Path]:
    inside: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for key, each in inside:
        yield (*path, key)
        yield from _places(each, (*path, key))


def _changed(value: Any, path: _Path, odd: Any) -> Any:
    """Return a payload with another value at one place, or without it."""
    if not path:
        return odd
    key, *rest = path
    new = _changed(value[key], tuple(rest), odd)
    if isinstance(value, list):
        listed = [new if at == key else each for at, each in enumerate(value)]
        return [each for each in listed if each is not LEFT_OUT]
    return _without_left_out(value | {key: new})
