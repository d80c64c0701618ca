"""Daily, hourly and monthly usage as JSON (wire 4.5)."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .billing import Billing, Period
from .customer_data import own_account, own_point
from .customers import Account, Login
from .data_host import Authenticate, Refused, envelope, query_of, signed_in
from .dates import iso_date
from .readings import Readings, wall_clock

MONTHS: Final = 13

RANGE: Final = vol.Schema(
    {
        "accountNumber": str,
        "ActionCode": vol.In(["3", "4"]),
        "StartDate": iso_date,
        "EndDate": iso_date,
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)
MONTHLY: Final = vol.Schema(
    {
        "AccountNumber": str,
        "MeterNumber": str,
        "From": str,
        "To": str,
        "Uom": "kWh",
        "Periodicity": "MO",
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)


class Usage:
    """The calls about energy that answer in JSON."""

    def __init__(
        self, readings: Readings, billing: Billing, authenticate: Authenticate
    ) -> None:
        """Answer from `readings` and `billing`."""
        self._readings = readings
        self._billing = billing
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        calls = {
            "/Service/api/1/Usage/UsageData": self._usage_data,
            "/Usageapi/api/V1/Electric": self._monthly_usage,
            "/Usageapi/api/V1/Generation": self._monthly_generation,
        }
        return [
            signed_in(self._authenticate, "GET", path, call)
            for path, call in calls.items()
        ]

    async def _usage_data(self, request: web.Request, login: Login) -> web.Response:
        """ActionCode 3: a row per day, both days inclusive; 4: a row per hour, the last day exclusive."""
        asked = query_of(request, RANGE)
        account = own_account(login, asked["accountNumber"])
        length = (asked["EndDate"] - asked["StartDate"]).days
        hourly = asked["ActionCode"] == "4"
        if length < 0 or (hourly and length != 1):
            raise Refused(400, "Invalid date range")
        days = [asked["StartDate"] + timedelta(days=n) for n in range(length + 1)]
        rows = (
            self._hours(account, days[0])
            if hourly
            else [row for day in days for row in self._day(account, day)]
        )
        metered = any(point.net_metering for point in account.points)
        return envelope({"nemFlag": "X" if metered else "", "electricUsages": rows})

    def _day(self, account: Account, day: date) -> list[dict[str, str]]:
        hours = self._by_hour(account, day)
        if not hours:
            return []
        drawn = sum(hour["consumption"] for hour in hours.values())
        sent = sum(hour["return"] for hour in hours.values())
        peak = max(hour["consumption"] for hour in hours.values())
        return [_row(f"{day:%m/%d/%Y} 00:00:00", drawn, sent, peak)]

    def _hours(self, account: Account, day: date) -> list[dict[str, str]]:
        return [
            _row(
                f"{day.month}/{day.day}/{day.year} {_twelve_hours(hour)}",
                values["consumption"],
                values["return"],
                values["consumption"],
            )
            for hour, values in self._by_hour(account, day).items()
        ]

    def _by_hour(self, account: Account, day: date) -> dict[int, dict[str, int]]:
        """Hundredths of a kWh by hour of the wall clock: the hour that comes twice in autumn holds both."""
        hours: dict[int, dict[str, int]] = defaultdict(
            lambda: {"consumption": 0, "return": 0}
        )
        for point in account.points:
            if point.device_on(day) and self._readings.is_published(point, day):
                for series in point.series:
                    for start, value in self._readings.day(point, series, day):
                        hours[wall_clock(start)[0] // 2][series] += value or 0
        return hours

    async def _monthly_usage(self, request: web.Request, login: Login) -> web.Response:
        """`amount` is the account's whole bill, `consumption` what this meter drew."""
        account, device, periods = self._monthly(request, login)
        point = own_point(account, device)
        rows = [
            {
                "accountNumber": account.number,
                "meterNumber": device,
                "readingFrom": f"{period.start}T00:00:00+00:00",
                "readingTo": f"{period.end}T00:00:00+00:00",
                "amount": round(self._billing.bill(account, period).usd, 2),
                "consumption": round(
                    self._billing.energy(point, period, "consumption")
                ),
                "uom": "kWh",
                "usageAttribute2": f"{period.end:%Y-%m}-01",
            }
            for period in periods
        ]
        return _result({"electricUsages": rows})

    async def _monthly_generation(
        self, request: web.Request, login: Login
    ) -> web.Response:
        account, device, periods = self._monthly(request, login)
        point = own_point(account, device)
        rows = [
            {
                "usageAttribute2": f"{period.end:%Y-%m}-01",
                "generation": round(self._billing.energy(point, period, "return"), 2),
                "uom": "kWh",
            }
            for period in periods
            if point.net_metering
        ]
        return _result({"generationUsages": rows})

    def _monthly(
        self, request: web.Request, login: Login
    ) -> tuple[Account, str, list[Period]]:
        asked = query_of(request, MONTHLY)
        account = own_account(login, asked["AccountNumber"])
        periods = self._billing.completed(account, MONTHS)[::-1]
        return account, asked["MeterNumber"], periods


def _row(read_date: str, drawn: int, sent: int, peak: int) -> dict[str, str]:
    """One row from hundredths of a kWh; the demand is the busiest hour's mean power."""
    return {
        "readDate": read_date,
        "consumption": f"{drawn / 100:.2f}",
        "unitGenerated": f"{sent / 100:.3f}",
        "netUnit": f"{(drawn - sent) / 100:.2f}",
        "demandKW": f"{peak / 100:.2f}",
    }


def _twelve_hours(hour: int) -> str:
    return f"{hour % 12 or 12}:00:00 {'AM' if hour < 12 else 'PM'}"


def _result(result: dict[str, Any]) -> web.Response:
    return web.json_response(
        {"StatusCode": 200, "Message": "Request successful.", "Result": result}
    )
