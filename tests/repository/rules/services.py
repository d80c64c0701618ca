"""The actions: every one described, every field with a text and the other way round."""

import ast
from collections.abc import Iterator
from typing import Any

import voluptuous as vol

from .integration import Integration
from .schema import refusals

_FIELD = {
    vol.Optional("required"): bool,
    vol.Optional("default"): object,
    vol.Optional("example"): object,
    vol.Optional("selector"): dict,
    vol.Optional("filter"): dict,
}
_SECTION = {
    vol.Optional("collapsed"): bool,
    vol.Required("fields"): {str: vol.Any(None, _FIELD)},
}
_ACTION = {
    vol.Optional("target"): vol.Any(None, dict),
    vol.Optional("fields"): {str: vol.Any(None, _SECTION, _FIELD)},
}
SCHEMA = vol.Schema({str: vol.Any(None, _ACTION)})

_REFRESH = "refresh"
_TEXTS = ("name", "description")


def problems(integration: Integration) -> Iterator[str]:
    """Yield what is wrong with the actions."""
    described = actions(integration)
    texts = integration.english.get("services", {})
    yield from refusals(SCHEMA, described, "services.yaml")
    declared = _declared(integration)
    for name in sorted(declared ^ described.keys() if declared else ()):
        yield f"services.yaml: {name}: an action and its description go together"
    for name in texts.keys() - described.keys():
        yield f"en.json: services.{name}: there is no such action"
    for name, action in described.items():
        text = texts.get(name, {})
        yield from _missing(text, f"services.{name}")
        yield from _field_problems(name, action or {}, text)


def actions(integration: Integration) -> dict[str, Any]:
    """Return the described actions; names with a dot are building blocks of YAML."""
    described = integration.read_yaml("services.yaml")
    return {name: each for name, each in described.items() if name[0] != "."}


def _field_problems(
    name: str, action: dict[str, Any], text: dict[str, Any]
) -> Iterator[str]:
    fields, sections = split_fields(action)
    for kind, wanted in (("fields", fields), ("sections", sections)):
        texts = text.get(kind, {})
        for key in texts.keys() - wanted:
            yield f"en.json: services.{name}.{kind}.{key}: not in services.yaml"
        for key in sorted(wanted):
            needed = _TEXTS if kind == "fields" else _TEXTS[:1]
            place = f"services.{name}.{kind}.{key}"
            yield from _missing(texts.get(key, {}), place, needed)


def split_fields(action: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the names of an action's fields and of its sections."""
    fields, sections = set[str](), set[str]()
    for key, field in (action.get("fields") or {}).items():
        if field and "fields" in field:
            sections.add(key)
            fields |= field["fields"].keys()
        else:
            fields.add(key)
    return fields, sections


def _missing(
    text: dict[str, Any], place: str, needed: tuple[str, ...] = _TEXTS
) -> Iterator[str]:
    for key in needed:
        if key not in text:
            yield f"en.json: {place}.{key}: is missing"


def _declared(integration: Integration) -> set[str]:
    """Return the names of the actions that the code declares, if it does."""
    calls = [
        (ast.unparse(call.func), {each.arg: each.value for each in call.keywords})
        for _, call in integration.nodes(ast.Call)
    ]
    names = {
        str(ast.literal_eval(keywords["name"]))
        for function, keywords in calls
        if function in ("Action", "Query")
        and isinstance(keywords["name"], ast.Constant)
    }
    # What is built from the declaration of a provider has this one besides
    is_provider = any(function == "Provider" for function, _ in calls)
    return names | {_REFRESH} if is_provider else names - {_REFRESH}
