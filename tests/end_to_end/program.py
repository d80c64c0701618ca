"""Programs that run beside the demo or a test, and end with it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
import os
from pathlib import Path
import signal

_STOP_SECONDS = 120


class ProgramFailed(Exception):
    """A program ended by itself, or did not get ready; with the end of its output."""

    @classmethod
    def with_output(cls, what: str, output: Path) -> ProgramFailed:
        """Tell what happened and what the program has said last."""
        lines = output.read_text("utf-8", "replace").splitlines()[-20:]
        return cls("\n".join([f"{what}. Its last words:", *lines]))


@asynccontextmanager
async def running_program(
    arguments: Sequence[str],
    *,
    folder: Path,
    output: Path,
    stdout: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program in a folder; what it writes goes to a file.

    `environment`: what it finds there besides what there is.

    It has a session of its own: Ctrl-C reaches only whoever started it, who then
    ends it in due order.
    """
    with output.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file if stdout is None else stdout,
            stderr=file,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End a program with all that it has started."""
    try:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
    finally:
        # Usually all of it has ended by now
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
