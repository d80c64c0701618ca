"""The test plugin made quick: what it does for each test, at less cost."""

import asyncio
from datetime import datetime
import time
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import event
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component import common


def quicken() -> None:
    """Have the plugin use what is here."""
    plugin: Any = common
    plugin._async_fire_time_changed = _run_due_timers


def _run_due_timers(hass: HomeAssistant, now: datetime, fire_all: bool) -> None:
    """Run the timers that are due at a time.

    The plugin makes two mocks for each timer, which takes longer than the timer.
    """
    timestamp = now.timestamp()
    clock: dict[str, Any] = {
        "time_tracker_utcnow": lambda: now,
        "time_tracker_timestamp": lambda: timestamp,
    }
    with patch.multiple(event, **clock):
        for handle in list(get_scheduled_timer_handles(hass.loop)):
            if not isinstance(handle, asyncio.TimerHandle) or handle.cancelled():
                continue
            ahead = handle.when() - hass.loop.time() - common._MONOTONIC_RESOLUTION
            if fire_all or timestamp - time.time() >= ahead:
                handle._run()
                handle.cancel()
