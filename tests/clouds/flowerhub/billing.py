"""Months as they are billed: volumes, what they cost, what the battery earned (wire 4.6 to 4.8)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Final

from tests.clouds.clock import Clock
from tests.clouds.household import Household
from tests.clouds.profile import Home

from .customers import Hub, Owner
from .dates import ZONE, Month, months
from .looks import Looks

PRICE: Final = 0.85
"""SEK per kWh of consumption."""
FEED_IN: Final = 0.60
"""SEK per kWh of production."""
FEE: Final = 49.0
"""SEK per month."""
BILLING_DAY: Final = 5
DUE_DAY: Final = 28
_ESTIMATE: Final = 0.97


@dataclass(frozen=True, slots=True)
class Row:
    """A month of a site as it is told."""

    month: Month
    site: int
    volume: float
    is_reading: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice: `price` SEK per unit times `volume`."""

    name: str
    price: float
    volume: float
    description: str | None = None

    @property
    def amount(self) -> float:
        """What it costs, in SEK."""
        return round(self.price * self.volume, 2)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a battery earned in a month: `power` kW times `per_kw` SEK."""

    settlement_id: int
    month: Month
    power: float
    per_kw: float

    @property
    def amount(self) -> float:
        """What it costs, in SEK."""
        return self.power * self.per_kw


class Billing:
    """The bills of all owners. A month is billed on the fifth of the next one, at six.

    - `delay_days`: by which every bill comes later
    - `late`, `withdrawn`, `corrections`, `misbilled`, `totals`, `resettled`: what is different about single months
    """

    def __init__(self, clock: Clock, seed: int, looks: Looks) -> None:
        """Bill what the household behind the seed has used."""
        self._clock = clock
        self._seed = seed
        self._looks = looks
        self.delay_days = 0.0
        self.late: dict[tuple[Owner, Month], float] = {}
        self.withdrawn: set[tuple[int, Month]] = set()
        self.corrections: dict[tuple[int, Month], float] = {}
        self.misbilled: dict[tuple[int, Month], float] = {}
        self.totals: dict[tuple[Owner, Month], float] = {}
        self.resettled: defaultdict[tuple[Owner, Month], list[float]]
        self.resettled = defaultdict(list)

    def billed(self, owner: Owner) -> list[Month]:
        """The months that are billed by now, in order of time."""
        now = self._clock.now()
        return [
            each for each in self._over(owner) if self._billed_at(owner, each) <= now
        ]

    def rows(self, owner: Owner, site: int, series: str) -> list[Row]:
        """The months of a site: readings, then what is only calculated so far."""
        billed, rows = set(self.billed(owner)), list[Row]()
        for each in self._over(owner):
            true = self._volume(owner, site, series, each)
            estimate = Row(each, site, float(round(true * _ESTIMATE)), is_reading=False)
            if (site, each) in self.withdrawn:
                continue
            if each in billed:
                rows.append(Row(each, site, true, is_reading=True))
            if self._looks.calculated == ("both" if each in billed else "estimate"):
                rows.append(estimate)
        return rows

    def lines(self, owner: Owner, series: str, site: int, each: Month) -> list[Line]:
        """What a site's invoice of a month is made of."""
        metered = self._volume(owner, site, series, each)
        volume = self.misbilled.get((site, each), metered)
        if series == "return":
            return [Line("Solar production", -FEED_IN, volume)]
        lines = [Line("Electricity", PRICE, volume), Line("Monthly fee", FEE, 1)]
        if owner.hub:
            earned = self.settlement(owner, owner.hub, each)
            kw, per_kw = earned.power, earned.per_kw
            lines.append(Line("Battery compensation", -per_kw, kw, f"{kw:g} kW"))
        return lines

    def total(self, owner: Owner, each: Month) -> float:
        """What an owner has to pay for a month, in SEK; negative if they get it."""
        amounts = [
            line.amount
            for series, site in owner.sites.items()
            for line in self.lines(owner, series, site, each)
        ]
        return self.totals.get((owner, each), round(sum(amounts), 2))

    def settlement(self, owner: Owner, hub: Hub, each: Month) -> Settlement:
        """What the battery earned in a month; the level changes with the quarter."""
        quarter = f"{each.first.year}/{(each.first.month - 1) // 3}"
        per_kw = float(Random(f"{self._seed}/{quarter}").randrange(40, 90))
        again = self.resettled[owner, each]
        index = len(months(owner.since, each))
        return Settlement(
            settlement_id=hub.asset_id * 1000 + 10 * index + len(again),
            month=each,
            power=float(hub.battery_kw),
            per_kw=again[-1] if again else per_kw,
        )

    def due(self, each: Month) -> date:
        """The day on which a month's invoice is due, and paid."""
        return each.following.first.replace(day=DUE_DAY)

    def created(self, each: Month) -> date:
        """The day of a month's invoice."""
        return each.following.first.replace(day=BILLING_DAY)

    def is_paid(self, each: Month) -> bool:
        """Whether the due day has passed."""
        return self._clock.now().astimezone(ZONE).date() >= self.due(each)

    def _over(self, owner: Owner) -> list[Month]:
        running = Month.at(self._clock.now())
        return [each for each in months(owner.since, running) if each < running]

    def _billed_at(self, owner: Owner, each: Month) -> datetime:
        days = self.delay_days + self.late.get((owner, each), 0)
        usual = datetime.combine(self.created(each), time(6), ZONE).astimezone(UTC)
        return usual + timedelta(days=days)

    def _volume(self, owner: Owner, site: int, series: str, each: Month) -> float:
        """The volume of a month in kWh, as it is told."""
        if self._looks.meter_index:
            past = months(owner.since, each)
            return round(sum(self._used(owner, series, month) for month in past), 2)
        used = self._used(owner, series, each)
        return self.corrections.get((site, each), round(used, 2))

    def _used(self, owner: Owner, series: str, each: Month) -> float:
        return _energy(owner.home, f"{self._seed}/{owner.owner_id}", series, each)


@cache
def _household(home: Home, seed: str) -> Household:
    return Household(home, seed)


@cache
def _energy(home: Home, seed: str, series: str, each: Month) -> float:
    """The true energy of a month; the same for all clouds of this seed."""
    return _household(home, seed).energy(series, each.start, each.end)
