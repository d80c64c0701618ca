"""Every way through the config, reauth, reconfigure and options flow."""

from collections.abc import Callable
from functools import partial
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.const import CONF_LOGIN, DOMAIN
from tests import flows
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import person_of, settle
from tests.flows import opened

from .helpers import add_entry, sign_in

type Walk = Callable[..., Any]

CODE_PATHS = ("phone.sendVerificationCode", "email.sendVerificationCode")


@pytest.fixture
def walk(hass: HomeAssistant) -> Walk:
    """Answer the steps of a flow one after the other."""
    return partial(flows.walk, hass)


async def begin(hass: HomeAssistant, way: str = "sign_in") -> ConfigFlowResult:
    """Open the flow and choose the way in."""
    result = await opened(hass, DOMAIN)
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["sign_in", "tokens"]
    return await flows.walk(hass, result, {"next_step_id": way})


def credentials(cloud: DominionCloud, name: str, **changes: str) -> dict[str, str]:
    """Return what the user types."""
    person = person_of(cloud, name)
    typed = {"username": person["username"], "password": person["password"]}
    return typed | changes


def codes_sent(cloud: DominionCloud) -> int:
    """Count the codes that were asked for."""
    return sum(
        any(path in str(request["path"]) for path in CODE_PATHS)
        for request in cloud.requests.as_json()
    )


def delivery(result: ConfigFlowResult, channel: str) -> dict[str, str]:
    """Choose a delivery by the channel that its label begins with."""
    schema = result["data_schema"]
    assert schema
    options = schema.schema["delivery"].config["options"]
    chosen = next(item for item in options if item["label"].startswith(channel))
    return {"delivery": chosen["value"]}


def fields(result: ConfigFlowResult) -> list[str]:
    """Return what a form asks for."""
    schema = result["data_schema"]
    assert schema
    return [str(field) for field in schema.schema]


def assert_form(
    result: ConfigFlowResult, step_id: str, errors: dict[str, str] | None = None
) -> None:
    """Check which form is shown, with which errors."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step_id
    assert (result["errors"] or {}) == (errors or {})


@pytest.mark.parametrize("channel", ["SMS", "Phone call", "Email"])
async def test_sign_in_with_a_code(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk, channel: str
) -> None:
    """The whole way, with the dashboard filled at its end."""
    hass.config.currency = "USD"
    person = person_of(cloud, "solar_home")
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    assert_form(result, "delivery")
    assert codes_sent(cloud) == 0
    result = await walk(result, delivery(result, channel))
    assert_form(result, "code")
    assert result["description_placeholders"]["destination"]
    result = await walk(
        result, {"code": f" {person['code'][:3]} {person['code'][3:]} "}
    )
    assert result["step_id"] == "cost"
    result = await walk(result, {"cost_mode": "fixed", "budget": 120})
    assert result["step_id"] == "fixed"
    result = await walk(result, {"fixed_rate": 0.2})
    assert result["type"] is FlowResultType.MENU
    result = await walk(result, {"next_step_id": "dashboard_add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["description"] == "added_to_dashboard"
    entry = result["result"]
    assert entry.unique_id == f"{person['account']}_{person['meter']}"
    assert entry.options == {"cost_mode": "fixed", "budget": 120, "fixed_rate": 0.2}
    assert person["account"] not in entry.title
    assert codes_sent(cloud) == 1
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    ids = [value for value in source.values() if ":" in str(value)]
    assert [str(value).rsplit("_", 1)[1] for value in ids] == [
        "consumption",
        "generation",
        "cost",
        "compensation",
    ]


async def test_without_a_second_factor(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The dashboard is left alone if the user says so, who is told what to pick."""
    hass.config.currency = "USD"
    result = await walk(
        await begin(hass),
        credentials(cloud, "plain_home"),
        {"cost_mode": "schedule_1"},
        {"next_step_id": "dashboard_skip"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["description"] == "pick_statistics"
    assert "_energy_cost" in result["description_placeholders"]["statistics"]
    assert "_energy_generation" not in result["description_placeholders"]["statistics"]
    manager = await async_get_manager(hass)
    assert not manager.data
    await settle(hass, result["result"])


async def test_time_of_use(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """Rates and hours become options."""
    result = await walk(
        await begin(hass),
        credentials(cloud, "plain_home"),
        {"cost_mode": "time_of_use"},
        {"peak_rate": 0.3, "summer_peak_start": 15, "summer_peak_end": 18},
        {"next_step_id": "dashboard_skip"},
    )
    options = result["result"].options
    assert options["cost_mode"] == "time_of_use"
    assert options["peak_rate"] == 0.3
    assert options["off_peak_rate"] == 0.08
    assert options["summer_peak_start"] == 15
    await settle(hass, result["result"])


async def test_pasted_tokens(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """Tokens of a signed-in browser are proven and rotated at once."""
    login = await sign_in(cloud, "plain_home")
    pasted = {
        "access_token": f"Bearer {login.tokens.access}",
        "refresh_token": login.tokens.refresh,
    }
    result = await walk(
        await begin(hass, "tokens"),
        pasted,
        {"cost_mode": "api_estimate"},
        {"next_step_id": "dashboard_skip"},
    )
    data = result["result"].data
    assert data["password"] is None
    assert data[CONF_LOGIN]["tokens"]["refresh"] != login.tokens.refresh
    await settle(hass, result["result"])
    result = await walk(await begin(hass, "tokens"), pasted)
    assert_form(result, "tokens", {"base": "session_expired"})


async def test_wrong_password_then_right(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The form stays, with what was typed."""
    result = await walk(
        await begin(hass), credentials(cloud, "solar_home", password="wrong")
    )
    assert_form(result, "sign_in", {"base": "invalid_auth"})
    result = await walk(result, credentials(cloud, "solar_home"))
    assert_form(result, "delivery")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (403041, "account_disabled"),
        (403120, "account_locked"),
        (401020, "captcha_required"),
        (403100, "password_change_required"),
        (403102, "second_factor_not_enrolled"),
        (206001, "account_not_ready"),
        (403048, "rate_limited"),
        (500001, "provider_error"),
    ],
)
async def test_refusals_of_the_portal(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk, code: int, key: str
) -> None:
    """Each has its own text, and the flow goes on once it is over."""
    error = {"account": "plain_home", "code": code}
    cloud.apply({"login_error": error})
    result = await walk(await begin(hass), credentials(cloud, "plain_home"))
    assert_form(result, "sign_in", {"base": key})
    cloud.apply({"login_error": {**error, "code": None}})
    result = await walk(result, credentials(cloud, "plain_home"))
    assert result["step_id"] == "cost"


@pytest.mark.parametrize(
    ("kind", "key"),
    [("html", "maintenance"), ("status", "provider_error"), ("truncated", "malformed")],
)
async def test_a_cloud_in_trouble(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk, kind: str, key: str
) -> None:
    """Trouble is never the user's fault."""
    fault: dict[str, Any] = {"endpoint": "*accounts.login", "kind": kind, "times": 1}
    if kind == "status":
        fault["status"] = 500
    cloud.faults.add(**fault)
    result = await walk(await begin(hass), credentials(cloud, "plain_home"))
    assert_form(result, "sign_in", {"base": key})
    result = await walk(result, credentials(cloud, "plain_home"))
    assert result["step_id"] == "cost"


async def test_wrong_code_keeps_the_attempt(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """A typing error neither uses the code up nor sends another."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "SMS"), {"code": "000000"})
    assert_form(result, "code", {"code": "invalid_code"})
    result = await walk(result, {})
    assert_form(result, "code", {"code": "code_missing"})
    assert codes_sent(cloud) == 1
    result = await walk(result, {"code": person_of(cloud, "solar_home")["code"]})
    assert result["step_id"] == "cost"


async def test_too_many_wrong_codes(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """Then a new code has to be chosen; none is sent by itself."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "SMS"))
    for _ in range(6):
        result = await walk(result, {"code": "000000"})
        if result["step_id"] == "delivery":
            break
    assert_form(result, "delivery", {"base": "too_many_codes"})
    assert codes_sent(cloud) == 1
    result = await walk(
        result,
        delivery(result, "Email"),
        {"code": person_of(cloud, "solar_home")["code"]},
    )
    assert result["step_id"] == "cost"


async def test_expired_code(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """It leads back to the choice, and from there on."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "Email"))
    cloud.apply({"expire_code": "solar_home"})
    code = {"code": person_of(cloud, "solar_home")["code"]}
    result = await walk(result, code)
    assert_form(result, "delivery", {"base": "code_expired"})
    result = await walk(result, delivery(result, "Email"), code)
    assert result["step_id"] == "cost"


async def test_expired_attempt(
    hass: HomeAssistant,
    cloud: DominionCloud,
    walk: Walk,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """After an hour the login starts anew."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "SMS"))
    at_noon.tick(3600)
    result = await walk(result, {"code": person_of(cloud, "solar_home")["code"]})
    assert_form(result, "sign_in", {"base": "login_expired"})
    result = await walk(result, credentials(cloud, "solar_home"))
    assert_form(result, "delivery")
    at_noon.tick(3600)
    result = await walk(result, delivery(result, "SMS"))
    assert_form(result, "sign_in", {"base": "login_expired"})


async def test_resend(hass: HomeAssistant, cloud: DominionCloud, walk: Walk) -> None:
    """Another code, by another way, is the user's own choice."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "SMS"), {"resend": True})
    assert_form(result, "delivery")
    assert codes_sent(cloud) == 1
    result = await walk(result, delivery(result, "Email"))
    assert_form(result, "code")
    assert codes_sent(cloud) == 2


async def test_one_delivery_is_not_asked_for(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """With one way only the code is sent at once, and again on request."""
    result = await walk(await begin(hass), credentials(cloud, "newcomer"))
    assert_form(result, "code")
    assert codes_sent(cloud) == 1
    result = await walk(result, {"resend": True})
    assert_form(result, "code")
    assert codes_sent(cloud) == 2


async def test_sending_fails(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The choice stays open."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    cloud.faults.add(
        endpoint="*sendVerificationCode", kind="status", status=500, times=1
    )
    result = await walk(result, delivery(result, "SMS"))
    assert_form(result, "delivery", {"base": "provider_error"})
    result = await walk(result, delivery(result, "SMS"))
    assert_form(result, "code")


async def test_trouble_behind_a_right_code(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The code was right: it need not be sent again."""
    result = await walk(await begin(hass), credentials(cloud, "solar_home"))
    result = await walk(result, delivery(result, "SMS"))
    cloud.faults.add(endpoint="*finalizeTFA", kind="status", status=500, times=3)
    code = {"code": person_of(cloud, "solar_home")["code"]}
    result = await walk(result, code)
    assert_form(result, "code", {"base": "provider_error"})
    cloud.faults.clear()
    result = await walk(result, code)
    assert result["step_id"] == "cost"


async def test_several_accounts(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """Only active accounts with smart meters are offered, and each only once."""
    code = {"code": person_of(cloud, "landlord")["code"]}
    chosen: list[str] = []
    for left in (3, 2, 1):
        result = await walk(await begin(hass), credentials(cloud, "landlord"))
        result = await walk(result, delivery(result, "SMS"), code)
        if left > 1:
            assert_form(result, "account")
            options = result["data_schema"].schema["account"].config["options"]
            assert len({option["label"] for option in options}) == left
            result = await walk(result, {"account": options[0]["value"]})
        assert result["step_id"] == "cost"
        result = await walk(
            result, {"cost_mode": "schedule_1"}, {"next_step_id": "dashboard_skip"}
        )
        chosen.append(result["result"].unique_id)
        await settle(hass, result["result"])
    assert len(set(chosen)) == 3
    result = await walk(await begin(hass), credentials(cloud, "landlord"))
    result = await walk(result, delivery(result, "SMS"), code)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_no_smart_meter(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """A login without one can't be used."""
    result = await walk(
        await begin(hass),
        credentials(cloud, "newcomer"),
        {"code": person_of(cloud, "newcomer")["code"]},
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_accounts"


async def test_accounts_cannot_be_listed(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """Behind a good login the trouble is told as such."""
    cloud.faults.add(endpoint="*GetBusinessMaster", kind="status", status=500, times=9)
    result = await walk(await begin(hass), credentials(cloud, "plain_home"))
    assert_form(result, "sign_in", {"base": "provider_error"})


async def test_reauth_with_the_stored_password(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk, entry: MockConfigEntry
) -> None:
    """Nothing but the code is asked for, and nothing is sent before the user is here."""
    cloud.apply({"forget_devices": "solar_home", "revoke_tokens": "solar_home"})
    cloud.requests.clear()
    result = await entry.start_reauth_flow(hass)
    assert_form(result, "reauth_confirm")
    assert fields(result) == []
    assert not cloud.requests.as_json()
    result = await walk(result, {})
    assert_form(result, "delivery")
    result = await walk(
        result,
        delivery(result, "SMS"),
        {"code": person_of(cloud, "solar_home")["code"]},
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_reauth_with_a_changed_password(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The password is asked for once the stored one is refused."""
    entry = await add_entry(hass, cloud, "plain_home")
    cloud.customers.login("plain_home").password = "another secret"
    result = await walk(await entry.start_reauth_flow(hass), {})
    assert_form(result, "reauth_confirm", {"base": "invalid_auth"})
    assert fields(result) == ["password"]
    result = await walk(result, {"password": "another secret"})
    assert result["reason"] == "reauth_successful"
    assert entry.data["password"] == "another secret"
    await settle(hass, entry)


async def test_reauth_of_an_entry_without_a_password(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """An entry made of tokens asks for both."""
    entry = await add_entry(hass, cloud, "plain_home")
    data = {**entry.data, "username": None, "password": None}
    hass.config_entries.async_update_entry(entry, data=data)
    result = await entry.start_reauth_flow(hass)
    assert fields(result) == ["username", "password"]
    result = await walk(result, credentials(cloud, "plain_home"))
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)


async def test_another_account_is_refused(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk, entry: MockConfigEntry
) -> None:
    """Neither reauth nor reconfigure takes somebody else's login."""
    before = dict(entry.data)
    result = await walk(
        await entry.start_reconfigure_flow(hass), credentials(cloud, "plain_home")
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_account"
    assert entry.data == before


async def test_reconfigure(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """A new login of the same account replaces the old one."""
    entry = await add_entry(hass, cloud, "plain_home")
    result = await entry.start_reconfigure_flow(hass)
    assert_form(result, "reconfigure")
    result = await walk(result, credentials(cloud, "plain_home", password="wrong"))
    assert_form(result, "reconfigure", {"base": "invalid_auth"})
    result = await walk(result, credentials(cloud, "plain_home"))
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_reauth_after_the_meter_was_replaced(
    hass: HomeAssistant, cloud: DominionCloud, walk: Walk
) -> None:
    """The account is the same, whatever its meter."""
    entry = await add_entry(hass, cloud, "plain_home")
    cloud.apply({"replace_meter": {"account": "plain_home"}})
    result = await walk(await entry.start_reauth_flow(hass), {})
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)


async def test_options(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """Another cost mode takes effect at once; rates that were set before stay."""
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    assert result["step_id"] == "cost"
    result = await flow.async_configure(result["flow_id"], {"cost_mode": "fixed"})
    result = await flow.async_configure(result["flow_id"], {"fixed_rate": 0.5})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    data = entry.runtime_data.coordinator.data
    net = data.usage.consumption.day - data.usage.generation.day
    assert data.costs.day == pytest.approx(net * 0.5, abs=0.01)
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(
        result["flow_id"], {"cost_mode": "schedule_1", "budget": 99}
    )
    assert entry.options == {
        "cost_mode": "schedule_1",
        "budget": 99,
        "fixed_rate": 0.5,
        "bill_limit": 10,
    }
    await settle(hass, entry)
    state = hass.states.get("sensor.home_of_solar_home_budget_remaining")
    assert state
    assert float(state.state) < 99


async def test_stored_secrets_are_not_shown(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """A form suggests the user name and never the password."""
    result = await entry.start_reconfigure_flow(hass)
    schema = result["data_schema"]
    assert schema
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in schema.schema
    }
    assert suggested == {"username": entry.data["username"], "password": None}
