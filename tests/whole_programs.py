"""Tests that start whole programs: what may go wrong there and not elsewhere."""

from collections.abc import Iterable
from pathlib import Path

import pytest


def give_second_try(items: Iterable[pytest.Item], folder: Path) -> None:
    """Run a test of a folder once more if it fails.

    A dozen programs share two cores with the tests beside them; a browser or a broker
    may starve for longer than anybody would wait. The run names what it had to repeat.
    """
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def spread(items: list[pytest.Item], folder: Path) -> None:
    """Put the tests of a folder evenly between all others.

    They mostly wait: all at once they would leave the cores idle.
    """
    waiting = [item for item in items if folder in item.path.parents]
    others = [item for item in items if folder not in item.path.parents]
    pause = len(others) // (len(waiting) + 1)
    for at, item in enumerate(waiting):
        others.insert(at * (pause + 1), item)
    items[:] = others
