"""Waiting for what takes a while in Home Assistant."""

import asyncio
from typing import Final

from .api import HomeAssistantApi

IMPORT_SECONDS: Final = 180


async def wait_for_import(
    api: HomeAssistantApi, domain: str, seconds: float = IMPORT_SECONDS
) -> None:
    """Wait until all history of an integration is in the recorder.

    :raises TimeoutError: it takes too long.
    """
    async with asyncio.timeout(seconds):
        while True:
            states = await api.states(domain, "import_progress")
            if states and all(state == "100" for state in states):
                return
            await asyncio.sleep(0.3)
