"""The script of a run: what happens when, drawn from a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
import json
from random import Random
from typing import Any, Final, override

MINUTES_A_DAY: Final = 24 * 60

_RETRY_AFTER: Final = (
    *(None, 0, 1, 60, 3600, 86_400),
    *("inf", "nan", "-1", "1e9", "soon", ""),
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Mon, 32 Foo 0000 99:99:99 +9999",
)
_OUTAGES: Final[tuple[Mapping[str, Any], ...]] = (
    {"kind": "drop"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 504},
    {"kind": "html", "status": 200},
    {"kind": "html", "status": 403},
    {"kind": "html", "status": 503},
    {"kind": "empty"},
    {"kind": "truncated"},
    {"kind": "wrong_types"},
)
_REFUSALS: Final = (400, 403, 404, 422)
_SLOWNESS: Final = (2, 20, 50, 100)
"""Seconds that an answer takes: less than we wait for it, or more."""
_LENGTHS: Final = (5, 30, 90, 240, 700, 1440, 2500)
"""Minutes that a trouble takes."""
_HALF_A_DAY: Final = 700
_LASTING: Final = frozenset(
    {
        *("strange", "absence", "wrong_clock"),
        *("recorder_fails", "clock_jumps", "disk_full"),
    }
)
"""What else does not pass in a moment."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens in a run.

    What it needs to draw it draws from its `luck`, so that it is the same whatever
    else is left out of the script.
    """

    at: int
    """Minutes since the run began."""
    provider: str
    """Empty for what happens to the home as a whole."""
    kind: str
    minutes: int = 0
    """How long it lasts."""
    luck: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)

    @override
    def __str__(self) -> str:
        """Say it in one line."""
        day, minute = divmod(self.at, MINUTES_A_DAY)
        length = f" for {timedelta(minutes=self.minutes)}" if self.minutes else ""
        time = f"day {day} {minute // 60:02}:{minute % 60:02}"
        details = f" {dict(self.details)}" if self.details else ""
        return f"{time} {self.provider or 'home'}: {self.kind}{length}{details}"


type Script = Sequence[Event]


def written(script: Script) -> str:
    """Return a script as text, an event a line."""
    return "\n".join(json.dumps(asdict(event)) for event in script)


def parsed(text: str) -> list[Event]:
    """Return the script of such a text."""
    return [Event(**json.loads(line)) for line in text.splitlines() if line.strip()]


def drawn(
    seed: int,
    days: int,
    providers: Mapping[str, Sequence[Sequence[str]]],
    per_day: float = 1.5,
) -> list[Event]:
    """Draw what happens to some providers, each with the kinds that it knows.

    :param providers: groups of kinds, each as likely as the others
    :param per_day: how much happens to each of them a day
    """
    events: list[Event] = []
    for provider, kinds in providers.items():
        # One provider's weather is the same, whatever others there are
        rng = Random(f"{seed}/{provider}/{days}")
        count = round(days * per_day)
        events += [_event(rng, provider, kinds, days) for _ in range(count)]
    return sorted(events, key=lambda event: event.at)


def _event(
    rng: Random, provider: str, kinds: Sequence[Sequence[str]], days: int
) -> Event:
    kind = rng.choice(rng.choice(kinds))
    minutes, details = _particulars(rng, kind)
    return Event(
        at=rng.randrange(days * MINUTES_A_DAY),
        provider=provider,
        kind=kind,
        minutes=minutes,
        luck=rng.randrange(2**32),
        details=details,
    )


def _particulars(rng: Random, kind: str) -> tuple[int, Mapping[str, Any]]:
    """Draw how long an event lasts, and what is special about it."""
    match kind:
        case "outage":
            return rng.choice(_LENGTHS), rng.choice(_OUTAGES)
        case "refusal":
            length = min(rng.choice(_LENGTHS), _HALF_A_DAY)
            return length, {"kind": "status", "status": rng.choice(_REFUSALS)}
        case "storm":
            details = {"kind": "rate_limited", "retry_after": rng.choice(_RETRY_AFTER)}
            return rng.choice(_LENGTHS[:5]), _without_none(details)
        case "slow":
            return rng.choice(_LENGTHS[:3]), {
                "kind": "slow",
                "seconds": rng.choice(_SLOWNESS),
            }
        case _ if kind in _LASTING:
            return rng.choice(_LENGTHS[:5]), {}
        case _:
            return 0, {}


def _without_none(details: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in details.items() if value is not None}
