"""Every way through the config, reauth, reconfigure and options flow."""

import asyncio
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest

from custom_components.flowerhub.const import DOMAIN
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import person_of, requests, settle
from tests.flows import opened, walk

from .helpers import add_entry, state


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the flow."""
    result = await opened(hass, DOMAIN)
    assert_form(result, "user")
    return result


def typed(cloud: FlowerhubCloud, name: str, **changes: Any) -> dict[str, Any]:
    """Return what the user types."""
    person = person_of(cloud, name)
    return {"username": person["username"], "password": person["password"]} | changes


def assert_form(
    result: ConfigFlowResult, step_id: str, error: str | None = None
) -> None:
    """Check which form is shown, with which error."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step_id
    assert (result["errors"] or {}) == ({"base": error} if error else {})


async def test_sign_in(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """The whole way, with the dashboard filled."""
    hass.config.currency = "SEK"
    person = person_of(cloud)
    result = await walk(hass, await begin(hass), typed(cloud, "solar_home"))
    assert result["type"] is FlowResultType.MENU
    result = await walk(hass, result, {"next_step_id": "dashboard_add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.title == f"Flowerhub {person['asset_id']}"
    assert entry.unique_id == person["account"]
    await hass.async_block_till_done(wait_background_tasks=True)
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    assert source["type"] == "grid"
    site, production = person["site_id"], person["production_site_id"]
    assert source["stat_energy_from"] == f"{DOMAIN}:consumption_{site}"
    assert source["stat_energy_to"] == f"{DOMAIN}:production_{production}"
    assert source["stat_cost"] == f"{DOMAIN}:invoiced_{person['asset_id']}"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_costs_in_another_currency(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """They are no part of the source, and the step says so."""
    hass.config.currency = "USD"
    result = await walk(hass, await begin(hass), typed(cloud, "solar_home"))
    placeholders = result["description_placeholders"]
    assert placeholders
    assert "The costs are in SEK" in placeholders["notes"]
    assert "currency is USD" in placeholders["notes"]
    result = await walk(hass, result, {"next_step_id": "dashboard_add"})
    await hass.async_block_till_done(wait_background_tasks=True)
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    assert source["type"] == "grid"
    assert source["stat_energy_from"]
    assert source["stat_cost"] is None
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_not_in_the_dashboard(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """Then the user is told which statistics to pick."""
    result = await walk(
        hass,
        await begin(hass),
        typed(cloud, "plain_home"),
        {"next_step_id": "dashboard_skip"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    placeholders = result["description_placeholders"]
    assert placeholders
    assert (
        f"consumption_{person_of(cloud, 'plain_home')['site_id']}"
        in (placeholders["statistics"])
    )
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_without_an_agreement(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """The dashboard is not offered, and nothing fails."""
    cloud.apply({"look": {"no_agreement": True}})
    result = await walk(hass, await begin(hass), typed(cloud, "solar_home"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize(
    ("name", "error"), [("installer", "no_asset_owner"), ("newcomer", "no_asset")]
)
async def test_accounts_without_a_hub(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str, error: str
) -> None:
    """Each is told what is missing, and another login gets in."""
    result = await walk(hass, await begin(hass), typed(cloud, name))
    assert_form(result, "user", error)
    result = await walk(hass, result, typed(cloud, "solar_home"))
    assert result["type"] is FlowResultType.MENU


@pytest.mark.parametrize("endpoint", ["POST /auth/login", "GET /asset-owner/*"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop"}, "cannot_connect"),
        ({"kind": "rate_limited"}, "rate_limited"),
        ({"kind": "html"}, "maintenance"),
        ({"kind": "html", "status": 401}, "maintenance"),
        ({"kind": "truncated"}, "malformed"),
        ({"kind": "empty"}, "malformed"),
        ({"kind": "wrong_types"}, "malformed"),
        ({"kind": "status", "status": 500}, "provider_error"),
        ({"kind": "status", "status": 403}, "not_permitted"),
    ],
    ids=str,
)
async def test_faults_and_recovery(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    endpoint: str,
    fault: dict[str, Any],
    error: str,
) -> None:
    """A fault is told, and the same flow gets in once it is over."""
    cloud.faults.add(endpoint=endpoint, times=100, **fault)
    result = await walk(hass, await begin(hass), typed(cloud, "plain_home"))
    assert_form(result, "user", error)
    cloud.faults.clear()
    wrong = typed(cloud, "plain_home", password="wrong")
    result = await walk(hass, result, wrong)
    assert_form(result, "user", "invalid_auth")
    result = await walk(hass, result, typed(cloud, "plain_home"))
    assert result["type"] is FlowResultType.MENU


async def test_twice(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """The same account is not set up twice."""
    await add_entry(hass, cloud, "plain_home")
    result = await walk(hass, await begin(hass), typed(cloud, "plain_home"))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_the_flow_has_cookies_of_its_own(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """A trial login does not touch what is set up."""
    entry = await add_entry(hass, cloud, "plain_home")
    before = {c.value for c in entry.runtime_data.connection.session.cookie_jar}
    await walk(hass, await begin(hass), typed(cloud, "solar_home"))
    after = {c.value for c in entry.runtime_data.connection.session.cookie_jar}
    assert before == after
    await entry.runtime_data.coordinator.async_refresh()
    assert state(hass, entry, "connected", "binary_sensor") == "on"


async def test_reauth(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """Only the password is asked for; the entry goes on with it."""
    entry = await add_entry(hass, cloud)
    (new,) = cloud.apply({"password": {"account": "solar_home"}}).values()
    result = await entry.start_reauth_flow(hass)
    assert_form(result, "reauth_confirm")
    schema = result["data_schema"]
    assert schema
    assert [str(key) for key in schema.schema] == ["password"]
    result = await walk(hass, result, {"password": entry.data["password"]})
    assert_form(result, "reauth_confirm", "invalid_auth")
    result = await walk(hass, result, new)
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert entry.data["password"] == new["password"]
    assert entry.data["asset_id"] == person_of(cloud)["asset_id"]
    assert state(hass, entry, "connected", "binary_sensor") == "on"


@pytest.mark.parametrize("name", ["plain_home", "newcomer"])
async def test_reauth_with_another_account(
    hass: HomeAssistant, cloud: FlowerhubCloud, name: str
) -> None:
    """A login that has become somebody else's is refused."""
    entry = await add_entry(hass, cloud)
    other = person_of(cloud, name)
    data = {**entry.data, "username": other["username"]}
    hass.config_entries.async_update_entry(entry, data=data)
    result = await entry.start_reauth_flow(hass)
    result = await walk(hass, result, {"password": other["password"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"


async def test_reconfigure(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """Another account is refused; another password of the same one is taken."""
    entry = await add_entry(hass, cloud)
    result = await entry.start_reconfigure_flow(hass)
    assert_form(result, "reconfigure")
    result = await walk(hass, result, typed(cloud, "plain_home"))
    assert result["reason"] == "wrong_account"
    cloud.apply({"password": {"account": "solar_home", "password": "Another-1"}})
    result = await entry.start_reconfigure_flow(hass)
    answer = typed(cloud, "solar_home", password="Another-1")
    result = await walk(hass, result, answer)
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)
    assert entry.data["password"] == "Another-1"


@pytest.mark.parametrize("begin_flow", ["reauth", "reconfigure"])
async def test_an_entry_that_is_removed_during_a_step(
    hass: HomeAssistant, cloud: FlowerhubCloud, begin_flow: str
) -> None:
    """The flow ends with it, and what the cloud answers then is of no use."""
    entry = await add_entry(hass, cloud)
    begin_it = getattr(entry, f"start_{begin_flow}_flow")
    result = await begin_it(hass)
    is_asked, goes_on = asyncio.Event(), asyncio.Event()

    async def wait(_: float) -> None:
        is_asked.set()
        await goes_on.wait()

    cloud.faults.wait = wait
    cloud.faults.add(endpoint="POST */auth/login", kind="slow")
    answer = typed(cloud, "solar_home") if begin_flow == "reconfigure" else {}
    answer |= {"password": entry.data["password"]}
    step = hass.async_create_task(walk(hass, result, answer))
    await is_asked.wait()
    await hass.config_entries.async_remove(entry.entry_id)
    goes_on.set()
    with pytest.raises(UnknownFlow):
        await step


async def test_options(hass: HomeAssistant, cloud: FlowerhubCloud) -> None:
    """They are taken and the entry is loaded anew with them."""
    entry = await add_entry(hass, cloud, "plain_home", scan_interval=30)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    schema = result["data_schema"]
    assert schema
    assert schema({})["scan_interval"] == 720
    cloud.requests.clear()
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {"scan_interval": 3600.0, "statistics": False}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    assert entry.options == {
        "scan_interval": 3600,
        "statistics": False,
        "bill_limit": 10,
    }
    interval = entry.runtime_data.coordinator.update_interval.total_seconds()
    assert 3600 <= interval <= 3960
    assert requests(cloud, "/consumption") == 1
    assert entry.runtime_data.feed.progress == {}
