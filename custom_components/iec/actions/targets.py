"""Which contract or meter an action is about."""

from typing import Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import service
import voluptuous as vol

from custom_components.cloud_energy.entry.action_fields import any_text
from custom_components.cloud_energy.entry.actions import Fields, entry_of
from custom_components.iec.const import DOMAIN
from custom_components.iec.devices import keys_of
from custom_components.iec.runtime import IecConfigEntry
from custom_components.iec.snapshot import ContractState, MeterState
from custom_components.iec.texts import Message

DEVICE_FIELDS: Final[Fields] = {vol.Optional(ATTR_DEVICE_ID): any_text}


def contract_of(call: ServiceCall) -> tuple[IecConfigEntry, ContractState]:
    """Return the contract of the device that an action names, or the only one.

    :raises ServiceValidationError: there is none, or it is not clear which one.
    """
    entry, names = _named(call)
    snapshot = entry.runtime_data.coordinator.data
    numbers = {
        meter.meter.address.contract
        for key, meter in snapshot.meters.items()
        if names is not None and key in names
    }
    found = [
        contract
        for number, contract in snapshot.contracts.items()
        if names is None or number in names | numbers
    ]
    if len(found) != 1:
        raise _unclear()
    return entry, found[0]


def meter_of(call: ServiceCall) -> tuple[IecConfigEntry, MeterState]:
    """Return the meter of the device that an action names, or the only one.

    :raises ServiceValidationError: there is none, or it is not clear which one.
    """
    entry, names = _named(call)
    found = [
        meter
        for key, meter in entry.runtime_data.coordinator.data.meters.items()
        if names is None or {key, meter.meter.address.contract} & names
    ]
    if len(found) != 1:
        raise _unclear()
    return entry, found[0]


def _named(call: ServiceCall) -> tuple[IecConfigEntry, set[str] | None]:
    """Return the entry, and the names of the device if one is named."""
    device_id = call.data.get(ATTR_DEVICE_ID)
    if device_id is None:
        return entry_of(call), None
    device, entry = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, device_id
    )
    return entry, keys_of(device)


def _unclear() -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=Message.NAME_THE_DEVICE
    )
