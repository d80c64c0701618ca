"""Entries that another integration of the same domain has left.

Forks number the versions of their entries as they like, and Home Assistant requests a
migration only where the number differs: so what an entry contains decides, at set-up.
"""

from collections.abc import Callable, Set as AbstractSet
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class Converted:
    """What an entry has in today's form."""

    unique_id: str
    data: dict[str, Any]
    title: str


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """How the entries of a provider's earlier integration become its own."""

    version: int
    """Of today's entries."""
    own_keys: AbstractSet[str]
    """What the data of each of today's entries have."""
    convert: Callable[[ConfigEntry], Converted]
    """Raises ConfigEntryError for what it can't convert."""

    async def async_migrate(self, hass: HomeAssistant, entry: ConfigEntry) -> bool:
        """Bring an entry of an earlier version into today's form.

        :raises ConfigEntryError: it lacks what is needed for that.
        """
        if entry.version > self.version:
            return False
        self.async_adopt(hass, entry)
        return True

    @callback
    def async_adopt(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Bring an entry of another integration into today's form, by its content.

        :raises ConfigEntryError: it lacks what is needed for that.
        """
        if self.own_keys - entry.data.keys():
            found = self.convert(entry)
            refuse_second_entry(hass, entry, found.unique_id)
            hass.config_entries.async_update_entry(
                entry, unique_id=found.unique_id, data=found.data, title=found.title
            )
        if entry.version != self.version:
            hass.config_entries.async_update_entry(entry, version=self.version)
