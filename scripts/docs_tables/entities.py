"""The entities of a provider, collected from the descriptions in its code."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
import inspect
import json
from pathlib import Path
import re
from types import ModuleType
from typing import Any

import homeassistant
from homeassistant.helpers.entity import Entity, EntityDescription

from custom_components.cloud_energy.entities import health
from custom_components.cloud_energy.entities.refresh import RefreshButton

from .places import CHANNEL_KINDS, MADE_AS_SEEN, NAMED_BY_CHANNEL, device_of
from .source import Source

_COMPONENTS = Path(homeassistant.__file__).parent / "components"
_PACKAGE = "custom_components"
_PLATFORMS = ("homeassistant.components", "homeassistant.util")
_BASE_CLASS = re.compile(r"([A-Z]\w+)Entity(?:Description)?")
OWN_NAME = "(the device's name)"


class Forgotten(Exception):
    """The code and the texts know different entities."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entity as its users find it."""

    device: str
    platform: str
    key: str
    """Its translation key, or the device class that it takes its name from."""
    name: str
    unit: str
    device_class: str
    states: tuple[str, ...]
    category: str
    enabled: bool


def rows(source: Source) -> list[Row]:
    """Return all entities of a provider.

    :raises Forgotten: a text has no entity, or an entity no text.
    :raises Homeless: nobody has said which device has an entity.
    """
    found = list(_rows(source))
    _compare(source, found)
    return found


def _rows(source: Source) -> Iterator[Row]:
    for module in _modules(source):
        below = module.__name__.removeprefix(f"{_PACKAGE}.{source.domain}.")
        short = below.removeprefix("entities.")
        for name, description in _descriptions(module):
            place = f"{short}.{name}"
            if place in NAMED_BY_CHANNEL:
                yield from _of_channels(source, place, description)
            else:
                yield _row(source, place, description)
        for kind in _hand_made(module):
            yield _row(source, f"{short}.{kind.__name__}", kind.__new__(kind))
    for place, description in MADE_AS_SEEN.get(source.domain, {}).items():
        yield _row(source, place, description)
    for description in health.HEALTH_SENSORS:
        yield _row(source, "health", description)
    yield _row(source, "refresh", RefreshButton.__new__(RefreshButton))
    # Only where the cloud has hours
    if health.MISSING_HOURS.key in source.texts["entity"]["sensor"]:
        yield _row(source, "health", health.MISSING_HOURS)


def _modules(source: Source) -> Iterator[ModuleType]:
    """Yield the provider's modules outside of its client."""
    for path in sorted(source.path.rglob("*.py")):
        name = path.relative_to(source.path).with_suffix("")
        if name.parts[0] != "api":
            yield import_module(".".join((_PACKAGE, source.domain, *name.parts)))


def _descriptions(module: ModuleType) -> Iterator[tuple[str, EntityDescription]]:
    """Yield the descriptions that a module itself defines, with the variable's name."""
    for name in _assigned(module):
        value = getattr(module, name, None)
        if isinstance(value, Mapping):
            value = tuple(value.values())
        for each in value if isinstance(value, tuple | list) else (value,):
            if _is_description(each):
                yield name, each


def _is_description(value: object) -> bool:
    """Tell what is a description, also of those that Home Assistant makes by itself.

    A description that is made directly of Home Assistant's class is an instance of a
    hidden twin of it.
    """
    return "EntityDescription" in {base.__name__ for base in type(value).__mro__}


def _assigned(module: ModuleType) -> Iterator[str]:
    for node in ast.parse(inspect.getsource(module)).body:
        targets: Iterable[ast.expr] = ()
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = (node.target,)
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _hand_made(module: ModuleType) -> Iterator[type[Entity]]:
    """Yield the entity classes that need no description: they name themselves."""
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ == module.__name__ and issubclass(kind, Entity):
            if "_attr_translation_key" in vars(kind):
                yield kind


def _row(source: Source, place: str, entity: EntityDescription | Entity) -> Row:
    platform, key = _platform(type(entity)), entity.translation_key
    texts = source.texts["entity"].get(platform, {}).get(key, {})
    if key and not texts and entity.name is not None:
        raise Forgotten(f"{source.domain}: {platform}.{key} has no text")
    unit = getattr(entity, "suggested_unit_of_measurement", None)
    unit = unit or getattr(entity, "native_unit_of_measurement", None)
    return Row(
        device=device_of(source.domain, place),
        platform=platform,
        key=key or entity.device_class or "",
        name=texts.get("name") or _name_without_text(platform, entity),
        unit=str(unit or texts.get("unit_of_measurement", "")),
        device_class=str(entity.device_class or ""),
        states=_states(entity, texts),
        category=str(entity.entity_category or ""),
        enabled=entity.entity_registry_enabled_default,
    )


def _platform(kind: type) -> str:
    """Return the platform whose base class a class has, such as binary_sensor."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith(_PLATFORMS)]
    names = [base.__name__ for base in bases]
    name = next(found[1] for each in names if (found := _BASE_CLASS.fullmatch(each)))
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _name_without_text(platform: str, entity: EntityDescription | Entity) -> str:
    """Return the name that Home Assistant gives an entity without a text."""
    if entity.name is None or not entity.device_class:
        return OWN_NAME
    return _class_names(platform)[str(entity.device_class)]


@cache
def _class_names(platform: str) -> dict[str, str]:
    file = _COMPONENTS / platform / "translations" / "en.json"
    kinds = json.loads(file.read_text("utf-8"))["entity_component"]
    return {kind: texts["name"] for kind, texts in kinds.items() if "name" in texts}


def _states(
    entity: EntityDescription | Entity, texts: dict[str, Any]
) -> tuple[str, ...]:
    """Return what an entity can be, or which events it can tell."""
    events = getattr(entity, "event_types", None)
    if events:
        return tuple(f"`{event}`" for event in events)
    return tuple(texts.get("state", {}).values())


def _of_channels(
    source: Source, place: str, description: EntityDescription
) -> Iterator[Row]:
    """Yield an entity for each kind of channel, which names it."""
    for kind, enabled in CHANNEL_KINDS.items():
        if kind not in NAMED_BY_CHANNEL[place]:
            continue
        named = replace(description, translation_key=f"{kind}_{description.key}")
        row = _row(source, f"{place}.{kind}", named)
        yield row if enabled else replace(row, enabled=False)


def _compare(source: Source, found: Iterable[Row]) -> None:
    known = {(row.platform, row.key) for row in found}
    texts = source.texts["entity"]
    named = {(platform, key) for platform in texts for key in texts[platform]}
    if named - known:
        raise Forgotten(f"{source.domain}: no entity for {sorted(named - known)}")
