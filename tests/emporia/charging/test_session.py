"""What a session has taken, what a car takes, and what is kept of wishes."""

from datetime import UTC, datetime, time, timedelta

import pytest

from custom_components.emporia.api.models import Charger, PlugInSession
from custom_components.emporia.charging.session import (
    Taken,
    expected_power,
    rated_power,
    running_session,
    usual_power,
)
from custom_components.emporia.charging.wishes import Wishes
from custom_components.emporia.status import ChargerState

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def session(hours: float, energy: object, out: datetime | None = None) -> PlugInSession:
    """Return a session with one charge of so many hours."""
    return PlugInSession.read(
        {
            "plug_in": NOW.isoformat(),
            "plug_out": out and out.isoformat(),
            "sessions": [
                {
                    "interval": {
                        "start": NOW.isoformat(),
                        "end": (NOW + hours * HOUR).isoformat(),
                    },
                    "energy_kwhs": energy,
                }
            ],
        }
    )


def test_taken() -> None:
    """What the cloud tells counts, and what flows until it tells more."""
    taken = Taken()
    taken.add(0.0, 7.0, NOW)
    taken.add(0.0, 6.0, NOW + HOUR / 12)
    assert taken.energy == pytest.approx(0.5)
    taken.add(0.0, 6.0, NOW + HOUR)
    # A gap is not known
    assert taken.energy == pytest.approx(1.5)
    taken.add(4.0, 6.0, NOW + HOUR)
    assert taken.energy == 4.0


def test_the_running_session() -> None:
    """Not one that is over, and not the one of the car before."""

    def running(*sessions: PlugInSession, came: datetime | None) -> bool:
        state = ChargerState(charger=Charger(gid=1), serial="", sessions=sessions)
        return running_session(state, came) is not None

    assert not running(came=None)
    assert running(session(1, 5), came=None)
    assert running(session(1, 5), came=NOW + HOUR / 12)
    assert not running(session(1, 5), came=NOW + HOUR)
    assert not running(session(1, 5, NOW + HOUR), came=None)


def test_powers() -> None:
    """At least that of 6 A; and no more than the car takes."""
    assert rated_power(None) == rated_power(3) == pytest.approx(1.44)
    assert expected_power(32, None, None) == pytest.approx(7.68)
    assert expected_power(32, 0.2, 32) == pytest.approx(7.68)
    assert expected_power(32, 3.6, None) == 3.6
    assert expected_power(40, 3.6, 32) == 3.6
    # What takes all that it may at 230 V takes more where it may have more
    assert expected_power(32, 3.68, 16) == pytest.approx(7.36)
    assert usual_power([]) is None
    assert usual_power([session(1, 7.2), session(0.1, 3), session(2, None)]) == 7.2
    assert usual_power([session(1, 0.1)]) is None


def test_wishes_are_kept() -> None:
    """And what can't be read is what it was at first."""
    wishes = Wishes(
        energy=33.5,
        ready_by=time(5, 30),
        is_smart=True,
        since=NOW,
        by_hand=NOW,
        is_held=True,
        rate_before=16,
    )
    assert Wishes.restored(wishes.stored()) == wishes
    odd = {"energy": "x", "ready_by": 5, "is_smart": 1, "by_hand": "", "since": 7}
    assert Wishes.restored(odd) == Wishes()
    assert Wishes.restored({"ready_by": "25:00", "energy": -3}).energy == 0
