"""Daily weather and degree days (wire 4.5), in degrees Fahrenheit."""

from datetime import date, timedelta
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .customer_data import own_account
from .customers import Login, ServicePoint
from .data_host import Authenticate, Refused, envelope, query_of, signed_in
from .dates import us_date

COMFORT: Final = 65
"""Degree days count from here."""

REQUEST: Final = vol.Schema(
    {
        "AccountNumber": str,
        "StartDate": us_date,
        "EndDate": us_date,
        "ActionCode": "3",
        "Contract": str,
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)


class Weather:
    """The call about the weather at a service point."""

    def __init__(self, authenticate: Authenticate) -> None:
        """Answer from the households."""
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        path = "/Service/api/1/Usage/GetUsageHistoryDetail"
        return [signed_in(self._authenticate, "GET", path, self._weather)]

    async def _weather(self, request: web.Request, login: Login) -> web.Response:
        asked = query_of(request, REQUEST)
        account = own_account(login, asked["AccountNumber"])
        points = [p for p in account.points if p.contract == asked["Contract"]]
        if not points:
            raise Refused(400, "Contract is not associated with this account")
        length = (asked["EndDate"] - asked["StartDate"]).days + 1
        days = [asked["StartDate"] + timedelta(days=n) for n in range(length)]
        return envelope(
            {
                "zDailyWeather": {"results": [_day(points[0], day) for day in days]},
                "zAveTemperature": {"results": _months(points[0], days)},
            }
        )


def _day(point: ServicePoint, day: date) -> dict[str, str]:
    low, high = _fahrenheit(point, day)
    mean = (low + high) / 2
    return {
        "date": f"{day:%m/%d/%Y} 00:00:00",
        "tempVal_High": f"{high:03.0f}",
        "tempVal_Low": f"{low:03.0f}",
        "heatDegDays": f"{max(0, COMFORT - mean):.0f}",
        "coolDegDays": f"{max(0, mean - COMFORT):.0f}",
    }


def _months(point: ServicePoint, days: list[date]) -> list[dict[str, Any]]:
    months: dict[str, list[float]] = {}
    for day in days:
        mean = sum(_fahrenheit(point, day)) / 2
        months.setdefault(f"{day:%B %Y}", []).append(mean)
    return [
        {"monthName": name, "avgTempVal": f"{sum(means) / len(means):.0f}"}
        for name, means in months.items()
    ]


def _fahrenheit(point: ServicePoint, day: date) -> tuple[float, float]:
    low, high = point.household.temperatures(day)
    return low * 9 / 5 + 32, high * 9 / 5 + 32
