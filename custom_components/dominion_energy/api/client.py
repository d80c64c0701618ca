"""The client: one method per question that the data service answers (wire 4)."""

import asyncio
from dataclasses import astuple
from datetime import date, timedelta
from typing import Final

from custom_components.cloud_energy.client.client import CloudClient
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.tokens import Persist
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, text

from .auth import Authenticator
from .const import Endpoints
from .gigya import SignIn
from .green_button import GreenButtonReading, read_green_button
from .intervals import IntervalUsage
from .login import Credentials, Login
from .models import (
    Account,
    BillForecast,
    CurrentBill,
    Customer,
    MeterInfo,
    MonthlyGeneration,
    MonthlyGenerations,
    MonthlyUsage,
    MonthlyUsages,
    PastBill,
    UsageReport,
    Weather,
)
from .service import Service
from .workbook import read_workbook

_SERVICE: Final = "/Service/api/1"
_BILLING: Final = "/BillingAPI/api/1/bill"
_MONTHLY: Final = "/Usageapi/api/V1"
_WORKBOOK_MAGIC: Final = b"PK"
_JSON_START: Final = b"{"


class DominionClient(CloudClient[Login]):
    """One login at the portal and what it may read."""

    _auth: Authenticator

    def __init__(
        self,
        transport: Transport,
        *,
        endpoints: Endpoints | None = None,
        credentials: Credentials | None = None,
        login: Login | None = None,
        persist: Persist[Login] = lambda _: None,
    ) -> None:
        """Take the transport, whose session and cookie jar are this login's own.

        `login` is what `persist` last got; `persist` is called with each new login
        before it is used. Without `credentials` only tokens keep it alive.
        """
        endpoints = endpoints or Endpoints()
        transport.belongs_to(*astuple(endpoints))
        self._auth = Authenticator(
            transport,
            endpoints,
            credentials=credentials,
            login=login,
            persist=persist,
        )
        self._service = Service(transport, endpoints, self._auth)

    @property
    def drift(self) -> Drift:
        """What the service sends that the models don't expect."""
        return self._service.drift

    async def complete_login(self, sign_in: SignIn) -> Login:
        """Turn a finished sign-in at the identity service into a login."""
        return await self._auth.complete_login(sign_in)

    async def use_tokens(self, access: str, refresh: str) -> Login:
        """Take tokens that the user has pasted, with or without `Bearer`.

        :raises SessionExpired: they are dead.
        """
        return await self._auth.use_tokens(access, refresh)

    async def get_customer_number(self) -> str:
        """Return the number of the business partner behind the login."""
        login = await self._auth.fresh()
        if not login.uuid:
            raise Malformed("The access token does not name its user")
        data = await self._service.get(
            f"{_SERVICE}/FromDb/GetBpNumber", {"Uuid": login.uuid}
        )
        number = text(data.get("customerNumber")) if isinstance(data, dict) else ""
        if not number:
            raise Malformed("The service knows no customer number")
        return number

    async def get_customer(self) -> Customer:
        """Return the customer with all accounts and meters, closed ones too."""
        number = await self.get_customer_number()
        login = await self._auth.fresh()
        data = await self._service.get(
            f"{_SERVICE}/BusinessMaster/GetBusinessMaster",
            {"customerNumber": number, "uuid": login.uuid},
        )
        customers = self._service.read_list(data, Customer)
        customer = customers[0] if customers else Customer()
        return customer.with_number(number)

    async def get_accounts(self, *, include_inactive: bool = False) -> list[Account]:
        """Return the accounts of the customer."""
        customer = await self.get_customer()
        return customer.accounts if include_inactive else customer.active_accounts

    async def get_meters(self, account: str) -> list[MeterInfo]:
        """Return what the account management knows of an account's meters."""
        data = await self._service.get(
            "/AccountManagementapi/api/1/Meters/Meter/accountNumber/{account}",
            params={"account": account},
        )
        return self._service.read_list(data, MeterInfo)

    async def get_bill_forecast(self, account: str) -> BillForecast:
        """Return the running billing period and the last bill."""
        data = await self._service.get(
            f"{_SERVICE}/bill/billForecast",
            {"accountNumber": account, "actionCode": "4"},
        )
        return self._service.read(data, BillForecast)

    async def get_current_bill(self, account: str) -> CurrentBill | None:
        """Return the bill that is to be paid; None if there is none."""
        data = await self._service.post(
            f"{_BILLING}/current", {"accountNumbers": [account], "extension": {}}
        )
        bills = self._service.read_list(data, CurrentBill)
        return bills[0] if bills else None

    async def get_bill_history(
        self, account: str, start: date, end: date
    ) -> list[PastBill]:
        """Return the bills of a time, both days inclusive."""
        data = await self._service.post(
            f"{_BILLING}/history",
            {
                "accountNumbers": [account],
                **_iso_range(start, end, "startDate", "endDate"),
                "extension": {},
            },
        )
        return self._service.read_list(data, PastBill)

    async def get_workbook(
        self, account: str, meter: str, start: date, end: date
    ) -> bytes:
        """Return the workbook of a meter's half hours as it is (.xlsx).

        The service is known to ignore the days requested (local, both inclusive) and to
        send about the last 68.

        :raises Malformed: something else came.
        """
        body = {
            "Format": "Csv",
            "accountNumber": account,
            "meterIds": [meter],
            "uom": "kWh",
            "periodicity": "HH",
            "serviceType": "electricity",
            "decimalPlaces": "2",
            "isNetUsage": "false",
            "displayUnit": "kWh",
            **_iso_range(start, end, "from", "to"),
        }
        path = f"{_SERVICE}/Usage/DownloadExcelNew"
        return await self._service.download(
            path, body, is_file=lambda found: found.startswith(_WORKBOOK_MAGIC)
        )

    async def get_interval_usage(
        self, account: str, meter: str, start: date, end: date
    ) -> list[IntervalUsage]:
        """Return a meter's half hours in order of time, both days (local) inclusive.

        :raises Malformed: the workbook can't be read.
        """
        content = await self.get_workbook(account, meter, start, end)
        return await asyncio.to_thread(_read_days, content, start, end)

    async def get_daily_usage(
        self, account: str, start: date, end: date
    ) -> UsageReport:
        """Return the energy of each day, both days inclusive."""
        return await self._get_usage(account, "3", start, end)

    async def get_hourly_usage(self, account: str, day: date) -> UsageReport:
        """Return the energy of each hour on the wall clock of one day."""
        return await self._get_usage(account, "4", day, day + timedelta(days=1))

    async def get_monthly_usage(
        self, account: str, meter: str, start: date, end: date
    ) -> list[MonthlyUsage]:
        """Return energy and charge of the billed months (about 13)."""
        query = _monthly_query(account, meter, start, end)
        data = await self._service.get(f"{_MONTHLY}/Electric", query)
        return self._service.read(data, MonthlyUsages).usages

    async def get_monthly_generation(
        self, account: str, meter: str, start: date, end: date
    ) -> list[MonthlyGeneration]:
        """Return the exported energy of the billed months."""
        query = _monthly_query(account, meter, start, end)
        data = await self._service.get(f"{_MONTHLY}/Generation", query)
        return self._service.read(data, MonthlyGenerations).generations

    async def get_weather(
        self, account: str, contract: str, start: date, end: date
    ) -> Weather:
        """Return the weather at a meter, whose `contract` names it."""
        data = await self._service.get(
            f"{_SERVICE}/Usage/GetUsageHistoryDetail",
            {
                "AccountNumber": account,
                "StartDate": f"{start:%m/%d/%Y}",
                "EndDate": f"{end:%m/%d/%Y}",
                "ActionCode": "3",
                "Contract": contract,
            },
        )
        return self._service.read(data, Weather)

    async def get_green_button(
        self, account: Account, meter: str, full_name: str, start: date, end: date
    ) -> list[GreenButtonReading]:
        """Return up to 13 months of hourly usage, see `green_button` for its flaws."""
        body = {
            "accountNumber": account.number,
            "meterNumber": meter,
            **_iso_range(start, end, "startDate", "endDate"),
            "periodicity": "HH",
            "serviceAddress": str(account.service_address or ""),
            "fullName": full_name,
            "serviceType": "Electric",
            "Uom": "kWh",
            "Format": "Csv",
        }
        content = await self._service.download(
            "/ServiceExt/api/1/Usage/GreenButton",
            body,
            is_file=lambda found: not found.lstrip().startswith(_JSON_START),
        )
        return await asyncio.to_thread(read_green_button, content)

    async def _get_usage(
        self, account: str, action: str, start: date, end: date
    ) -> UsageReport:
        data = await self._service.get(
            f"{_SERVICE}/Usage/UsageData",
            {
                "accountNumber": account,
                "ActionCode": action,
                **_iso_range(start, end, "StartDate", "EndDate"),
            },
        )
        return self._service.read(data, UsageReport)


def _read_days(content: bytes, start: date, end: date) -> list[IntervalUsage]:
    return [usage for usage in read_workbook(content) if start <= usage.day <= end]


def _iso_range(start: date, end: date, first: str, last: str) -> dict[str, str]:
    if end < start:
        raise ValueError("The range ends before it starts")
    return {first: start.isoformat(), last: end.isoformat()}


def _monthly_query(account: str, meter: str, start: date, end: date) -> dict[str, str]:
    return {
        "AccountNumber": account,
        "MeterNumber": meter,
        **_iso_range(start, end, "From", "To"),
        "Uom": "kWh",
        "Periodicity": "MO",
    }
