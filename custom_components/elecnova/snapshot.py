"""What the entities of one account show, beyond what the broker sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .api.models import Cabinet, Component, PvPoint, Site


@dataclass(frozen=True, kw_only=True)
class CabinetState:
    """A cabinet, and what is in it."""

    cabinet: Cabinet
    components: tuple[Component, ...] | None
    """None while the cloud does not say."""
    site_id: str | None = field(repr=False)

    @property
    def components_offline(self) -> int | None:
        """How many of its components are not connected to the cloud."""
        if self.components is None:
            return None
        return sum(part.online is False for part in self.components)


@dataclass(frozen=True, kw_only=True)
class PvState:
    """What an inverter makes; power in W, energy in kWh, None where unknown."""

    today: date
    """Where the cabinet stands."""
    yesterday_began: datetime
    points: tuple[PvPoint, ...] = ()
    """The five minutes of today so far."""
    latest: PvPoint | None = None
    """The latest five minutes, which are yesterday's just after midnight."""
    power: float | None = None
    """Of the latest five minutes, unless they are long over."""
    energy_today: float | None = None
    energy_yesterday: float | None = None
    energy_month: float | None = None
    energy_year: float | None = None
    energy_lifetime: float | None = None

    @property
    def peak_power(self) -> float | None:
        """The highest power of today."""
        return max((point.value for point in self.points), default=None)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One account at one time."""

    cabinets: Mapping[str, CabinetState] = field(repr=False)
    """By serial."""
    sites: Mapping[str, Site] = field(repr=False)
    """By id; empty where the account has none."""
    pv: Mapping[str, PvState] = field(repr=False)
    """By the inverter's serial."""

    def component(self, sn: str) -> Component | None:
        """Return a part of any of the cabinets."""
        return next((part for part in self.components if part.sn == sn), None)

    @property
    def components(self) -> tuple[Component, ...]:
        """The parts of all cabinets that are known."""
        return tuple(
            part for state in self.cabinets.values() for part in state.components or ()
        )
