"""What diagnostics tell of a cloud's answers."""

from collections.abc import Mapping
from typing import Any


def told_shapes(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shapes of good answers by method and path template.

    Each endpoint that was asked has its times, and what it answered at least once.
    """
    shapes: dict[str, Any] = {}
    for where, told in report["connection"]["endpoints"].items():
        method, _, address = where.partition(" ")
        assert told["requests"] > 0
        assert told["mean"] <= told["slowest"]
        assert told["answers"]
        path = address[address.find("/") :]
        for status, answer in told["answers"].items():
            if status == "200":
                shapes[f"{method} {path}"] = answer["shape"]
    return shapes


def unknown_values(report: Mapping[str, Any]) -> set[str]:
    """Return the values that nobody knew, as they are told."""
    return {what for what in report["drift"] if "=" in what}
