"""Every way through the config, reauth, reconfigure and options flow."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.prices.dated_prices import CONF_EARLIER_PRICES
from custom_components.iec.const import (
    CONF_CONTRACTS,
    CONF_LOGIN,
    CONF_OTP_METHOD,
    DOMAIN,
)
from tests.clouds.iec import IecCloud
from tests.entries import coming_prices, person_of, requests, settle
from tests.flows import opened, walk

from .helpers import add_entry, make_entry, series_of


async def begin(hass: HomeAssistant, user_id: str) -> ConfigFlowResult:
    """Open the flow and type the identity number."""
    result = await opened(hass, DOMAIN)
    assert_form(result, "user")
    return await walk(hass, result, {"user_id": user_id})


def assert_form(
    result: ConfigFlowResult, step_id: str, errors: dict[str, str] | None = None
) -> None:
    """Check which form is shown, with which errors."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step_id
    assert (result["errors"] or {}) == (errors or {})


def offered(result: ConfigFlowResult, field: str) -> list[str]:
    """Return the values that a form offers."""
    schema = result["data_schema"]
    assert schema
    return [option["value"] for option in schema.schema[field].config["options"]]


def labels(result: ConfigFlowResult) -> list[str]:
    """Return how the ways to get a code are named."""
    schema = result["data_schema"]
    assert schema
    options = schema.schema["delivery"].config["options"]
    return [option["label"] for option in options]


async def finish(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigEntry[Any]:
    """Skip the dashboard, and let the new entry come up."""
    assert result["type"] is FlowResultType.MENU
    result = await walk(hass, result, {"next_step_id": "dashboard_skip"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry: ConfigEntry[Any] = result["result"]
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(entry.entry_id)
    return entry


@pytest.mark.parametrize(("way", "method"), [(0, "sms"), (1, "email")])
async def test_sign_in(
    hass: HomeAssistant, cloud: IecCloud, way: int, method: str
) -> None:
    """The whole way by text message and by e-mail, with the dashboard filled."""
    hass.config.currency = "ILS"
    person = person_of(cloud, "plain_home")
    result = await begin(hass, f" {person['user_id']} ")
    assert_form(result, "delivery")
    assert "sns" not in labels(result)[0]
    assert "@" in labels(result)[1]
    assert requests(cloud, "/verify") == 0
    delivery = offered(result, "delivery")[way]
    result = await walk(hass, result, {"delivery": delivery})
    assert_form(result, "code")
    code = person["code"]
    result = await walk(hass, result, {"code": f"{code[:3]} {code[3:]}"})
    assert result["type"] is FlowResultType.MENU
    result = await walk(hass, result, {"next_step_id": "dashboard_add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.unique_id == person["user_id"]
    assert person["user_id"] not in entry.title
    assert entry.data[CONF_OTP_METHOD] == method
    assert entry.data[CONF_CONTRACTS] is None
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    assert source["type"] == "grid"
    assert source["stat_energy_from"] == series_of(person)
    assert source["stat_cost"] == series_of(person, "est_cost")
    assert source["stat_energy_to"] is None
    await hass.config_entries.async_unload(entry.entry_id)


async def test_one_way_only(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Then the code is sent at once; a meter for both ways is offered as such."""
    person = person_of(cloud, "solar_home")
    result = await begin(hass, person["user_id"])
    assert_form(result, "code")
    result = await walk(
        hass, result, {"code": person["code"]}, {"next_step_id": "dashboard_add"}
    )
    await hass.async_block_till_done()
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    assert source["type"] == "grid"
    assert source["stat_energy_to"] == series_of(person, "production")
    # Home Assistant's currency is another one here.
    assert source["stat_cost"] is None
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_wrong_code_and_resend(hass: HomeAssistant, cloud: IecCloud) -> None:
    """A typing error keeps the code and sends none; a resend is the user's choice."""
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way)
    sent = requests(cloud, "/verify")
    result = await walk(hass, result, {"code": "000000"})
    assert_form(result, "code", {"code": "invalid_code"})
    result = await walk(hass, result, {})
    assert_form(result, "code", {"code": "code_missing"})
    assert requests(cloud, "/verify") == sent + 1
    assert requests(cloud, "/authn") == sent + 2
    result = await walk(hass, result, {"resend": True})
    assert_form(result, "delivery")
    result = await walk(hass, result, way, {"code": person["code"]})
    await finish(hass, result)


@pytest.mark.parametrize("what", ["login", "code"])
async def test_an_expired_code(hass: HomeAssistant, cloud: IecCloud, what: str) -> None:
    """It leads back to the choice, and a new code gets in."""
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way)
    cloud.apply({"expire_code": {"account": "plain_home", "what": what}})
    result = await walk(hass, result, {"code": person["code"]})
    if what == "login":
        assert_form(result, "delivery", {"base": "code_expired"})
    else:
        # Of such a code the service only says that it is wrong.
        assert result["step_id"] in ("code", "delivery")
        result = await walk(hass, result, {"resend": True})
    result = await walk(hass, result, way, {"code": person["code"]})
    await finish(hass, result)


async def test_sent_too_soon(hass: HomeAssistant, cloud: IecCloud) -> None:
    """It is told, and works later."""
    cloud.apply({"resend_wait": 30})
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way, {"resend": True}, way)
    assert_form(result, "delivery", {"base": "rate_limited"})
    cloud.apply({"resend_wait": 0})
    result = await walk(hass, result, way, {"code": person["code"]})
    await finish(hass, result)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("123456789", "invalid_id"),
        ("000000000", "invalid_id"),
        ("123456782", "not_registered"),
    ],
)
async def test_wrong_ids(
    hass: HomeAssistant, cloud: IecCloud, typed: str, key: str
) -> None:
    """Each has its text, and the right one gets in afterwards."""
    result = await begin(hass, typed)
    assert_form(result, "user", {"base": key})
    result = await walk(
        hass, result, {"user_id": person_of(cloud, "plain_home")["user_id"]}
    )
    assert_form(result, "delivery")


async def test_no_way_to_get_a_code(hass: HomeAssistant, cloud: IecCloud) -> None:
    """That has to be put right at the web site."""
    result = await begin(hass, person_of(cloud, "unreachable")["user_id"])
    assert_form(result, "user", {"base": "no_code_method"})


async def test_locked(hass: HomeAssistant, cloud: IecCloud) -> None:
    """At the beginning and while the code is typed."""
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    result = await walk(hass, result, {"delivery": offered(result, "delivery")[0]})
    cloud.apply({"lock": "plain_home"})
    result = await walk(hass, result, {"code": person["code"]})
    assert_form(result, "user", {"base": "account_locked"})
    result = await walk(hass, result, {"user_id": person["user_id"]})
    assert_form(result, "user", {"base": "account_locked"})


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"kind": "drop"}, "cannot_connect"),
        ({"kind": "status", "status": 500}, "provider_error"),
        ({"kind": "html", "status": 403}, "maintenance"),
        ({"kind": "rate_limited"}, "rate_limited"),
        ({"kind": "empty"}, "malformed"),
    ],
    ids=str,
)
async def test_trouble_at_each_step(
    hass: HomeAssistant, cloud: IecCloud, fault: dict[str, Any], key: str
) -> None:
    """It is told, and the same step works afterwards."""
    person = person_of(cloud, "plain_home")
    cloud.faults.add(endpoint="POST */authn", times=1, **fault)
    result = await begin(hass, person["user_id"])
    assert_form(result, "user", {"base": key})
    result = await walk(hass, result, {"user_id": person["user_id"]})
    way = {"delivery": offered(result, "delivery")[0]}
    if fault["kind"] != "empty":
        cloud.faults.add(endpoint="POST */verify", times=1, **fault)
        result = await walk(hass, result, way)
        assert_form(result, "delivery", {"base": key})
    result = await walk(hass, result, way)
    cloud.faults.add(endpoint="POST */v1/token", times=1, **fault)
    result = await walk(hass, result, {"code": person["code"]})
    assert_form(result, "code", {"base": key})
    result = await walk(hass, result, {"code": person["code"]})
    assert result["type"] is FlowResultType.MENU


async def test_trouble_behind_the_login(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Where no source tells of contracts the same code is still good."""
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    result = await walk(hass, result, {"delivery": offered(result, "delivery")[0]})
    cloud.apply({"broken": True})
    result = await walk(hass, result, {"code": person["code"]})
    assert_form(result, "code", {"base": "provider_error"})
    cloud.apply({"broken": False})
    result = await walk(hass, result, {"code": person["code"]})
    assert result["type"] is FlowResultType.MENU


async def test_nobody_home(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Without a contract there is nothing to set up."""
    person = person_of(cloud, "newcomer")
    result = await begin(hass, person["user_id"])
    result = await walk(hass, result, {"code": person["code"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_accounts"


async def test_twice(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The same login can't be added twice."""
    person = person_of(cloud, "plain_home")
    result = await begin(hass, person["user_id"])
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way, {"code": person["code"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


@pytest.mark.parametrize("everything", [True, False])
async def test_choice_of_contracts(
    hass: HomeAssistant, cloud: IecCloud, *, everything: bool
) -> None:
    """All that are active means those to come as well."""
    person = person_of(cloud, "landlord")
    result = await begin(hass, person["user_id"])
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way, {"code": person["code"]})
    assert_form(result, "contracts")
    active = [each["contract"] for each in person["contracts"] if not each["ended"]]
    assert set(offered(result, CONF_CONTRACTS)) > set(active)
    result = await walk(hass, result, {CONF_CONTRACTS: []})
    assert_form(result, "contracts", {CONF_CONTRACTS: "no_contract_chosen"})
    chosen = active if everything else active[:1]
    result = await walk(hass, result, {CONF_CONTRACTS: chosen})
    entry = await finish(hass, result)
    assert entry.data[CONF_CONTRACTS] == (None if everything else chosen)


async def open_reauth(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> ConfigFlowResult:
    """Let the session die, and open the form."""
    cloud.apply({"revoke_tokens": "plain_home"})
    cloud.requests.clear()
    result = await entry.start_reauth_flow(hass)
    assert_form(result, "reauth_confirm")
    # Nothing is sent before the user is there.
    assert requests(cloud) == 0
    return result


async def test_reauth(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Nothing has to be typed but the code."""
    person = person_of(cloud, "plain_home")
    before = entry.data[CONF_LOGIN]
    result = await open_reauth(hass, cloud, entry)
    result = await walk(hass, result, {})
    way = {"delivery": offered(result, "delivery")[1]}
    result = await walk(hass, result, way, {"code": person["code"]})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_LOGIN] != before
    assert entry.data[CONF_OTP_METHOD] == "email"


async def test_reauth_of_an_entry_without_an_id(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """Then it is asked for, and another's is refused."""
    entry = await make_entry(hass, cloud)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "user_id": ""})
    other = person_of(cloud, "solar_home")
    result = await open_reauth(hass, cloud, entry)
    result = await walk(
        hass, result, {"user_id": other["user_id"]}, {"code": other["code"]}
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"


async def reconfigure(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Choose what to change."""
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.MENU
    return await walk(hass, result, {"next_step_id": step})


async def test_reconfigure_the_contracts(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Without a code; the devices follow."""
    entry = await add_entry(hass, cloud, "landlord", history_days=1)
    cloud.requests.clear()
    result = await reconfigure(hass, entry, "contracts")
    assert_form(result, "contracts")
    chosen = offered(result, CONF_CONTRACTS)[:1]
    result = await walk(hass, result, {CONF_CONTRACTS: chosen})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)
    assert requests(cloud, "/authn") == 0
    assert set(entry.runtime_data.coordinator.data.contracts) == set(chosen)
    result = await reconfigure(hass, entry, "contracts")
    assert_form(result, "contracts")
    await hass.config_entries.async_unload(entry.entry_id)
    result = await reconfigure(hass, entry, "contracts")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"


async def test_reconfigure_the_login(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The same person signs in anew."""
    person = person_of(cloud, "plain_home")
    before = entry.data[CONF_LOGIN]
    result = await reconfigure(hass, entry, "sign_in")
    assert_form(result, "sign_in")
    result = await walk(hass, result, {"user_id": "123456789"})
    assert_form(result, "sign_in", {"base": "invalid_id"})
    result = await walk(hass, result, {"user_id": person["user_id"]})
    way = {"delivery": offered(result, "delivery")[0]}
    result = await walk(hass, result, way, {"code": person["code"]})
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)
    assert entry.data[CONF_LOGIN] != before


async def test_reconfigure_with_another_login(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """It is refused before a code is sent to somebody else."""
    result = await reconfigure(hass, entry, "sign_in")
    sent = requests(cloud, "/authn")
    other = person_of(cloud, "solar_home")["user_id"]
    result = await walk(hass, result, {"user_id": other})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert requests(cloud, "/authn") == sent


def shown_plan(result: Mapping[str, Any]) -> str:
    """Return the supplier's plan that the form is filled in with."""
    (key,) = (key for key in result["data_schema"].schema if key == "supplier_plan")
    return str(key.description["suggested_value"])


async def test_no_discount_is_no_change_of_prices(
    hass: HomeAssistant, entry: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """Options that hold a discount of 0, as each dialog once stored it, stay as they are."""
    answer = {"solar": "auto", "history_days": 5, "watch_outages": True}
    discount = {"discount": 0, "discount_start": 0, "discount_end": 24}
    hass.config_entries.async_update_entry(entry, options=answer | discount)
    await settle(hass, entry)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert shown_plan(result) == "none"
    chosen = {**answer, "history_days": 4, "bill_limit": 10, "supplier_plan": "none"}
    await hass.config_entries.options.async_configure(result["flow_id"], chosen)
    await settle(hass, entry)
    assert entry.options["history_days"] == 4
    assert entry.options.items() >= discount.items()
    assert not entry.data.get(CONF_EARLIER_PRICES)


async def test_options(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """They are kept, shown again, and count at once."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    discount = {
        "discount": 7,
        "discount_start": 7,
        "discount_end": 17,
        "discount_days": ["sun", "mon"],
    }
    answer = {
        "solar": "off",
        "price": 0.5,
        "history_days": 3,
        "watch_outages": False,
        "bill_limit": 15,
    }
    assert result["data_schema"]
    assert not {str(key) for key in result["data_schema"].schema} & set(discount)
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], answer | {"supplier_plan": "own"}
    )
    assert result["step_id"] == "discount"
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], discount
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    # A discount of one's own is what all options were from before there were plans
    assert entry.options == answer | discount
    assert entry.runtime_data.outages is None
    assert entry.runtime_data.coordinator.data.price == 0.5
    result = await hass.config_entries.options.async_init(entry.entry_id)
    plan = {**answer, "supplier_plan": "super_power"}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], dict(plan)
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    # One's own is ignored, and is there again for whoever goes back to it
    assert entry.options == plan | discount
    prices = await coming_prices(hass, entry)
    assert {each["price"] for each in prices["prices"]} == {0.4675}
    result = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], answer | {"supplier_plan": "own"}
    )
    assert result["data_schema"]
    assert {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
    } == discount
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], discount
    )
    await settle(hass, entry)
    assert entry.options == answer | discount
    # Who has no supplier any more is asked for nothing else
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert shown_plan(result) == "own"
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], answer | {"supplier_plan": "none"}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    assert entry.options == answer
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert shown_plan(result) == "none"
