"""Bill forecast, current bill and bill history (wire 4.3, 4.5)."""

from datetime import date, timedelta
from typing import Any, Final

from aiohttp import web
import voluptuous as vol

from .billing import Bill, Billing, Period
from .customer_data import own_account
from .customers import Account, Login
from .data_host import (
    Authenticate,
    Refused,
    envelope,
    json_object,
    query,
    signed_in,
    valid,
)
from .dates import iso_date

HISTORY_PERIODS: Final = 24
DUE_AFTER: Final = timedelta(days=28)
PAID_AFTER: Final = timedelta(days=20)

ACCOUNTS: Final = {"accountNumbers": vol.All([str], vol.Length(min=1))}
CURRENT: Final = vol.Schema(
    {**ACCOUNTS, "extension": dict}, required=True, extra=vol.ALLOW_EXTRA
)
HISTORY: Final = vol.Schema(
    {**ACCOUNTS, "startDate": iso_date, "endDate": iso_date, "extension": dict},
    required=True,
    extra=vol.ALLOW_EXTRA,
)


class Bills:
    """The calls about money."""

    def __init__(self, billing: Billing, authenticate: Authenticate) -> None:
        """Answer from `billing`."""
        self._billing = billing
        self._authenticate = authenticate

    def routes(self) -> list[web.RouteDef]:
        """The calls of this file."""
        bill = "/BillingAPI/api/1/bill"
        forecast = "/Service/api/1/bill/billForecast"
        check = self._authenticate
        return [
            signed_in(check, "GET", forecast, self._forecast),
            signed_in(check, "POST", f"{bill}/current", self._current),
            signed_in(check, "POST", f"{bill}/history", self._history),
        ]

    async def _forecast(self, request: web.Request, login: Login) -> web.Response:
        account = own_account(login, query(request, "accountNumber"))
        if query(request, "actionCode") != "4":
            raise Refused(400, "actionCode is not supported")
        running = self._billing.bill(account, self._billing.current(account))
        before = running.period.start - timedelta(days=365)
        last_year = self._billing.bill(
            account, self._billing.containing(account, before)
        )
        last = self._last_bills(account, 1)[0]
        number = self._number
        return envelope(
            {
                "lastBill": {
                    "charges": number(round(last.usd, 2)),
                    "usage": number(float(round(self._shown_usage(account, last)))),
                    "billPerdStDate": _slashed(last.period.start),
                    "billPerdEdDate": _slashed(self._shown_last_day(last)),
                },
                "lastYear": {
                    "charges": number(round(last_year.usd, 2), text=True),
                    "usage": number(round(last_year.kwh), text=True),
                },
                "billperdstdate": _slashed(running.period.start),
                "billperdeddate": self._shown_end(account, running),
                "currentUsageKwh": number(round(running.kwh, 2)),
                "totalChange": number(round(running.usd, 2), text=True),
                "tou": "Y" if account.time_of_use else "N",
            }
        )

    async def _current(self, request: web.Request, login: Login) -> web.Response:
        asked = valid(CURRENT, await json_object(request))
        accounts = [own_account(login, number) for number in asked["accountNumbers"]]
        return envelope([self._invoice(account) for account in accounts])

    async def _history(self, request: web.Request, login: Login) -> web.Response:
        asked = valid(HISTORY, await json_object(request))
        accounts = [own_account(login, number) for number in asked["accountNumbers"]]
        return envelope(
            [
                _posted(account, self._billing.bill(account, period))
                for account in accounts
                for period in self._billing.completed(account, HISTORY_PERIODS)
                if asked["startDate"] <= _made_on(period) <= asked["endDate"]
            ]
        )

    def _invoice(self, account: Account) -> dict[str, Any]:
        last, previous = self._last_bills(account, 2)
        paid = _made_on(previous.period) + PAID_AFTER
        charges = f"{last.usd:.2f}"
        next_reading = self._billing.current(account).end
        return {
            "previousBalance": f"{previous.usd:.2f}",
            "paymentReceivedDate": _dashed(paid),
            "paymentReceived": f"{previous.usd:.2f}",
            "remainingBalance": "0.00",
            "currentCharges": charges,
            "totalAmountDue": charges,
            "billDueDate": _dashed(_made_on(last.period) + DUE_AFTER),
            "pastDueAmount": "0.00",
            "invoiceId": _invoice_id(account, last),
            "extension": {
                "AutoPayInd": "X" if account.default else "",
                "CurrentRateCat": "VR-1",
                "NextMeterReadDate": _dashed(next_reading),
                "LastPaymentDate": _slashed(paid),
                "LastPaymentAmount": f"{previous.usd:.2f}",
            },
        }

    def _last_bills(self, account: Account, count: int) -> list[Bill]:
        periods = self._billing.completed(account, count)
        return [self._billing.bill(account, period) for period in periods]

    def _shown_usage(self, account: Account, bill: Bill) -> float:
        if self._billing.look.usage == "net":
            return bill.kwh
        return sum(
            self._billing.energy(point, bill.period, "consumption")
            for point in account.points
        )

    def _shown_last_day(self, bill: Bill) -> date:
        later = self._billing.look.last_day == "next"
        return bill.period.end + timedelta(days=later)

    def _shown_end(self, account: Account, running: Bill) -> str | None:
        match self._billing.look.end:
            case "period":
                return _slashed(running.period.end)
            case "published":
                return _slashed(self._billing.published_through(account))
            case _:
                return None

    def _number(self, value: float, *, text: bool = False) -> float | str:
        match self._billing.look.numbers:
            case "blank":
                return ""
            case "text":
                return str(value)
            case "number":
                return value
            case _:
                return str(value) if text else value


def _posted(account: Account, bill: Bill) -> dict[str, Any]:
    due = _made_on(bill.period) + DUE_AFTER
    return {
        "billDate": _dashed(_made_on(bill.period)),
        "dueDate": _slashed(due),
        "invoiceId": _invoice_id(account, bill),
        "billingDays": bill.period.days,
        "currentCharges": f"{bill.usd:.2f}",
        "amountDue": f"{bill.usd:.2f}",
        "status": "Posted",
    }


def _made_on(period: Period) -> date:
    return period.end + timedelta(days=1)


def _invoice_id(account: Account, bill: Bill) -> str:
    return f"{account.number[-6:]}{bill.period.end:%Y%m}"


def _slashed(day: date) -> str:
    return f"{day:%m/%d/%Y} 00:00:00"


def _dashed(day: date) -> str:
    return f"{day:%m-%d-%Y}"
