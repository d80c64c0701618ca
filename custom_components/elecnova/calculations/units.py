"""Whether the power of an inverter comes in W or kW, which nobody has published.

A day of which both the points and the energy are known tells. Until then the values
are numbers without a meaning.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
import logging
from typing import Final

from custom_components.cloud_energy.client.errors import ProviderError
from custom_components.elecnova.api.models import PvPoint

from .pv import Inverter, energy

_LOGGER = logging.getLogger(__name__)

FACTORS: Final = {"w": 1.0, "kw": 1000.0}
"""What makes W of power, by its unit."""
ENOUGH_KWH: Final = 0.1
_ABOUT: Final = 3
"""How many times more or less than a day's total its points may hold."""


class UnitUnknown(ProviderError):
    """What the cloud has answered can't be understood yet."""

    def __init__(self) -> None:
        """Say what would help."""
        super().__init__("It is not known yet whether power comes in W or kW")


class PowerUnits:
    """The units of the inverters of one account."""

    def __init__(
        self,
        chosen: str | None,
        learned: Mapping[str, str],
        store: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> None:
        """Take what the user says, else what is stored by serial.

        `store` is called with all that is learned each time that something is new.
        """
        self._chosen = chosen
        self._learned = dict(learned)
        self._store = store

    def of(self, inverter: Inverter) -> str | None:
        """Return the unit of an inverter; None if it is not known."""
        return self._chosen or self._learned.get(inverter.sn)

    @property
    def factors(self) -> tuple[float, ...]:
        """What the values of the inverters were found to need, to become W."""
        return tuple(FACTORS[unit] for unit in self._learned.values())

    def learn(
        self, inverter: Inverter, raw: Iterable[PvPoint], total: float | None
    ) -> None:
        """Find the unit by the points of some time and the kWh of the same."""
        if self._chosen or total is None or total < ENOUGH_KWH:
            return
        measured = energy(raw)
        for unit, factor in FACTORS.items():
            # A day of which most is lost proves nothing.
            if about_the_same(measured * factor, total):
                self._note(inverter, unit)

    def _note(self, inverter: Inverter, unit: str) -> None:
        if self._learned.get(inverter.sn) != unit:
            _LOGGER.info("Solar power is sent in %s", unit)
            self._learned[inverter.sn] = unit
            self._store(dict(self._learned))

    def in_watts(self, inverter: Inverter, raw: Iterable[PvPoint]) -> list[PvPoint]:
        """Return the points in W.

        :raises UnitUnknown: nobody knows how much that is.
        """
        points = list(raw)
        unit = self.of(inverter)
        if unit is None:
            if any(point.value for point in points):
                raise UnitUnknown
            return points
        factor = FACTORS[unit]
        return [replace(point, value=point.value * factor) for point in points]


def about_the_same(measured: float, total: float) -> bool:
    """Return whether two kWh of the same time are in the same unit."""
    return total / _ABOUT < measured < total * _ABOUT


def scale_to(total: float | None, stored: float) -> float | None:
    """Return what makes the stored kWh of a day those of its total.

    1 where they are in the same unit; None where that is unknown.
    """
    if total is None or total < ENOUGH_KWH:
        return None
    ratio = max(FACTORS.values())
    scales = (1.0, ratio, 1 / ratio)
    return next((s for s in scales if about_the_same(stored * s, total)), None)
