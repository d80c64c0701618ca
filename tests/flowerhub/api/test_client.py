"""What the client reads, and how a call is made (wire 4)."""

import asyncio
from datetime import date
import logging
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import (
    CannotConnect,
    CloudError,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    TimedOut,
)
from custom_components.flowerhub.api import (
    ApiError,
    AuthenticationError,
    Endpoints,
    FetchOptions,
    FlowerhubClient,
    error_details,
    open_client,
)
from custom_components.flowerhub.api.models import FlowerHubStatus

from .conftest import Clockwork, Portal

ASSET = "/asset/{assetId}"


async def test_asset(portal: Portal) -> None:
    """Hub, inverter and battery, with the status as the client's state too."""
    client = await portal.logged_in()
    asset = await client.get_asset()
    assert asset.id == portal.person()["asset_id"]
    assert asset.inverter.name == "SUN2000 M1"
    assert asset.inverter.power_capacity == 10
    assert asset.inverter.battery_stacks == 2
    assert asset.battery.manufacturer.manufacturer_name == "Huawei"
    assert (asset.battery.min_modules, asset.battery.max_modules) == (1, 3)
    assert asset.battery.energy_capacity == 15
    assert asset.fuse_size == 20
    assert asset.is_installed is True
    assert client.flowerhub_status == asset.status
    assert client.asset_info
    assert client.asset_info["id"] == asset.id


async def test_asset_without_a_status(portal: Portal) -> None:
    """Without raising, the rest is there as it came, and the old status stays."""
    client = await portal.logged_in()
    await client.get_asset()
    before, whole = client.flowerhub_status, client.asset_info
    assert whole
    portal.cloud.apply({"look": {"null_status": True}})
    with pytest.raises(Malformed):
        await client.get_asset()
    assert await client.get_asset(raise_on_error=False) is None
    assert client.asset_info == {**whole, "flowerHubStatus": None}
    assert client.flowerhub_status is before


async def test_owner(portal: Portal) -> None:
    """Details, profile, agreement; nothing personal in any repr."""
    client, person = await portal.logged_in(), portal.person()
    details = await client.get_asset_owner()
    profile = await client.get_asset_owner_profile()
    agreement = await client.get_electricity_agreement()
    assert details.asset
    assert details.asset.asset_model
    assert details.asset.asset_model.name == "Hub model X"
    assert details.compensation
    assert details.compensation.is_qualified
    assert details.compensation_start == date(2025, 6, 1)
    assert details.distributor
    assert profile.account_status == "Verified"
    assert profile.installer
    assert profile.installer.address
    assert agreement.consumption
    assert agreement.consumption.site_id == person["site_id"]
    assert agreement.consumption.start == date(2025, 6, 1)
    assert agreement.production
    assert agreement.production.termination is None
    shown = repr((details, profile, agreement))
    for secret in ("Testsson", "Testgatan", "+4670", "Installer AB", "FH0"):
        assert secret not in shown


async def test_bills(portal: Portal, frozen: Clockwork) -> None:
    """Invoices, volumes and revenue are what the portal knows."""
    client = await portal.logged_in()
    truth = portal.cloud.truth("solar_home", None, None)["series"]
    invoices = await client.get_invoices()
    assert invoices
    totals = [each["value"] for each in truth["invoiced"]]
    assert [each.total for each in reversed(invoices)] == pytest.approx(totals)
    assert invoices[0].month == date(2026, 10, 1)
    assert invoices[0].due_date == date(2026, 11, 28)
    lines = [line for site in invoices[0].site_invoices for line in site.lines]
    assert sum(line.amount or 0 for line in lines) == pytest.approx(invoices[0].total)
    rows = await client.get_consumption()
    assert rows
    site = str(portal.person()["site_id"])
    volumes = [row.volume for row in rows if row.site_id == site]
    assert volumes == [each["value"] for each in truth[f"consumption/{site}"]]
    revenue = await client.get_revenue()
    assert revenue
    assert revenue.compensation == truth["compensation"][-1]["value"]
    assert invoices[0].ocr not in repr(invoices)


async def test_uptime(portal: Portal, frozen: Clockwork) -> None:
    """Months, history, and the pie of a month."""
    client = await portal.logged_in()
    months = await client.get_available_uptime_months()
    history = await client.get_uptime_history()
    assert months
    assert history
    assert months[-1].value == "2026-11"
    assert history[-1].month == date(2026, 11, 1)
    pie = await client.get_uptime_pie(period="2026-10")
    assert pie
    assert pie.month == date(2026, 10, 1)
    assert pie.uptime is not None
    assert pie.downtime is not None
    assert pie.no_data == 0
    assert pie.uptime + pie.downtime == 31 * 86_400 + 3600
    assert pie.ratio_actual == pie.ratio_total
    assert round(pie.ratio_actual or 0) == history[-2].uptime
    running = await client.get_uptime_pie()
    assert running
    assert running.month == date(2026, 11, 1)
    assert running.ratio_actual != running.ratio_total
    asked = portal.cloud.requests.entries[-1]
    assert asked.path == "/asset-effective-uptime/pie-chart/{assetId}"


async def test_the_running_month_is_that_of_sweden(
    portal: Portal, frozen: Clockwork
) -> None:
    """An hour before UTC's new month it has begun there."""
    client = await portal.logged_in()
    frozen.tick(days=10, hours=11, minutes=1)
    pie = await client.get_uptime_pie()
    assert pie
    assert pie.month == date(2026, 12, 1)
    assert (pie.uptime or 0) + (pie.downtime or 0) == pytest.approx(60, abs=1)


async def test_nothing_to_tell(portal: Portal) -> None:
    """Empty answers are none, and no errors."""
    client = await portal.logged_in()
    portal.cloud.apply({"look": {"no_revenue": True, "unknown_period": "empty"}})
    assert await client.get_revenue() is None
    pie = await client.get_uptime_pie(period="2020-01")
    assert pie
    assert (pie.uptime, pie.ratio_actual, pie.ratio_total) == (None, None, None)
    for path, get in (
        ("/asset-owner/*/invoice", client.get_invoices),
        ("/asset-owner/*/consumption", client.get_consumption),
        ("*/available-months/*", client.get_available_uptime_months),
        ("*/history/*", client.get_uptime_history),
        ("*/pie-chart/*", client.get_uptime_pie),
    ):
        portal.cloud.faults.add(endpoint=path, kind="empty", times=1)
        assert await get() is None
    assert portal.errors == []


async def test_notices(portal: Portal) -> None:
    """Nothing, JSON, or a text; a web page is no notice."""
    client = await portal.logged_in()
    get = client.get_system_notification
    assert await get() is None
    portal.cloud.apply({"notice": {"slug": "active-zavann", "body": {"a": 1}}})
    assert await get("active-zavann") == {"a": 1}
    portal.cloud.faults.add(
        endpoint="/system-notification/*", kind="status", status=200, times=1
    )
    assert await get() == "simulated 200"
    portal.cloud.faults.add(endpoint="/system-notification/*", kind="html", times=1)
    with pytest.raises(Maintenance):
        await get()
    with pytest.raises(ProviderError):
        await get("active-other")


async def test_readout(portal: Portal) -> None:
    """Discovery, asset, uptime; a failing uptime fails nothing else."""
    client = await portal.client()
    await client.sign_in()
    readout = await client.get_readout()
    person = portal.person()
    assert readout.asset_owner_id == person["asset_owner_id"]
    assert readout.asset_id == readout.discovered_asset_id == person["asset_id"]
    assert readout.asset
    assert readout.uptime
    for number in (readout.asset_owner_id, readout.asset_id):
        assert str(number) not in repr(readout)
    portal.cloud.faults.add(endpoint="*/pie-chart/*", kind="status", times=9)
    readout = await client.get_readout(retry_5xx_attempts=0)
    assert readout.asset
    assert readout.uptime is None
    assert [type(each) for each in portal.errors] == [ProviderError]


async def test_readout_without_a_hub(portal: Portal) -> None:
    """There is nothing to fetch; one that was known is read on."""
    client = await portal.client("newcomer")
    await client.sign_in()
    readout = await client.get_readout()
    assert readout.asset_id is None
    assert readout.asset is None
    client = await portal.logged_in()
    portal.cloud.apply({"look": {"null_asset_id": True}})
    readout = await client.get_readout()
    assert readout.discovered_asset_id is None
    assert readout.asset_id == portal.person()["asset_id"]
    assert readout.asset


async def test_unknown_ids(portal: Portal) -> None:
    """Nothing is sent without them."""
    client = await portal.client()
    with pytest.raises(ValueError, match="not known"):
        await client.get_asset_id()
    with pytest.raises(ValueError, match="not known"):
        await client.get_asset()
    client.asset_id = 1
    for period in ("", " ", "November"):
        with pytest.raises(ValueError, match="not a month"):
            await client.get_uptime_pie(period=period)
    assert portal.asked() == []
    client.asset_owner_id = 4711
    with pytest.raises(NotPermitted):
        await client.get_asset_id()


@pytest.mark.parametrize(
    ("fault", "error", "status"),
    [
        ({"kind": "status", "status": 404}, ProviderError, 404),
        ({"kind": "status", "status": 500}, ProviderError, 500),
        ({"kind": "rate_limited", "retry_after": 60}, RateLimited, 429),
        ({"kind": "status", "status": 403}, NotPermitted, 403),
        ({"kind": "html"}, Maintenance, 200),
        ({"kind": "truncated"}, Malformed, 200),
        ({"kind": "empty"}, Malformed, 200),
        ({"kind": "wrong_types"}, Malformed, 200),
        ({"kind": "drop"}, CannotConnect, None),
    ],
    ids=str,
)
async def test_errors_and_results(
    portal: Portal, fault: dict[str, Any], error: type[CloudError], status: int | None
) -> None:
    """Each failure is raised, or there is no result; both are told before."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint=ASSET, times=99, **fault)
    with pytest.raises(error) as caught:
        await client.get_asset()
    assert isinstance(caught.value, ApiError)
    assert not isinstance(caught.value, AuthenticationError)
    details = error_details(caught.value)
    assert details.status_code == status
    number = str(portal.person()["asset_id"])
    if status is not None:
        assert details.url == f"{portal.cloud.url}/asset/{number}"
        assert details.payload is not None
    assert number not in str(caught.value)
    assert number not in repr(details)
    assert await client.get_asset(raise_on_error=False) is None
    # While the pause lasts that the portal has asked for, nothing is sent
    again = None if status == 429 else status
    assert [error_details(each).status_code for each in portal.errors] == [
        status,
        again,
    ]
    assert [type(each) for each in portal.errors] == [error, error]
    assert portal.auth_failures == 0


async def test_details_without_an_answer() -> None:
    """An error that was made without one still has its status."""
    assert error_details(ProviderError("x", status=418)).status_code == 418
    assert error_details(CannotConnect("x")).status_code is None


@pytest.mark.parametrize(
    ("kind", "retries", "requests"),
    [
        ("status", None, 3),
        ("status", 0, 1),
        ("status", 1, 2),
        ("status", 4, 5),
        ("rate_limited", None, 3),
        ("rate_limited", 0, 1),
    ],
)
async def test_retries(
    portal: Portal, kind: str, retries: int | None, requests: int
) -> None:
    """They are counted, also for 429; none if so wanted."""
    client = await portal.logged_in()
    portal.cloud.faults.add(endpoint=ASSET, kind=kind, times=99)
    with pytest.raises(CloudError):
        await client.get_asset(retry_5xx_attempts=retries)
    assert portal.asked() == [ASSET] * requests


async def test_timeouts(portal: Portal) -> None:
    """Of a single call, of the client, or none at all."""
    client = await portal.logged_in()
    assert client.request_timeout_total == 10
    slow = {"endpoint": ASSET, "kind": "slow", "seconds": 0.3}
    portal.cloud.faults.add(times=1, **slow)
    with pytest.raises(TimedOut):
        await client.get_asset(timeout_total=0.05, retry_5xx_attempts=0)
    client.request_timeout_total = 0.05
    portal.cloud.faults.add(times=2, **slow)
    options = FetchOptions(raise_on_error=False, retry_5xx_attempts=0)
    assert await client.get_asset(**options) is None
    assert "in time" in str(portal.errors[-1])
    assert await client.get_asset(timeout_total=0)


@pytest.mark.parametrize(("limit", "expected"), [(2, 2), (0, 6), (None, 6)])
async def test_concurrency(portal: Portal, limit: int | None, expected: int) -> None:
    """No more requests than so many are under way."""
    client = await portal.logged_in()
    client.set_max_concurrency(limit)
    portal.cloud.faults.add(endpoint="*/pie-chart/*", kind="slow", seconds=0.2)
    pies = [
        asyncio.create_task(client.get_uptime_pie(period=f"2026-0{month}"))
        for month in range(1, 7)
    ]
    await asyncio.sleep(0.1)
    pending = client._transport.session.connector
    assert pending
    assert len(pending._acquired) == expected
    await asyncio.gather(*pies)


async def test_a_callback_that_fails(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged and changes nothing."""

    def fail(_: CloudError) -> None:
        raise ZeroDivisionError

    client = await portal.client(on_api_error=fail)
    await client.sign_in()
    portal.cloud.faults.add(endpoint="*", kind="status", status=404, times=1)
    with pytest.raises(ProviderError):
        await client.get_asset_id()
    assert "Error in a callback" in caplog.text


async def test_polling(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each status is passed on; a failure is logged and the next round comes."""
    client = await portal.client()
    heard: list[FlowerHubStatus] = []
    queue: asyncio.Queue[FlowerHubStatus] = asyncio.Queue()
    portal.cloud.faults.add(endpoint=ASSET, kind="status", status=404, times=1)
    monkeypatch.setattr(
        "custom_components.flowerhub.api.polling.SHORTEST_INTERVAL", 0.01
    )
    task = client.start_periodic_asset_fetch(
        0.02, run_immediately=True, on_update=heard.append, result_queue=queue
    )
    assert client.is_asset_fetch_running()
    with pytest.raises(RuntimeError, match="already"):
        client.start_periodic_asset_fetch(0.02)
    first = await asyncio.wait_for(queue.get(), 5)
    second = await asyncio.wait_for(queue.get(), 5)
    assert first == second == heard[0]
    await client.stop_periodic_asset_fetch()
    assert task.cancelled()
    assert not client.is_asset_fetch_running()
    await client.stop_periodic_asset_fetch()


async def test_polling_of_a_missing_hub(
    portal: Portal,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It waits for one; what listens may fail; closing ends it."""
    monkeypatch.setattr(
        "custom_components.flowerhub.api.polling.SHORTEST_INTERVAL", 0.01
    )
    client = await portal.client("newcomer")
    client.start_periodic_asset_fetch(0.02)
    await asyncio.sleep(0.2)
    assert "No hub is installed yet" in caplog.text
    await client.close()
    assert not client.is_asset_fetch_running()
    client = await portal.client()

    def fail(_: FlowerHubStatus) -> None:
        raise ZeroDivisionError

    client.start_periodic_asset_fetch(0.02, run_immediately=True, on_update=fail)
    await asyncio.sleep(0.3)
    assert "Error while passing on" in caplog.text
    assert client.is_asset_fetch_running()


async def test_shortest_interval(portal: Portal) -> None:
    """Less than five seconds is refused."""
    client = await portal.client()
    with pytest.raises(ValueError, match="5 seconds"):
        client.start_periodic_asset_fetch(4.9)


async def test_a_session_of_its_own(portal: Portal) -> None:
    """For programs that have none."""
    person, endpoints = portal.person(), Endpoints(**portal.cloud.hosts)
    async with open_client(person["username"], person["password"], endpoints) as client:
        assert await client.get_asset_id() == person["asset_id"]
        session = client._transport.session
    assert session.closed


async def test_an_injected_session_stays_open(portal: Portal) -> None:
    """Its life is the caller's care."""
    client: FlowerhubClient = await portal.logged_in()
    await client.close()
    assert not client._transport.session.closed


async def test_logs_show_nothing_personal(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """No log line of any level shows a login, a number or a name."""
    caplog.set_level(logging.DEBUG)
    client = await portal.logged_in()
    await client.get_readout()
    await client.get_invoices()
    await client.get_asset_owner_profile()
    person = portal.person()
    logged = "\n".join(
        r.getMessage() for r in caplog.records if "custom_components" in r.name
    )
    cookies = {each.value for each in client._transport.session.cookie_jar}
    for secret in (
        person["username"],
        person["password"],
        str(person["asset_owner_id"]),
        str(person["asset_id"]),
        *cookies,
    ):
        assert secret not in logged
