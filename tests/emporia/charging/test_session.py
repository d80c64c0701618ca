"""What a session has taken, what a car takes, and what is kept of wishes."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.emporia.api.models import Charger, PlugInSession
from custom_components.emporia.charging.session import (
    Taken,
    expected_power,
    first_ready,
    rated_power,
    restored_rate,
    running_session,
    settable,
    usual_power,
)
from custom_components.emporia.charging.wishes import Wishes
from custom_components.emporia.status import ChargerState

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
DENVER = ZoneInfo("America/Denver")


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
    # What the cloud does not tell now, and a car that gives some back, take nothing away
    taken.add(None, 6.0, NOW + HOUR)
    taken.add(None, -6.0, NOW + HOUR + HOUR / 12)
    assert taken.energy == 4.0
    taken.add(0.0, 0.0, NOW + HOUR + HOUR / 12)
    assert taken.energy == 0


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
    assert Wishes.restored({"energy": 1e6}).energy == 200
    wishes = Wishes(
        energy=33.5,
        ready_by=time(5, 30),
        is_smart=True,
        since=NOW,
        by_hand=NOW,
        is_held=True,
        expected=False,
        commanded=NOW,
        rate_before=16,
    )
    assert Wishes.restored(wishes.stored()) == wishes
    odd = {"energy": "x", "ready_by": 5, "is_smart": 1, "by_hand": "", "since": 7}
    assert Wishes.restored(odd) == Wishes()
    assert Wishes.restored({"ready_by": "25:00", "energy": -3}).energy == 0


def denver(*parts: int, fold: int = 0) -> datetime:
    """Return a local time of Denver."""
    return datetime(*parts, fold=fold, tzinfo=DENVER)  # type: ignore[arg-type, misc]  # parts of a date


@pytest.mark.parametrize(
    ("since", "clock", "ready"),
    [
        (denver(2026, 11, 20, 18), time(7), denver(2026, 11, 21, 7)),
        (denver(2026, 11, 20, 6, 59), time(7), denver(2026, 11, 20, 7)),
        # What is now is the next day's
        (denver(2026, 11, 20, 7), time(7), denver(2026, 11, 21, 7)),
        # A quarter past one comes twice when the clock goes back
        (denver(2026, 10, 31, 20), time(1, 15), denver(2026, 11, 1, 1, 15)),
        (
            denver(2026, 11, 1, 1, 20),
            time(1, 15),
            denver(2026, 11, 1, 1, 15, fold=1),
        ),
        (
            denver(2026, 11, 1, 1, 10, fold=1),
            time(1, 30),
            denver(2026, 11, 1, 1, 30, fold=1),
        ),
        (
            denver(2026, 11, 1, 1, 15, fold=1),
            time(1, 15),
            denver(2026, 11, 2, 1, 15),
        ),
        # Half past two is left out when it goes forward: rather too early
        (denver(2027, 3, 13, 20), time(2, 30), denver(2027, 3, 14, 1, 30)),
        (denver(2027, 3, 14, 1, 45), time(2, 30), denver(2027, 3, 14, 3, 30)),
    ],
)
def test_when_it_is_to_be_ready(since: datetime, clock: time, ready: datetime) -> None:
    """At the first such time after the car and the wishes were there."""
    assert first_ready(clock, since.astimezone(UTC), DENVER) == ready.astimezone(UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.times(),
)
def test_ready_within_a_day(since: datetime, clock: time) -> None:
    """In the future always, and never more than a day, and its clock change, ahead."""
    ready = first_ready(clock, since, DENVER)
    assert since < ready <= since + 25 * HOUR


def test_currents_that_a_charger_takes() -> None:
    """What was set before full power is set again as far as that is possible."""

    def charger(rate: int | None, most: int | None) -> Charger:
        return Charger(gid=1, rate=rate, max_rate=most)

    assert settable(3, charger(32, 40)) == 6
    assert settable(48, charger(32, 40)) == 40
    assert settable(16, charger(32, 5)) is settable(16, charger(32, None)) is None
    assert restored_rate(16, charger(40, 40)) == (16, 16)
    assert restored_rate(4, charger(40, 40)) == (6, 4)
    # As much of it as is possible is there
    assert restored_rate(36, charger(32, 32)) == (None, None)
    # Another current is a hand's
    assert restored_rate(16, charger(24, 40)) == (None, None)
    # And what can't be known now has to wait
    assert restored_rate(16, charger(None, 40)) == (None, 16)
    assert restored_rate(16, charger(40, None)) == (None, 16)
    assert restored_rate(16, charger(5, 5)) == (None, 16)
    assert restored_rate(None, charger(40, 40)) == (None, None)


def test_a_part_that_is_not_known() -> None:
    """It is not counted as nothing where people read a total."""
    ends = [(NOW + hours * HOUR).isoformat() for hours in (1, 2, 3)]
    parts = [
        {"interval": {"start": NOW.isoformat(), "end": end}, "energy_kwhs": kwh}
        for end, kwh in zip(ends, (2.5, None, 1.5), strict=True)
    ]

    def shown(*parts: Mapping[str, object]) -> tuple[float | None, float | None]:
        read = PlugInSession.read({"plug_in": NOW.isoformat(), "sessions": [*parts]})
        state = ChargerState(
            charger=Charger(gid=1), serial="", sessions=(read,), cents_per_kwh=20.0
        )
        return state.session_energy, state.session_cost

    assert shown(*parts) == (None, None)
    assert shown(parts[0], parts[2]) == (4.0, 0.8)
    assert shown() == (0.0, 0.0)
    # What runs has not been measured yet
    running = {"interval": {"start": NOW.isoformat()}, "energy_kwhs": None}
    assert shown(parts[0], running) == (2.5, 0.5)
