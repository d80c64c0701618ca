"""Every model of every provider meets payloads that are odd at any place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
import inspect
from math import isfinite
from types import UnionType
from typing import Any, Final, Literal, TypeAliasType, Union, get_args, get_origin

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import WireModel
from tests.clouds.strange import written
from tests.strange import unstorable
from tests.wire_payloads import (
    hints_of,
    members_of,
    models_of,
    mutated,
    odd_payloads,
    true_payload,
)

PROVIDERS: Final = ("dominion_energy", "elecnova", "emporia", "flowerhub", "iec")
DATACLASS: Final = "__dataclass_fields__"
NO_DAY: Final = date.min
"""Sorts what has no day before all that has one."""


ODD_ENTRIES: Final[Sequence[Any]] = (None, 7, "odd", [], {}, [[]], {"odd": {}})


def models(provider: str) -> list[type[WireModel]]:
    """Return the models of a provider that have members."""
    found = models_of(f"custom_components.{provider}.api")
    return [model for model in found if hasattr(model, DATACLASS) and members_of(model)]


def read(model: type[WireModel], payload: object) -> WireModel | None:
    """Read a payload as it comes from a socket; None if that is refused."""
    try:
        return model.read(parse_json(written(payload)))
    except Malformed, ValueError:
        return None


def faults(value: WireModel) -> Iterator[str]:
    """Yield what is wrong with a model that was read."""
    name = type(value).__name__
    yield from unstorable(value, name)
    hints = hints_of(type(value))  # type: ignore[arg-type]  # a class is hashable
    for member in members_of(type(value)):
        found = getattr(value, member.name)
        if not conforms(found, hints[member.name]):
            yield f"{name}.{member.name} is a {type(found).__name__}"
        for each in found if isinstance(found, (list, tuple)) else (found,):
            if isinstance(each, WireModel):
                yield from faults(each)
    for key, _ in inspect.getmembers(type(value), lambda of: isinstance(of, property)):
        result = getattr(value, key)
        # What is calculated of the largest numbers may be larger, but is a number.
        is_number = isinstance(result, float) and isfinite(result)
        if result != NO_DAY and not is_number:
            yield from unstorable(result, f"{name}.{key}")


def conforms(value: Any, hint: Any) -> bool:
    """Return whether a value is of a declared type, and of no other."""
    if isinstance(hint, TypeAliasType):
        return conforms(value, hint.__value__)
    origin, inside = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (UnionType, Union):
        return any(conforms(value, each) for each in inside)
    if origin is Literal:
        return value in inside
    if origin is not None:
        return _conforms_inside(value, origin, inside)
    if hint in (int, float, date):
        kinds: dict[Any, tuple[type, ...]] = {float: (int, float)}
        return type(value) in kinds.get(hint, (hint,))
    return isinstance(value, hint)


def _conforms_inside(value: Any, origin: Any, inside: Sequence[Any]) -> bool:
    if not isinstance(value, origin):
        return False
    if issubclass(origin, Mapping):
        return all(
            conforms(key, inside[0]) and conforms(each, inside[1])
            for key, each in value.items()
        )
    return all(conforms(each, inside[0]) for each in value)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_member_meets_each_odd_value(provider: str) -> None:
    """A model has values as declared, that every store can hold, or there is none."""
    for model in models(provider):
        assert read(model, true_payload(model)), model
        for payload in odd_payloads(model):
            found = read(model, payload)
            assert found is None or not list(faults(found)), payload


@pytest.mark.parametrize("provider", PROVIDERS)
@given(data=st.data())
def test_several_at_any_depth(provider: str, data: st.DataObject) -> None:
    """The same holds whatever comes together."""
    model = data.draw(st.sampled_from(models(provider)))
    found = read(model, data.draw(mutated(true_payload(model))))
    assert found is None or not list(faults(found))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_odd_entry_costs_itself(provider: str) -> None:
    """The others of its list are read as if it were not there."""
    for model in models(provider):
        true = true_payload(model)
        whole = read(model, true)
        for key, value in true.items():
            if (
                not isinstance(value, list)
                or not value
                or not isinstance(value[0], dict)
            ):
                continue
            for odd in ODD_ENTRIES:
                entries = [value[0], odd, *value[1:]]
                found = read(model, true | {key: entries})
                assert found
                assert whole
                assert _good(found, whole), (model, key, odd)


def _good(found: WireModel, whole: WireModel) -> bool:
    """Return whether a model has all that another one has."""
    for member in members_of(type(whole)):
        wanted, has = getattr(whole, member.name), getattr(found, member.name)
        if isinstance(wanted, (list, tuple)):
            if not all(each in has for each in wanted):
                return False
        elif wanted != has:
            return False
    return True
