"""The test plugin made quick: what it does for each test, at less cost."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
import time
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import event
from homeassistant.util.async_ import get_scheduled_timer_handles
from pytest_homeassistant_custom_component import common, plugins


def quicken() -> None:
    """Have the plugin use what is here."""
    plugin: Any = common
    plugin._async_fire_time_changed = _run_due_timers
    for module in (common, plugins):
        vars(module)["patch"] = _Patch()


class _Patch:
    """`patch`, but functions stand in for functions.

    The plugin has mocks take the signatures of a dozen functions for each test, which
    takes as long as starting the recorder. Nobody asks those how they were called.
    """

    dict: Any = staticmethod(patch.dict)
    multiple: Any = staticmethod(patch.multiple)

    def __call__(self, target: str, *new: Any, **more: Any) -> Any:
        return patch(target, *_replacement(new, more), **more)

    def object(self, target: Any, name: str, *new: Any, **more: Any) -> Any:
        """Patch an attribute of an object."""
        return patch.object(target, name, *_replacement(new, more), **more)


def _replacement(new: tuple[Any, ...], more: dict[str, Any]) -> tuple[Any, ...]:
    """Return what replaces the target, without what made a mock of it."""
    if not more.pop("autospec", False):
        return new
    effect = more.pop("side_effect")
    if isinstance(effect, Iterator):
        return (lambda *_: next(effect),)
    # What does nothing is a migration of the database, for one: it has ended
    return (effect or (lambda *_: True),)


def _run_due_timers(hass: HomeAssistant, now: datetime, fire_all: bool) -> None:
    """Run the timers that are due at a time.

    The plugin makes two mocks for each timer, which takes longer than the timer.
    """
    timestamp = now.timestamp()
    ahead_of_clock = timestamp - time.time()
    clock: dict[str, Any] = {
        "time_tracker_utcnow": lambda: now,
        "time_tracker_timestamp": lambda: timestamp,
    }
    with patch.multiple(event, **clock):
        due = hass.loop.time() + common._MONOTONIC_RESOLUTION + ahead_of_clock
        for handle in list(get_scheduled_timer_handles(hass.loop)):
            if not isinstance(handle, asyncio.TimerHandle) or handle.cancelled():
                continue
            if fire_all or handle.when() <= due:
                handle._run()
                handle.cancel()
