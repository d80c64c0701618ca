"""The entries of all providers that are set up."""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import Message

from .runtime import CloudRuntime

type CloudEntry = ConfigEntry[CloudRuntime[Any]]


@callback
def loaded_entry(hass: HomeAssistant, entry_id: str) -> CloudEntry:
    """Return a loaded entry of one of the providers.

    :raises ServiceValidationError: it is none.
    """
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or not _is_loaded(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=Message.NOT_A_LOADED_ENTRY
        )
    return entry


@callback
def loaded_entries(hass: HomeAssistant) -> Iterator[CloudEntry]:
    """Yield all of them."""
    for entry in hass.config_entries.async_entries():
        if _is_loaded(entry):
            yield entry


def _is_loaded(entry: ConfigEntry[Any]) -> bool:
    return isinstance(getattr(entry, "runtime_data", None), CloudRuntime)
