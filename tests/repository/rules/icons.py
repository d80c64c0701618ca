"""The icons: closed schema, keys that have a text, and names that can be drawn."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path

import hass_frontend
import voluptuous as vol

from .integration import Integration
from .schema import refusals
from .services import actions

_PREFIX = "mdi:"
_LIST = Path(hass_frontend.where()) / "static" / "mdi" / "iconList.json"
_NAMES = {_PREFIX + icon["name"] for icon in json.loads(_LIST.read_text("utf-8"))}
"""The icons of the installed frontend; another name shows nothing at all."""


def _known(icon: str) -> str:
    if icon not in _NAMES:
        raise vol.Invalid("the frontend has no such icon")
    return icon


_ICON = vol.All(vol.Match(r"^mdi:[a-z0-9-]+$", msg="is no mdi icon"), _known)
_STATES = vol.All({str: _ICON}, vol.Length(min=1))
_ENTITY = {
    vol.Required("default"): _ICON,
    vol.Optional("state"): _STATES,
    vol.Optional("range"): _STATES,
    vol.Optional("state_attributes"): {
        str: {vol.Optional("default"): _ICON, vol.Optional("state"): _STATES}
    },
}
SCHEMA = vol.Schema(
    {
        vol.Optional("entity"): {str: {str: _ENTITY}},
        vol.Optional("triggers"): {str: {vol.Required("trigger"): _ICON}},
        vol.Optional("conditions"): {str: {vol.Required("condition"): _ICON}},
        vol.Optional("services"): {
            str: {
                vol.Required("service"): _ICON,
                vol.Optional("sections"): {str: _ICON},
            }
        },
    }
)


def problems(integration: Integration) -> Iterator[str]:
    """Yield what is wrong with the icons."""
    icons = integration.read_json("icons.json")
    yield from refusals(SCHEMA, icons, "icons.json")
    yield from _unknown_entities(integration, icons.get("entity", {}))
    for module, constant in integration.nodes(ast.Constant):
        text = str(constant.value)
        if text.startswith(_PREFIX) and text not in _NAMES:
            yield f"{module}: {text}: the frontend has no such icon"
    for name in sorted(icons.get("services", {}).keys() ^ actions(integration).keys()):
        yield f"icons.json: services.{name}: an action and its icon go together"


def _unknown_entities(
    integration: Integration, icons: dict[str, dict[str, object]]
) -> Iterator[str]:
    # An entity that takes its name from its device has no text, but a key in the code
    written = {constant.value for _, constant in integration.nodes(ast.Constant)}
    texts = integration.english.get("entity", {})
    for platform, entities in icons.items():
        for key in sorted(entities.keys() - texts.get(platform, {}).keys() - written):
            yield f"icons.json: entity.{platform}.{key}: no entity has this key"
