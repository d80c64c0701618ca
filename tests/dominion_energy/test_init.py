"""Set-up, polling, trouble, tokens, unloading."""

from datetime import timedelta
import logging
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy.exc import OperationalError

from custom_components.cloud_energy.entry import cached_answer
from custom_components.cloud_energy.entry.stored_answers import async_forget_answers
from custom_components.cloud_energy.helpers.frozen import as_json
from custom_components.dominion_energy.const import CONF_LOGIN, CONF_SERIES, DOMAIN
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import (
    HOUR,
    assert_leaves_nothing,
    pass_time,
    person_of,
    requests,
    settle,
)
from tests.recorded import stored

from .helpers import add_entry

DAILY_USAGE = "sensor.home_of_solar_home_latest_day_usage"
LAST_BILL = "sensor.home_of_solar_home_last_bill"
DATA_ENDPOINTS = (
    "*GetBpNumber",
    "*GetBusinessMaster",
    "*billForecast",
    "*DownloadExcelNew",
    "*/Electric",
    "*/Generation",
    "*bill/current",
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 500},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)


def state(hass: HomeAssistant, entity_id: str) -> str:
    """Return an entity's state."""
    found = hass.states.get(entity_id)
    assert found
    return found.state


async def test_set_up_and_unload(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """An entry comes up with its entities and leaves nothing behind."""
    assert float(state(hass, DAILY_USAGE)) > 0
    await assert_leaves_nothing(hass, at_noon, cloud, entry)


async def test_only_news_are_asked_for(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A simulated day stays far below the budget, and nothing is asked in vain."""
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 24)
    asked = [str(request["path"]) for request in cloud.requests.as_json()]
    assert sum("DownloadExcelNew" in path for path in asked) <= 4
    assert sum("billForecast" in path for path in asked) <= 5
    assert len(asked) < 60


async def test_a_poll_without_news_writes_nothing(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Neither a state nor a statistic, nor is an answer packed that came again."""
    changed: list[str] = []
    hass.bus.async_listen(
        "state_changed", lambda e: changed.append(e.data["entity_id"])
    )
    before = requests(cloud)
    await pass_time(hass, at_noon, entry, timedelta(minutes=50))
    runtime = entry.runtime_data
    await runtime.coordinator.async_refresh()
    await settle(hass, entry)
    assert requests(cloud) == before
    assert changed == []
    await runtime.connection.async_save()
    runtime.coordinator.answers.all_due()
    with patch.object(cached_answer, "as_json", wraps=as_json) as packings:
        await runtime.coordinator.async_refresh()
        await settle(hass, entry)
        await runtime.connection.async_save()
    assert requests(cloud) > before
    packings.assert_not_called()
    assert changed == []


@pytest.mark.parametrize("endpoint", DATA_ENDPOINTS)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    fault: dict[str, Any],
) -> None:
    """It costs its own entities and nothing else; nobody is asked to sign in."""
    cloud.apply({"window_days": 3})
    cloud.faults.add(endpoint=endpoint, times=1000, **fault)
    is_paused = fault["kind"] == "rate_limited"
    # Who asks for a pause at the first question gets it; the next start asks others.
    is_late = is_paused and endpoint in ("*GetBpNumber", "*GetBusinessMaster")
    wanted = ConfigEntryState.SETUP_RETRY if is_late else ConfigEntryState.LOADED
    entry = await add_entry(hass, cloud, "plain_home", state=wanted)
    if is_paused:
        await pass_time(hass, at_noon, entry, *[timedelta(minutes=2)] * 4)
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    data = entry.runtime_data.coordinator.data
    lost = {
        "*billForecast": data.period is None,
        "*DownloadExcelNew": data.usage is None,
        "*bill/current": data.bill is None,
        "*GetBpNumber": data.account is None,
        "*GetBusinessMaster": data.account is None,
    }
    assert {key for key, is_lost in lost.items() if is_lost} <= {endpoint} | (
        {"*GetBpNumber", "*GetBusinessMaster"} if "*Get" in endpoint else set()
    )
    hours = await stored(hass, f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_consumption")
    assert bool(hours) or endpoint == "*DownloadExcelNew"


async def test_a_database_that_is_away_at_first(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """Which statistics to go on with has to be known: the set-up waits for that."""
    error = OperationalError("SELECT", {}, Exception("gone"))
    with patch(
        "custom_components.cloud_energy.recorder.jobs.list_statistic_ids",
        side_effect=error,
    ):
        state = ConfigEntryState.SETUP_RETRY
        entry = await add_entry(hass, cloud, "plain_home", state=state)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    await settle(hass, entry)


async def test_everything_fails_at_first(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """The set-up is tried again later."""
    entry = await _entry_while_down(hass, cloud)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    cloud.faults.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert entry.runtime_data.coordinator.last_update_success


async def _entry_while_down(
    hass: HomeAssistant, cloud: DominionCloud
) -> MockConfigEntry:
    entry = await add_entry(hass, cloud, "plain_home")
    cloud.faults.add(endpoint="*", kind="status", status=503, times=10_000)
    await hass.config_entries.async_unload(entry.entry_id)
    # As if nothing had ever been answered.
    await async_forget_answers(hass, entry.entry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def test_an_outage(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The last data stay for a day; then they are gone until the cloud is back."""
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await pass_time(hass, at_noon, entry, *[HOUR] * 8)
    assert state(hass, DAILY_USAGE) != STATE_UNAVAILABLE
    told = [r for r in caplog.records if "keeping the last data" in r.getMessage()]
    assert len(told) == 1
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 12)
    assert state(hass, DAILY_USAGE) == STATE_UNAVAILABLE
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    assert state(hass, DAILY_USAGE) != STATE_UNAVAILABLE
    assert "responds again" in caplog.text


async def test_dead_tokens_are_healed_silently(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The trusted device signs in again without a code, and the new login is kept."""
    before = entry.data[CONF_LOGIN]["tokens"]
    cloud.apply({"revoke_tokens": "solar_home"})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert entry.runtime_data.coordinator.last_update_success
    assert entry.data[CONF_LOGIN]["tokens"] != before
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_reauth_starts_when_a_code_is_needed(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Only now does the user have to do something; no code is sent before that."""
    cloud.apply({"revoke_tokens": "solar_home", "forget_devices": "solar_home"})
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    (flow,) = entry.async_get_active_flows(hass, {"reauth"})
    assert flow["context"]["entry_id"] == entry.entry_id
    asked = [str(request["path"]) for request in cloud.requests.as_json()]
    assert not any("sendVerificationCode" in path for path in asked)


async def test_a_locked_account_is_left_alone(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It is no reason to ask the user, and is not hammered on."""
    entry = await add_entry(hass, cloud, "plain_home")
    cloud.apply({"revoke_tokens": "plain_home", "lock": "plain_home"})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 3)
    assert entry.runtime_data.coordinator.last_update_success


async def test_budget_survives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    """What was asked today stays asked."""
    used = entry.runtime_data.connection.budget.used
    assert used > 5
    await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[f"cloud_energy.{entry.entry_id}"]["data"]["used"] == used
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.runtime_data.connection.budget.used > used
    await hass.config_entries.async_remove(entry.entry_id)
    assert f"cloud_energy.{entry.entry_id}" not in hass_storage


async def test_no_secret_in_the_log(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At the finest level, through login, trouble and reauth."""
    caplog.set_level(logging.DEBUG, "custom_components")
    entry = await add_entry(hass, cloud, "solar_home")
    cloud.faults.add(endpoint="*billForecast", kind="status", status=500, times=5)
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    cloud.apply({"revoke_tokens": "solar_home", "forget_devices": "solar_home"})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    person = person_of(cloud, "solar_home")
    tokens = entry.data[CONF_LOGIN]["tokens"]
    secrets = [
        *(person[key] for key in ("username", "password", "account", "meter", "code")),
        person["bp_number"],
        tokens["access"],
        tokens["refresh"],
    ]
    ours = "\n".join(
        record.getMessage()
        for record in caplog.records
        if "custom_components" in record.name
    )
    assert "DownloadExcelNew" in ours
    assert [secret for secret in secrets if secret in ours] == []


async def test_repairs(
    hass: HomeAssistant,
    cloud: DominionCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """They come when something is wrong and go when it is right again."""
    registry = ir.async_get(hass)

    def issues() -> set[str]:
        return {
            issue_id.removesuffix(f"_{entry.entry_id}")
            for domain, issue_id in registry.issues
            if domain == DOMAIN
        }

    assert issues() == set()
    cloud.apply({"publish_delay_hours": 24 * 6})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 16)
    assert issues() == {"no_new_data"}
    cloud.apply({"publish_delay_hours": 0})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    assert issues() == set()
    cloud.apply({"close_account": "solar_home"})
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
    assert issues() == {"account_closed"}
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues() == set()


async def test_costs_far_from_the_bill(
    hass: HomeAssistant, cloud: DominionCloud
) -> None:
    """A rate that can't be right is told, and only then."""
    cloud.apply({"window_days": 68})
    registry = ir.async_get(hass)
    for rate, count in ((2.0, 1), (0.17, 0)):
        options = {"cost_mode": "fixed", "fixed_rate": rate, "bill_limit": 30}
        entry = await add_entry(hass, cloud, "plain_home", options=options)
        await entry.runtime_data.bill_checks.async_settled()
        found = [key for key in registry.issues if "bill_differs" in key[1]]
        assert len(found) == count
        await hass.config_entries.async_remove(entry.entry_id)


async def test_entities_of_a_home_with_sun(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """All entities, with names and categories, the rare ones disabled."""
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    keys = {item.unique_id.removeprefix(f"{entry.unique_id}_") for item in entries}
    assert {"daily_generation", "daily_cost", "net_metering", "amount_due"} <= keys
    assert "budget_remaining" not in keys
    assert all(item.translation_key for item in entries)
    assert len(entries) == len(keys) > 40
    # A button has no state before it is pressed
    enabled = [each for each in entries if not each.disabled_by]
    for item in (each for each in enabled if each.domain != "button"):
        found = hass.states.get(item.entity_id)
        assert found, item.entity_id
        # The half hours of a whole bill would take long to import
        is_known = found.state != "unknown" or "bill_difference" in item.unique_id
        assert found.state != STATE_UNAVAILABLE, item.entity_id
        assert is_known, item.entity_id


async def test_values(
    hass: HomeAssistant, cloud: DominionCloud, entry: MockConfigEntry
) -> None:
    """What the entities show is what the cloud has."""
    account = entry.data["account_number"]
    truth = cloud.truth(account, None, None)["series"]["consumption"]
    day = [i["value"] for i in truth if i["published"]][-48:]
    assert float(state(hass, DAILY_USAGE)) == pytest.approx(sum(day))
    forecast = entry.runtime_data.coordinator.data.forecast
    assert float(state(hass, LAST_BILL)) == forecast.last_bill.charges
    attributes = hass.states.get(DAILY_USAGE).attributes  # type: ignore[union-attr]
    assert attributes["data_date"].isoformat() == "2026-11-19"
    assert attributes["last_reset"] == "2026-11-19T05:00:00+00:00"
