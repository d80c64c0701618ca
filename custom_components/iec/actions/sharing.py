"""Actions about who may see a contract."""

from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import any_text
from custom_components.cloud_energy.entry.actions import Action, Fields, Query
from custom_components.cloud_energy.entry.policy import command_errors
from custom_components.iec.const import DOMAIN
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.snapshot import ContractState
from custom_components.iec.texts import Message

from .targets import DEVICE_FIELDS, contract_of

ATTR_CONFIRM: Final = "confirm"
ATTR_CONNECTION: Final = "connection"


async def _async_get_contacts(call: ServiceCall) -> ServiceResponse:
    """Return who may see a contract, by the ids that removing them takes."""
    entry, contract = contract_of(call)
    with command_errors(call.hass, entry):
        found = await entry.runtime_data.client.masa.get_shared_contract(
            _contact(entry), _masa_id(contract)
        )
    contacts: list[Any] = [
        {
            ATTR_CONNECTION: connection.id,
            "contact": connection.contact_id,
            "shared": connection.is_shared,
        }
        for connection in found.connections
    ]
    return {"contacts": contacts}


async def _async_share(call: ServiceCall) -> ServiceResponse:
    """Return the address of an invitation to see a contract."""
    entry, contract = contract_of(call)
    _check_confirmed(call)
    with command_errors(call.hass, entry):
        invitation = await entry.runtime_data.client.masa.share_contract(
            _contact(entry), _masa_id(contract)
        )
    return {"invitation": invitation}


async def _async_remove(call: ServiceCall) -> None:
    """Stop sharing a contract with somebody.

    :raises ServiceValidationError: there is no such connection.
    """
    entry, contract = contract_of(call)
    _check_confirmed(call)
    masa, owner = entry.runtime_data.client.masa, _contact(entry)
    wanted = call.data[ATTR_CONNECTION]
    with command_errors(call.hass, entry):
        found = await masa.get_shared_contract(owner, _masa_id(contract))
        connection = next((c for c in found.connections if c.id == wanted), None)
        if connection is None or not connection.is_shared:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key=Message.CONNECTION_NOT_FOUND
            )
        await masa.remove_shared_contact(
            connection.id, connection.contact_id, _masa_id(contract), owner
        )


def _check_confirmed(call: ServiceCall) -> None:
    if not call.data[ATTR_CONFIRM]:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NOT_CONFIRMED
        )


def _contact(entry: IecConfigEntry) -> str:
    """Return the portal's id of the person."""
    profile = entry.runtime_data.coordinator.data.discovery.profile
    if profile is None or not profile.id:
        raise _cannot_share()
    return profile.id


def _masa_id(contract: ContractState) -> str:
    """Return the portal's id of a contract."""
    if not contract.supply.masa_id:
        raise _cannot_share()
    return contract.supply.masa_id


def _cannot_share() -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=Message.CANNOT_SHARE
    )


_CONFIRM: Final[Fields] = {vol.Required(ATTR_CONFIRM): cv.boolean}
SHARING_ACTIONS: Final = (
    Query(
        name="get_shared_contacts",
        handler=_async_get_contacts,
        fields=DEVICE_FIELDS,
    ),
    Query(
        name="share_contract",
        handler=_async_share,
        fields={**DEVICE_FIELDS, **_CONFIRM},
        # It reaches other people, and so does the next.
        is_for_admins=True,
    ),
    Action(
        name="remove_shared_contact",
        handler=_async_remove,
        fields={
            **DEVICE_FIELDS,
            vol.Required(ATTR_CONNECTION): any_text,
            **_CONFIRM,
        },
        is_for_admins=True,
    ),
)
