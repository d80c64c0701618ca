"""A day of bad weather; scripts of it, and the shortest one that fails."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
import subprocess
import sys
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_call_later, async_track_time_interval
import pytest

from custom_components.cloud_energy.helpers import spread
from custom_components.cloud_energy.helpers.spread import own_delay

from .outcome import Outcome
from .residents import RESIDENTS
from .run import Plan
from .shrink import kind_of, shortest
from .watch import Markers, Watch, own_bytes, waiting
from .weather import Event, drawn, parsed, written

_KINDS: Final = {"one": (("outage", "refusal"), ("late",)), "": (("purge",),)}

_MONTH: Final = Plan(seed=375, days=30, per_day=0.45, minutes=120, calm_minutes=480)
_WEATHER: Final = {
    *("outage", "refusal", "storm", "strange", "slow", "wrong_clock"),
    *("late", "correct", "hole", "found", "replace"),
    *("reject", "revoke", "revoke_access"),
    *("reload", "reload_all", "absence", "killed", "asleep", "clock_jumps"),
    *("recorder_fails", "disk_full", "purge"),
    *("user_corrects", "user_adds", "user_deletes"),
}


@pytest.mark.timeout(1800)
def test_a_month_of_bad_weather() -> None:
    """All providers in one home: nothing is lost, leaked, wasted or told.

    A month of it, two fair days, and some hours after a month without anybody.
    """
    command = [sys.executable, "-m", "tests.endurance"]
    for name, value in (
        ("days", _MONTH.days),
        ("seed", _MONTH.seed),
        ("per-day", _MONTH.per_day),
        ("step", _MONTH.minutes),
        ("calm", _MONTH.calm_minutes),
    ):
        command += [f"--{name}", f"{value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_weather_of_that_month() -> None:
    """Everything bad happens in it, and clocks are put back in all time zones."""
    script = _MONTH.script()
    assert {event.kind for event in script} >= _WEATHER
    for name in RESIDENTS:
        assert {"outage", "refusal", "storm", "late", "correct"} & {
            event.kind for event in script if event.provider == name
        }
    lost = [e for e in script if e.kind == "hole"]
    found = [e for e in script if e.kind == "found"]
    assert any(a.provider == b.provider and a.at < b.at for a in lost for b in found)
    end = _MONTH.began + timedelta(days=_MONTH.days)
    for zone in ("Asia/Jerusalem", "America/New_York", "Europe/Stockholm"):
        offsets = [
            at.astimezone(ZoneInfo(zone)).utcoffset() for at in (_MONTH.began, end)
        ]
        assert offsets[0] != offsets[1]


def test_a_script_is_always_the_same() -> None:
    """By its seed, and by its text; one provider's does not depend on the others."""
    script = drawn(7, 10, _KINDS)
    assert script == drawn(7, 10, _KINDS) == parsed(written(script))
    assert script != drawn(8, 10, _KINDS)
    alone = drawn(7, 10, {"one": _KINDS["one"]})
    assert alone == [event for event in script if event.provider == "one"]


@pytest.mark.parametrize(
    ("objects", "growth", "leaks"),
    [
        ([100, 150] * 45, 0, False),
        ([*[100] * 89, 400], 0, False),
        ([5 + n for n in range(90)], 30, True),
        ([5 + n + n % 2 * 5 for n in range(90)], 30, True),
        ([1000 + n for n in range(90)], 30, False),
    ],
)
def test_what_grows(objects: list[int], growth: float, leaks: bool) -> None:
    """What swings, or was much once, is no leak; what never ends to grow is one."""
    days = {day: Counter({"Kept": n, "Other": 7}) for day, n in enumerate(objects)}
    outcome = Outcome(objects=days, sizes=dict.fromkeys(days, 0.0))
    assert outcome.growth == {"Kept": pytest.approx(growth, abs=4), "Other": 0}
    assert bool(outcome.leaks) is bool(leaks)
    for length, told in ((8, "growth"), (60, "leaks")):
        some = dict(list(days.items())[:length])
        assert not getattr(Outcome(objects=some, sizes=dict.fromkeys(some, 0.0)), told)


@pytest.mark.parametrize(("megabytes", "leaks"), [(1.0, True), (0.1, False)])
def test_bytes_that_grow(megabytes: float, *, leaks: bool) -> None:
    """A megabyte a day is too much, in however many objects."""
    sizes = {day: 9e6 + day * megabytes * 1e6 for day in range(0, 30, 3)}
    outcome = Outcome(objects={day: Counter({"Kept": 1}) for day in sizes}, sizes=sizes)
    assert outcome.byte_growth == pytest.approx(megabytes * 30e6)
    assert bool(outcome.leaks) is leaks


def test_what_is_ours_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever our modules reach counts, what is somebody else's does not."""
    before = own_bytes([])
    assert before > 0
    kept = [bytes(10**6), Watch(Markers(()), Markers(()))]
    monkeypatch.setattr(spread, "_kept", {"a": kept}, raising=False)
    assert 10**6 < own_bytes([]) - before < 1.1 * 10**6


def test_a_measured_value_is_no_number_of_a_person() -> None:
    """Digits that happen to be the same; not so where the number ends there."""
    markers = Markers(["82214"])
    assert markers.found("energy 82214.5, 182214") is None
    assert markers.found("meter 82214.") is not None


async def test_what_is_left_waiting(hass: HomeAssistant) -> None:
    """Listeners and timers of ours are found, and nothing else."""
    before, ours = waiting(hass), cast("Any", own_delay)
    ends = [
        hass.bus.async_listen("an_event", ours),
        async_track_time_interval(hass, ours, timedelta(hours=1)),
        async_call_later(hass, 60, ours),
        hass.bus.async_listen("an_event", lambda _: None),
    ]
    assert waiting(hass) - before == {"own_delay of NoneType": 3}
    for end in ends:
        end()
    assert waiting(hass) == before


async def test_the_shortest_script_that_fails() -> None:
    """All that does not matter is left out, and nothing else."""
    script = [Event(at=at, provider="one", kind="outage") for at in range(40)]
    runs = 0

    async def fails(some: Sequence[Event]) -> bool:
        nonlocal runs
        runs += 1
        return {5, 23, 24} <= {event.at for event in some}

    found = await shortest(script, fails)
    assert [event.at for event in found] == [5, 23, 24]
    assert runs < 80


@pytest.mark.parametrize(
    ("one", "another", "is_same"),
    [
        (
            "iec:m_7_cost: 3 hours are missing: 2027-03-10 09:00:00+00:00",
            "iec:m_7_cost: 1 hours are missing: 2027-04-01 00:00:00+00:00, … x",
            True,
        ),
        (
            "iec:m_7_cost: 3 hours are missing: x",
            "iec:m_7_cost: 3 hours are wrong: x",
            False,
        ),
        (
            "iec:m_7_cost: 3 hours are missing: x",
            "iec:m_8_cost: 3 hours are missing: x",
            False,
        ),
        (
            "iec: a false request to sign in on 03-10 09:15",
            "iec: a false request to sign in on 04-11 10:30",
            True,
        ),
        (
            "iec: no request to sign in by 03-10 09:15",
            "iec: a false request to sign in on 03-10 09:15",
            False,
        ),
        (
            "told in the log of custom_components.iec: 'by ' + 123… (9 characters)",
            "told in the log of custom_components.iec: 'to ' + abc… (7 characters)",
            True,
        ),
        (
            "an exception in the log of x: Traceback\n  at 7\nKeyError: 'a'",
            "an exception in the log of x: Traceback\n  at 9\nKeyError: 'b'",
            True,
        ),
        (
            "an exception in the log of x: Traceback\n  at 7\nKeyError: 'a'",
            "an exception in the log of x: Traceback\n  at 7\nValueError: a",
            False,
        ),
    ],
)
def test_findings_of_the_same_kind(one: str, another: str, is_same: bool) -> None:
    """A shorter script has to fail as the whole one does, if at another time."""
    assert (kind_of(one) == kind_of(another)) is bool(is_same)
