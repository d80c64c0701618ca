"""A small account, and values of it, without any Home Assistant."""

from datetime import UTC, datetime
from typing import Any, Final

from custom_components.elecnova.api.messages import Point, Value
from custom_components.elecnova.api.models import Cabinet, Component, Site
from custom_components.elecnova.live.layout import Layout
from custom_components.elecnova.live.state import LiveValues, Memory
from custom_components.elecnova.live.values import Conventions
from custom_components.elecnova.snapshot import CabinetState, Snapshot

NOON: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
CABINET: Final = "2556990001"
BMS: Final = f"BMS{CABINET}"
PCS: Final = f"PCS{CABINET}"
METER: Final = f"METER{CABINET}"
SUN: Final = f"PV{CABINET}"
CODES: Final = {BMS: "ess.bms", PCS: "ess.pcs", METER: "ess.meter", SUN: "pv.inv"}
RATED: Final = 100.0


def parts(*serials: str) -> tuple[Component, ...]:
    """Return parts of the cabinet."""
    return tuple(
        Component(sn=sn, component=CODES[sn], cabinet_sn=CABINET) for sn in serials
    )


def snapshot(*serials: str, **site: Any) -> Snapshot:
    """Return an account with one cabinet."""
    cabinet = Cabinet(sn=CABINET, id="c-1", name="Cabinet", model="ECO-E215WS")
    state = CabinetState(cabinet=cabinet, components=parts(*serials), site_id="s-1")
    home = Site(id="s-1", **({"rated_power": RATED} | site))
    return Snapshot(cabinets={CABINET: state}, sites={"s-1": home}, pv={})


def live_state(
    *serials: str, memory: Memory | None = None, **options: Any
) -> LiveValues:
    """Return the state of that account before anything has come."""
    layout = Layout.of(snapshot(*(serials or (BMS, PCS, METER))))
    return LiveValues(memory or Memory(), Conventions.of(options), layout)


def point(owner: str, name: str, value: Value | None, unit: str = "") -> Point:
    """Return a value as the decoder yields it."""
    return Point(owner, name, value, unit, NOON)


def value(state: LiveValues, owner: str, key: str) -> object:
    """Return a value, however old."""
    timed = state.timed(owner, key)
    assert timed is not None, key
    return timed.value
