"""Asks about inverters, each question as often as its answer changes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.entry.answer_cache import AnswerCache
from custom_components.cloud_energy.readings import local_midnight
from custom_components.elecnova.api.models import PvPoint
from custom_components.elecnova.calculations.pv import Inverter
from custom_components.elecnova.calculations.pv_totals import (
    POINT_LIFE,
    PvAnswers,
    pv_state,
)
from custom_components.elecnova.calculations.units import PowerUnits, UnitUnknown
from custom_components.elecnova.snapshot import PvState
from custom_components.elecnova.statistics.unit_search import async_learn_unit

from .pv_reader import PvReader

_EVERY_30_MINUTES: Final = timedelta(minutes=30)
_EVERY_6_HOURS: Final = timedelta(hours=6)
_DAILY: Final = timedelta(hours=24)
_ALWAYS: Final = timedelta(0)
_MAX_YEARS: Final = 20
_EMPTY_YEARS: Final = 3
"""After so many in a row there was no inverter: one of them it may have been off."""


class Ask(Protocol):
    """Asks for a part of the snapshot if it is due; None where there is none."""

    async def __call__[T](
        self, name: str, fetch: Callable[[], Awaitable[T]], every: timedelta = _ALWAYS
    ) -> T | None:
        """Return the part, fetched if it is older than `every`."""


class PvPoller:
    """Polls the inverters of one account."""

    def __init__(
        self,
        reader: PvReader,
        units: PowerUnits,
        answers: AnswerCache,
        ask: Ask,
        delay: timedelta,
    ) -> None:
        """Remember answers in the answer cache of a coordinator.

        `delay`: how long after midnight the totals of months and years are requested.
        """
        self._reader = reader
        self._units = units
        self._answers = answers
        self._ask = ask
        self._delay = delay
        self._asked_for: dict[tuple[str, str], date] = {}
        self._lifetime: dict[str, float] = {}

    async def read(self, inverter: Inverter) -> PvState:
        """Request what is due of an inverter.

        :raises AuthFailed: the user must sign in again.
        """
        now = dt_util.utcnow()
        today = inverter.today(now)
        self._make_due(inverter, now)
        sn, reader, ask = inverter.sn, self._reader, self._ask
        begin = min(local_midnight(today, inverter.zone), now - POINT_LIFE)
        await ask(
            f"unit {sn}",
            lambda: async_learn_unit(reader, self._units, inverter, today),
            _EVERY_6_HOURS,
        )
        raw = await ask(f"points {sn}", lambda: reader.points(inverter, begin, now))
        days = await ask(f"days {sn}", lambda: reader.days(inverter), _EVERY_30_MINUTES)
        answers = PvAnswers(
            points=self._in_watts(inverter, raw, days, today),
            days=days,
            month=await ask(
                f"month {sn}", lambda: reader.month(inverter, today), _EVERY_30_MINUTES
            ),
            year=await ask(
                f"year {sn}", lambda: reader.year(inverter, today.year), _DAILY
            ),
            years=await ask(
                f"years {sn}", lambda: self._sum_years(inverter, today), _DAILY
            ),
        )
        return self._never_less(sn, pv_state(inverter, answers, now))

    def _in_watts(
        self,
        inverter: Inverter,
        raw: Sequence[PvPoint] | None,
        days: Mapping[date, float] | None,
        today: date,
    ) -> Sequence[PvPoint] | None:
        """Return the points in W; None if nobody knows how much they are."""
        if raw is None:
            return None
        if days and self._units.of(inverter) is None:
            # A new inverter has no finished day yet: the running one may do.
            points = [p for p in raw if inverter.today(p.time) == today]
            self._units.learn(inverter, points, days.get(today))
        try:
            return self._units.in_watts(inverter, raw)
        except UnitUnknown:
            return None

    def _make_due(self, inverter: Inverter, now: datetime) -> None:
        """Have all totals requested again when a day is over.

        What yesterday was in the end is wanted at once; the rest has some minutes.
        """
        for name in ("days", "month", "year", "years"):
            delay = timedelta(0) if name == "days" else self._delay
            key, day = (name, inverter.sn), inverter.today(now - delay)
            if self._asked_for.get(key) != day:
                self._answers.due(f"{name} {inverter.sn}")
                self._asked_for[key] = day

    async def _sum_years(self, inverter: Inverter, today: date) -> float:
        """Return the kWh of all years before this one, back to where there are none."""
        total, empty = 0.0, 0
        for year in range(today.year - 1, today.year - _MAX_YEARS, -1):
            months = await self._reader.year(inverter, year)
            empty = 0 if any(months.values()) else empty + 1
            if empty == _EMPTY_YEARS:
                break
            total += sum(months.values())
        return total

    def _never_less(self, sn: str, state: PvState) -> PvState:
        """Keep what was counted: a correction of the cloud does not turn it back."""
        lifetime = state.energy_lifetime
        if lifetime is None:
            return state
        self._lifetime[sn] = max(lifetime, self._lifetime.get(sn, lifetime))
        return replace(state, energy_lifetime=self._lifetime[sn])
