"""What the running session has taken, and at what power (pure functions)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from custom_components.emporia.api.const import MIN_RATE
from custom_components.emporia.api.models import Charger, PlugInSession
from custom_components.emporia.status import ChargerState

_VOLTS: Final = 240
_HOUR: Final = timedelta(hours=1)
_LONG_ENOUGH: Final = timedelta(minutes=10)
_CONSIDERED: Final = 5
"""So many newest sessions show what the car takes."""
MIN_POWER: Final = 1.0
_FULL: Final = 0.9
"""A car that takes this share of what is offered takes all of it."""
EARLIER: Final = timedelta(minutes=15)
_LONGEST_GAP: Final = timedelta(minutes=10)


@dataclass
class Taken:
    """The kWh of a session: as the cloud reported them last, and by the power since then.

    The cloud reports a session now and then, the power comes each minute.
    """

    reported: float = 0.0
    since: float = 0.0
    """What flowed after that."""
    at: datetime | None = None
    """When the power was seen last."""

    @property
    def energy(self) -> float:
        """The kWh of the session until now."""
        return self.reported + self.since

    def add(self, reported: float | None, power: float, now: datetime) -> None:
        """Take what the cloud reports now, and the power (kW) that flowed until now.

        :param reported: None if the cloud does not report the session now
        """
        if self.at is not None and now > self.at:
            gap = min(now - self.at, _LONGEST_GAP)
            self.since += max(power, 0.0) * (gap / _HOUR)
        if reported is not None and reported != self.reported:
            self.reported, self.since = reported, 0.0
        self.at = now


def running_session(state: ChargerState, came: datetime | None) -> PlugInSession | None:
    """Return the session of the car that is there; None before the cloud reports it.

    :param came: when the car was seen to come, if it was
    """
    session = state.session
    if session is None or session.plug_out is not None:
        return None
    start = session.plug_in
    if came is not None and start is not None and start < came - EARLIER:
        # An earlier one whose end the cloud has not reported
        return None
    return session


def first_ready(clock: time, since: datetime, zone: tzinfo) -> datetime:
    """Return when a clock shows a time first after a moment (UTC).

    On the night when the clock goes back, that is the first of two such times; when
    it goes forward, a time that is left out is the one before.
    """
    day = since.astimezone(zone).date()
    times = (
        datetime.combine(day + timedelta(days=days), clock.replace(fold=fold), zone)
        for days in (0, 1)
        for fold in (0, 1)
    )
    return min(utc for each in times if (utc := each.astimezone(UTC)) > since)


def settable(rate: int, charger: Charger) -> int | None:
    """Return the nearest current that a charger takes now; None if that is not known."""
    most = charger.max_rate
    return None if not most or most < MIN_RATE else min(max(rate, MIN_RATE), most)


def restored_rate(
    before: int | None, charger: Charger
) -> tuple[int | None, int | None]:
    """Return the current to set again after full power, and what is to be kept for that.

    It is kept until the charger shows another one than the highest: that which was
    asked of it, or one that a hand has set since, which stays.
    """
    if before is None or charger.rate is None or not charger.max_rate:
        return None, before
    if charger.rate < charger.max_rate:
        return None, None
    rate = settable(before, charger)
    return (None, None) if rate == charger.rate else (rate, before)


def usual_power(sessions: Iterable[PlugInSession]) -> float | None:
    """Return the most kW that the car took on average lately; None if nobody knows."""
    powers = []
    for session in list(sessions)[-_CONSIDERED:]:
        for part in (*session.sessions, *session.charging_sessions):
            start, end = part.interval.start, part.interval.end
            if start is None or end is None or part.energy is None:
                continue
            if end - start >= _LONG_ENOUGH:
                powers.append(part.energy / ((end - start) / _HOUR))
    return max((power for power in powers if power >= MIN_POWER), default=None)


def rated_power(rate: float | None) -> float:
    """Return the kW of a current; of less than 6 A, and of none, those of 6 A."""
    return max(rate or MIN_RATE, MIN_RATE) * _VOLTS / 1000


def expected_power(
    rate: float | None, seen: float | None, seen_at: float | None
) -> float:
    """Return the kW that the car takes at a current.

    :param seen: the kW that it took
    :param seen_at: at which current that was, if it is known
    """
    rated = rated_power(rate)
    if seen is None or seen < MIN_POWER:
        return rated
    if seen_at is None:
        return min(rated, seen)
    then = rated_power(seen_at)
    # What takes less than it could is limited by itself
    return min(rated, seen) if seen < _FULL * then else rated * seen / then
