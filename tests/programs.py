"""Programs that not every machine has. `scripts/programs` fetches them."""

from collections.abc import Iterable
import os
from pathlib import Path
import shutil
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent

_FETCHED: Final = ROOT / ".python" / "programs" / "bin"
_REASON: Final = "not here: "


def find_program(*names: str) -> str | None:
    """Return the path of a program: the fetched one, or one on the PATH."""
    path = os.pathsep.join((str(_FETCHED), os.environ.get("PATH", os.defpath)))
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def require_program(*names: str) -> str:
    """Return the path of a program; without it the test is skipped.

    The first name is the one that `scripts/programs` gives it. Where the continuous
    integration runs, the test fails instead.
    """
    if path := find_program(*names):
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{_REASON}{names[0]}", pytrace=False)
    pytest.skip(f"{_REASON}{names[0]}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say at the very end how many tests lacked a program.

    scripts/test gives a file for it, as its own end may be a later one.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, pytest.TerminalReporter):
        return
    line = _skipped(reporter.stats.get("skipped", []))
    if line and (path := os.environ.get("SKIPPED_TESTS")):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    elif line:
        reporter.write_line(line)


def _skipped(reports: Iterable[pytest.TestReport]) -> str | None:
    """Return what to say of the tests that lacked a program; None if there are none."""
    reasons = [each.longrepr[2] for each in reports if isinstance(each.longrepr, tuple)]
    missing = [text.split(_REASON)[1] for text in reasons if _REASON in text]
    if not missing:
        return None
    return (
        f"{len(missing)} tests were skipped, as this machine lacks: "
        f"{', '.join(sorted(set(missing)))}. Install them with its package manager, "
        "or run scripts/test where it can download them."
    )
