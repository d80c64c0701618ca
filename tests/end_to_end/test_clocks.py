"""Every provider's history at the hours that clocks are strange at.

All programs of a check live at that time, by their clocks: the simulated cloud, Home
Assistant, and whoever compares the two.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
import os
import signal
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests.programs import require_program

from .providers import PROVIDERS, Provider
from .simulator import ROOT

_SECONDS: Final = 800
"""Far more than it takes, as a machine may be busy."""
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

_ALWAYS: Final = {
    "iec at 2026-10-25 00:10",
    "dominion_energy at 2026-11-01 23:50",
    "emporia at 2026-12-31 23:50",
}
"""What is tried each time; the others are asked for with `--clocks`."""


def _moments(provider: Provider) -> list[datetime]:
    """Return local times."""
    changes = _CHANGES[provider.zone]
    at_changes = [datetime.combine(x, t) for x in changes for t in (_AFTER, _BEFORE)]
    return [*at_changes, *_ENDS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try a few, or all of them."""
    every = metafunc.config.getoption("--clocks")
    cases = {
        f"{provider.domain} at {moment:%Y-%m-%d %H:%M}": (provider, moment)
        for provider in PROVIDERS
        for moment in _moments(provider)
    }
    chosen = {name: case for name, case in cases.items() if every or name in _ALWAYS}
    assert chosen.keys() >= _ALWAYS
    metafunc.parametrize(("provider", "moment"), chosen.values(), ids=chosen.keys())


@pytest.mark.timeout(_SECONDS + 60)
async def test_history_at_that_time(
    provider: Provider, moment: datetime, socket_enabled: None
) -> None:
    """It is set up then, and every hour and every day is as the cloud knows it."""
    then = moment.replace(tzinfo=ZoneInfo(provider.zone)).astimezone(UTC)
    shift = (then - datetime.now(UTC)) // timedelta(seconds=1)
    check = await asyncio.create_subprocess_exec(
        *(require_program("faketime"), "-m", "-f", f"{shift:+}s"),
        *(ROOT / "scripts" / "demo", "--check", "--provider", provider.domain),
        # Whatever waits does so in real time
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            output, _ = await check.communicate()
    finally:
        if check.returncode is None:
            # With all that it has started
            os.killpg(check.pid, signal.SIGTERM)
            await check.communicate()
    assert check.returncode == 0, output.decode()
    assert f"It is {then:%Y-%m-%d %H:}".encode() in output
    assert b"Everything is as it should be." in output
