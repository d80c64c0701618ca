"""Emporia's own controllers, which take a charger's rate into their hands (wire 4.4, 4.17, 5)."""

from dataclasses import dataclass
from typing import Final

from .charger import MIN_AMPS, VOLTS, Charger
from .residence import Residence

KINDS: Final = ("EXCESS_SOLAR", "PEAK_DEMAND", "SCHEDULE")
TICK: Final = 30
OVERRIDE_LIFE: Final = 3 * 3600
PEAK_AMPS: Final = 12


@dataclass(slots=True)
class Controller:
    """Who owns the rate of one charger. Times are epoch seconds; None = nobody, or no override."""

    charger: Charger
    residence: Residence
    kind: str | None = None
    since: float = 0
    override_since: float | None = None
    _ticked: float = 0

    def start(self, kind: str | None, now: float) -> None:
        """Hand the rate over, or give it back."""
        self.kind, self.since = kind, now
        self.override_since = None
        self._ticked = now - TICK
        self.charger.paused.set(now, False)
        self.charger.forget()
        self.catch_up(now)

    def charge_at_full_power(self, now: float, effective: float) -> None:
        """Let the user have the maximum, for three hours where a controller is at work."""
        if self.kind is not None:
            self.override_since = now
        self.charger.paused.set(effective, False)
        self.charger.on.set(effective, True)
        self.charger.amps.set(effective, self.charger.max_amps)
        self.charger.forget()

    def overridden(self, now: float) -> bool:
        """Whether the user has the upper hand."""
        since = self.override_since
        return since is not None and since <= now < since + OVERRIDE_LIFE

    def catch_up(self, now: float) -> None:
        """Rewrite the rate every 30 seconds since the last time somebody looked."""
        if self.kind in (None, "SCHEDULE"):
            return
        while self._ticked + TICK <= now:
            self._ticked += TICK
            if not self.overridden(self._ticked):
                self._tick(self._ticked)
                self.charger.forget()

    def _tick(self, at: float) -> None:
        amps = PEAK_AMPS if self.kind == "PEAK_DEMAND" else self._surplus_amps(at)
        self.charger.paused.insert(at, amps < MIN_AMPS)
        self.charger.amps.insert(at, max(MIN_AMPS, min(amps, self.charger.max_amps)))

    def _surplus_amps(self, at: float) -> int:
        energy = self.residence.household.energy_between
        kwh = energy("solar", at, at + TICK) - energy("load", at, at + TICK)
        return max(0, int(kwh * 3600 / TICK * 1000 / VOLTS))
