"""Where the documentation says what to do about a repair."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_loaded_integration

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.texts import IssueKey


def help_anchor(key: IssueKey | str) -> str:
    """Return the anchor of a repair's section."""
    return f"repair-{key.replace('_', '-')}"


@callback
def help_url(hass: HomeAssistant, domain: str, key: IssueKey) -> str:
    """Return the address of a repair's section, on the page of its integration."""
    repository = async_get_loaded_integration(hass, DOMAIN).documentation
    return f"{repository}/blob/main/docs/{domain}.md#{help_anchor(key)}"
