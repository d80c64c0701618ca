"""The one household behind all simulated clouds.

It knows the true energy of every interval: ask any span of any series, in any order; a day is computed when it is first needed
and kept. Series: `load`, `solar`, `consumption` (grid import), `return` (grid export), `battery_charge`, `battery_discharge` and
the circuits, which sum up to `load`.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from .profile import (
    MWH_PER_KWH,
    QUANTUM,
    CircuitOverride,
    DayProfile,
    Home,
    day_profile,
    day_start,
    day_temperatures,
)

__all__ = ["Home", "Household"]

_KEPT: Final = 2000
"""Days; each has some 30 kB."""


class Household:
    """A home with a seed: the same pair always tells the same story."""

    def __init__(self, home: Home, seed: int | str) -> None:
        """Describe the home; nothing is computed yet."""
        self.home = home
        self.seed = str(seed)
        self.zone = ZoneInfo(home.time_zone)
        self._days: dict[date, DayProfile] = {}
        self._latest: DayProfile | None = None
        self._overrides: list[CircuitOverride] = []

    @property
    def is_untouched(self) -> bool:
        """Whether its days are those that home and seed tell."""
        return not self._overrides

    def energy(self, series: str, start: datetime, end: datetime) -> float:
        """Energy in kWh of `[start, end)`; both times aware.

        :raises KeyError: there is no such series
        """
        return self.energy_between(series, start.timestamp(), end.timestamp())

    def energy_between(self, series: str, start: float, end: float) -> float:
        """Energy in kWh between two UTC epoch seconds."""
        total = 0.0
        while start < end:
            profile = self._profile_at(start)
            until = min(end, profile.start + profile.count * QUANTUM)
            total += profile.energy_until(series, until) - profile.energy_until(
                series, start
            )
            start = until
        return total / MWH_PER_KWH

    def power(self, series: str, at: datetime) -> float:
        """Mean power in kW of the quantum that holds `at`."""
        start = at.timestamp() // QUANTUM * QUANTUM
        return self.energy_between(series, start, start + QUANTUM) * 3600 / QUANTUM

    def state_of_charge(self, at: datetime) -> float:
        """State of charge of the battery in percent; 0 without a battery."""
        if not self.home.battery_kwh:
            return 0.0
        moment = at.timestamp()
        return (
            100
            * self._profile_at(moment).stored_at(moment)
            / (self.home.battery_kwh * MWH_PER_KWH)
        )

    def temperatures(self, day: date) -> tuple[float, float]:
        """Lowest and highest outdoor temperature of a local day in degrees Celsius."""
        return day_temperatures(self.home, self.seed, day)

    def override(self, circuit: str, start: datetime, end: datetime, kw: float) -> None:
        """Let a circuit draw `kw` from `start` to `end`, as when somebody plugs a car in."""
        self._overrides.append(
            CircuitOverride(circuit, start.timestamp(), end.timestamp(), kw)
        )
        self._days = {
            day: profile
            for day, profile in self._days.items()
            if not self._overridden(day)
        }
        self._latest = None

    def _overridden(self, day: date) -> list[CircuitOverride]:
        begin, end = (
            day_start(day, self.zone),
            day_start(day + timedelta(days=1), self.zone),
        )
        return [
            each for each in self._overrides if each.start < end and each.end > begin
        ]

    def _profile_at(self, moment: float) -> DayProfile:
        # Most questions are about the day of the one before
        if self._latest is None or not self._latest.holds(moment):
            day = datetime.fromtimestamp(moment, UTC).astimezone(self.zone).date()
            self._latest = self._profile(day)
            # Clocks that go back at midnight: 23:30 comes once more
            if not self._latest.holds(moment):
                self._latest = self._profile(day + timedelta(days=1))
        return self._latest

    def _profile(self, day: date) -> DayProfile:
        if (profile := self._days.get(day)) is None:
            overridden = self._overridden(day)
            profile = self._days[day] = (
                day_profile(self.home, self.seed, day, overridden)
                if overridden
                else _usual_day(self.home, self.seed, day)
            )
        return profile


@lru_cache(_KEPT)
def _usual_day(home: Home, seed: str, day: date) -> DayProfile:
    """Compute a day once for all clouds of a process: most tests are about the same ones."""
    return day_profile(home, seed, day)
