"""The times at which clocks are strange, and programs that live at one of them."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
import os
from pathlib import Path
import signal
from typing import Final
from zoneinfo import ZoneInfo

from .programs import require_program

SECONDS: Final = 800
"""Far more than a program takes, as a machine may be busy."""
_AFTER, _BEFORE = time(0, 10), time(23, 50)

# The days on which the clocks are changed
_EUROPE: Final = (date(2026, 10, 25), date(2027, 3, 28))
_AMERICA: Final = (date(2026, 11, 1), date(2027, 3, 14))
_CHANGES: Final = {
    "Asia/Jerusalem": (date(2026, 10, 25), date(2027, 3, 26)),
    "America/New_York": _AMERICA,
    "America/Denver": _AMERICA,
    "Europe/Stockholm": _EUROPE,
    "Europe/Brussels": _EUROPE,
}
_ENDS: Final = (
    datetime.combine(date(2026, 11, 30), _BEFORE),
    datetime.combine(date(2026, 12, 1), _AFTER),
    datetime.combine(date(2026, 12, 31), _BEFORE),
    datetime.combine(date(2027, 1, 1), _AFTER),
    datetime.combine(date(2028, 2, 29), _AFTER),
    datetime.combine(date(2028, 2, 29), _BEFORE),
)
"""Of a month, of a year, and of a leap year's February."""


def odd_times(zone: str) -> list[datetime]:
    """Return the strange times of a zone."""
    changes = _CHANGES[zone]
    at_changes = [datetime.combine(x, t) for x in changes for t in (_AFTER, _BEFORE)]
    return [moment.replace(tzinfo=ZoneInfo(zone)) for moment in (*at_changes, *_ENDS)]


async def run_at(moment: datetime, *command: str | Path, **settings: str) -> str:
    """Run a program whose clock begins at a time, as those of all that it starts.

    `settings`: of its environment. Returns what it prints once it has ended well.
    """
    shift = (moment - datetime.now(UTC)) // timedelta(seconds=1)
    program = await asyncio.create_subprocess_exec(
        *(require_program("faketime"), "-m", "-f", f"{shift:+}s"),
        *command,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await program.communicate()
    finally:
        if program.returncode is None:
            # With all that it has started
            os.killpg(program.pid, signal.SIGTERM)
            await program.communicate()
    assert program.returncode == 0, output.decode()
    return output.decode()
