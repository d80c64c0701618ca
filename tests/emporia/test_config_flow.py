"""Every way through the config, reauth, reconfigure and options flow."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.emporia.const import CONF_LOGIN, DOMAIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import person_of, settle
from tests.flows import opened, walk
from tests.strange_home import assert_can_be_saved

from .helpers import add_entry, gid_of


async def begin(hass: HomeAssistant, way: str = "sign_in") -> ConfigFlowResult:
    """Open the flow and choose the way in."""
    result = await opened(hass, DOMAIN)
    assert result["menu_options"] == ["sign_in", "token"]
    return await walk(hass, result, {"next_step_id": way})


def typed(cloud: EmporiaCloud, name: str, **changes: Any) -> dict[str, Any]:
    """Return what the user types."""
    person = person_of(cloud, name)
    return {
        "username": person["username"],
        "password": person["password"],
        "store_password": True,
    } | changes


def assert_form(
    result: ConfigFlowResult, step_id: str, errors: dict[str, str] | None = None
) -> None:
    """Check which form is shown, with which errors."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step_id
    assert (result["errors"] or {}) == (errors or {})


@pytest.mark.parametrize("store", [True, False])
async def test_sign_in(
    hass: HomeAssistant, cloud: EmporiaCloud, *, store: bool
) -> None:
    """The whole way, with the dashboard filled, the password stored or not."""
    person = person_of(cloud, "solar_home")
    answer = typed(cloud, "solar_home", store_password=store)
    answer["username"] = f" {answer['username'].upper()} "
    result = await walk(hass, await begin(hass), answer)
    assert result["type"] is FlowResultType.MENU
    result = await walk(hass, result, {"next_step_id": "dashboard_add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.unique_id == person["account"]
    assert entry.data["password"] == (person["password"] if store else None)
    manager = await async_get_manager(hass)
    assert manager.data
    source, sun, battery = manager.data["energy_sources"]
    assert battery["type"] == "battery"
    gid = gid_of(cloud, "solar_home", "vue")
    assert source["type"] == "grid"
    assert source["stat_energy_from"] == f"{DOMAIN}:{gid}_grid_import_energy"
    assert source["stat_energy_to"] == f"{DOMAIN}:{gid}_grid_export_energy"
    assert sun["type"] == "solar"
    shown = {each["stat_consumption"] for each in manager.data["device_consumption"]}
    for kind in ("charger", "outlet"):
        one = gid_of(cloud, "solar_home", kind)
        assert f"{DOMAIN}:{one}_mains_energy" in shown
    # What is counted once already, or in both directions, is no device.
    assert not shown & {f"{DOMAIN}:{gid}_mains_energy", sun["stat_energy_from"]}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_pasted_characters(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """What a copy has brought along is no part of what the user means."""
    person = person_of(cloud, "solar_home")
    pasted = {
        key: f"\0{value[:3]}\x1b{value[3:]}\ud83d"
        for key, value in typed(cloud, "solar_home").items()
        if isinstance(value, str)
    }
    result = await walk(
        hass,
        await begin(hass),
        typed(cloud, "solar_home", **pasted),
        {"next_step_id": "dashboard_skip"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].data["password"] == person["password"]
    assert_can_be_saved(hass)
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_google_account(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """A refresh token is enough, and a dead one is told as such."""
    person = person_of(cloud, "google_home")
    result = await walk(hass, await begin(hass, "token"), {"refresh_token": "dead"})
    assert_form(result, "token", {"base": "session_expired"})
    result = await walk(
        hass,
        result,
        {"refresh_token": f' "{person["refresh_token"]}"\n'},
        {"next_step_id": "dashboard_skip"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.data["username"] is None
    assert entry.data["password"] is None
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("retry", ["renewed", "kept"])
@pytest.mark.parametrize("name", ["sms_home", "email_home", "totp_home"])
async def test_codes(
    hass: HomeAssistant, cloud: EmporiaCloud, name: str, retry: str
) -> None:
    """Each second factor; a typing error uses nothing up where the pool allows it."""
    cloud.apply({"mfa_retry": retry})
    result = await walk(hass, await begin(hass), typed(cloud, name))
    assert_form(result, "code")
    result = await walk(hass, result, {"code": "000000"})
    assert_form(result, "code", {"code": "invalid_code"})
    result = await walk(hass, result, {})
    assert_form(result, "code", {"code": "code_missing"})
    code = person_of(cloud, name)["code"]
    result = await walk(hass, result, {"code": f"{code[:3]} {code[3:]}"})
    assert result["type"] is FlowResultType.MENU


async def test_choice_of_codes(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """With several second factors the user chooses."""
    result = await walk(hass, await begin(hass), typed(cloud, "choice_home"))
    assert_form(result, "delivery")
    schema = result["data_schema"]
    assert schema
    options = schema.schema["delivery"].config["options"]
    assert len(options) > 1
    code = person_of(cloud, "choice_home")["code"]
    result = await walk(hass, result, {"delivery": options[0]["value"]})
    assert_form(result, "code")
    result = await walk(hass, result, {"code": code})
    assert result["type"] is FlowResultType.MENU


@pytest.mark.parametrize("trouble", ["expire_code", "expire_session", "wrong_code"])
async def test_an_attempt_that_ends(
    hass: HomeAssistant, cloud: EmporiaCloud, trouble: str
) -> None:
    """Who took too long, or has no second try, begins again and gets in."""
    result = await walk(hass, await begin(hass), typed(cloud, "sms_home"))
    code = person_of(cloud, "sms_home")["code"]
    if trouble == "wrong_code":
        # Whether the session has survived shows with the next code.
        result = await walk(hass, result, {"code": "000000"})
        assert_form(result, "code", {"code": "invalid_code"})
    else:
        cloud.apply({trouble: "sms_home"})
    result = await walk(hass, result, {"code": code})
    assert_form(result, "sign_in", {"base": "login_expired"})
    result = await walk(hass, result, typed(cloud, "sms_home"), {"code": code})
    assert result["type"] is FlowResultType.MENU


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ({"lock": "plain_home"}, "account_locked"),
        ({"pool": {"client_id": "another"}}, "provider_changed"),
        ({"mfa": {"account": "plain_home", "kind": "MFA_SETUP"}}, "finish_in_app"),
        (
            {"mfa": {"account": "plain_home", "kind": "NEW_PASSWORD_REQUIRED"}},
            "finish_in_app",
        ),
        ({"broken_secret_block": True}, "malformed"),
    ],
)
async def test_refusals(
    hass: HomeAssistant, cloud: EmporiaCloud, state: dict[str, Any], error: str
) -> None:
    """Each has its own text."""
    cloud.apply(state)
    result = await walk(hass, await begin(hass), typed(cloud, "plain_home"))
    assert_form(result, "sign_in", {"base": error})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop"}, "cannot_connect"),
        ({"kind": "rate_limited"}, "rate_limited"),
        ({"kind": "html"}, "maintenance"),
        ({"kind": "truncated"}, "malformed"),
        ({"kind": "status", "status": 500}, "provider_error"),
        ({"kind": "status", "status": 403}, "not_permitted"),
    ],
    ids=str,
)
async def test_faults_and_recovery(
    hass: HomeAssistant, cloud: EmporiaCloud, fault: dict[str, Any], error: str
) -> None:
    """A fault is told, and the same flow gets in once it is over."""
    cloud.faults.add(endpoint="POST /", times=10, **fault)
    result = await walk(hass, await begin(hass), typed(cloud, "newcomer"))
    assert_form(result, "sign_in", {"base": error})
    cloud.faults.clear()
    result = await walk(hass, result, typed(cloud, "newcomer", password="wrong"))
    assert_form(result, "sign_in", {"base": "invalid_auth"})
    result = await walk(hass, result, typed(cloud, "newcomer"))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_twice(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """The same account is not set up twice."""
    await add_entry(hass, cloud, "newcomer")
    result = await walk(hass, await begin(hass), typed(cloud, "newcomer"))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_reauth(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Only what is missing is asked for; another account is refused."""
    entry = await add_entry(hass, cloud, "newcomer", store_password=False)
    before = entry.data[CONF_LOGIN]
    result = await entry.start_reauth_flow(hass)
    assert_form(result, "reauth_confirm")
    schema = result["data_schema"]
    assert schema
    assert [str(key) for key in schema.schema] == ["password", "store_password"]
    result = await walk(hass, result, {"password": "wrong", "store_password": False})
    assert_form(result, "reauth_confirm", {"base": "invalid_auth"})
    password = person_of(cloud, "newcomer")["password"]
    at_noon.tick(60)
    result = await walk(hass, result, {"password": password, "store_password": True})
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert entry.data["password"] == password
    assert entry.data[CONF_LOGIN] != before


async def test_reconfigure(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """Another account is refused; not storing the password any more is taken."""
    entry = await add_entry(hass, cloud, "newcomer")
    result = await entry.start_reconfigure_flow(hass)
    assert_form(result, "reconfigure")
    result = await walk(hass, result, typed(cloud, "plain_home"))
    assert result["reason"] == "wrong_account"
    result = await entry.start_reconfigure_flow(hass)
    answer = typed(cloud, "newcomer", store_password=False)
    result = await walk(hass, result, answer)
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)
    assert entry.data["password"] is None


async def test_options(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """They are taken and the entry is loaded anew with them."""
    entry = await add_entry(hass, cloud, "newcomer")
    result = await hass.config_entries.options.async_init(entry.entry_id)
    options = {"stream": False, "invert_solar": False, "history_days": 30.0}
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], options
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    assert entry.options == options
