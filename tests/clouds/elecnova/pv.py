"""The history of the sun: points of five minutes, days, months (wire 4.5)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.control import moment
from tests.clouds.errors import ControlError
from tests.clouds.profile import QUANTUM

from .customers import Account, Cabinet, Component
from .gate import Gate, Refused
from .records import DAY, Point, Records, days, midnight


class PvHistory:
    """The calls of this file."""

    def __init__(self, records: Records, clock: Clock, gate: Gate) -> None:
        """Tell what is on record to those whom `gate` lets in."""
        self._records = records
        self._clock = clock
        self._gate = gate
        self._looks = gate.looks

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        path = "/api/v1/dev/pv"
        return self._gate.routes(
            {
                f"{path}/power-cap/{{sn}}": self._power,
                f"{path}/power-gen/daily/{{sn}}": self._daily,
                f"{path}/power-gen/monthly/{{sn}}": self._monthly,
                f"{path}/power-gen/yearly/{{sn}}": self._yearly,
            }
        )

    async def _power(self, request: web.Request, account: Account) -> web.Response:
        begin, end = _moment(request, "begin"), _moment(request, "end")
        longest = self._looks.max_span_hours
        if longest is not None and (end - begin).total_seconds() > longest * 3600:
            raise Refused(400, "time span is too long")
        cabinet = self._cabinet(request, account)
        if cabinet is None:
            return self._gate.nothing()
        first, last = begin.timestamp(), end.timestamp()
        rows = [
            row
            for day in days(cabinet, begin, min(end, self._clock.now() + DAY))
            for point in self._records.points(cabinet, day)
            if first <= point.start < last
            for row in self._row(cabinet, point)
        ]
        return self._looks.answer("pv", rows)

    async def _daily(self, request: web.Request, account: Account) -> web.Response:
        cabinet = self._cabinet(request, account)
        if cabinet is None:
            return self._gate.nothing()
        last = self._records.today(cabinet)
        if not self._looks.daily_today:
            last -= DAY
        return self._looks.answer("pv", self._days(cabinet, last - 6 * DAY, last))

    async def _monthly(self, request: web.Request, account: Account) -> web.Response:
        first = _date(request, "month", "%Y-%m")
        cabinet = self._cabinet(request, account)
        if cabinet is None:
            return self._gate.nothing()
        listed = _next_month(first) - (1 + self._looks.unlisted_days) * DAY
        return self._looks.answer("pv", self._days(cabinet, first, listed))

    async def _yearly(self, request: web.Request, account: Account) -> web.Response:
        year = _date(request, "year", "%Y").year
        cabinet = self._cabinet(request, account)
        if cabinet is None:
            return self._gate.nothing()
        rows = []
        for first in (date(year, month, 1) for month in range(1, 13)):
            totals = self._totals(cabinet, first, _next_month(first) - DAY)
            if totals:
                kwh = round(sum(totals.values()), 2)
                rows.append(self._period(cabinet, first, kwh, "%Y-%m"))
        return self._looks.answer("pv", rows)

    def _cabinet(self, request: web.Request, account: Account) -> Cabinet | None:
        """The cabinet whose inverter is asked for."""
        serial = request.match_info["sn"]
        for cabinet in account.cabinets:
            inverter = cabinet.inverter
            if inverter and serial in self._names(cabinet, inverter):
                return cabinet
        return None

    def _names(self, cabinet: Cabinet, inverter: Component) -> set[str]:
        """The serials that do for an inverter."""
        if self._looks.pv_by_cabinet == "only":
            return {cabinet.serial}
        also = {cabinet.serial} if self._looks.pv_by_cabinet else set()
        return {inverter.serial, *also}

    def _row(self, cabinet: Cabinet, point: Point) -> Iterator[dict[str, Any]]:
        """The point as it is told, if it is."""
        looks = self._looks
        value: float | None = point.watts
        if not point.published:
            if looks.future == "omit" or point.start <= self._clock.timestamp():
                return
            value = 0.0 if looks.future == "zero" else None
        elif not point.watts:
            if looks.night == "omit":
                return
            value = 0.0 if looks.night == "zero" else None
        if value and looks.power_unit == "kW":
            value = round(value / 1000, 4)
        start = point.start if looks.stamp == "start" else point.start + QUANTUM
        time = _written(start, cabinet.zone, looks.point_time)
        yield looks.members({"time": time, "value": value})

    def _days(self, cabinet: Cabinet, first: date, last: date) -> list[dict[str, Any]]:
        return [
            self._period(cabinet, day, kwh, "%Y-%m-%d")
            for day, kwh in self._totals(cabinet, first, last).items()
        ]

    def _totals(self, cabinet: Cabinet, first: date, last: date) -> dict[date, float]:
        """The days of a span that have begun by now."""
        day, last = (
            max(first, cabinet.since),
            min(last, self._records.today(cabinet)),
        )
        totals = {}
        while day <= last:
            totals[day] = self._records.day_total(cabinet, day)
            day += DAY
        return totals

    def _period(
        self, cabinet: Cabinet, first: date, kwh: float, short: str
    ) -> dict[str, Any]:
        """A day or month as it is told."""
        form = self._looks.period_time
        written = _written(midnight(cabinet, first), cabinet.zone, form)
        time = f"{first:{short}}" if form == "short" else written
        return self._looks.members({"time": time, "value": kwh})


@lru_cache(maxsize=200_000)
def _written(second: int, zone: ZoneInfo, form: str) -> str:
    """Times of a year of points, which are the same for all who ask for them."""
    at = datetime.fromtimestamp(second, UTC)
    if form == "utc":
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"
    local = at.astimezone(zone)
    if form == "naive":
        return f"{local:%Y-%m-%d %H:%M:%S}"
    return local.isoformat()


def _moment(request: web.Request, name: str) -> datetime:
    try:
        return moment(request.query.get(name, ""))
    except ControlError as error:
        raise Refused(400, f"{name} is invalid") from error


def _date(request: web.Request, name: str, form: str) -> date:
    text = request.query.get(name, "")
    try:
        found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except ValueError:
        found = None
    if found is None or f"{found:{form}}" != text:
        raise Refused(400, f"{name} is invalid")
    return found


def _next_month(first: date) -> date:
    return (first.replace(day=28) + 4 * DAY).replace(day=1)
