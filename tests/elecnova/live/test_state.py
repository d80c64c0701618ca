"""From points to values: roles, derived values, counters, doubts."""

from datetime import timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.wire import number
from custom_components.elecnova.api.messages import Point
from custom_components.elecnova.live.layout import Layout
from custom_components.elecnova.live.state import LIFE, LiveValues, Memory

from .pure import (
    BMS,
    CABINET,
    METER,
    NOON,
    PCS,
    SUN,
    live_state,
    point,
    snapshot,
    value,
)

MINUTE = timedelta(minutes=1)
CALCULATED = "battery_discharge_energy_calculated"


def keys(state: LiveValues, owner: str) -> set[str]:
    """Return what is known to come of an owner."""
    return set(state.keys(owner))


def assigned(name: str, role: str, owner: str = BMS, **more: Any) -> dict[str, Any]:
    """Return options in which a point has a role."""
    stored = {"role": role, "inverted": False, "unit": ""} | more
    return {"roles": {f"{owner}/{name}": stored}}


def restarted(state: LiveValues, **options: Any) -> LiveValues:
    """Return the state after a restart."""
    stored = json.loads(json.dumps(state.memory.stored()))
    return live_state(memory=Memory.restored(stored), **options)


@pytest.mark.parametrize(
    ("power", "discharging", "charging"), [(25.0, 25.0, 0.0), (-4.0, 0.0, 4.0)]
)
def test_directions(power: float, discharging: float, charging: float) -> None:
    """Neither of them is ever negative."""
    state = live_state()
    owners = state.apply([point(PCS, "activePower", power)], NOON)
    assert owners == {PCS}
    assert value(state, PCS, "battery_power") == power
    assert value(state, PCS, "battery_discharge_power") == discharging
    assert value(state, PCS, "battery_charge_power") == charging


def test_directions_that_are_sent_stay() -> None:
    """Only what is missing is derived."""
    state = live_state()
    state.apply([point(PCS, "chargePower", 7.0), point(PCS, "p", -5.0)], NOON)
    assert value(state, PCS, "battery_charge_power") == 7.0
    assert value(state, PCS, "battery_discharge_power") == 0.0


def test_a_power_from_its_directions() -> None:
    """Where both are sent, their difference is the battery's power."""
    state = live_state()
    state.apply([point(PCS, "chargePower", 7.0)], NOON)
    assert keys(state, PCS) == {"battery_charge_power"}
    state.apply([point(PCS, "dischargePower", 0.5)], NOON)
    assert value(state, PCS, "battery_power") == -6.5


def test_the_load_is_a_sum() -> None:
    """Of grid, battery and sun; it is as old as the oldest of them."""
    state = live_state(PCS, METER, SUN)
    state.apply([point(PCS, "p", 5.0), point(METER, "p", -2.0)], NOON)
    assert "load_power" not in keys(state, CABINET)
    later = NOON + 10 * MINUTE
    assert state.apply([point(SUN, "p", 10.0)], later) == {SUN, CABINET}
    assert value(state, CABINET, "load_power") == 13.0
    assert state.live(CABINET, "load_power", NOON + LIFE) == 13.0
    assert state.live(CABINET, "load_power", later + LIFE) is None


def test_a_load_with_an_old_part_is_unknown() -> None:
    """It is not the sum of what has been sent at other times."""
    state = live_state(PCS, METER)
    state.apply([point(PCS, "p", 5.0)], NOON)
    state.apply([point(METER, "p", -2.0)], NOON + 20 * MINUTE)
    assert value(state, CABINET, "load_power") is None


def test_a_load_that_is_sent_stays() -> None:
    """Nothing is derived then."""
    state = live_state()
    points = [point(PCS, "p", 5.0), point(METER, "p", 1.0)]
    state.apply([*points, point(CABINET, "loadPower", 6.5)], NOON)
    assert value(state, CABINET, "load_power") == 6.5


def test_unknown_points_are_not_lost() -> None:
    """They have a value of their own, and are remembered."""
    state = live_state()
    state.apply([point(BMS, "zz_17", 3.5, "furlong"), point("", "mode", "eco")], NOON)
    assert value(state, BMS, "point_zz_17") == 3.5
    # There is one cabinet only: what belongs to nothing is its own.
    assert value(state, CABINET, "point_mode") == "eco"
    seen = list(restarted(state).memory.book.unknown_points())
    assert [(owner, slug) for owner, slug, _ in seen] == [
        (BMS, "zz_17"),
        (CABINET, "mode"),
    ]
    assert seen[0][2].is_numeric and seen[0][2].unit == "furlong"


def test_the_first_point_keeps_its_role() -> None:
    """Of two names for the same, also after a restart; the other one is unknown."""
    state = live_state()
    state.apply([point(BMS, "soc", 50.0), point(BMS, "StateOfCharge", 60.0)], NOON)
    assert value(state, BMS, "battery_soc") == 50.0
    again = restarted(state)
    again.apply([point(BMS, "StateOfCharge", 60.0), point(BMS, "soc", 51.0)], NOON)
    assert value(again, BMS, "battery_soc") == 51.0
    assert value(again, BMS, "point_stateofcharge") == 60.0


def test_any_alarm_is_one() -> None:
    """Several points may tell of trouble."""
    state = live_state()
    state.apply([point(BMS, "alarm", True), point(BMS, "fault", 0.0)], NOON)
    assert value(state, BMS, "fault") is True
    state.apply([point(BMS, "alarm", False)], NOON)
    assert value(state, BMS, "fault") is False
    state.apply([point(BMS, "alarm", "purple"), point(BMS, "fault", "?")], NOON)
    assert value(state, BMS, "fault") is None


def test_nonsense_is_unknown() -> None:
    """A role is not given for it, and a value becomes unknown, never 0."""
    state = live_state()
    state.apply([point(BMS, "soc", "lots")], NOON)
    assert keys(state, BMS) == set()
    assert value(state, BMS, "point_soc") == "lots"
    state.apply([point(BMS, "soc", 50.0)], NOON)
    assert not list(state.memory.book.unknown_points())
    state.apply([point(BMS, "soc", "lots")], NOON)
    assert value(state, BMS, "battery_soc") is None
    assert state.seen["unreadable"] == 1


def test_null_is_unknown() -> None:
    """Of what was there before; nothing is made of what never was."""
    state = live_state()
    state.apply([point(BMS, "soc", None), point(BMS, "zz", None)], NOON)
    assert keys(state, BMS) == set()
    assert not list(state.memory.book.unknown_points())
    state.apply([point(BMS, "soc", 50.0), point(BMS, "zz", 1.0)], NOON)
    state.apply([point(BMS, "soc", None), point(BMS, "zz", None)], NOON)
    assert value(state, BMS, "battery_soc") is None
    assert value(state, BMS, "point_zz") is None
    assert not state.seen


def test_an_assigned_role_goes_before() -> None:
    """The point whose name fits is unknown then."""
    state = live_state(**assigned("zz_17", "battery_soc", inverted=True))
    state.apply([point(BMS, "soc", 50.0), point(BMS, "zz_17", -40.0)], NOON)
    assert value(state, BMS, "battery_soc") == 40.0
    assert value(state, BMS, "point_soc") == 50.0


def test_assignments_come_and_go() -> None:
    """What was taken for something before is given up."""
    state = live_state()
    state.apply([point(BMS, "soc", 50.0), point(BMS, "zz_17", 40.0)], NOON)
    given = restarted(state, **assigned("zz_17", "battery_soc"))
    assert keys(given, BMS) == set()
    given.apply([point(BMS, "zz_17", 40.0), point(BMS, "soc", 50.0)], NOON)
    assert value(given, BMS, "battery_soc") == 40.0
    taken = restarted(given)
    assert keys(taken, BMS) == set()
    taken.apply([point(BMS, "zz_17", 40.0), point(BMS, "soc", 50.0)], NOON)
    assert value(taken, BMS, "battery_soc") == 50.0
    assert value(taken, BMS, "point_zz_17") == 40.0


def test_a_point_can_be_unknown_by_the_users_word() -> None:
    """Whatever its name seems to say."""
    state = live_state(**assigned("soc", "none"))
    state.apply([point(BMS, "soc", 50.0)], NOON)
    assert keys(state, BMS) == set()
    assert value(state, BMS, "point_soc") == 50.0


def test_parts_that_are_out_of_sight_are_not_forgotten() -> None:
    """While the cloud does not tell what is in a cabinet, its roles stay."""
    state = live_state()
    state.apply([point(BMS, "soc", 50.0)], NOON)
    state.take_layout(Layout.of(snapshot()))
    state.take_layout(Layout.of(snapshot(BMS)))
    assert keys(state, BMS) == {"battery_soc"}


def count(state: LiveValues, minutes: int, *more: Point, power: float = 12.0) -> None:
    """Send a power for some minutes."""
    for minute in range(minutes + 1):
        state.apply([point(PCS, "p", power), *more], NOON + minute * MINUTE)


def test_calculated_counters() -> None:
    """They are there once the cloud has had its chance to send its own."""
    state = live_state()
    count(state, 4)
    assert CALCULATED not in keys(state, PCS)
    count(state, 5)
    assert CALCULATED in keys(state, PCS)
    assert value(state, PCS, CALCULATED) == pytest.approx(12 * 9 / 60, abs=1e-3)
    assert value(state, PCS, "battery_charge_energy_calculated") == 0
    again = restarted(state)
    assert CALCULATED in keys(again, PCS)
    again.apply([point(PCS, "p", 12.0)], NOON + 6 * MINUTE)
    assert value(again, PCS, CALCULATED) == pytest.approx(2.0, abs=1e-3)


def test_nothing_is_calculated_beside_a_real_counter() -> None:
    """Whichever part of the cabinet sends it; the other direction is."""
    state = live_state()
    count(state, 6, point(BMS, "totalDischarge", 1000.0))
    assert CALCULATED not in keys(state, PCS)
    assert "battery_charge_energy_calculated" in keys(state, PCS)


def test_a_real_counter_ends_the_calculated_one() -> None:
    """It stays where it was."""
    state = live_state()
    count(state, 6)
    before = value(state, PCS, CALCULATED)
    state.apply([point(PCS, "totalDischarge", 1000.0)], NOON + 7 * MINUTE)
    state.apply([point(PCS, "p", 12.0)], NOON + 8 * MINUTE)
    assert CALCULATED not in keys(state, PCS)
    assert value(state, PCS, CALCULATED) == before


def test_one_power_is_counted_once() -> None:
    """Where battery and inverter both tell it, the inverter's is taken."""
    state = live_state()
    count(state, 6, point(BMS, "power", 12.5))
    assert "battery_power" in keys(state, BMS)
    assert CALCULATED not in keys(state, BMS)


def test_other_messages_do_not_lengthen_a_value() -> None:
    """A gap of the power is one, whatever else comes meanwhile."""
    state = live_state()
    state.apply([point(PCS, "p", 12.0)], NOON)
    for minute in range(1, 60):
        state.apply([point(PCS, "alarm", False)], NOON + minute * MINUTE)
    state.apply([point(PCS, "p", 12.0)], NOON + 60 * MINUTE)
    assert value(state, PCS, CALCULATED) == 0


def test_an_impossible_power_is_doubted() -> None:
    """From then on nothing of that point is believed, until the user tells its unit."""
    state = live_state()
    state.apply([point(PCS, "p", 1900.0)], NOON)
    assert value(state, PCS, "battery_power") == 1900.0
    state.apply([point(PCS, "p", 2100.0)], NOON)
    state.apply([point(PCS, "p", 50.0)], NOON + MINUTE)
    assert state.doubted == {(PCS, "p")}
    assert value(state, PCS, "battery_power") is None
    assert value(state, PCS, "battery_discharge_power") is None
    told = restarted(state, live_power_unit="w")
    told.apply([point(PCS, "p", 2100.0)], NOON)
    assert value(told, PCS, "battery_power") == 2.1
    assert not told.doubted


def test_names_without_end() -> None:
    """Neither memory nor lists grow without bounds."""
    state = live_state()
    state.apply([point(BMS, f"x{n}", 1.0) for n in range(3000)], NOON)
    assert len(state.points[BMS]) == 1000
    assert len(list(state.memory.book.unknown_points())) == 300
    assert state.seen["too_many"] == 2000


NAMES = st.sampled_from(
    ["soc", "p", "activePower", "chargePower", "dischargePower", "alarm", "status"]
) | st.sampled_from(["totalCharge", "loadPower", "importEnergy", "zz 17", "ZZ-17"])
VALUES = st.one_of(
    st.floats(-1e9, 1e9).map(number), st.booleans(), st.text(max_size=5), st.none()
)
OWNERS = st.sampled_from([BMS, PCS, METER, SUN, CABINET, "", "elsewhere"])
POINTS = st.lists(
    st.builds(point, OWNERS, NAMES, VALUES, st.sampled_from(["", "W", "kWh", "?"]))
)


@given(st.lists(POINTS, max_size=6))
def test_whatever_comes(messages: list[list[Point]]) -> None:
    """No message breaks anything, and memory survives each of them."""
    state = live_state(BMS, PCS, METER, SUN)
    for minute, points in enumerate(messages):
        state.apply(points, NOON + minute * MINUTE)
        again = Memory.restored(json.loads(json.dumps(state.memory.stored())))
        assert again == state.memory
    for owner in (BMS, PCS, METER, SUN, CABINET):
        for key in state.keys(owner):
            timed = state.timed(owner, key)
            if key.startswith(("battery_charge", "battery_discharge")) and timed:
                assert timed.value is None or float(timed.value) >= 0
