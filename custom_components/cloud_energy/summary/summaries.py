"""Makes the summary of an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.runtime import CloudRuntime
from custom_components.cloud_energy.readings import HOUR, floor_hour

from .figures import DayEnergy, Figures, figures_of
from .periods import Comparison, Length, Period, billing_comparison, calendar_comparison
from .reader import Statistics, async_read_hours
from .words import Words

_PERCENT = 100
_DIGITS = 3


class NoBillingPeriod(Exception):
    """The entry knows of no such billing period."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A period of an entry, compared with others."""

    name: str
    """The title of the entry."""
    figures: Figures
    before: Figures | None
    year_ago: Figures | None
    currency: str

    @property
    def changes(self) -> dict[str, float | None]:
        """By how many percent the energy differs from that of the other periods."""
        return {
            "before": _change(self.figures, self.before),
            "year": _change(self.figures, self.year_ago),
        }

    def text(self, words: Words) -> str:
        """Describe it for a notification."""
        return words.summary(self.figures, self.changes, self.currency)

    def spoken(self, words: Words) -> str:
        """Describe it in a sentence or two."""
        figures = self.figures
        sentences = [words.headline(figures, self.currency)]
        if figures.energy is not None:
            sentences += words.comparisons(self.figures.period, self.changes)[:1]
        return " ".join(sentences)

    def as_dict(self) -> dict[str, Any]:
        """Return it as an action's response has it."""
        others = {"before": self.before, "year_ago": self.year_ago}
        return {
            **_as_dict(self.figures, self.currency),
            **{
                name: other
                and {
                    **_as_dict(other, self.currency),
                    "energy_change": _change(self.figures, other),
                    "cost_change": _change(self.figures, other, lambda each: each.cost),
                }
                for name, other in others.items()
            },
        }


async def async_summarize(
    hass: HomeAssistant,
    entry: ConfigEntry[CloudRuntime[Any]],
    length: Length,
    ago: int,
) -> Summary:
    """Summarize a period of an entry; the running one is none ago.

    :raises NoBillingPeriod: there is no such billing period.
    :raises RecorderFailed: its statistics can't be read now.
    """
    runtime = entry.runtime_data
    statistics = Statistics(runtime.energy_sources, hass.config.currency)
    comparison = _comparison(runtime, length, ago)
    reader = _Reader(hass, statistics)
    await reader.async_read(comparison.period)
    if comparison.period.stop > dt_util.utcnow():
        comparison = comparison.cut(reader.known_until(comparison.period))
    before, year_ago = comparison.before, comparison.year_ago
    for other in filter(None, (before, year_ago)):
        await reader.async_read(other)
    return Summary(
        name=entry.title,
        figures=reader.figures(comparison.period),
        before=reader.figures(before) if before else None,
        year_ago=reader.figures(year_ago) if year_ago else None,
        currency=statistics.currency,
    )


def _comparison(runtime: CloudRuntime[Any], length: Length, ago: int) -> Comparison:
    today = dt_util.now(runtime.zone).date()
    if length is not Length.BILLING_PERIOD:
        return calendar_comparison(length, today, ago, runtime.zone)
    found = billing_comparison(runtime.billing_periods, today, ago, runtime.zone)
    if found is None:
        raise NoBillingPeriod
    return found


class _Reader:
    """Reads the hours of periods, and knows which statistics have ever had any."""

    def __init__(self, hass: HomeAssistant, statistics: Statistics) -> None:
        self._hass = hass
        self._statistics = statistics
        self._found: dict[date, Mapping[str, Mapping[datetime, float]]] = {}

    async def async_read(self, period: Period) -> None:
        self._found[period.first] = await async_read_hours(
            self._hass, self._statistics.all, period.start, period.stop
        )

    def known_until(self, period: Period) -> datetime:
        """Return until when the hours of a running period can be there."""
        found = self._found[period.first]
        latest = [
            max(hours) + HOUR
            for each in self._statistics.main
            if (hours := found.get(each))
        ]
        return min([*latest, floor_hour(dt_util.utcnow())])

    def figures(self, period: Period) -> Figures:
        existing = {each for found in self._found.values() for each in found}
        stored = self._statistics.stored(self._found[period.first], existing)
        return figures_of(period, stored)


def _change(
    figures: Figures,
    other: Figures | None,
    figure_of: Callable[[Figures], float | None] = lambda each: each.energy,
) -> float | None:
    """Return by how many percent a figure differs; None unless both are whole."""
    if other is None or not (figures.is_whole and other.is_whole):
        return None
    now, then = figure_of(figures), figure_of(other)
    if now is None or not then:
        return None
    return round((now - then) / abs(then) * _PERCENT, 1)


def _as_dict(figures: Figures, currency: str) -> dict[str, Any]:
    period, peak, share = figures.period, figures.peak, figures.solar_share
    return {
        "start": _local(period.start, period),
        "end": _local(period.stop, period),
        "energy": _rounded(figures.energy),
        "from_grid": _rounded(figures.from_grid),
        "to_grid": _rounded(figures.to_grid),
        "solar": _rounded(figures.solar),
        "solar_share": None if share is None else round(share * _PERCENT, 1),
        "cost": None if figures.cost is None else round(figures.cost, 2),
        "currency": currency,
        "peak_hour": peak
        and {"start": _local(peak.start, period), "energy": _rounded(peak.energy)},
        "base_load": None if figures.base_load is None else round(figures.base_load),
        "best_day": _day(figures.best_day),
        "worst_day": _day(figures.worst_day),
        "missing_hours": figures.missing_hours,
        "has_totals": figures.has_totals,
    }


def _day(day: DayEnergy | None) -> dict[str, Any] | None:
    if day is None:
        return None
    return {"date": day.day.isoformat(), "energy": _rounded(day.energy)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _local(moment: datetime, period: Period) -> str:
    return moment.astimezone(period.zone).isoformat()
