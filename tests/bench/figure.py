"""A measured figure and what it is held against."""

from dataclasses import dataclass
from typing import override


@dataclass(frozen=True)
class Figure:
    """One line of the bench."""

    name: str
    value: str
    """The figure with its unit, and what it is compared with."""
    aim: str
    met: bool

    @override
    def __str__(self) -> str:
        """Return the line."""
        verdict = "ok" if self.met else "MISSED"
        return f"{self.name:<34} {self.value:<58} aim: {self.aim:<18} {verdict}"
