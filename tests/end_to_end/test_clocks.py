"""Every provider's history, and what a browser shows, when clocks are strange.

All programs of a test live at that time, by their clocks: the simulated cloud, Home
Assistant, the browser, and whoever compares them.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
import sys
from typing import Any, Final

import pytest

from tests.browser.window import NAMES
from tests.odd_times import SECONDS, odd_times, run_at
from tests.programs import require_program

from .home import TIME_ZONE
from .providers import PROVIDERS, Provider
from .simulator import ROOT

_ALWAYS: Final = {
    "iec at 2026-10-25 00:10",
    "dominion_energy at 2026-11-01 23:50",
    "emporia at 2026-12-31 23:50",
    "2027-01-01 00:10",
}
"""What is tried each time; the others are asked for with `--clocks`."""
_REAL_WAITS: Final = {
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    # Else a thread that waits for its turn is woken at once, again and again: most of
    # what Home Assistant did was that
    "FAKETIME_FORCE_MONOTONIC_FIX": "0",
}
"""Whatever waits does so in real time."""
_BROWSER: Final = (
    "tests/browser/test_adding.py",
    "tests/browser/test_looking.py::test_a_day_in_the_energy_dashboard",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try a few, or all of them."""
    if "provider" in metafunc.fixturenames:
        cases = {
            f"{provider.domain} at {moment:%Y-%m-%d %H:%M}": (provider, moment)
            for provider in PROVIDERS
            for moment in odd_times(provider.zone)
        }
        _choose(metafunc, ("provider", "moment"), cases)
    else:
        moments = odd_times(TIME_ZONE)
        _choose(metafunc, ("moment",), {f"{x:%Y-%m-%d %H:%M}": (x,) for x in moments})


def _choose(
    metafunc: pytest.Metafunc,
    names: Sequence[str],
    cases: Mapping[str, tuple[Any, ...]],
) -> None:
    every = metafunc.config.getoption("--clocks")
    chosen = {name: case for name, case in cases.items() if every or name in _ALWAYS}
    assert chosen
    metafunc.parametrize(names, chosen.values(), ids=chosen.keys())


@pytest.mark.timeout(SECONDS + 60)
async def test_history_at_that_time(
    provider: Provider, moment: datetime, socket_enabled: None
) -> None:
    """It is set up then, and every hour and every day is as the cloud knows it."""
    check = (ROOT / "scripts" / "demo", "--check", "--provider", provider.domain)
    output = await run_at(moment, *check, **_REAL_WAITS)
    assert f"It is {moment.astimezone(UTC):%Y-%m-%d %H:}" in output
    assert "Everything is as it should be." in output


@pytest.mark.timeout(SECONDS + 60)
async def test_windows_at_that_time(moment: datetime, socket_enabled: None) -> None:
    """Integrations are added then, and a day is shown as the cloud knows it."""
    require_program(*NAMES)
    run = (sys.executable, "-m", "pytest", "-p", "no:rerunfailures")
    assert " passed" in await run_at(moment, *run, *_BROWSER)
