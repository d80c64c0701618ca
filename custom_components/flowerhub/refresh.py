"""Asking for everything now, because the user wants it."""

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .runtime import FlowerhubConfigEntry


async def async_refresh_all(entry: FlowerhubConfigEntry) -> None:
    """Ask for the status, and then for all else.

    :raises HomeAssistantError: the portal can't be reached.
    """
    runtime = entry.runtime_data
    status = runtime.coordinator
    runtime.account_data.parts.all_due()
    failures = status.failures
    await status.async_refresh()
    if not status.last_update_success or status.failures > failures:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="refresh_failed"
        )
    await runtime.account_data.async_refresh()
