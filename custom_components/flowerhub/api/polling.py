"""Asking for the asset again and again, for programs that have no loop of their own."""

import asyncio
from collections.abc import Awaitable, Callable
import logging

from custom_components.cloud_energy.client.errors import CloudError

from .models import FlowerHubStatus

_LOGGER = logging.getLogger(__name__)

SHORTEST_INTERVAL = 5.0
"""Seconds."""


class PeriodicFetch:
    """One background task that fetches and passes on what has come."""

    def __init__(self, fetch: Callable[[], Awaitable[FlowerHubStatus]]) -> None:
        """Take what fetches; it is not running yet."""
        self._fetch = fetch
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the task is at work."""
        return self._task is not None and not self._task.done()

    def start(
        self,
        interval_seconds: float,
        *,
        run_immediately: bool,
        on_update: Callable[[FlowerHubStatus], None] | None,
        result_queue: asyncio.Queue[FlowerHubStatus] | None,
    ) -> asyncio.Task[None]:
        """Start the task.

        :raises ValueError: the interval is too short.
        :raises RuntimeError: it is running already.
        """
        if interval_seconds < SHORTEST_INTERVAL:
            raise ValueError(f"The shortest interval is {SHORTEST_INTERVAL:g} seconds")
        if self.is_running:
            raise RuntimeError("The asset is being fetched already")

        async def run() -> None:
            if not run_immediately:
                await asyncio.sleep(interval_seconds)
            while True:
                await self._run_once(on_update, result_queue)
                await asyncio.sleep(interval_seconds)

        self._task = asyncio.create_task(run(), name="flowerhub asset fetch")
        return self._task

    async def stop(self) -> None:
        """Stop the task and wait for its end."""
        if task := self._task:
            self._task = None
            task.cancel()
            await asyncio.wait([task])

    async def _run_once(
        self,
        on_update: Callable[[FlowerHubStatus], None] | None,
        result_queue: asyncio.Queue[FlowerHubStatus] | None,
    ) -> None:
        """Fetch and pass on; a failure is logged, and the next round comes."""
        try:
            status = await self._fetch()
        except CloudError as err:
            _LOGGER.warning("The asset could not be fetched: %s", err)
            return
        try:
            if on_update:
                on_update(status)
            if result_queue:
                result_queue.put_nowait(status)
        except Exception:
            _LOGGER.exception("Error while passing on a status of the hub")
