"""Signing in again by actions: an automation can pass the code on from a phone."""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientSession
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import (
    CloudError,
    CodeExpired,
    CodeRejected,
    CodeRequired,
)
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.const import DOMAIN as SHARED_DOMAIN
from custom_components.cloud_energy.entry.action_fields import any_text
from custom_components.cloud_energy.entry.actions import ENTRY_FIELDS, Action
from custom_components.cloud_energy.entry.connection import async_create_session
from custom_components.cloud_energy.entry.endpoints import endpoints_for
from custom_components.cloud_energy.entry.policy import error_key
from custom_components.iec.api.client import IecClient
from custom_components.iec.api.const import REQUESTS_PER_DAY, Endpoints
from custom_components.iec.api.second_factor import SecondFactor
from custom_components.iec.const import DOMAIN
from custom_components.iec.entry_data import login_data, stored_credentials
from custom_components.iec.texts import Message

ATTR_CODE: Final = "code"
ATTR_METHOD: Final = "method"


@dataclass
class _Attempt:
    """A login that waits for its code."""

    session: ClientSession
    handler: SecondFactor


_ATTEMPTS: HassKey[dict[str, _Attempt]] = HassKey("iec_code_attempts")


@callback
def async_forget_attempt(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """End an attempt that nobody has finished."""
    if attempt := hass.data.get(_ATTEMPTS, {}).pop(entry.entry_id, None):
        attempt.session.detach()


async def _async_request(call: ServiceCall) -> ServiceResponse:
    """Have a code sent for a login that has ended, or is about to.

    :raises HomeAssistantError: none could be sent.
    """
    hass, entry = call.hass, _entry(call)
    async_forget_attempt(hass, entry)
    session = async_create_session(hass, auto_cleanup=False)
    try:
        handler = await _async_begin(hass, entry, session)
        channel = await _async_send(handler, call.data.get(ATTR_METHOD))
    except CloudError as err:
        session.detach()
        raise _translated(err) from err
    except ServiceValidationError:
        session.detach()
        raise
    hass.data.setdefault(_ATTEMPTS, {})[entry.entry_id] = _Attempt(session, handler)
    return {"method": channel.value}


async def _async_begin(
    hass: HomeAssistant, entry: ConfigEntry, session: ClientSession
) -> SecondFactor:
    client = IecClient(
        Transport(session, budget=RequestBudget(REQUESTS_PER_DAY)),
        endpoints=endpoints_for(hass, DOMAIN, Endpoints()),
        credentials=stored_credentials(entry.data),
    )
    try:
        await client.sign_in()
    except CodeRequired as err:
        if isinstance(err.handler, SecondFactor):
            return err.handler
        raise
    raise AssertionError("A login without a code is not known here")


async def _async_send(handler: SecondFactor, method: str | None) -> Channel:
    """Have the code sent in the way requested, else in the preferred one."""
    deliveries = await handler.deliveries()
    chosen = next((d for d in deliveries if d.channel == method), None)
    if method and chosen is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.METHOD_NOT_OFFERED
        )
    await handler.send(chosen or deliveries[0])
    return handler.channel


async def _async_submit(call: ServiceCall) -> None:
    """Finish the login with the code.

    :raises ServiceValidationError: the code is wrong, or none is awaited.
    :raises HomeAssistantError: it could not be finished now.
    """
    hass, entry = call.hass, _entry(call)
    attempt = hass.data.get(_ATTEMPTS, {}).get(entry.entry_id)
    if attempt is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NO_CODE_AWAITED
        )
    try:
        login = await attempt.handler.submit(call.data[ATTR_CODE])
    except CodeExpired as err:
        async_forget_attempt(hass, entry)
        raise _translated(err) from err
    except CloudError as err:
        raise _translated(err) from err
    data: dict[str, Any] = login_data(login, attempt.handler.channel)
    async_forget_attempt(hass, entry)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    _end_reauth(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)


@callback
def _end_reauth(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Close the form that requests what has just been done."""
    for flow in list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        hass.config_entries.flow.async_abort(flow["flow_id"])


def _entry(call: ServiceCall) -> ConfigEntry:
    """Return the entry that an action names, or the only one; loaded or not.

    :raises ServiceValidationError: there is none, or it is not clear which one.
    """
    entries = call.hass.config_entries.async_entries(DOMAIN)
    wanted = call.data.get(ATTR_CONFIG_ENTRY_ID)
    found = [each for each in entries if wanted in (None, each.entry_id)]
    if len(found) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NAME_THE_ENTRY
        )
    return found[0]


def _translated(error: CloudError) -> HomeAssistantError:
    """Return what the user reads of an error."""
    kind = ServiceValidationError if _is_typed(error) else HomeAssistantError
    return kind(
        translation_domain=SHARED_DOMAIN,
        translation_key=error_key(error),
        translation_placeholders={"error": str(error)},
    )


def _is_typed(error: CloudError) -> bool:
    return isinstance(error, (CodeRejected, CodeExpired))


CODE_ACTIONS: Final = (
    Action(
        name="request_code",
        handler=_async_request,
        fields={
            **ENTRY_FIELDS,
            vol.Optional(ATTR_METHOD): vol.In([Channel.SMS.value, Channel.EMAIL.value]),
        },
        response=SupportsResponse.OPTIONAL,
        # Each code costs a message, and too many of them lock the account.
        is_for_admins=True,
    ),
    Action(
        name="submit_code",
        handler=_async_submit,
        fields={**ENTRY_FIELDS, vol.Required(ATTR_CODE): any_text},
    ),
)
