"""What points mean, and how their values are read."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.elecnova.api.messages import Value
from custom_components.elecnova.api.models import Component
from custom_components.elecnova.live.descriptions import BINARY_SENSORS, SENSORS
from custom_components.elecnova.live.kinds import ComponentKind, kind_of
from custom_components.elecnova.live.layout import capacity
from custom_components.elecnova.live.roles import ROLES, role_of
from custom_components.elecnova.live.values import Conventions, read
from custom_components.elecnova.snapshot import Snapshot

from .pure import BMS, METER, PCS, point, snapshot


@pytest.mark.parametrize(
    ("kind", "name", "role"),
    [
        (ComponentKind.BMS, "soc", "battery_soc"),
        (ComponentKind.BMS, "State_Of-Charge", "battery_soc"),
        (ComponentKind.PCS, "activePower", "battery_power"),
        (ComponentKind.METER, "activePower", "grid_power"),
        (ComponentKind.PV, "P", "pv_power_live"),
        (ComponentKind.CABINET, "activePower", None),
        (ComponentKind.CABINET, "batteryPower", "battery_power"),
        (ComponentKind.EMS, "loadPower", "load_power"),
        (ComponentKind.PCS, "Energy Charged", "battery_charge_energy"),
        (ComponentKind.METER, "forwardActiveEnergy", "grid_import_energy"),
        (ComponentKind.PV, "forwardActiveEnergy", None),
        (ComponentKind.METER, "ub", "voltage_l2"),
        (ComponentKind.BMS, "status", "battery_state"),
        (ComponentKind.FIRE, "alarm", "fire_alarm"),
        (ComponentKind.OTHER, "alarm", "fault"),
        (ComponentKind.CLIMATE, "humidity", "humidity"),
        (ComponentKind.BMS, "zz_17", None),
        (ComponentKind.BMS, "电池", None),
        (ComponentKind.ACCOUNT, "soc", None),
    ],
)
def test_meaning(kind: ComponentKind, name: str, role: str | None) -> None:
    """It depends on the name, and where that says too little, on what sends it."""
    found = role_of(kind, name)
    assert (found.key if found else None) == role


def test_every_role_is_shown() -> None:
    """As one kind of entity."""
    assert ROLES.keys() <= SENSORS.keys() ^ BINARY_SENSORS.keys()


@pytest.mark.parametrize(
    ("code", "old_type", "kind"),
    [
        ("ess.bms", "", ComponentKind.BMS),
        ("ESS.PCS", "", ComponentKind.PCS),
        ("", "pv", ComponentKind.PV),
        ("ess.heatpump", "Meter", ComponentKind.METER),
        ("ess.heatpump", "", ComponentKind.OTHER),
    ],
)
def test_kind(code: str, old_type: str, kind: ComponentKind) -> None:
    """By the code, or else by the older type."""
    assert kind_of(Component(sn="1", component=code, type=old_type)) is kind


@pytest.mark.parametrize(
    ("role", "sent", "unit", "shown"),
    [
        ("battery_power", 25.0, "", 25.0),
        ("battery_power", 25000.0, "W", 25.0),
        ("battery_power", 0.025, "MW", 25.0),
        ("battery_power", 25.0, "KW", 25.0),
        ("battery_power", 25.0, "furlong", None),
        ("battery_power", "lots", "", None),
        ("battery_power", True, "", None),
        ("battery_charge_power", -5.0, "", 5.0),
        ("battery_charge_energy", 1500.0, "Wh", 1.5),
        ("battery_charge_energy", 2.0, "MWh", 2000.0),
        ("battery_charge_energy", 2.0, "mwh", 2000.0),
        ("battery_charge_energy", 2.0, "kW·h", 2.0),
        ("battery_charge_energy", -1.0, "", None),
        ("cell_voltage_max", 3312.0, "mV", 3.312),
        ("temperature", 77.0, "°F", 25.0),
        ("temperature", 25.0, "℃", 25.0),
        ("battery_soc", 63.5, "%", 63.5),
        ("reactive_power", 400.0, "var", 0.4),
        ("power_factor", 0.99, "", 0.99),
        ("battery_state", "Charging", "", "charging"),
        ("battery_state", "STOP", "", "standby"),
        ("battery_state", 3.0, "", None),
        ("fault", True, "", True),
        ("fault", 0.0, "", False),
        ("fault", 17.0, "", True),
        ("fault", "normal", "", False),
        ("fault", "Alarm", "", True),
        ("fault", "false", "", False),
        ("fault", "purple", "", None),
    ],
)
def test_reading(role: str, sent: Value, unit: str, shown: Value | None) -> None:
    """In the role's unit; what makes no sense is unknown."""
    got = read(point(PCS, "x", sent, unit), ROLES[role], Conventions.of({}))
    assert got == (pytest.approx(shown) if isinstance(shown, float) else shown)


@pytest.mark.parametrize(
    ("options", "owner", "role", "shown"),
    [
        ({}, PCS, "battery_power", 4.0),
        ({"battery_positive": "charging"}, PCS, "battery_power", -4.0),
        ({"battery_positive": "charging"}, METER, "grid_power", 4.0),
        ({"battery_positive": "charging"}, BMS, "battery_current", -4.0),
        ({"grid_positive": "exporting"}, METER, "grid_power", -4.0),
        ({"live_power_unit": "w"}, METER, "grid_power", 0.004),
        ({"live_power_unit": "automatic"}, METER, "grid_power", 4.0),
        ({"live_power_unit": "w"}, METER, "grid_import_energy", 4.0),
    ],
)
def test_conventions(
    options: dict[str, Any], owner: str, role: str, shown: float
) -> None:
    """The user's word about signs and units holds."""
    got = read(point(owner, "x", 4.0), ROLES[role], Conventions.of(options))
    assert got == shown


def test_an_assignment_stands_alone() -> None:
    """For its point neither the account's signs nor its units count."""
    roles = {f"{PCS}/x": {"role": "battery_power", "inverted": False, "unit": "W"}}
    options = {
        "battery_positive": "charging",
        "live_power_unit": "kw",
        "roles": roles,
    }
    conventions = Conventions.of(options)
    assert read(point(PCS, "x", 4.0), ROLES["battery_power"], conventions) == 0.004


@pytest.mark.parametrize(
    ("rated", "kwh"), [(None, 215.0), (0.0, 215.0), (430.0, 430.0)]
)
def test_capacity_of_one_cabinet(rated: float | None, kwh: float) -> None:
    """The site's, or what the model's name says."""
    account = snapshot(BMS, rated_capacity=rated)
    assert capacity(only(account), account) == kwh


def test_capacity_is_shared_out() -> None:
    """By the models, or evenly where one is not known."""
    account = two_cabinets("ECO-E107WS", 322.0)
    assert capacity(only(account), account) == pytest.approx(215.0)
    account = two_cabinets("", 322.0)
    assert capacity(only(account), account) == pytest.approx(161.0)


def test_no_capacity() -> None:
    """Where nothing tells, it is not known."""
    account = two_cabinets("", None)
    other = list(account.cabinets.values())[1].cabinet
    assert capacity(other, account) is None


def only(account: Snapshot) -> Any:
    """Return the first cabinet."""
    return next(iter(account.cabinets.values())).cabinet


def two_cabinets(model: str, rated: float | None) -> Snapshot:
    """Return a site with another cabinet."""
    account = snapshot(BMS, rated_capacity=rated)
    first = next(iter(account.cabinets.values()))
    other = replace(first, cabinet=replace(first.cabinet, sn="2", model=model))
    return replace(account, cabinets={**account.cabinets, "2": other})
