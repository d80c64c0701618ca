"""Faults of the portal: nobody is asked to log in, nothing else goes down."""

from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.api import const as api_const, fetcher
from custom_components.flowerhub.const import DOMAIN
from tests.clouds.flowerhub import FlowerhubCloud

from .helpers import (
    DAY,
    HOUR,
    NOW,
    POLL,
    add_entry,
    assert_statistics_are_true,
    make_entry,
    pass_time,
    reauths,
    requests,
    settle,
    state,
)

LOGIN, REFRESH = "POST /auth/login", "GET /auth/refresh-token"
OWNER: Final = "GET /asset-owner/{assetOwnerId}"
UPTIME: Final = "GET /asset-effective-uptime"
STATUS: Final = frozenset({"status", "connected", "energy_capacity"})

SHOWN_BY: Final[dict[str, frozenset[str]]] = {
    LOGIN: frozenset(),
    REFRESH: frozenset(),
    OWNER: frozenset({"compensation_status"}),
    f"{OWNER}/withAssetId": frozenset(),
    f"{OWNER}/profile": frozenset(),
    f"{OWNER}/electricity-agreement": frozenset(
        {"consumption_agreement_state", "monthly_consumption"}
    ),
    f"{OWNER}/invoice": frozenset({"last_invoice_amount"}),
    f"{OWNER}/consumption": frozenset({"monthly_consumption"}),
    "GET /asset/{assetId}": STATUS,
    "GET /asset/{assetId}/revenue": frozenset({"compensation"}),
    f"{UPTIME}/available-months/{{assetId}}": frozenset(),
    f"{UPTIME}/bar-chart/history/{{assetId}}": frozenset({"last_month_uptime"}),
    f"{UPTIME}/pie-chart/{{assetId}}": frozenset({"monthly_uptime_ratio"}),
    "GET /system-notification/{slug}": frozenset({"flower_notice"}),
}
"""All fourteen endpoints, and entities that show what each of them tells."""

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "timeout"},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "status", "status": 500},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a moment only for an answer that never comes: that time is real."""
    for module in (api_const, fetcher):
        monkeypatch.setattr(module, "REQUEST_TIMEOUT", 0.05)
    monkeypatch.setattr("custom_components.flowerhub.api.auth.REQUEST_TIMEOUT", 0.05)


def availability(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, bool]:
    """Return which of the entities above have a value."""
    found = {}
    for key in frozenset[str]().union(*SHOWN_BY.values()):
        is_binary = key in ("connected", "flower_notice")
        platform = "binary_sensor" if is_binary else "sensor"
        value = state(hass, entry, key, platform)
        found[key] = value not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    return found


def test_every_endpoint_is_in_the_matrix() -> None:
    """None is forgotten."""
    known = {f"{route.method} {route.path}" for route in FlowerhubCloud().routes()}
    assert known == SHOWN_BY.keys()
    assert len(known) == 14


@pytest.mark.parametrize("endpoint", SHOWN_BY)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.usefixtures("impatient")
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    fault: dict[str, Any],
) -> None:
    """It costs its own entities only, late, and all is well when it is over.

    Half of the entry's life is before the fault, a billed month falls into it, and
    no statistic is lost by it.
    """
    at_noon.move_to("2026-12-05T04:00:00+00:00")
    await pass_time(hass, at_noon, entry, POLL)
    cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, POLL, POLL, POLL, HOUR)
    assert reauths(hass, entry) == 0
    expected = dict.fromkeys(availability(hass, entry), True)
    if endpoint == "GET /asset/{assetId}":
        expected |= dict.fromkeys(STATUS, False)
    assert availability(hass, entry) == expected
    assert requests(cloud) < 50
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[13 * HOUR] * 2)
    assert all(availability(hass, entry).values())
    await assert_statistics_are_true(hass, cloud)
    assert (DOMAIN, f"server_update_failures_{entry.entry_id}") not in ir.async_get(
        hass
    ).issues


@pytest.mark.parametrize("fault", FAULTS[1::3], ids=str)
@pytest.mark.parametrize("endpoint", SHOWN_BY)
@pytest.mark.usefixtures("impatient")
async def test_set_up_during_a_fault(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    fault: dict[str, Any],
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    entry = make_entry(hass, cloud)
    cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    is_refused = endpoint == LOGIN and fault.get("status") == 401
    is_needed = endpoint in (LOGIN, "GET /asset/{assetId}")
    if is_refused:
        # The portal has no other way to say that the password is wrong.
        assert entry.state is ConfigEntryState.SETUP_ERROR
        return
    wanted = ConfigEntryState.SETUP_RETRY if is_needed else ConfigEntryState.LOADED
    assert entry.state is wanted
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 6)
    assert all(availability(hass, entry).values())
    await assert_statistics_are_true(hass, cloud)


async def test_what_is_too_old_is_not_shown(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The status after three polls, all else after a day beyond its time."""
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await pass_time(hass, at_noon, entry, timedelta(minutes=13), timedelta(minutes=13))
    assert all(availability(hass, entry).values())
    await pass_time(hass, at_noon, entry, timedelta(minutes=13))
    shown = availability(hass, entry)
    assert {key for key, there in shown.items() if not there} == STATUS
    await pass_time(hass, at_noon, entry, *[HOUR] * 24)
    assert not availability(hass, entry)["monthly_uptime_ratio"]
    assert availability(hass, entry)["last_invoice_amount"]
    await pass_time(hass, at_noon, entry, *[HOUR] * 13)
    assert not any(availability(hass, entry).values())
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert all(availability(hass, entry).values())


async def test_an_outage_costs_few_requests(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told once, and the end of it is noticed within a poll."""
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[timedelta(minutes=2)] * 720)
    assert requests(cloud) <= 300
    assert entry.runtime_data.account.budget.left > 0
    told = [r for r in caplog.records if "the last data stay" in r.getMessage()]
    assert len(told) == 1
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert all(availability(hass, entry).values())
    told = [r for r in caplog.records if "works again" in r.getMessage()]
    assert len(told) == 1


async def test_repair_after_three_failures(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Not before, and gone with the first success, an unloading, a removal."""
    key = (DOMAIN, f"server_update_failures_{entry.entry_id}")
    issues = ir.async_get(hass).issues
    fault = {"endpoint": "/asset/{assetId}", "kind": "status", "times": 100_000}
    cloud.faults.add(**fault)
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert entry.runtime_data.coordinator.failures == 2
    assert key not in issues
    await pass_time(hass, at_noon, entry, POLL)
    assert key in issues
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert key not in issues
    cloud.faults.add(**fault)
    await pass_time(hass, at_noon, entry, *[POLL] * 4)
    assert key in issues
    await hass.config_entries.async_unload(entry.entry_id)
    assert key not in issues


async def test_a_changed_password(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Once the session has ended the user is asked, one time, after one attempt."""
    cloud.apply({"password": {"account": "solar_home"}})
    await pass_time(hass, at_noon, entry, *[POLL] * 3)
    assert reauths(hass, entry) == 0
    cloud.apply({"revoke_tokens": "solar_home"})
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 6)
    assert reauths(hass, entry) == 1
    assert requests(cloud, "/auth/login") == 1


async def test_revoked_tokens(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """They are no trouble at all while the password is good."""
    for _ in range(3):
        cloud.apply({"revoke_tokens": "solar_home"})
        await pass_time(hass, at_noon, entry, POLL)
        assert all(availability(hass, entry).values())
        assert entry.runtime_data.coordinator.failures == 0


async def test_a_month_changes_while_the_uptime_fails(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The old month is shown as what it is, and the new one as soon as it comes."""
    at_noon.move_to("2026-11-30T22:50:00+00:00")
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert entry.runtime_data.account_data.data.uptime.month.month == 12
    assert float(state(hass, entry, "monthly_uptime")) < 1
    at_noon.move_to("2026-12-31T22:50:00+00:00")
    cloud.faults.add(endpoint="*/pie-chart/*", kind="status", times=100)
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert entry.runtime_data.account_data.data.uptime is None
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 5)
    assert entry.runtime_data.account_data.data.uptime.month.month == 1


async def test_a_week_of_requests(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Never more than 300 a day, with tokens that end before each poll."""
    cloud.apply({"access_life": 600, "rotate_refresh": True})
    at_noon.move_to("2026-12-01T00:00:00+00:00")
    await pass_time(hass, at_noon, entry, POLL)
    # As often as the status is asked for: no poll comes late.
    step = entry.runtime_data.coordinator.update_interval + timedelta(seconds=1)
    assert step < timedelta(minutes=14)
    begin = NOW.replace(month=12, day=2, hour=0)
    by_day: dict[str, int] = {}
    while at_noon() < (begin + 7 * DAY).replace(tzinfo=None):
        await pass_time(hass, at_noon, entry, step)
    for asked in cloud.requests.entries:
        by_day[asked.time[:10]] = by_day.get(asked.time[:10], 0) + 1
    days = {day: count for day, count in by_day.items() if "2026-12-02" <= day}
    assert len(days) >= 7
    assert max(days.values()) <= 300
    assert list(days.values())[0] > 200
    assert entry.runtime_data.coordinator.failures == 0
    statuses = {each.status for each in cloud.requests.entries}
    assert statuses == {200}


async def test_a_flapping_status_stays_within_the_budget(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each recovery asks for what has failed, not for everything."""
    cloud.requests.clear()
    for _ in range(50):
        cloud.faults.add(endpoint="/asset/{assetId}", kind="status", times=1)
        await pass_time(hass, at_noon, entry, POLL, POLL)
    assert requests(cloud, "/invoice") <= 6
    assert requests(cloud) < 300


async def test_entities_of_a_broken_part_are_made_later(
    hass: HomeAssistant, cloud: FlowerhubCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What never answered has no entity yet."""
    cloud.faults.add(endpoint="*/invoice", kind="html", times=3)
    entry = await add_entry(hass, cloud)
    owner = f"owner_{entry.data['asset_owner_id']}"
    registry = er.async_get(hass)
    unique_id = f"{owner}_last_invoice_amount"
    assert not registry.async_get_entity_id("sensor", DOMAIN, unique_id)
    await pass_time(hass, at_noon, entry, *[POLL] * 12)
    assert registry.async_get_entity_id("sensor", DOMAIN, unique_id)
