"""Every data endpoint under every fault: the right error, and never a refusal."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from custom_components.cloud_energy.client.errors import (
    AuthFailed,
    CannotConnect,
    CloudError,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
)
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.models import Account

from .conftest import NOW, Portal

END = NOW.date()
START = END - timedelta(days=1)

type Ask = Callable[[DominionClient, Account], Awaitable[object]]

ENDPOINTS: dict[str, Ask] = {
    "*/GetBpNumber": lambda client, account: client.get_customer_number(),
    "*/GetBusinessMaster": lambda client, account: client.get_customer(),
    "*/accountNumber/{account}": lambda client, account: client.get_meters(
        account.number
    ),
    "*/billForecast": lambda client, account: client.get_bill_forecast(account.number),
    "*/bill/current": lambda client, account: client.get_current_bill(account.number),
    "*/bill/history": lambda client, account: client.get_bill_history(
        account.number, START, END
    ),
    "*/DownloadExcelNew": lambda client, account: client.get_interval_usage(
        account.number, account.meters[0].number, START, END
    ),
    "*/UsageData": lambda client, account: client.get_daily_usage(
        account.number, START, END
    ),
    "*/Electric": lambda client, account: client.get_monthly_usage(
        account.number, account.meters[0].number, START, END
    ),
    "*/Generation": lambda client, account: client.get_monthly_generation(
        account.number, account.meters[0].number, START, END
    ),
    "*/GetUsageHistoryDetail": lambda client, account: client.get_weather(
        account.number, account.meters[0].contract, START, END
    ),
    "*/GreenButton": lambda client, account: client.get_green_button(
        account, account.meters[0].number, "Pat Sample", START, END
    ),
}


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("timeout", None, TimedOut),
        ("drop", None, CannotConnect),
        ("status", 400, ProviderError),
        ("status", 401, NotPermitted),
        ("status", 403, NotPermitted),
        ("status", 500, ProviderError),
        ("status", 503, ProviderError),
        ("rate_limited", None, RateLimited),
        ("html", 200, Maintenance),
        ("html", 403, Maintenance),
        ("html", 401, Maintenance),
        ("truncated", None, Malformed),
        ("empty", None, Malformed),
        ("wrong_types", None, Malformed),
    ],
)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_fault(
    portal: Portal,
    endpoint: str,
    kind: str,
    status: int | None,
    error: type[CloudError],
) -> None:
    """The error tells what happened, the session stays, and all is well afterwards."""
    client = await portal.logged_in("plain_home")
    [account] = await client.get_accounts()
    hasty = await portal.client("plain_home", login=client.login, timeout=0.1)
    ask = ENDPOINTS[endpoint]
    portal.cloud.faults.add(
        endpoint=endpoint, kind=kind, **({"status": status} if status else {})
    )

    with pytest.raises(error) as raised:
        await ask(hasty if kind == "timeout" else client, account)

    assert not isinstance(raised.value, AuthFailed)
    assert isinstance(raised.value, error)
    portal.cloud.faults.clear()
    await ask(client, account)
    assert portal.count("/accounts.login") == 1


@pytest.mark.parametrize("kind", ["drop", "status"])
async def test_passing_fault(portal: Portal, kind: str) -> None:
    """What passes within a moment is never seen: all calls for data are repeated."""
    client = await portal.logged_in("plain_home")
    [account] = await client.get_accounts()
    for endpoint, ask in ENDPOINTS.items():
        portal.cloud.faults.add(endpoint=endpoint, kind=kind, times=2)
        await ask(client, account)


async def test_retry_after(portal: Portal) -> None:
    """The pause that the cloud asks for comes out, as number or as date."""
    client = await portal.logged_in("plain_home")
    for retry_after in (120, "Fri, 20 Nov 2099 12:00:00 GMT"):
        portal.cloud.faults.add(
            endpoint="*/GetBpNumber", kind="rate_limited", retry_after=retry_after
        )
        with pytest.raises(RateLimited) as raised:
            await client.get_customer_number()
        assert raised.value.retry_after
        assert raised.value.retry_after >= 120
        portal.cloud.faults.clear()
