"""One local day of a home, in five-minute quanta.

A day is computed on its own from `(seed, date)`: nothing walks from an epoch. All energies are whole milliwatt hours, so the
balance of every quantum is exact:
`load + battery_charge + return == solar + consumption + battery_discharge`, and `load` is the sum of the circuits.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from math import cos, pi, radians, sin
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

QUANTUM: Final = 300
MWH_PER_KW: Final = 1_000_000 * QUANTUM // 3600
"""Milliwatt hours that one kilowatt makes in one quantum."""
MWH_PER_KWH: Final = 1_000_000
CHARGE_EFFICIENCY: Final = 0.95
RESERVE: Final = 0.1
STEERED_QUANTA: Final = 36
"""The last three hours of a day steer the battery to the next day's first state of charge, so that it has no jump."""

DAY_ANGLES: Final = tuple(cos(2 * pi * quantum / 288) for quantum in range(288))


@dataclass(frozen=True, slots=True)
class Home:
    """What stands in a home. Sizes of 0 mean that it has none.

    :param latitude: degrees north, :param longitude: degrees east
    :param mean_celsius: the year's mean temperature, :param swing_celsius: how far summer and winter lie from it
    """

    time_zone: str
    latitude: float
    longitude: float
    mean_celsius: float = 14.0
    swing_celsius: float = 11.0
    base_kw: float = 0.3
    climate_kw: float = 3.0
    solar_kw: float = 0.0
    battery_kwh: float = 0.0
    battery_kw: float = 0.0
    car_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class Appliance:
    """A thing that runs for a while now and then: `windows` are (from hour, to hour, probability)."""

    circuit: str
    kw: float
    minutes: tuple[int, int]
    windows: tuple[tuple[float, float, float], ...]


APPLIANCES: Final = (
    Appliance(
        "kitchen", 2.1, (10, 35), ((6.2, 8.5, 0.8), (11.5, 13, 0.4), (17, 19.5, 0.95))
    ),
    Appliance("kitchen", 1.2, (5, 15), ((6, 7.5, 0.9), (15, 17, 0.5), (20, 22, 0.5))),
    Appliance("laundry", 1.9, (35, 80), ((9, 12, 0.35), (18, 21, 0.3))),
    Appliance(
        "water_heater", 3.8, (10, 35), ((5.5, 7.5, 0.9), (12, 15, 0.3), (19, 22, 0.8))
    ),
)
CIRCUITS: Final = (
    "always_on",
    "fridge",
    "kitchen",
    "laundry",
    "water_heater",
    "climate",
    "car",
)
SERIES: Final = (
    "load",
    "solar",
    "consumption",
    "return",
    "battery_charge",
    "battery_discharge",
    *CIRCUITS,
)


@dataclass(frozen=True, slots=True)
class CircuitOverride:
    """What a person did: the circuit draws `kw` from `start` to `end` (UTC epoch seconds) whatever the day had in mind."""

    circuit: str
    start: float
    end: float
    kw: float


@dataclass(frozen=True, slots=True)
class DayProfile:
    """Running totals of one local day: `cumulative[series][n]` is the energy in mWh of its first n quanta.

    `stored[n]` is the energy in the battery at the start of quantum n.
    """

    start: int
    count: int
    cumulative: Mapping[str, Sequence[int]]
    stored: Sequence[int]

    def holds(self, at: float) -> bool:
        """Tell whether a time (epoch seconds) is of this day."""
        return 0 <= at - self.start < self.count * QUANTUM

    def energy_until(self, series: str, at: float) -> float:
        """Energy in mWh from the day's start to `at` (epoch seconds, clamped to the day)."""
        return _interpolate(self.cumulative[series], (at - self.start) / QUANTUM)

    def stored_at(self, at: float) -> float:
        """Energy in mWh in the battery at `at`."""
        return _interpolate(self.stored, (at - self.start) / QUANTUM)


def _interpolate(totals: Sequence[int], position: float) -> float:
    position = min(max(position, 0), len(totals) - 1)
    whole = int(position)
    part = position - whole
    return totals[whole] + (part * (totals[whole + 1] - totals[whole]) if part else 0)


def day_start(day: date, zone: ZoneInfo) -> int:
    """The UTC epoch second at which the local day begins."""
    return int(datetime.combine(day, time.min, zone).timestamp())


def day_temperatures(home: Home, seed: str, day: date) -> tuple[float, float]:
    """Lowest and highest outdoor temperature of the day in degrees Celsius."""
    rng = Random(f"{seed}/temperature/{day}")
    season = -cos(2 * pi * (day.timetuple().tm_yday - 15) / 365.25)
    mean = (
        home.mean_celsius
        + (season if home.latitude >= 0 else -season) * home.swing_celsius
        + rng.uniform(-4, 4)
    )
    half_range = rng.uniform(3, 7)
    return mean - half_range, mean + half_range


def day_profile(
    home: Home, seed: str, day: date, overrides: Sequence[CircuitOverride] = ()
) -> DayProfile:
    """Compute one local day (23, 24 or 25 hours) of the home."""
    zone = ZoneInfo(home.time_zone)
    start = day_start(day, zone)
    count = (day_start(day + timedelta(days=1), zone) - start) // QUANTUM
    rng = Random(f"{seed}/{day}")
    quanta = _circuits(home, rng, count, day_temperatures(home, seed, day))
    for override in overrides:
        _apply(override, quanta[override.circuit], start)
    quanta["load"] = [
        sum(values) for values in zip(*(quanta[name] for name in CIRCUITS), strict=True)
    ]
    quanta["solar"] = _solar(home, rng, start, count)
    stored = _battery(
        home,
        quanta,
        _first_stored(home, seed, day),
        _first_stored(home, seed, day + timedelta(days=1)),
    )
    _grid(quanta)
    return DayProfile(
        start,
        count,
        {name: array("q", accumulate(quanta[name], initial=0)) for name in SERIES},
        array("q", stored),
    )


def _circuits(
    home: Home, rng: Random, count: int, temperatures: tuple[float, float]
) -> dict[str, list[int]]:
    quanta = {name: [0] * count for name in CIRCUITS}
    level = home.base_kw * MWH_PER_KW
    quanta["always_on"] = [
        int(level * (0.85 + 0.3 * rng.random())) for _ in range(count)
    ]
    phase = rng.randrange(9)
    quanta["fridge"] = [
        int(0.14 * MWH_PER_KW) if (quantum + phase) % 9 < 4 else 0
        for quantum in range(count)
    ]
    for appliance in APPLIANCES:
        _run(appliance, rng, quanta[appliance.circuit])
    quanta["climate"] = _climate(home, rng, count, temperatures)
    if home.car_kw and rng.random() < 0.6:
        _run(
            Appliance("car", home.car_kw, (60, 240), ((0.5, 2, 1),)), rng, quanta["car"]
        )
    return quanta


def _run(appliance: Appliance, rng: Random, quanta: list[int]) -> None:
    for first_hour, last_hour, probability in appliance.windows:
        if rng.random() >= probability:
            continue
        begin = int(rng.uniform(first_hour, last_hour) * 12)
        length = max(1, rng.randint(*appliance.minutes) // 5)
        amount = int(appliance.kw * rng.uniform(0.9, 1.1) * MWH_PER_KW)
        for quantum in range(begin, min(begin + length, len(quanta))):
            quanta[quantum] += amount


def _climate(
    home: Home, rng: Random, count: int, temperatures: tuple[float, float]
) -> list[int]:
    low, high = temperatures
    mean, half_range = (low + high) / 2, (high - low) / 2
    quanta = []
    for quantum in range(count):
        celsius = mean + half_range * DAY_ANGLES[(quantum - 180) % 288]
        kw = min(
            home.climate_kw, max(0.0, 0.12 * (15 - celsius), 0.15 * (celsius - 23))
        )
        quanta.append(int(kw * (0.7 + 0.6 * rng.random()) * MWH_PER_KW))
    return quanta


def _solar(home: Home, rng: Random, start: int, count: int) -> list[int]:
    if not home.solar_kw:
        return [0] * count
    clearness = rng.choice((0.25, 0.5, 0.8, 0.95, 1.0))
    declination = radians(-23.44) * cos(
        2 * pi * (datetime.fromtimestamp(start, UTC).timetuple().tm_yday + 10) / 365.25
    )
    constant = sin(radians(home.latitude)) * sin(declination)
    factor = cos(radians(home.latitude)) * cos(declination)
    # Noon of the sun is where the hour angle is 0: 12:00 UTC at Greenwich, one quantum earlier for each 1.25 degrees east.
    first = int(start // QUANTUM + home.longitude / 1.25 - 144)
    peak = home.solar_kw * clearness * MWH_PER_KW
    quanta = []
    for quantum in range(count):
        height = constant + factor * DAY_ANGLES[(first + quantum) % 288]
        quanta.append(
            int(peak * height * (0.8 + 0.2 * rng.random())) if height > 0 else 0
        )
    return quanta


def _first_stored(home: Home, seed: str, day: date) -> int:
    return int(
        home.battery_kwh
        * MWH_PER_KWH
        * Random(f"{seed}/battery/{day}").uniform(0.2, 0.6)
    )


def _battery(
    home: Home, quanta: dict[str, list[int]], first: int, last: int
) -> list[int]:
    """Charge from the sun's surplus, discharge into the load; steer to `last` before midnight. Adds both series to `quanta`."""
    count = len(quanta["load"])
    quanta["battery_charge"], quanta["battery_discharge"] = [0] * count, [0] * count
    if not home.battery_kwh:
        return [0] * (count + 1)
    capacity, limit = (
        int(home.battery_kwh * MWH_PER_KWH),
        int(home.battery_kw * MWH_PER_KW),
    )
    floor = int(capacity * RESERVE)
    stored = [first]
    for quantum, (load, solar) in enumerate(
        zip(quanta["load"], quanta["solar"], strict=True)
    ):
        now, remaining = stored[-1], count - quantum
        if remaining <= STEERED_QUANTA:
            change = (last - now) // remaining
        elif solar > load:
            change = min(int((solar - load) * CHARGE_EFFICIENCY), capacity - now)
        else:
            change = -min(load - solar, max(0, now - floor))
        change = max(-limit, min(int(limit * CHARGE_EFFICIENCY), change))
        quanta["battery_charge" if change > 0 else "battery_discharge"][quantum] = (
            round(change / CHARGE_EFFICIENCY) if change > 0 else -change
        )
        stored.append(now + change)
    return stored


def _grid(quanta: dict[str, list[int]]) -> None:
    flows = [
        load + charge - solar - discharge
        for load, charge, solar, discharge in zip(
            quanta["load"],
            quanta["battery_charge"],
            quanta["solar"],
            quanta["battery_discharge"],
            strict=True,
        )
    ]
    quanta["consumption"] = [max(0, flow) for flow in flows]
    quanta["return"] = [-flow if flow < 0 else 0 for flow in flows]


def _apply(override: CircuitOverride, quanta: list[int], day_start_at: int) -> None:
    first = max(0, int((override.start - day_start_at) // QUANTUM))
    for quantum in range(first, len(quanta)):
        begin = day_start_at + quantum * QUANTUM
        share = (
            min(override.end, begin + QUANTUM) - max(override.start, begin)
        ) / QUANTUM
        if share <= 0:
            break
        quanta[quantum] = int(
            quanta[quantum] * (1 - share) + override.kw * MWH_PER_KW * share
        )
