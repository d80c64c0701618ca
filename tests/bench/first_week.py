"""The first week of a new entry, whose history is imported to the day a year ago."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.recorder.db_schema import Statistics, StatisticsMeta
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy import func, select

from tests.elecnova import helpers as elecnova_helpers
from tests.emporia import helpers as emporia_helpers
from tests.iec import helpers as iec_helpers

from .figure import Figure
from .homes import PROVIDERS, Provider, Running, home_of

_DAY: Final = timedelta(days=1)
_YEAR: Final = timedelta(days=365)
_NEWEST: Final[Mapping[str, timedelta]] = {
    "iec": 3 * _DAY,
    "dominion_energy": 2 * _DAY,
    "flowerhub": 75 * _DAY,
    "emporia": _DAY,
    "elecnova": _DAY,
}
"""How old the newest rows are at the most; Flowerhub's are months, at their first hour."""
_NO_STATES: Final[Mapping[str, Any]] = {"exclude": {"entity_globs": ["*"]}}
"""What the recorder leaves out: only imported rows are looked at here."""


async def _elecnova(hass: HomeAssistant, cloud: Any) -> MockConfigEntry:
    cloud.apply({"requests_per_second": None})
    start = (dt_util.utcnow() - _YEAR).date().isoformat()
    return elecnova_helpers.make_entry(hass, cloud, statistics_start=start)


_WITH_A_YEAR: Final[Mapping[str, Callable[..., Awaitable[MockConfigEntry]]]] = {
    "iec": partial(iec_helpers.make_entry, name="landlord", history_days=_YEAR.days),
    "emporia": partial(emporia_helpers.make_entry, name="solar_home", days=_YEAR.days),
    "elecnova": _elecnova,
}


@dataclass
class _Week:
    """What the first week has brought."""

    requests: Counter[str] = field(default_factory=Counter)
    """By day."""
    newest: timedelta | None = None
    """When the newest hours were there."""
    year: timedelta | None = None
    """When a year of most series was there, or all that the cloud has."""
    depth: timedelta = timedelta(0)


async def measure() -> Sequence[Figure]:
    """Let a week pass in each home."""
    return [figure for each in PROVIDERS for figure in await _measure(each)]


async def _measure(provider: Provider) -> Sequence[Figure]:
    add = _WITH_A_YEAR.get(provider.domain, provider.add)
    home_with_a_year = home_of(replace(provider, add=add), recorder=_NO_STATES)
    async with home_with_a_year as home:
        week = await _live(home, provider.domain)
    name, most = provider.domain, max(week.requests.values())
    return (
        Figure(
            f"Requests in the first week, {name}",
            f"{most} on its busiest day, {week.requests.total() / 7:.0f} on average",
            f"<= {provider.limit}",
            most <= provider.limit,
        ),
        Figure(
            f"From entry to the newest hours, {name}",
            _after(week.newest),
            f"<= {_DAY // timedelta(hours=1)} h",
            week.newest is not None,
        ),
        Figure(
            f"From entry to a year, {name}",
            f"{_after(week.year)}; {week.depth.days} days after the week",
            "told",
            True,
        ),
    )


def _after(span: timedelta | None) -> str:
    if span is None:
        return "not within the week"
    return f"after {span}" if span else "at once, without the pauses"


async def _live(home: Running, domain: str) -> _Week:
    week, began = _Week(), dt_util.utcnow()
    home.cloud.requests.clear()
    await home.set_up()
    await home.settle()
    for hours in (0, 1, 23, *[24] * 6):
        await home.pass_time(timedelta(hours=hours))
        await _look(home, domain, week, dt_util.utcnow() - began)
    # The budgets are for days of UTC.
    week.requests = Counter(each.time[:10] for each in home.cloud.requests.entries)
    return week


async def _look(home: Running, domain: str, week: _Week, after: timedelta) -> None:
    """Note how far the stored hours go now."""
    now = dt_util.utcnow()
    ranges = await get_instance(home.hass).async_add_executor_job(
        _ranges, home.hass, domain
    )
    if not ranges:
        return
    newest = now - max(last for _, last in ranges)
    firsts = sorted(now - first for first, _ in ranges)
    week.depth = firsts[len(firsts) // 2]
    if week.newest is None and newest < _NEWEST[domain]:
        week.newest = after
    if week.year is None and week.depth > _YEAR - _DAY:
        week.year = after


def _ranges(hass: HomeAssistant, domain: str) -> list[tuple[datetime, datetime]]:
    """Return the first and the last stored hour of each series."""
    with session_scope(hass=hass, read_only=True) as session:
        found = session.execute(
            select(func.min(Statistics.start_ts), func.max(Statistics.start_ts))
            .join(StatisticsMeta, StatisticsMeta.id == Statistics.metadata_id)
            .where(StatisticsMeta.source == domain)
            .group_by(Statistics.metadata_id)
        )
        return [
            (dt_util.utc_from_timestamp(first), dt_util.utc_from_timestamp(last))
            for first, last in found
        ]
