"""Entries that another integration of the same domain has left.

Forks number the versions of their entries as they like, and Home Assistant requests a
migration only where the number differs: so what an entry contains decides, at set-up.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import Message


@callback
def refuse_second_entry(
    hass: HomeAssistant, entry: ConfigEntry, unique_id: str
) -> None:
    """Stop an entry from taking over what another one of its domain has.

    :raises ConfigEntryError: the unique id is another entry's.
    """
    other = hass.config_entries.async_entry_for_domain_unique_id(
        entry.domain, unique_id
    )
    if other and other.entry_id != entry.entry_id:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key=Message.ALREADY_CONFIGURED,
            translation_placeholders={"name": other.title},
        )


def not_convertible() -> ConfigEntryError:
    """Return the error of an entry that lacks what would make it one of today's."""
    return ConfigEntryError(
        translation_domain=DOMAIN, translation_key=Message.NOT_CONVERTIBLE
    )
