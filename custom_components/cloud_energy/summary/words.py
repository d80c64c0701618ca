"""A summary in words, as they read well in a notification."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from custom_components.cloud_energy.const import DOMAIN

from .figures import Figures
from .periods import Length, Period

LANGUAGES: Final = ("en", "es", "fr", "he", "nl", "sv")
"""Those that have the texts."""
_DECIMAL_POINT: Final = frozenset({"en", "he"})
"""The languages that write 1.5; the others write 1,5."""
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_SAME_PERCENT = 0.5


class Words:
    """The texts of one language."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        """Take the texts by their keys."""
        self._has_point = language in _DECIMAL_POINT
        self._texts = texts

    @classmethod
    async def async_of(cls, hass: HomeAssistant, language: str) -> Words:
        """Return the texts of a language, such as `es-MX`; in English without any."""
        language = language.partition("-")[0].lower()
        language = language if language in LANGUAGES else "en"
        found = await async_get_translations(hass, language, "selector", {DOMAIN})
        prefix = f"component.{DOMAIN}.selector.summary.options."
        return cls(
            language,
            {
                key.removeprefix(prefix): text
                for key, text in found.items()
                if key.startswith(prefix)
            },
        )

    @property
    def nothing(self) -> str:
        """What to say where there is no home."""
        return self._text("nothing")

    @property
    def unreadable(self) -> str:
        """What to say while the recorder can't be read, and what to do then."""
        return self._text("unreadable")

    def summary(
        self, figures: Figures, others: Mapping[str, float | None], currency: str
    ) -> str:
        """Describe a period.

        :param others: by how many percent its energy differs from that of others
        """
        if figures.energy is None:
            return self._text("no_data", period=self._period(figures.period))
        lines = [
            self.headline(figures, currency),
            *self.comparisons(figures.period, others),
            *self._parts(figures),
            *self._reservations(figures),
        ]
        return "\n".join(lines)

    def headline(self, figures: Figures, currency: str) -> str:
        """Return the sentence that says most."""
        if figures.energy is None:
            return self._text("no_data", period=self._period(figures.period))
        period = self._period(figures.period)
        energy = self._number(figures.energy)
        if figures.from_grid is None:
            return self._text("produced", period=period, energy=energy)
        if figures.cost is None:
            return self._text("used", period=period, energy=energy)
        cost = f"{self._number(figures.cost, 2)} {currency}"
        return self._text("used_and_cost", period=period, energy=energy, cost=cost)

    def comparisons(
        self, period: Period, others: Mapping[str, float | None]
    ) -> list[str]:
        """Return a sentence for each of the other periods of which enough is known."""
        found = []
        before = self._period_before(period)
        for name, percent in others.items():
            if percent is None:
                continue
            kind = "more" if percent > 0 else "less"
            kind = "same" if abs(percent) < _SAME_PERCENT else kind
            shown = self._number(abs(percent), 0)
            found.append(self._text(f"{kind}_{name}", percent=shown, period=before))
        return found

    def _parts(self, figures: Figures) -> list[str]:
        found = []
        best, worst = figures.best_day, figures.worst_day
        if best and worst and best != worst:
            text = self._text(
                "days",
                most=self._date(worst.day),
                most_energy=self._number(worst.energy),
                least=self._date(best.day),
                least_energy=self._number(best.energy),
            )
            found.append(text)
        if figures.peak:
            local = figures.peak.start.astimezone(figures.period.zone)
            energy = self._number(figures.peak.energy)
            time = self._time(local, with_day=figures.period.length is not Length.DAY)
            found.append(self._text("peak", time=time, energy=energy))
        if figures.base_load is not None:
            power = self._number(figures.base_load, 0)
            found.append(self._text("base_load", power=power))
        if figures.solar_share is not None:
            percent = self._number(figures.solar_share * 100, 0)
            found.append(self._text("solar_share", percent=percent))
        return found

    def _reservations(self, figures: Figures) -> list[str]:
        found = []
        if figures.missing_hours:
            hours = str(figures.missing_hours)
            found.append(self._text("missing", hours=hours))
        if figures.has_totals:
            found.append(self._text("totals"))
        return found

    def _period(self, period: Period) -> str:
        named = self._whole_period(period)
        return named if period.until is None else self._text("so_far", period=named)

    def _period_before(self, period: Period) -> str:
        suffix = "" if period.until is None else "_so_far"
        return self._text(f"before_{period.length.value}{suffix}")

    def _whole_period(self, period: Period) -> str:
        match period.length:
            case Length.DAY:
                return self._date(period.first)
            case Length.MONTH:
                month = self._text(_MONTHS[period.first.month - 1])
                year = str(period.first.year)
                return self._text("month", month=month, year=year)
        start, end = (self._short_date(day) for day in (period.first, period.days[-1]))
        return self._text(period.length.value, start=start, end=end)

    def _date(self, day: date) -> str:
        weekday = self._text(_WEEKDAYS[day.weekday()])
        return self._text("date", weekday=weekday, date=self._short_date(day))

    def _short_date(self, day: date) -> str:
        month = self._text(_MONTHS[day.month - 1])
        return self._text("short_date", day=str(day.day), month=month)

    def _time(self, local: datetime, *, with_day: bool) -> str:
        clock = f"{local:%H:%M}"
        if not with_day:
            return clock
        return self._text("date_and_time", date=self._date(local.date()), time=clock)

    def _number(self, value: float, digits: int = 1) -> str:
        text = f"{value:.{digits}f}"
        return text if self._has_point else text.replace(".", ",")

    def _text(self, key: str, **values: str) -> str:
        return self._texts.get(key, key).format(**values)
