"""The energy that flows in a home: the household's circuits plus what Emporia's own devices switch.

Series: those of the household, and `charger` and `plug`. All energies are in kWh, times in UTC epoch seconds.
"""

from collections import defaultdict
from collections.abc import Hashable
from functools import cached_property
from itertools import pairwise
from math import ceil, floor
from typing import Final

from tests.clouds.household import Household
from tests.clouds.profile import QUANTUM

from .charger import Charger
from .devices import Channel, Device
from .timeline import Timeline

_KEPT: Final = 100_000
"""Spans of a home"""
_USUAL: Final = defaultdict[Hashable, dict[tuple[str, float, float], float]](dict)
"""What untouched homes use, for all clouds of a process: most tests ask for the same."""


class Residence:
    """One home with a household, and a charger and a plug that can be switched."""

    def __init__(
        self, household: Household, charger: Charger | None = None, plug: bool = False
    ) -> None:
        """Without a plug the fridge is one of the household's circuits like any other."""
        self.household = household
        self.charger = charger
        self.plug_on: Timeline[bool] | None = Timeline(True) if plug else None
        self.devices: list[Device] = []

    def energy(self, series: str, start: float, end: float) -> float:
        """Energy of one series."""
        if not self._is_untouched:
            return self._energy(series, start, end)
        usual, span = self._usual, (series, start, end)
        if (energy := usual.get(span)) is None:
            if len(usual) == _KEPT:
                usual.clear()
            energy = usual[span] = self._energy(series, start, end)
        return energy

    @cached_property
    def _usual(self) -> dict[tuple[str, float, float], float]:
        """What such homes use; which one it is takes longer to tell than the energy."""
        charged = self.charger and self.charger.seed
        home, seed = self.household.home, self.household.seed
        return _USUAL[home, seed, charged, self.plug_on is not None]

    @property
    def _is_untouched(self) -> bool:
        """Whether nobody has done anything here yet."""
        return (
            self.household.is_untouched
            and (self.charger is None or self.charger.is_untouched)
            and (self.plug_on is None or self.plug_on.is_constant)
        )

    def _energy(self, series: str, start: float, end: float) -> float:
        match series:
            case "charger":
                return self.charger.energy(start, end) if self.charger else 0.0
            case "plug":
                return self._plug(start, end)
            case "net":
                return self._net(start, end)
            case "usage":
                return self._usage(start, end)
            case "import" | "export":
                return self._grid(series, start, end)
        return self.household.energy_between(series, start, end)

    def channel_energy(
        self, device: Device, channel: Channel, start: float, end: float
    ) -> float:
        """What a channel measures itself, without nested devices."""
        return sum(
            factor * self.energy(series, start, end)
            for series, factor in channel.parts.items()
        )

    def measured(self, device: Device, name: str, start: float, end: float) -> float:
        """What a channel shows, computed ones included; exports are negative."""
        match name:
            case "MainsFromGrid":
                return self.energy("import", start, end)
            case "MainsToGrid":
                return -self.energy("export", start, end)
            case "TotalUsage":
                return self.energy("usage", start, end)
            case "Balance":
                return self._balance(device, start, end)
        channel = device.channel(name)
        return self.channel_energy(device, channel, start, end) if channel else 0.0

    def children(self, device: Device, channel: Channel) -> list[Device]:
        """The devices that hang on a channel."""
        return [d for d in self.devices if d.parent == (device.gid, channel.num)]

    def _balance(self, device: Device, start: float, end: float) -> float:
        """The mains without everything that is monitored."""
        rest = self.channel_energy(device, device.mains, start, end)
        for channel in device.channels[1:]:
            rest -= self.channel_energy(device, channel, start, end)
            for child in self.children(device, channel):
                rest -= self.channel_energy(child, child.mains, start, end)
        return rest

    def _plug(self, start: float, end: float) -> float:
        if self.plug_on is None:
            return 0.0
        fridge = self.household.energy_between("fridge", start, end)
        return fridge - self._unplugged(start, end)

    def _unplugged(self, start: float, end: float) -> float:
        """What the fridge would have used while its plug was off."""
        if self.plug_on is None:
            return 0.0
        edges = [start, *self.plug_on.steps(start, end), end]
        return sum(
            self.household.energy_between("fridge", begin, stop)
            for begin, stop in pairwise(edges)
            if not self.plug_on.at(begin)
        )

    def _usage(self, start: float, end: float) -> float:
        load = self.household.energy_between("load", start, end)
        return load + self._added(start, end)

    def _net(self, start: float, end: float) -> float:
        energy = self.household.energy_between
        drawn = energy("consumption", start, end) - energy("return", start, end)
        return drawn + self._added(start, end)

    def _added(self, start: float, end: float) -> float:
        """What is used beside the household, less what it was kept from."""
        return self.energy("charger", start, end) - self._unplugged(start, end)

    def _grid(self, series: str, start: float, end: float) -> float:
        """Import or export. Where nothing is switched, the household itself tells it."""
        name = "consumption" if series == "import" else "return"
        return sum(
            self._fine_grid(series, begin, stop)
            if self._switched(begin, stop)
            else self.household.energy_between(name, begin, stop)
            for begin, stop in pairwise(self._switchings(start, end))
        )

    def _fine_grid(self, series: str, start: float, end: float) -> float:
        """Import or export of a span without switchings: the power is constant within a quantum, so each is one or the other."""
        sign = 1 if series == "import" else -1
        first = (floor(start / QUANTUM) + 1) * QUANTUM
        edges = [start, *map(float, range(first, ceil(end), QUANTUM)), end]
        return sum(
            max(0.0, sign * self._net(begin, stop)) for begin, stop in pairwise(edges)
        )

    def _switched(self, start: float, end: float) -> bool:
        """Whether the household alone does not tell the whole of a span without switchings."""
        if self.plug_on is not None and not self.plug_on.at(start):
            return True
        return self.charger is not None and self.charger.energy(start, end) > 0

    def _switchings(self, start: float, end: float) -> list[float]:
        """When charger or plug go on or off, and both ends."""
        edges = {start, end}
        if self.charger:
            edges |= self.charger.edges(start, end)
        if self.plug_on:
            edges.update(self.plug_on.steps(start, end))
        return sorted(edges)
