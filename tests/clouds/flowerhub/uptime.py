"""Uptime of hubs: seconds with and without a connection, month by month (wire 4.9 to 4.11)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from tests.clouds.clock import Clock

from .api import Gate, Refused, json_answer
from .customers import Login, Owner
from .dates import Month, midnight, month, months

_SHARE_OF_BAD_DAYS: Final = 0.15


@dataclass(frozen=True, slots=True)
class Span:
    """A time in epoch seconds."""

    start: float
    end: float

    def within(self, other: Span) -> float:
        """How many seconds of it lie in another one."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Pie:
    """A month in whole seconds; together they are the month's length."""

    uptime: int
    downtime: int
    no_data: int

    @property
    def percent(self) -> float | None:
        """Uptime of what is known."""
        known = self.uptime + self.downtime
        return 100 * self.uptime / known if known else None


class Uptime:
    """When hubs were connected. Every day may have an outage; `disconnect` adds one."""

    def __init__(self, gate: Gate, clock: Clock, seed: int, *, lenient: bool) -> None:
        """Make the outages up from the seed."""
        self._gate = gate
        self._clock = clock
        self._seed = seed
        self._lenient = lenient
        self._outages: defaultdict[Owner, list[Span]] = defaultdict(list)
        self._gaps: defaultdict[Owner, list[Span]] = defaultdict(list)
        self._lost_at: dict[Owner, float] = {}

    def routes(self) -> list[web.RouteDef]:
        """The months, the history and one month."""
        stem = "/asset-effective-uptime"
        return self._gate.routes(
            {
                f"{stem}/available-months/{{assetId}}": self._months,
                f"{stem}/bar-chart/history/{{assetId}}": self._history,
                f"{stem}/pie-chart/{{assetId}}": self._pie,
            }
        )

    def disconnect(self, owner: Owner) -> None:
        """The hub has lost its connection just now."""
        self._lost_at.setdefault(owner, self._clock.timestamp())

    def reconnect(self, owner: Owner) -> None:
        """The hub has its connection again."""
        if (lost_at := self._lost_at.pop(owner, None)) is not None:
            self._outages[owner].append(Span(lost_at, self._clock.timestamp()))

    def lose_data(self, owner: Owner, start: datetime, end: datetime) -> None:
        """Nothing is known of a time."""
        self._gaps[owner].append(Span(start.timestamp(), end.timestamp()))

    def available(self, owner: Owner) -> list[Month]:
        """The months with figures; the last one is the running month."""
        return months(owner.since, Month.at(self._clock.now()))

    def pie(self, owner: Owner, wanted: Month) -> Pie:
        """A month as it is known now."""
        now = self._clock.timestamp()
        start = wanted.start.timestamp()
        passed = Span(start, max(start, min(now, wanted.end.timestamp())))
        gaps = sum(gap.within(passed) for gap in self._gaps[owner])
        down = sum(span.within(passed) for span in self._spans(owner, wanted))
        downtime = round(min(down, passed.end - passed.start - gaps))
        uptime = round(passed.end - passed.start - gaps) - downtime
        return Pie(uptime, downtime, wanted.seconds - uptime - downtime)

    def truth(
        self, owner: Owner, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        """The months that begin in `[start, end)`, in percent as the history has them."""
        return [
            {
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "value": round(percent),
                "unit": "%",
                "published": True,
                "over": each.end <= self._clock.now(),
            }
            for each in self.available(owner)
            if start <= each.start < end
            and (percent := self.pie(owner, each).percent) is not None
        ]

    def _spans(self, owner: Owner, wanted: Month) -> Iterator[Span]:
        """All that may lie in a month; some of it before or after."""
        yield from self._outages[owner]
        if owner in self._lost_at:
            yield Span(self._lost_at[owner], self._clock.timestamp())
        yield from _usual_outages(f"{self._seed}/{owner.owner_id}", wanted)

    async def _months(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner, _ = self._gate.own_hub(request, login)
        return json_answer(
            request,
            [{"value": str(m), "label": m.label} for m in self.available(owner)],
        )

    async def _history(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner, _ = self._gate.own_hub(request, login)
        body = []
        for each in self.available(owner):
            percent = self.pie(owner, each).percent
            uptime = None if percent is None else round(percent)
            body.append(self._gate.looks.object(date=str(each), uptime=uptime))
        return json_answer(request, body)

    async def _pie(self, request: web.Request, login: Login) -> web.StreamResponse:
        owner, _ = self._gate.own_hub(request, login)
        wanted = self._period(request)
        if wanted in self.available(owner):
            pie = self.pie(owner, wanted)
        elif self._gate.looks.unknown_period == "empty":
            return json_answer(request, [])
        else:
            pie = Pie(0, 0, 0)
        slices = ("uptime", pie.uptime), ("downtime", pie.downtime)
        body = [
            {"name": name, "value": value}
            for name, value in (*slices, ("noData", pie.no_data))
        ]
        return json_answer(request, body)

    def _period(self, request: web.Request) -> Month:
        """The month asked for.

        :raises Refused: it is none
        """
        if self._lenient and "period" not in request.query:
            return Month.at(self._clock.now())
        try:
            return month(request.query.get("period"))
        except vol.Invalid as error:
            raise Refused(400, f"period: {error}") from error


@cache
def _usual_outages(seed: str, wanted: Month) -> list[Span]:
    """The outages of a month's days, and of the one before it: they may last."""
    day, found = wanted.first - timedelta(days=1), list[Span]()
    while day <= wanted.last:
        found += _outages(seed, day)
        day += timedelta(days=1)
    return found


def _outages(seed: str, day: date) -> tuple[Span, ...]:
    """The outages of a day, of which most have none."""
    rng = Random(f"{seed}/{day}")
    if rng.random() >= _SHARE_OF_BAD_DAYS:
        return ()
    start = midnight(day).timestamp() + rng.uniform(0, 20 * 3600)
    return (Span(start, start + rng.uniform(600, 3 * 3600)),)
