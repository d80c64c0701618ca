"""The actions of a provider: declared, and registered with their permission."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import service
import voluptuous as vol

from .action_fields import any_text
from .action_names import action_schema

type Fields = Mapping[vol.Marker, Any]

ENTRY_FIELDS: Final[Fields] = {vol.Optional(ATTR_CONFIG_ENTRY_ID): any_text}
"""Of actions that serve an entry: the one that is named, or the only one."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """What a user or an automation can have done."""

    name: str
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    fields: Fields = field(default_factory=dict)
    response: SupportsResponse = SupportsResponse.NONE
    is_for_admins: bool = False
    earlier_names: tuple[str, ...] = ()
    """Those that it had before: users' automations keep working."""
    earlier_fields: Mapping[str, str] = field(default_factory=dict)
    """Today's names of its fields, by those that they had before."""


@dataclass(frozen=True, kw_only=True)
class Query(Action):
    """An action that only answers."""

    response: SupportsResponse = SupportsResponse.ONLY


@callback
def async_register_actions(
    hass: HomeAssistant, domain: str, actions: Iterable[Action]
) -> None:
    """Register the actions of a domain."""
    for action in actions:
        for name in (action.name, *action.earlier_names):
            _register(hass, domain, name, action)


def _register(hass: HomeAssistant, domain: str, name: str, action: Action) -> None:
    schema = action_schema(action.fields, action.earlier_fields)
    if action.is_for_admins:
        service.async_register_admin_service(
            hass, domain, name, action.handler, schema, action.response
        )
    else:
        hass.services.async_register(
            domain, name, action.handler, schema, action.response
        )


def entry_of(call: ServiceCall) -> ConfigEntry[Any]:
    """Return the loaded entry that an action names, or the only one there is.

    :raises ServiceValidationError: there is none, or it is not clear which one.
    """
    entry: ConfigEntry[Any] = service.async_get_config_entry(
        call.hass, call.domain, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry
