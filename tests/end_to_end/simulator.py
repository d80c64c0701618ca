"""A simulated cloud in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
import json
from pathlib import Path
import sys
from typing import Any

from aiohttp import ClientSession

from .program import ProgramFailed, running_program

ROOT = Path(__file__).parent.parent.parent
_START_SECONDS = 60


class Simulator:
    """The control address of a running simulator, and what it has announced."""

    def __init__(self, session: ClientSession, announcement: Mapping[str, Any]) -> None:
        """Take the line that the simulator has printed."""
        self._session = session
        self._control = announcement["control"]
        self.announcement = announcement
        self.provider: str = announcement["provider"]
        self.hosts: dict[str, str] = announcement["hosts"]
        self.accounts = people(announcement)

    async def truth(
        self,
        account: str,
        start: datetime,
        end: datetime | None = None,
        *,
        only: str | None = None,
    ) -> dict[str, Any]:
        """Return the series of an account from a time on; see `Teller`."""
        query = {"account": account, "start": start.isoformat()}
        query |= {"end": end.isoformat()} if end else {}
        query |= {"only": only} if only else {}
        found: dict[str, Any] = await self._ask("GET", "truth", params=query)
        return found

    async def set_clock(self, now: datetime, *, frozen: bool) -> None:
        """Set the cloud's clock, standing or running."""
        await self._ask(
            "POST", "clock", json={"now": now.isoformat(), "frozen": frozen}
        )

    async def change(self, **state: Any) -> None:
        """Have something happen in the cloud."""
        await self._ask("POST", "state", json=state)

    async def requests(self) -> list[dict[str, Any]]:
        """Return what was asked of the cloud, oldest first."""
        found: list[dict[str, Any]] = await self._ask("GET", "requests")
        return found

    async def _ask(self, method: str, path: str, **parts: Any) -> Any:
        url = f"{self._control}/{path}"
        async with self._session.request(method, url, **parts) as response:
            answer = await response.json()
            if response.status != 200:
                raise ValueError(f"The simulator refused {path}: {answer}")
            return answer


def people(announcement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the accounts of an announced cloud; each knows its `hosts`."""
    hosts = announcement["hosts"]
    return [{**account, "hosts": hosts} for account in announcement["accounts"]]


@asynccontextmanager
async def running_simulator(
    session: ClientSession, provider: str, folder: Path
) -> AsyncIterator[Simulator]:
    """Run the simulator of a provider; its complaints go to a file in the folder.

    :raises ProgramFailed: it does not start.
    """
    output = folder / f"{provider}.log"
    arguments = (sys.executable, "-m", "tests.clouds", provider, "--port", "0")
    pipe = asyncio.subprocess.PIPE
    async with running_program(
        arguments, folder=ROOT, output=output, stdout=pipe
    ) as process:
        assert process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            line = await process.stdout.readline()
        if not line:
            what = f"The simulator of {provider} has not started"
            raise ProgramFailed.with_output(what, output)
        yield Simulator(session, json.loads(line))
