"""Dominion Energy in the demo: its login flow, and what it has to import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate, pairwise
from math import fsum
from typing import Any, Self

from tests.clouds.dominion_energy.customers import ZONE
from tests.clouds.dominion_energy.readings import WINDOW_DAYS
from tests.clouds.dominion_energy.usage import MONTHS

from .api import Answers
from .truth import Known, Rows, Teller, moment, published, whole_hours

_LEAST_SHARE = 0.2
"""What must remain of the used energy for a bill to show what a kWh costs."""


def answers(person: Mapping[str, Any], rate: float | None = None) -> Answers:
    """Return what to type to log in and to make an entry of the first meter.

    :param rate: USD per kWh, instead of what the bills say
    """
    costs = {"cost_mode": "api_estimate" if rate is None else "fixed"}
    return {
        "user": {"next_step_id": "sign_in"},
        "sign_in": {"username": person["username"], "password": person["password"]},
        "delivery": {},
        "code": {"code": person["code"]},
        "cost": costs,
        "fixed": {"fixed_rate": rate},
        "dashboard": {"next_step_id": "dashboard_add"},
    }


async def known(
    simulator: Teller,
    person: Mapping[str, Any],
    now: datetime,
    *,
    rate: float | None = None,
) -> dict[str, Known]:
    """Return what the cloud tells of a person's first meter now, by statistic id.

    The half hours of about two months; before them the billed months, whose energy
    is in whole kWh and whose price is that of the bill.

    :param rate: USD per kWh, where the entry doesn't take it from the bills
    """
    truth = await simulator.truth(person["name"], now - timedelta(days=31 * 15))
    series = truth["series"]
    drawn = published(series["consumption"])
    sent = published(series.get("return", ()))
    first = _first_moment(now)
    bills = [bill for bill in series["charges"] if bill["published"]][-MONTHS:]
    old = [bill for bill in bills if moment(bill["start"]) < first]
    costs = {_period(bill): bill["value"] for bill in old}
    consumption = Known(
        whole_hours(half_hour for half_hour in drawn if half_hour[0] >= first),
        {period: round(_energy(drawn, period)) for period in costs},
    )
    return_ = Known(
        whole_hours(half_hour for half_hour in sent if half_hour[0] >= first),
        {period: round(_energy(sent, period), 2) for period in costs},
    )
    stem = statistics_stem(person)
    rates = (
        _Rates.of(bills, series["billed_usage"], drawn, sent)
        if rate is None
        else _Rates([(first, rate)])
    )
    known = {
        f"{stem}_consumption": consumption,
        f"{stem}_cost": Known(rates.times(consumption.hours), costs),
    }
    if sent:
        known[f"{stem}_generation"] = return_
        known[f"{stem}_compensation"] = Known(
            rates.times(_set_off(consumption.hours, return_.hours, bills))
        )
    return known


@dataclass(frozen=True)
class _Rates:
    """What a kWh costs by the bill of each period: (its start, USD), in order."""

    periods: Sequence[tuple[datetime, float]]

    @classmethod
    def of(
        cls,
        bills: Iterable[Mapping[str, Any]],
        billed_usage: Iterable[Mapping[str, Any]],
        drawn: list[tuple[datetime, float]],
        sent: list[tuple[datetime, float]],
    ) -> Self:
        """Leave out the bills of next to nothing, which show the fixed charge only.

        The last bill says for how many kWh it is; of those before, the portal says how
        many were drawn and how many were sent, each rounded.
        """
        usage = {
            period: round(_energy(drawn, period)) - round(_energy(sent, period), 2)
            for period in map(_period, bills)
        }
        last = max(usage)
        usage[last] = {_period(e): e["value"] for e in billed_usage}[last]
        return cls(
            [
                (_period(bill)[0], bill["value"] / usage[_period(bill)])
                for bill in bills
                if usage[_period(bill)] >= _LEAST_SHARE * _energy(drawn, _period(bill))
            ]
        )

    def times(self, energies: Rows) -> Rows:
        """Return what hours cost; the oldest rate counts before it, too."""
        return {hour: energy * self._at(hour) for hour, energy in energies.items()}

    def _at(self, hour: datetime) -> float:
        started = [rate for start, rate in self.periods if start <= hour]
        return started[-1] if started else self.periods[0][1]


def _set_off(drawn: Rows, sent: Rows, bills: Iterable[Mapping[str, Any]]) -> Rows:
    """Return what the hours take off the billed energy, in periods known as a whole.

    What was sent so far is set off against what was drawn so far, whichever is less.
    """
    ends = {day for bill in bills for day in _period(bill)}
    starts = sorted(each for each in ends if each >= min(drawn))
    found = {}
    for start, end in pairwise([*starts, datetime.max.replace(tzinfo=UTC)]):
        hours = [hour for hour in sorted(drawn) if start <= hour < end]
        used = accumulate(drawn[hour] for hour in hours)
        returned = accumulate(sent.get(hour, 0) for hour in hours)
        set_off = [0.0, *map(min, used, returned, strict=True)]
        for hour, (before, after) in zip(hours, pairwise(set_off), strict=True):
            found[hour] = after - before
    return found


def account_id(person: Mapping[str, Any]) -> str:
    """Return what the entry of a person's first meter is told by."""
    return f"{person['account']}_{person['meter']}"


def statistics_stem(person: Mapping[str, Any]) -> str:
    """Return what the ids of the statistics of a person's first meter begin with."""
    prefix = sha256(account_id(person).encode()).hexdigest()[:12]
    return f"dominion_energy:{prefix}_energy"


def _first_moment(now: datetime) -> datetime:
    """Return where the workbook of this moment begins."""
    day = now.astimezone(ZONE).date() - timedelta(days=WINDOW_DAYS)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def _period(bill: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return moment(bill["start"]), moment(bill["end"])


def _energy(
    half_hours: list[tuple[datetime, float]], period: tuple[datetime, datetime]
) -> float:
    start, end = period
    return fsum(value for begin, value in half_hours if start <= begin < end)
