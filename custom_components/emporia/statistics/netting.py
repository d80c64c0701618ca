"""Several panels behind one meter of the utility: one connection to the grid.

What one panel feeds in and another one draws never passes the meter. What does is
their net, as far as the hours tell it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.client.storable import storable_name
from custom_components.cloud_energy.dashboard.sources import GridSource
from custom_components.cloud_energy.recorder.series import Series, branded
from custom_components.emporia.api.home import Device, Home
from custom_components.emporia.api.models.channels import MAINS
from custom_components.emporia.const import CONF_NETTED_PANELS, DOMAIN, MANUFACTURER

from .energy_sources import is_at_the_grid
from .series import ChannelSeries, energy_of, money_of

_FLOWS: Final[Mapping[str, tuple[int, str]]] = {
    "import": (1, "cost"),
    "export": (-1, "compensation"),
}
"""The sign of each direction, and what its money is called."""


@dataclass(frozen=True, kw_only=True)
class NetSeries:
    """What several panels draw, or feed in, together; or the money of it."""

    series: Series = field(repr=False)
    parts: Sequence[ChannelSeries] = field(repr=False)
    sign: int
    """1 for what is drawn, -1 for what is fed in."""
    can_be_charted: bool = True

    def joined(self, amounts: Sequence[float]) -> float:
        """Return what is left of the panels' mains in this direction."""
        return max(0.0, self.sign * fsum(amounts))


@dataclass(frozen=True, kw_only=True)
class Netting:
    """The panels of one account that the user has chosen."""

    account: str = field(repr=False)
    gids: frozenset[int] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, entry: ConfigEntry[Any]) -> Self:
        """Read them from the options of an entry."""
        chosen = entry.options.get(CONF_NETTED_PANELS, ())
        return cls(account=str(entry.unique_id), gids=frozenset(map(int, chosen)))

    def panels(self, home: Home) -> list[Device]:
        """Return the panels; none unless all of them are there.

        What the others draw without one of them is no net.
        """
        found = [d for d in home.values() if d.gid in self.gids and is_at_the_grid(d)]
        return found if len(found) == len(self.gids) > 1 else []

    def series(self, home: Home, currency: str) -> list[NetSeries]:
        """Return the statistics of the connection: energies, and what they cost."""
        return [each for pair in self._flows(home, currency) for each in pair]

    def source(self, home: Home, currency: str) -> GridSource | None:
        """Describe the connection to the Energy dashboard, if there is one."""
        flows = [series for pair in self._flows(home, currency) for series in pair]
        if not flows:
            return None
        bought, cost, sold, compensation = (each.series for each in flows)
        return GridSource(
            name=_name(self.panels(home)),
            consumption=bought.statistic_id,
            return_=sold.statistic_id,
            cost=cost.statistic_id,
            compensation=compensation.statistic_id,
            series=(bought, sold, cost, compensation),
        )

    def _flows(
        self, home: Home, currency: str
    ) -> Iterator[tuple[NetSeries, NetSeries]]:
        """Yield energy and money of what is drawn, and of what is fed in."""
        panels = self.panels(home)
        mains = [(panel, panel.channels[MAINS]) for panel in panels]
        for flow, (sign, money) in _FLOWS.items() if panels else ():
            stem, name = f"{DOMAIN}:{self.account}_net_{flow}", _name(panels)
            energy = Series.energy(
                f"{stem}_energy", storable_name(f"{name} net {flow} energy")
            )
            amounts = Series.money(
                f"{stem}_{money}", storable_name(f"{name} net {flow} {money}"), currency
            )
            yield (
                NetSeries(
                    series=energy,
                    parts=[energy_of(*each) for each in mains],
                    sign=sign,
                ),
                NetSeries(
                    series=amounts,
                    parts=[money_of(*each, "cost", currency) for each in mains],
                    sign=sign,
                ),
            )


def _name(panels: Sequence[Device]) -> str:
    names = (panel.name or str(panel.gid) for panel in panels)
    return branded(MANUFACTURER, " + ".join(names))
