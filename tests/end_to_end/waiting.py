"""Waiting for what takes a while in Home Assistant."""

import asyncio
import json
from typing import Any, Final

from .api import HomeAssistantApi
from .home import Home

IMPORT_SECONDS: Final = 400
_SAVE_SECONDS: Final = 60
_PAUSE: Final = 1.0
"""Seconds: Home Assistant answers with the states of all that it has."""


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
            await asyncio.sleep(_PAUSE)


async def saved_entries(home: Home) -> list[dict[str, Any]]:
    """Return the entries that Home Assistant has saved; it takes its time for that.

    :raises TimeoutError: it takes too long.
    """
    path = home.storage / "core.config_entries"
    async with asyncio.timeout(_SAVE_SECONDS):
        while not path.exists():
            await asyncio.sleep(0.1)
    entries: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["data"][
        "entries"
    ]
    return entries
