"""Turning what was sent into what a role shows: unit, sign, state (wire 4.7, 6.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import (
    BaseUnitConverter,
    ElectricCurrentConverter,
    ElectricPotentialConverter,
    EnergyConverter,
    FrequencyConverter,
    PowerConverter,
    ReactivePowerConverter,
    TemperatureConverter,
)

from custom_components.cloud_energy.client.wire import flag
from custom_components.elecnova.api.messages import Point, Value
from custom_components.elecnova.const import (
    CONF_BATTERY_POSITIVE,
    CONF_GRID_POSITIVE,
    CONF_LIVE_POWER_UNIT,
    CONF_ROLES,
)
from custom_components.elecnova.entry_data import AUTOMATIC

from .roles import ROLES, Flow, Quantity, Role

CHARGING: Final = "charging"
DISCHARGING: Final = "discharging"
IMPORTING: Final = "importing"
EXPORTING: Final = "exporting"

POWER_UNITS: Final = {AUTOMATIC: "", "kw": "kW", "w": "W"}
"""What the user may say of all powers, and the unit that it means."""

NO_ROLE: Final = "none"
"""The user's word that a point does not mean what its name seems to say."""

BATTERY_STATES: Final = ("idle", CHARGING, DISCHARGING, "standby", "fault")

type Reading = float | str | bool

_CONVERTERS: Final[dict[Quantity, type[BaseUnitConverter]]] = {
    Quantity.POWER: PowerConverter,
    Quantity.ENERGY: EnergyConverter,
    Quantity.VOLTAGE: ElectricPotentialConverter,
    Quantity.CURRENT: ElectricCurrentConverter,
    Quantity.FREQUENCY: FrequencyConverter,
    Quantity.REACTIVE_POWER: ReactivePowerConverter,
    Quantity.TEMPERATURE: TemperatureConverter,
}
_UNITS: Final = {
    Quantity.POWER: ("W", "kW", "MW"),
    Quantity.ENERGY: ("Wh", "kWh", "MWh"),
    Quantity.VOLTAGE: ("mV", "V"),
    Quantity.CURRENT: ("mA", "A"),
    Quantity.FREQUENCY: ("mHz", "Hz"),
    Quantity.REACTIVE_POWER: ("var", "kvar"),
    Quantity.TEMPERATURE: ("°C", "°F"),
}
"""What the user can choose from."""
_SPELLINGS: Final = {
    "mw": "MW",
    "mwh": "MWh",
    "mv": "mV",
    "ma": "mA",
    "c": "°C",
    "℃": "°C",
    "degc": "°C",
    "f": "°F",
    "℉": "°F",
    "kw.h": "kWh",
    "kw·h": "kWh",
}
"""Units that are written otherwise, or in ways that differ by case only."""
_STATE_WORDS: Final = {
    "charge": CHARGING,
    "discharge": DISCHARGING,
    "dischg": DISCHARGING,
    "chg": CHARGING,
    "stop": "standby",
    "stopped": "standby",
    "rest": "idle",
    "alarm": "fault",
    "error": "fault",
    "faulted": "fault",
}
_GOOD_WORDS: Final = frozenset({"ok", "normal", "none", "off", "inactive", "offline"})
_BAD_WORDS: Final = frozenset({"alarm", "fault", "error", "on", "active"})


@dataclass(frozen=True)
class Assignment:
    """What the user says a point means; an empty unit is the one that is sent."""

    role: str
    inverted: bool = False
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Conventions:
    """What the user has set for the values of an account."""

    power_unit: str = ""
    """That of all powers; empty: as sent, or else kW."""
    inverted: frozenset[Flow] = frozenset()
    """Whose power comes with the sign that Home Assistant does not use."""
    assignments: Mapping[str, Assignment]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read them from the options of an entry."""
        inverted = set()
        if options.get(CONF_BATTERY_POSITIVE) == CHARGING:
            inverted.add(Flow.BATTERY)
        if options.get(CONF_GRID_POSITIVE) == EXPORTING:
            inverted.add(Flow.GRID)
        stored = options.get(CONF_ROLES, {})
        return cls(
            power_unit=POWER_UNITS.get(options.get(CONF_LIVE_POWER_UNIT, ""), ""),
            inverted=frozenset(inverted),
            assignments={key: Assignment(**each) for key, each in stored.items()},
        )

    def assigned(self, point: Point) -> Assignment | None:
        """Return what the user says that a point means."""
        return self.assignments.get(point_key(point.owner, point.name))


def point_key(owner: str, name: str) -> str:
    """Return what an assignment is stored under."""
    return f"{owner}/{name}"


def read(point: Point, role: Role, conventions: Conventions) -> Reading | None:
    """Return a point's value as its role shows it; None where that can't be.

    Numbers are in the unit of the role's quantity; battery power is positive while
    discharging, grid power while importing.
    """
    value = point.value
    if value is None:
        return None
    if role.quantity is Quantity.STATE:
        return _state(value)
    if role.quantity is Quantity.FLAG:
        return _truth(value)
    if not _is_number(value):
        return None
    assigned = conventions.assigned(point)
    number = _converted(float(value), _unit(point, role, conventions), role)
    if number is None:
        return None
    if role.quantity is Quantity.ENERGY and number < 0:
        return None
    if role.is_magnitude:
        return abs(number)
    usual = role.flow in conventions.inverted
    is_inverted = assigned.inverted if assigned else usual
    return -number if is_inverted and number else number


def is_confirmed(point: Point, conventions: Conventions) -> bool:
    """Return whether the user has said in which unit a power comes."""
    assigned = conventions.assigned(point)
    return bool(conventions.power_unit or (assigned and assigned.unit))


def _unit(point: Point, role: Role, conventions: Conventions) -> str:
    """Return a value's unit: as set by the user, or as sent; empty if there is none."""
    assigned = conventions.assigned(point)
    if assigned and assigned.unit:
        return assigned.unit
    if role.quantity is Quantity.POWER and conventions.power_unit:
        return conventions.power_unit
    return point.unit.strip()


def _converted(number: float, unit: str, role: Role) -> float | None:
    converter = _CONVERTERS.get(role.quantity)
    if converter is None or not unit:
        return number
    try:
        converted = converter.convert(
            number, _known_unit(unit, converter), role.quantity.value
        )
    except HomeAssistantError:
        return None
    return round(converted, 9)


def _known_unit(unit: str, converter: type[BaseUnitConverter]) -> str:
    """Return a unit as Home Assistant writes it, or as it was sent."""
    if unit in converter.VALID_UNITS:
        return unit
    folded = unit.lower().replace(" ", "")
    units = sorted(map(str, converter.VALID_UNITS))
    known = {each.lower(): each for each in units}
    return _SPELLINGS.get(folded, known.get(folded, unit))


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _state(value: Value) -> str | None:
    word = str(value).strip().lower()
    word = _STATE_WORDS.get(word, word)
    return word if word in BATTERY_STATES else None


def _truth(value: Value) -> bool | None:
    """Read an alarm: a truth value, a code that is zero while all is well, or a word."""
    if _is_number(value):
        return value != 0
    word = str(value).strip().lower()
    if word in _GOOD_WORDS:
        return False
    return True if word in _BAD_WORDS else flag(value)


def units_of(role: str) -> tuple[str, ...]:
    """Return the units in which the points of a role may come."""
    return _UNITS.get(ROLES[role].quantity, ())
