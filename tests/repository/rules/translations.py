"""The texts: closed schema, plain texts, and every language complete."""

from collections.abc import Iterator
import re
from typing import Any

import voluptuous as vol

from .integration import Integration
from .schema import refusals

_SHOWN = 28
"""Characters of a name that a narrow card still shows."""
_TITLE = 46
"""Characters of an issue's title that its dialog shows in one line.

What goes over it is drawn over the line below.
"""
_NAME = "Home (…7890)"
"""What usually fills a placeholder of a title."""
_PLACEHOLDER = re.compile(r"{([^{}]*)}")
_REFUSED = {
    r"\[%key": "references are not resolved in a custom integration: write the text",
    r"</?[a-zA-Z][^>]*>": "holds HTML",
    r"https?://|www\.": "holds an address: use a placeholder",
    r"^\s|\s$": "has space around it",
    r"'{[^{}]*}'": "has a placeholder in single quotes",
    r"^$": "is empty",
}


def plain(text: str) -> str:
    """Accept a text that Home Assistant can show as it is."""
    for pattern, reason in _REFUSED.items():
        if re.search(pattern, text):
            raise vol.Invalid(reason)
    for name in _PLACEHOLDER.findall(text):
        if not name.isidentifier():
            raise vol.Invalid(f"placeholder {{{name}}} is no identifier")
    return text


_TEXT = vol.All(str, plain)
_SLUG = vol.Match(r"^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$", msg="is no valid key")
_TEXTS = {_SLUG: _TEXT}

# Keys of forms are given by the code and may have any shape
_FIELDS = {str: _TEXT}
_SECTION = {
    vol.Optional("name"): _TEXT,
    vol.Optional("description"): _TEXT,
    vol.Optional("data"): _FIELDS,
    vol.Optional("data_description"): _FIELDS,
}
_STEP = {
    vol.Optional("title"): _TEXT,
    vol.Optional("description"): _TEXT,
    vol.Optional("data"): _FIELDS,
    vol.Optional("data_description"): _FIELDS,
    vol.Optional("menu_options"): _TEXTS,
    vol.Optional("menu_option_descriptions"): _TEXTS,
    vol.Optional("submit"): _TEXT,
    vol.Optional("sections"): {_SLUG: _SECTION},
}
_FLOW = {
    vol.Optional("step"): {_SLUG: _STEP},
    vol.Optional("error"): _TEXTS,
    vol.Optional("abort"): _TEXTS,
    vol.Optional("progress"): _TEXTS,
    vol.Optional("create_entry"): _TEXTS,
}
_ATTRIBUTE = {vol.Optional("name"): _TEXT, vol.Optional("state"): _TEXTS}
_ENTITY = {
    vol.Optional("name"): _TEXT,
    vol.Optional("state"): _TEXTS,
    vol.Optional("state_attributes"): {_SLUG: _ATTRIBUTE},
    vol.Optional("unit_of_measurement"): _TEXT,
}
_SERVICE = {
    vol.Required("name"): _TEXT,
    vol.Required("description"): _TEXT,
    vol.Optional("fields"): {
        _SLUG: {
            vol.Required("name"): _TEXT,
            vol.Required("description"): _TEXT,
            vol.Optional("example"): _TEXT,
        }
    },
    vol.Optional("sections"): {
        _SLUG: {vol.Required("name"): _TEXT, vol.Optional("description"): _TEXT}
    },
}
_AUTOMATION = {vol.Required("name"): _TEXT, vol.Required("description"): _TEXT}
_ISSUE = vol.Any(
    {vol.Required("title"): _TEXT, vol.Required("description"): _TEXT},
    {vol.Required("title"): _TEXT, vol.Required("fix_flow"): _FLOW},
)
SCHEMA = vol.Schema(
    {
        vol.Optional("title"): _TEXT,
        vol.Optional("config"): {**_FLOW, vol.Optional("flow_title"): _TEXT},
        vol.Optional("options"): _FLOW,
        vol.Optional("config_subentries"): {
            _SLUG: {
                **_FLOW,
                vol.Required("entry_type"): _TEXT,
                vol.Required("initiate_flow"): _TEXTS,
            }
        },
        vol.Optional("device"): {_SLUG: {vol.Required("name"): _TEXT}},
        vol.Optional("entity"): {_SLUG: {_SLUG: _ENTITY}},
        vol.Optional("exceptions"): {_SLUG: {vol.Required("message"): _TEXT}},
        vol.Optional("issues"): {_SLUG: _ISSUE},
        vol.Optional("selector"): {
            _SLUG: {
                vol.Optional("options"): _TEXTS,
                vol.Optional("unit_of_measurement"): _TEXTS,
                vol.Optional("fields"): {
                    _SLUG: {
                        vol.Required("name"): _TEXT,
                        vol.Optional("description"): _TEXT,
                    }
                },
            }
        },
        vol.Optional("services"): {_SLUG: _SERVICE},
        vol.Optional("triggers"): {_SLUG: _AUTOMATION},
        vol.Optional("conditions"): {_SLUG: _AUTOMATION},
        vol.Optional("system_health"): {vol.Required("info"): _TEXTS},
    }
)


def problems(integration: Integration) -> Iterator[str]:
    """Yield what is wrong with the texts."""
    if (integration.path / "strings.json").exists():
        yield "strings.json: is never read; the texts belong into translations/en.json"
    yield from _undescribed(integration.english, "")
    english = flat(integration.english)
    for file in sorted(integration.path.glob("translations/*.json")):
        name = f"translations/{file.name}"
        texts = integration.read_json(name)
        yield from refusals(SCHEMA, texts, name)
        yield from _differences(english, flat(texts), name)
        yield from _cut_alike(texts, name)
        yield from _two_lines(texts, name)


def _undescribed(texts: dict[str, Any], place: str) -> Iterator[str]:
    """Yield fields of a form without a description and the other way round."""
    data, described = texts.get("data"), texts.get("data_description")
    if isinstance(data, dict) or isinstance(described, dict):
        for key in sorted((data or {}).keys() ^ (described or {}).keys()):
            yield f"en.json: {place}{key}: data and data_description go together"
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from _undescribed(value, f"{place}{key}.")


def _differences(
    english: dict[str, str], texts: dict[str, str], name: str
) -> Iterator[str]:
    for key in sorted(english.keys() ^ texts.keys()):
        yield f"{name}: {key}: is in one of this and en.json only"
    for key in sorted(english.keys() & texts.keys()):
        wanted, found = placeholders(english[key]), placeholders(texts[key])
        if wanted != found:
            yield f"{name}: {key}: has other placeholders than en.json"


def _cut_alike(texts: dict[str, Any], name: str) -> Iterator[str]:
    """Yield names that are the same where a narrow card cuts them off."""
    for platform, entities in texts.get("entity", {}).items():
        names = {each["name"] for each in entities.values() if "name" in each}
        shown: dict[str, str] = {}
        for full in sorted(names):
            cut = _PLACEHOLDER.sub("1", full)[:_SHOWN]
            if other := shown.get(cut):
                yield f"{name}: {platform}: {other!r} and {full!r} begin alike"
            shown[cut] = full


def _two_lines(texts: dict[str, Any], name: str) -> Iterator[str]:
    """Yield titles of issues that do not fit into the line of their dialog."""
    for key, issue in texts.get("issues", {}).items():
        title = issue.get("title", "")
        if len(_PLACEHOLDER.sub(_NAME, title)) > _TITLE:
            yield f"{name}: issues.{key}: {title!r} is longer than its line"


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return set(_PLACEHOLDER.findall(text))


def flat(texts: dict[str, Any], place: str = "") -> dict[str, str]:
    """Return nested texts by their dotted path."""
    found: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, dict):
            found |= flat(value, f"{place}{key}.")
        else:
            found[f"{place}{key}"] = value
    return found
