"""What the parts of a cabinet measure now (wire 4.7, 6.3). Names of points are invented: nobody has published them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from .customers import Cabinet, Component
from .energy import counter, household

CELLS: Final = 240
CELL_EMPTY: Final = 3.10
CELL_SPAN: Final = 0.25
MAINS: Final = 230.0
IDLE_KW: Final = 0.05

type Value = float | bool | str


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its unit.

    :param flow: whose power it is, where the sign is a matter of taste: of the battery positive when it discharges, of the grid
        positive when something is bought
    """

    name: str
    value: Value
    unit: str = ""
    flow: Literal["battery", "grid"] | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A cabinet's state at a moment; power in kW."""

    cabinet: Cabinet
    at: datetime

    def power(self, flow: str) -> float:
        """The mean power of the five minutes."""
        return household(self.cabinet).power(flow, self.at)

    @property
    def battery(self) -> float:
        """Positive when it discharges."""
        return round(self.power("battery_discharge") - self.power("battery_charge"), 3)

    @property
    def grid(self) -> float:
        """Positive when something is bought."""
        return round(self.power("consumption") - self.power("return"), 3)

    @property
    def charge(self) -> float:
        """State of charge in percent."""
        return round(household(self.cabinet).state_of_charge(self.at), 1)

    @property
    def voltage(self) -> float:
        """Of all cells, in V."""
        return round(CELLS * (CELL_EMPTY + CELL_SPAN * self.charge / 100), 1)

    def counted(self, flow: str) -> float:
        """What has flowed since the cabinet stands, in kWh."""
        return round(counter(self.cabinet, flow, self.at), 2)

    def today(self, flow: str) -> float:
        """What has flowed today, in kWh."""
        local = self.at.astimezone(self.cabinet.zone)
        begin = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return round(household(self.cabinet).energy(flow, begin, self.at), 2)

    @property
    def status(self) -> str:
        """What the battery does."""
        if abs(self.battery) < IDLE_KW:
            return "idle"
        return "discharging" if self.battery > 0 else "charging"


def _ems(now: Measured) -> list[Point]:
    return [
        Point("loadPower", round(now.power("load"), 3), "kW"),
        Point("todayCharge", now.today("battery_charge"), "kWh"),
        Point("todayDischarge", now.today("battery_discharge"), "kWh"),
    ]


def _bms(now: Measured) -> list[Point]:
    cell = round(now.voltage / CELLS, 3)
    size = now.cabinet.home
    room = size.battery_kw * (now.charge < 100)
    return [
        Point("soc", now.charge, "%"),
        Point("soh", 99.0, "%"),
        Point("voltage", now.voltage, "V"),
        Point("current", round(now.battery * 1000 / now.voltage, 2), "A", "battery"),
        Point("maxCellVoltage", round(cell + 0.012, 3), "V"),
        Point("minCellVoltage", round(cell - 0.009, 3), "V"),
        Point("maxCellTemperature", 27.5, "°C"),
        Point("minCellTemperature", 24.0, "°C"),
        Point("availableChargePower", room, "kW"),
        Point("availableDischargePower", size.battery_kw, "kW"),
        Point("status", now.status),
    ]


def _pcs(now: Measured) -> list[Point]:
    amperes = round(now.battery * 1000 / 3 / MAINS, 2)
    return [
        Point("activePower", now.battery, "kW", "battery"),
        Point("reactivePower", 0.4, "kvar"),
        Point("powerFactor", 0.99),
        Point("frequency", 50.0, "Hz"),
        *(Point(name, MAINS, "V") for name in ("ua", "ub", "uc")),
        *(Point(name, amperes, "A", "battery") for name in ("ia", "ib", "ic")),
        Point("totalCharge", now.counted("battery_charge"), "kWh"),
        Point("totalDischarge", now.counted("battery_discharge"), "kWh"),
    ]


def _meter(now: Measured) -> list[Point]:
    return [
        Point("activePower", now.grid, "kW", "grid"),
        Point("forwardActiveEnergy", now.counted("consumption"), "kWh"),
        Point("reverseActiveEnergy", now.counted("return"), "kWh"),
    ]


def _inverter(now: Measured) -> list[Point]:
    return [
        Point("activePower", round(now.power("solar"), 3), "kW"),
        Point("totalYield", now.counted("solar"), "kWh"),
    ]


def _battery(now: Measured) -> list[Point]:
    return [
        Point("soc", now.charge, "%"),
        Point("temperature", 26.0, "°C"),
    ]


def _climate(now: Measured) -> list[Point]:
    return [Point("temperature", 24.5, "°C"), Point("humidity", 41.0, "%")]


POINTS: Final[dict[str, Callable[[Measured], list[Point]]]] = {
    "ess.ems": _ems,
    "ess.bms": _bms,
    "ess.pcs": _pcs,
    "ess.meter": _meter,
    "pv.inv": _inverter,
    "ess.battery": _battery,
    "ess.ac": _climate,
}
COUNTERS: Final = (
    "totalCharge",
    "totalDischarge",
    "forwardActiveEnergy",
    "reverseActiveEnergy",
    "totalYield",
    "todayCharge",
    "todayDischarge",
)


def points(component: Component, now: Measured, *, alarm: bool) -> list[Point]:
    """What a component tells; all can tell of an alarm."""
    measure = POINTS.get(component.code)
    return [*(measure(now) if measure else ()), Point("alarm", alarm)]
