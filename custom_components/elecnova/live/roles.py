"""What points of the broker mean, by their name and by what sends them (wire 6.3).

Nobody has published the names: the tables here are guesses that cost nothing where
they are wrong. What they do not know stays to be assigned by the user.
"""

from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final

from .kinds import ComponentKind


class Quantity(StrEnum):
    """What a role measures, by its unit."""

    PERCENT = "%"
    POWER = "kW"
    ENERGY = "kWh"
    VOLTAGE = "V"
    CURRENT = "A"
    FREQUENCY = "Hz"
    REACTIVE_POWER = "kvar"
    TEMPERATURE = "°C"
    FACTOR = "factor"
    STATE = "state"
    FLAG = "flag"


class Flow(StrEnum):
    """Whose power it is, where the sign is a matter of taste."""

    BATTERY = "battery"
    GRID = "grid"


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a point can mean."""

    key: str
    quantity: Quantity
    names: frozenset[str]
    """Normalised names that mean this wherever they come from."""
    kinds: frozenset[ComponentKind] = frozenset()
    """What gives the names below their meaning."""
    kind_names: frozenset[str] = frozenset()
    flow: Flow | None = None
    """Set where a positive value can mean either direction."""
    is_magnitude: bool = False
    """Its sign says nothing: the name gives the direction."""
    several: bool = field(default=False)
    """Any number of points may say it together."""


def _role(
    key: str,
    quantity: Quantity,
    names: str = "",
    *,
    kinds: tuple[ComponentKind, ...] = (),
    kind_names: str = "",
    flow: Flow | None = None,
    is_magnitude: bool = False,
    several: bool = False,
) -> Role:
    return Role(
        key=key,
        quantity=quantity,
        names=frozenset(names.split()),
        kinds=frozenset(kinds),
        kind_names=frozenset(kind_names.split()),
        flow=flow,
        is_magnitude=is_magnitude,
        several=several,
    )


_CELLS: Final = (ComponentKind.BMS, ComponentKind.BATTERY)
_STORAGE: Final = (ComponentKind.PCS, *_CELLS)
_MAINS: Final = (ComponentKind.PCS, ComponentKind.METER)
_CONNECTION: Final = (ComponentKind.METER, ComponentKind.EMS, ComponentKind.CABINET)
_ROOM: Final = (
    ComponentKind.CLIMATE,
    ComponentKind.CABINET,
    ComponentKind.EMS,
    ComponentKind.BATTERY,
)
_POWER: Final = "activepower power p totalactivepower"

BATTERY_POWER: Final = "battery_power"
CHARGE_POWER: Final = "battery_charge_power"
DISCHARGE_POWER: Final = "battery_discharge_power"
CHARGE_ENERGY: Final = "battery_charge_energy"
DISCHARGE_ENERGY: Final = "battery_discharge_energy"
GRID_POWER: Final = "grid_power"
IMPORT_POWER: Final = "grid_import_power"
EXPORT_POWER: Final = "grid_export_power"
IMPORT_ENERGY: Final = "grid_import_energy"
EXPORT_ENERGY: Final = "grid_export_energy"
PV_POWER: Final = "pv_power_live"
PV_ENERGY: Final = "pv_energy_total_live"
LOAD_POWER: Final = "load_power"
STATE_OF_CHARGE: Final = "battery_soc"
FAULT: Final = "fault"
FIRE_ALARM: Final = "fire_alarm"

_BATTERY_ROLES: Final = (
    _role(
        STATE_OF_CHARGE, Quantity.PERCENT, "soc stateofcharge batterysoc syssoc bmssoc"
    ),
    _role("battery_soh", Quantity.PERCENT, "soh stateofhealth batterysoh syssoh"),
    _role(
        BATTERY_POWER,
        Quantity.POWER,
        "batterypower batterytotalpower pcsactivepower",
        kinds=_STORAGE,
        kind_names=_POWER,
        flow=Flow.BATTERY,
    ),
    _role(
        CHARGE_POWER,
        Quantity.POWER,
        "chargepower chargingpower batterychargepower",
        is_magnitude=True,
    ),
    _role(
        DISCHARGE_POWER,
        Quantity.POWER,
        "dischargepower dischargingpower batterydischargepower",
        is_magnitude=True,
    ),
    _role(
        CHARGE_ENERGY,
        Quantity.ENERGY,
        "totalcharge chargeenergy accumulatedcharge energycharged totalchargeenergy"
        " accumulatedchargeenergy totalcharged batterychargeenergy",
    ),
    _role(
        DISCHARGE_ENERGY,
        Quantity.ENERGY,
        "totaldischarge dischargeenergy accumulateddischarge energydischarged"
        " totaldischargeenergy accumulateddischargeenergy totaldischarged"
        " batterydischargeenergy",
    ),
    _role(
        "battery_charge_energy_today",
        Quantity.ENERGY,
        "dailycharge todaycharge dailychargeenergy todaychargeenergy",
    ),
    _role(
        "battery_discharge_energy_today",
        Quantity.ENERGY,
        "dailydischarge todaydischarge dailydischargeenergy todaydischargeenergy",
    ),
    _role(
        "battery_voltage",
        Quantity.VOLTAGE,
        "batteryvoltage",
        kinds=_CELLS,
        kind_names="voltage dcvoltage totalvoltage packvoltage",
    ),
    _role(
        "battery_current",
        Quantity.CURRENT,
        "batterycurrent",
        kinds=_CELLS,
        kind_names="current dccurrent totalcurrent packcurrent",
        flow=Flow.BATTERY,
    ),
    _role(
        "available_charge_power",
        Quantity.POWER,
        "availablechargepower maxchargepower allowedchargepower",
        is_magnitude=True,
    ),
    _role(
        "available_discharge_power",
        Quantity.POWER,
        "availabledischargepower maxdischargepower alloweddischargepower",
        is_magnitude=True,
    ),
    _role("cell_voltage_max", Quantity.VOLTAGE, "maxcellvoltage cellvoltagemax"),
    _role("cell_voltage_min", Quantity.VOLTAGE, "mincellvoltage cellvoltagemin"),
    _role(
        "cell_temperature_max",
        Quantity.TEMPERATURE,
        "maxcelltemperature celltemperaturemax maxcelltemp celltempmax",
    ),
    _role(
        "cell_temperature_min",
        Quantity.TEMPERATURE,
        "mincelltemperature celltemperaturemin mincelltemp celltempmin",
    ),
    _role(
        "battery_state",
        Quantity.STATE,
        "batterystate batterystatus",
        kinds=_STORAGE,
        kind_names="status state runstate workstate",
    ),
)

_MAINS_ROLES: Final = (
    _role(
        GRID_POWER,
        Quantity.POWER,
        "gridpower gridactivepower meteractivepower",
        kinds=(ComponentKind.METER,),
        kind_names=_POWER,
        flow=Flow.GRID,
    ),
    _role(
        IMPORT_POWER, Quantity.POWER, "importpower gridimportpower", is_magnitude=True
    ),
    _role(
        EXPORT_POWER, Quantity.POWER, "exportpower gridexportpower", is_magnitude=True
    ),
    _role(
        IMPORT_ENERGY,
        Quantity.ENERGY,
        "gridimportenergy",
        kinds=_CONNECTION,
        kind_names="forwardactiveenergy positiveactiveenergy importenergy",
    ),
    _role(
        EXPORT_ENERGY,
        Quantity.ENERGY,
        "gridexportenergy",
        kinds=_CONNECTION,
        kind_names="reverseactiveenergy negativeactiveenergy exportenergy",
    ),
    *(
        _role(
            f"voltage_l{number}",
            Quantity.VOLTAGE,
            kinds=_MAINS,
            kind_names=f"u{phase} v{phase} voltage{phase} voltagel{number}",
        )
        for number, phase in enumerate("abc", 1)
    ),
    *(
        _role(
            f"current_l{number}",
            Quantity.CURRENT,
            kinds=_MAINS,
            kind_names=f"i{phase} current{phase} currentl{number}",
        )
        for number, phase in enumerate("abc", 1)
    ),
    _role(
        "frequency",
        Quantity.FREQUENCY,
        "gridfrequency",
        kinds=_MAINS,
        kind_names="f freq frequency",
    ),
    _role(
        "power_factor",
        Quantity.FACTOR,
        kinds=_MAINS,
        kind_names="pf powerfactor",
    ),
    _role(
        "reactive_power",
        Quantity.REACTIVE_POWER,
        kinds=_MAINS,
        kind_names="q reactivepower totalreactivepower",
    ),
)

_OTHER_ROLES: Final = (
    _role(
        PV_POWER,
        Quantity.POWER,
        "pvpower pvactivepower",
        kinds=(ComponentKind.PV,),
        kind_names=_POWER,
    ),
    _role(
        PV_ENERGY,
        Quantity.ENERGY,
        "pvtotalyield pvtotalenergy",
        kinds=(ComponentKind.PV,),
        kind_names="totalyield totalenergy",
    ),
    _role(LOAD_POWER, Quantity.POWER, "loadpower loadactivepower"),
    _role(
        "temperature",
        Quantity.TEMPERATURE,
        "cabinettemp cabinettemperature",
        kinds=_ROOM,
        kind_names="temperature temp",
    ),
    _role("humidity", Quantity.PERCENT, "humidity"),
    _role(
        FIRE_ALARM,
        Quantity.FLAG,
        "firealarm",
        kinds=(ComponentKind.FIRE,),
        kind_names="alarm",
        several=True,
    ),
    _role(FAULT, Quantity.FLAG, "fault alarm error", several=True),
)

ROLES: Final = {
    role.key: role for role in (*_BATTERY_ROLES, *_MAINS_ROLES, *_OTHER_ROLES)
}
_BY_NAME: Final = {name: role for role in ROLES.values() for name in role.names}
_BY_KIND: Final = {
    (kind, name): role
    for role in ROLES.values()
    for kind in role.kinds
    for name in role.kind_names
}


def normalised(name: str) -> str:
    """Return a name in lower case, with letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def role_of(kind: ComponentKind, name: str) -> Role | None:
    """Return what a point seems to mean.

    What belongs to nothing could be of several cabinets: it is never guessed.
    """
    if kind is ComponentKind.ACCOUNT:
        return None
    folded = normalised(name)
    return _BY_KIND.get((kind, folded)) or _BY_NAME.get(folded)
