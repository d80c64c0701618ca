"""Every way through the config, reauth, reconfigure and options flow."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import (
    CONF_BASE_URL,
    CONF_MQTT,
    CONF_MQTT_HOST,
    CONF_MQTT_PORT,
    CONF_MQTT_VERIFY,
    CONF_PV_UNIT,
    CONF_STATISTICS,
    CONF_STATISTICS_START,
    DOMAIN,
)
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import pass_time, person_of, reauths, requests, settle
from tests.flows import opened, walk

from .helpers import POLL, add_entry, inverter_of, statistic_of


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the flow."""
    result = await opened(hass, DOMAIN)
    assert_form(result, "user")
    return result


def typed(
    cloud: ElecnovaCloud, name: str = "solar_site", **changes: Any
) -> dict[str, Any]:
    """Return what the user types."""
    person = person_of(cloud, name)
    found = {key: person[key] for key in ("client_id", "client_secret")}
    return found | {CONF_BASE_URL: cloud.hosts["api"]} | changes


def assert_form(
    result: ConfigFlowResult, step_id: str, errors: dict[str, str] | None = None
) -> None:
    """Check which form is shown, with which errors."""
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step_id
    assert (result["errors"] or {}) == (errors or {})


NOT_LIVE = {
    CONF_MQTT: False,
    CONF_MQTT_HOST: "localhost",
    CONF_MQTT_PORT: 1884,
    CONF_MQTT_VERIFY: True,
}


async def test_sign_in(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """The whole way, with the dashboard filled."""
    result = await walk(hass, await begin(hass), typed(cloud))
    assert_form(result, "settings")
    result = await walk(hass, result, NOT_LIVE | {CONF_MQTT_HOST: "https://x"})
    assert_form(result, "settings", {CONF_MQTT_HOST: "invalid_broker_host"})
    result = await walk(hass, result, NOT_LIVE)
    assert result["type"] is FlowResultType.MENU
    result = await walk(hass, result, {"next_step_id": "dashboard_add"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    person = person_of(cloud)
    assert entry.title == "Elecnova Demo site"
    assert entry.unique_id == person["client_id"]
    assert typed(cloud).items() <= entry.data.items()
    # The cloud's own host is not kept: it may change.
    assert dict(entry.options) == {
        CONF_MQTT: False,
        CONF_MQTT_PORT: 1884,
        CONF_MQTT_VERIFY: True,
    }
    await hass.async_block_till_done(wait_background_tasks=True)
    manager = await async_get_manager(hass)
    assert manager.data
    (source,) = manager.data["energy_sources"]
    assert source["type"] == "solar"
    assert source["stat_energy_from"] == statistic_of(inverter_of(cloud))
    await hass.config_entries.async_unload(entry.entry_id)


async def test_not_in_the_dashboard(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Then the user is told which statistics to pick."""
    result = await walk(
        hass,
        await begin(hass),
        typed(cloud, "aggregator"),
        NOT_LIVE,
        {"next_step_id": "dashboard_skip"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    placeholders = result["description_placeholders"]
    assert placeholders
    assert placeholders["statistics"].count("_pv_energy") == 4
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_without_sun(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """There is nothing to offer to the dashboard yet."""
    result = await walk(hass, await begin(hass), typed(cloud, "no_sun"), NOT_LIVE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_without_cabinets(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """The user is told, and may go on."""
    result = await walk(hass, await begin(hass), typed(cloud, "newcomer"))
    assert_form(result, "no_cabinets")
    result = await walk(hass, result, {}, NOT_LIVE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Elecnova"
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_without_sites(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Older hosts have none: the cabinet gives its name."""
    cloud.apply({"v2": False})
    result = await walk(hass, await begin(hass), typed(cloud), NOT_LIVE)
    result = await walk(hass, result, {"next_step_id": "dashboard_skip"})
    assert result["title"] == "Elecnova 1-1 Demo site"
    await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize(
    "endpoint",
    ["GET /api/v2/projects", "GET /api/v1/dev/{sn}"],
)
async def test_parts_that_are_not_needed(
    hass: HomeAssistant, cloud: ElecnovaCloud, endpoint: str
) -> None:
    """They fail, and the account is added all the same."""
    cloud.faults.add(endpoint=endpoint, kind="status", status=500, times=100)
    result = await walk(hass, await begin(hass), typed(cloud))
    assert_form(result, "settings")


@pytest.mark.parametrize("endpoint", ["GET /comm/client", "GET /api/v1/dev"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop"}, "cannot_connect"),
        ({"kind": "rate_limited"}, "rate_limited"),
        ({"kind": "html"}, "maintenance"),
        ({"kind": "truncated"}, "malformed"),
        ({"kind": "empty"}, "empty_answer"),
        ({"kind": "wrong_types"}, "malformed"),
        ({"kind": "status", "status": 500}, "provider_error"),
        ({"kind": "status", "status": 403}, "ip_not_allowed"),
    ],
    ids=str,
)
async def test_faults_and_recovery(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    endpoint: str,
    fault: dict[str, Any],
    error: str,
) -> None:
    """A fault is told, and the same flow gets in once it is over."""
    cloud.faults.add(endpoint=endpoint, times=100, **fault)
    result = await walk(hass, await begin(hass), typed(cloud))
    assert_form(result, "user", {"base": error})
    cloud.faults.clear()
    result = await walk(hass, result, typed(cloud))
    assert_form(result, "settings")


async def test_wrong_credentials(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Each is told as what it is; the secret is not shown again."""
    result = await begin(hass)
    for change in ({"client_secret": "wrong"}, {"client_id": "nobody"}):
        result = await walk(hass, result, typed(cloud, **change))
        assert_form(result, "user", {"base": "invalid_auth"})
        schema = result["data_schema"]
        assert schema
        shown = {str(key): key.description for key in schema.schema}
        assert not shown["client_secret"]
        assert shown["client_id"]
    result = await walk(hass, result, typed(cloud))
    assert_form(result, "settings")


@pytest.mark.parametrize("look", [{}, {"errors": "body"}, {"login_status": 403}])
async def test_an_address_that_is_not_listed(
    hass: HomeAssistant, cloud: ElecnovaCloud, look: dict[str, Any]
) -> None:
    """It is not the secret's fault, and nobody says so."""
    whitelist = {"account": "solar_site", "addresses": ["203.0.113.7"]}
    cloud.apply({"look": look, "whitelist": whitelist})
    result = await walk(hass, await begin(hass), typed(cloud))
    assert_form(result, "user", {"base": "ip_not_allowed"})


async def test_a_wrong_clock(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The text says what to do."""
    cloud.apply({"max_skew": 300})
    cloud.clock.advance(timedelta(hours=1))
    result = await walk(hass, await begin(hass), typed(cloud))
    assert_form(result, "user", {"base": "clock_skew"})


@pytest.mark.parametrize(
    "address",
    ["", "ftp://example.com", "https://", "http://[x", "http://x:99999", "xn--a"],
)
async def test_an_address_that_is_none(
    hass: HomeAssistant, cloud: ElecnovaCloud, address: str
) -> None:
    """Nothing is sent anywhere."""
    changed = typed(cloud, **{CONF_BASE_URL: address})
    result = await walk(hass, await begin(hass), changed)
    assert_form(result, "user", {"base": "invalid_address"})
    assert requests(cloud) == 0


async def test_addresses_as_people_type_them(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Slashes and spaces do no harm."""
    changed = typed(cloud, **{CONF_BASE_URL: f"  {cloud.hosts['api']}// "})
    result = await walk(hass, await begin(hass), changed)
    assert_form(result, "settings")
    result = await walk(hass, result, NOT_LIVE, {"next_step_id": "dashboard_skip"})
    assert result["result"].data[CONF_BASE_URL] == cloud.hosts["api"]
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_the_same_account_twice(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """It is set up already."""
    result = await walk(hass, await begin(hass), typed(cloud))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_reauth(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A new secret is asked for once, and only that."""
    secret = "a-new-secret"
    cloud.apply({"secret": {"account": "solar_site", "secret": secret}})
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert reauths(hass, entry) == 1
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert_form(result, "reauth_confirm")
    schema = result["data_schema"]
    assert schema
    assert [str(key) for key in schema.schema] == ["client_secret"]
    result = await walk(hass, result, {"client_secret": "wrong"})
    assert_form(result, "reauth_confirm", {"base": "invalid_auth"})
    result = await walk(hass, result, {"client_secret": secret})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await settle(hass, entry)
    assert entry.data["client_secret"] == secret
    assert entry.runtime_data.coordinator.last_update_success


async def test_reconfigure(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """Host and secret may change, the client id may not."""
    result = await entry.start_reconfigure_flow(hass)
    assert_form(result, "reconfigure")
    schema = result["data_schema"]
    assert schema
    assert [str(key) for key in schema.schema] == ["client_secret", CONF_BASE_URL]
    changed = typed(cloud)
    del changed["client_id"]
    result = await walk(hass, result, changed | {"client_secret": "wrong"})
    assert_form(result, "reconfigure", {"base": "invalid_auth"})
    result = await walk(hass, result, changed)
    assert result["reason"] == "reconfigure_successful"
    await settle(hass, entry)


async def test_history_options_while_not_loaded(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Those cabinets are offered that were chosen before."""
    entry = await add_entry(hass, cloud, cabinets=["odd"], statistics=False)
    await hass.config_entries.async_unload(entry.entry_id)
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(result["flow_id"], {"next_step_id": "history"})
    assert_form(result, "history")
    schema = result["data_schema"]
    assert schema
    options = schema.schema["cabinets"].config["options"]
    assert [each["value"] for each in options] == ["odd"]


async def test_history_options(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """They are kept beside the others, and count after a reload."""
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    serials = list(entry.runtime_data.coordinator.owned)
    assert len(serials) == 8
    for start in ({CONF_STATISTICS_START: "2026-11-15"}, {}):
        result = await hass.config_entries.options.async_init(entry.entry_id)
        assert result["type"] is FlowResultType.MENU
        result = await hass.config_entries.options.async_configure(
            result["flow_id"], {"next_step_id": "history"}
        )
        with pytest.raises(InvalidData):
            await hass.config_entries.options.async_configure(
                result["flow_id"], {"scan_interval": 1}
            )
        result = await hass.config_entries.options.async_configure(
            result["flow_id"],
            {
                "scan_interval": 10,
                "cabinets": serials[:1],
                CONF_PV_UNIT: "automatic",
                CONF_STATISTICS: False,
                **start,
            },
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await settle(hass, entry)
        assert entry.options.get(CONF_STATISTICS_START) == start.get(
            CONF_STATISTICS_START
        )
    assert entry.options["scan_interval"] == 600
    assert entry.options[CONF_MQTT] is False
    coordinator = entry.runtime_data.coordinator
    assert list(coordinator.data.cabinets) == serials[:1]
    assert coordinator.update_interval >= timedelta(minutes=10)
    # All of them are offered again, not just the chosen one.
    assert list(coordinator.owned) == serials
