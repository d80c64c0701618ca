"""Running a command so that Ctrl-C always ends it."""

import asyncio
from collections.abc import Coroutine
import signal
import threading
from typing import Any


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until Ctrl-C.

    `asyncio.run` alone loses a Ctrl-C that comes just before its loop goes to sleep:
    nothing wakes the loop then, and a silent stream is awaited for ever. The loop's own
    signal handlers wake it.

    :raises KeyboardInterrupt: the user has ended it.
    """
    try:
        asyncio.run(_interruptible(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _interruptible(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    # Signals belong to the main thread; elsewhere nobody can press Ctrl-C
    if task and threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
    await work
