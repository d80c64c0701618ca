"""How the answers of the core call are written (wire 5.13, 12): as usual, or as some people have seen them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from .dates import ZONE

DAILY, WEEKLY, MONTHLY = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Look:
    """The first value of each is the usual one.

    - `intervals`: `utc` instants, local times with the true `offset`, local times without (`naive`), or local times that claim
      to be UTC (`mislabelled`; wire 12.3)
    - `order`: rows are `sorted`, `descending`, or `shuffled`
    - `future_info`: `true` numbers, `null`, `missing`, or `sentinel` values
    - `broken_resolutions`: the resolutions that `future_info` means
    - `backstream`: which spelling of the meter kind is known: `any`, `BackStream`, `Backstream` (wire 12.8)
    - `week_start`: weeks begin on `sunday` or on the day asked for (`asked`; wire 12.4)
    - `coarse_after_days`, `coarse_minutes`: older days have longer rows (wire 12.7); None = never
    - `old_invoice_status`: HTTP status for a last invoice older than 122 days (wire 12.9)
    """

    intervals: str = "utc"
    order: str = "sorted"
    future_info: str = "true"
    broken_resolutions: tuple[int, ...] = (DAILY, WEEKLY, MONTHLY)
    backstream: str = "any"
    week_start: str = "sunday"
    coarse_after_days: int | None = None
    coarse_minutes: int = 60
    old_invoice_status: int = 400

    def is_backward(self, kind: str) -> bool:
        """Whether a request's meter kind asks for both directions."""
        if self.backstream == "any":
            return kind.lower() == "backstream"
        return kind == self.backstream

    def interval(self, start: float) -> str:
        """The start of a row on the wire."""
        instant = datetime.fromtimestamp(start, UTC)
        if self.intervals == "utc":
            return instant.isoformat()
        local = instant.astimezone(ZONE)
        match self.intervals:
            case "offset":
                return local.isoformat()
            case "naive":
                return local.replace(tzinfo=None).isoformat()
            case _:
                return local.replace(tzinfo=UTC).isoformat()

    def ordered(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows as this look has them."""
        match self.order:
            case "descending":
                return rows[::-1]
            case "shuffled":
                return Random(len(rows)).sample(rows, len(rows))
        return rows
