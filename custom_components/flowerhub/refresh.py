"""Asking for everything now, because the user wants it."""

from custom_components.cloud_energy.refresh import async_refresh_all, raise_failed

from .const import DOMAIN
from .runtime import FlowerhubConfigEntry


async def async_refresh_account(entry: FlowerhubConfigEntry) -> None:
    """Ask for the status, and then for all else.

    :raises HomeAssistantError: not all of it could be had.
    """
    runtime = entry.runtime_data
    raise_failed(
        await async_refresh_all(DOMAIN, runtime.coordinator, runtime.account_data)
    )
