"""Billing periods and what they cost: the household's energy under Schedule 1.

A net-metered account pays for what it drew less what it sent, never less than nothing: no surplus goes on to the next period, since
nothing is known of how the utility carries it over. A period runs from the day after one meter
reading to the day of the next, both inclusive.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

import voluptuous as vol

from .customers import ZONE, Account, ServicePoint
from .readings import PUBLISHED_AT, Readings
from .tariff import CUSTOMER_CHARGE, energy_charge

FORECAST: Final = vol.Schema(
    {
        "end": vol.In(["published", "period", "missing"]),
        "numbers": vol.In(["mixed", "text", "number", "blank"]),
        "usage": vol.In(["net", "used"]),
        "last_day": vol.In(["own", "next"]),
    }
)


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period, both days inclusive."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Bill:
    """What a period, or its published days, came to; nothing is rounded."""

    period: Period
    kwh: float
    usd: float


@dataclass(frozen=True, slots=True)
class ForecastLook:
    """How the bill forecast looks (wire 4.3).

    - `end`: the running period ends on the day up to which usage is published (which is the usual quirk), on its true last day,
      or says nothing.
    - `numbers`: some as text, all as text, all as numbers, or all blank text.
    - `usage`: that of the last bill is what was drawn less what was sent, or all that was drawn.
    - `last_day`: the last bill ends on its own last day, or on the first one of the next period.
    """

    end: str = "published"
    numbers: str = "mixed"
    usage: str = "net"
    last_day: str = "own"


class Billing:
    """Bills of all accounts."""

    def __init__(self, readings: Readings) -> None:
        """Make bills from `readings`."""
        self._readings = readings
        self.look = ForecastLook()

    def change_forecast(self, value: Any) -> None:
        """The switch `forecast`.

        :raises voluptuous.Invalid: no such field or value
        """
        self.look = replace(self.look, **FORECAST(value))

    def current(self, account: Account) -> Period:
        """The running period: a new one begins when its predecessor's last day is published."""
        now = self._readings.now() - timedelta(hours=PUBLISHED_AT.hour)
        return self.containing(account, now.astimezone(ZONE).date())

    def published_through(self, account: Account) -> date:
        """The last day of the running period that is published; its first day while none is."""
        period, point = self.current(account), account.points[0]
        days = [period.start + timedelta(days=n) for n in range(period.days)]
        published = [day for day in days if self._readings.is_published(point, day)]
        return max(published, default=period.start)

    def containing(self, account: Account, day: date) -> Period:
        """The period of a day."""
        end = day.replace(day=account.read_day)
        if end < day:
            end = _next_month(end)
        before = (end.replace(day=1) - timedelta(days=1)).replace(day=account.read_day)
        return Period(before + timedelta(days=1), end)

    def completed(self, account: Account, count: int) -> list[Period]:
        """The last `count` periods before the running one, newest first."""
        periods = [self.current(account)]
        while len(periods) <= count:
            periods.append(
                self.containing(account, periods[-1].start - timedelta(days=1))
            )
        return periods[1:]

    def bill(self, account: Account, period: Period) -> Bill:
        """The bill of a period; of the running one, of the days that are published."""
        days = (period.start + timedelta(days=n) for n in range(period.days))
        return _billed(period, tuple(self._net(account, day) for day in days))

    def energy(self, point: ServicePoint, period: Period, series: str) -> float:
        """Published kWh of one meter's series in a period."""
        days = [period.start + timedelta(days=n) for n in range(period.days)]
        return sum(self._day(point, day, series) for day in days) / 100

    def truth(
        self, account: Account, start: datetime, end: datetime
    ) -> dict[str, list[dict[str, Any]]]:
        """Billing periods that begin in `[start, end)`: `billed_usage` in kWh and `charges` in USD."""
        found: dict[str, list[dict[str, Any]]] = {"billed_usage": [], "charges": []}
        current = self.current(account)
        period = self.containing(account, start.astimezone(ZONE).date())
        while _instant(period.start) < end:
            if _instant(period.start) >= start:
                bill = self.bill(account, period)
                times = {
                    "start": _instant(period.start).isoformat(),
                    "end": _instant(period.end + timedelta(days=1)).isoformat(),
                    "published": period.end < current.start,
                }
                usage, charge = round(bill.kwh), round(bill.usd, 2)
                found["billed_usage"].append(times | {"value": usage, "unit": "kWh"})
                found["charges"].append(times | {"value": charge, "unit": "USD"})
            period = self.containing(account, period.end + timedelta(days=1))
        return found

    def _net(self, account: Account, day: date) -> float:
        """KWh that the account's meters drew, less what they sent."""
        total = self._readings.day_total
        return (
            sum(
                total(point, "consumption", day) - total(point, "return", day)
                for point in account.points
                if self._readings.is_published(point, day)
            )
            / 100
        )

    def _day(self, point: ServicePoint, day: date, series: str) -> int:
        if not self._readings.is_published(point, day):
            return 0
        return self._readings.day_total(point, series, day)


@cache
def _billed(period: Period, kwhs: tuple[float, ...]) -> Bill:
    """The bill of a period by what each of its days came to."""
    used = usd = 0.0
    for offset, kwh in enumerate(kwhs):
        usd += energy_charge(period.start + timedelta(days=offset), used, kwh)
        used += kwh
    return Bill(period, max(0.0, used), max(0.0, usd) + CUSTOMER_CHARGE)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=day.day)
