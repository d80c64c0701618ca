"""Energy from power, where a cloud counts none itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.client.wire import number

LONGEST_GAP: Final = timedelta(minutes=15)
_SETTLED: Final = timedelta(minutes=5)
_HOUR: Final = timedelta(hours=1)
_MAX_SECONDS: Final = timedelta(days=36_525).total_seconds()


@dataclass
class PowerIntegral:
    """The energies of a power that has two directions: a left Riemann sum.

    A value holds until the next one. What lies between two values that are further
    apart than 15 minutes is not known, and not counted.
    """

    positive: float = 0.0
    """kWh."""
    negative: float = 0.0
    power: float | None = None
    """kW; the last value."""
    at: datetime | None = None
    covered: timedelta = timedelta(0)
    """The time over which the energies were gathered."""

    def add(self, power: float | None, at: datetime) -> None:
        """Take the next value; None if it is not known."""
        if self.power is not None and self.at is not None:
            self._count(self.power, at - self.at)
        self.power, self.at = power, at

    def _count(self, power: float, passed: timedelta) -> None:
        if not timedelta(0) < passed <= LONGEST_GAP:
            return
        energy = number(power * (passed / _HOUR)) or 0.0
        if energy >= 0:
            self.positive += energy
        else:
            self.negative -= energy
        self.covered += passed

    @property
    def is_settled(self) -> bool:
        """Whether a counter of the cloud's own would have shown up by now."""
        return self.covered >= _SETTLED

    def stored(self) -> dict[str, Any]:
        """Return what has to survive a restart."""
        return {
            "positive": self.positive,
            "negative": self.negative,
            "power": self.power,
            "at": self.at and self.at.isoformat(),
            "covered": self.covered.total_seconds(),
        }

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Self:
        """Continue where an earlier run has stopped."""
        return cls(
            positive=number(stored.get("positive")) or 0.0,
            negative=number(stored.get("negative")) or 0.0,
            power=number(stored.get("power")),
            at=read_time(stored.get("at")),
            covered=timedelta(seconds=_seconds(stored.get("covered"))),
        )


def _seconds(stored: object) -> float:
    """Return a number of seconds that a span of time can have."""
    return min(max(0.0, number(stored) or 0.0), _MAX_SECONDS)
