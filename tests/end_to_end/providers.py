"""The providers of the demo: one entry each."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import dominion_energy
from .api import Answers
from .simulator import Simulator
from .truth import Known

type Person = Mapping[str, Any]
"""An account as the simulator announces it."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """How to add a provider's integration, and what it then has to import."""

    domain: str
    answers: Callable[[Person], Answers]
    """What a person types into the config flow."""
    known: Callable[[Simulator, Person, datetime], Awaitable[dict[str, Known]]]
    """What the cloud tells at a time: statistic id -> what is in it."""


PROVIDERS = (
    Provider(
        domain="dominion_energy",
        answers=dominion_energy.answers,
        known=dominion_energy.known,
    ),
)
