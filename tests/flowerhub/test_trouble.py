"""Faults of the portal: nobody is asked to log in, nothing else goes down."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.flowerhub.const import DOMAIN
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import DAY, HOUR, pass_time, reauths, requests, settle

from .helpers import (
    NOW,
    POLL,
    add_entry,
    assert_statistics_are_true,
    attributes,
    make_entry,
    state,
)
from .matrix import ASSET, LOGIN, SHOWN_BY, STATUS, availability, check_faults

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "status", "status": 500},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)


def test_every_endpoint_is_in_the_matrix() -> None:
    """No endpoint of the client is left out of the matrix."""
    known = {f"{route.method} {route.path}" for route in FlowerhubCloud().routes()}
    assert known == SHOWN_BY.keys()
    assert len(known) == 14


@pytest.mark.parametrize("endpoint", SHOWN_BY)
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """It costs its own entities only; no statistic is lost, nobody has to log in."""
    await check_faults(hass, cloud, entry, at_noon, endpoint, FAULTS)


@pytest.mark.parametrize("endpoint", SHOWN_BY)
async def test_set_up_during_a_fault(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    number = list(SHOWN_BY).index(endpoint)
    for at in (number, number + 4):
        # The refusal of a login has a test of its own
        fault = FAULTS[2:][at % len(FAULTS[2:])]
        # Who asks for a pause at the first question gets it
        is_needed = endpoint == LOGIN or (
            endpoint == ASSET and fault["kind"] == "rate_limited"
        )
        wanted = ConfigEntryState.SETUP_RETRY if is_needed else ConfigEntryState.LOADED
        entry = make_entry(hass, cloud)
        cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
        await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass, entry)
        assert entry.state is wanted, fault
        assert reauths(hass, entry) == 0
        cloud.faults.clear()
        await pass_time(hass, at_noon, entry, HOUR, HOUR)
        assert all(availability(hass, entry).values()), fault
        await assert_statistics_are_true(hass, cloud)
        await hass.config_entries.async_remove(entry.entry_id)


async def test_a_login_that_is_refused_at_the_start(
    hass: HomeAssistant, cloud: FlowerhubCloud
) -> None:
    """The portal has no other way to say that the password is wrong."""
    cloud.faults.add(endpoint=LOGIN, kind="status", status=401)
    entry = await add_entry(hass, cloud, state=ConfigEntryState.SETUP_ERROR)
    assert reauths(hass, entry) == 1


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
    await pass_time(hass, at_noon, entry, *[HOUR] * 25)
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
    assert entry.runtime_data.connection.budget.left > 0
    told = [r for r in caplog.records if "keeping the last data" in r.getMessage()]
    assert len(told) == 1
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL)
    assert all(availability(hass, entry).values())
    told = [r for r in caplog.records if "responds again" in r.getMessage()]
    assert len(told) == 1


@pytest.mark.parametrize(("share", "polls"), [(0.1, 2), (0.5, 3), (0.99, 4)])
async def test_the_end_of_an_outage_is_spread(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    at_noon: FrozenDateTimeFactory,
    share: float,
    polls: int,
) -> None:
    """All homes come back then: what can wait is asked for when it is the entry's turn."""
    entry = await add_entry(hass, cloud)
    entry.runtime_data.account_data.answers.share = share
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    await pass_time(hass, at_noon, entry, *[timedelta(minutes=2)] * 60)
    cloud.faults.clear()
    for poll in range(1, polls + 1):
        cloud.requests.clear()
        await pass_time(hass, at_noon, entry, POLL)
        assert requests(cloud, "/asset/{assetId}")
        assert bool(requests(cloud, "pie-chart")) == (poll == polls), poll
    assert all(availability(hass, entry).values())


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
    shown = attributes(hass, entry, "monthly_uptime")
    assert shown["last_reset"] == "2026-11-30T23:00:00+00:00"
    assert float(state(hass, entry, "monthly_uptime")) < 1
    at_noon.move_to("2026-12-31T22:50:00+00:00")
    await pass_time(hass, at_noon, entry, timedelta(minutes=1))
    cloud.faults.add(endpoint="*/pie-chart/*", kind="status", times=100)
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert float(state(hass, entry, "monthly_uptime")) > 700
    shown = attributes(hass, entry, "monthly_uptime")
    assert shown["last_reset"] == "2026-11-30T23:00:00+00:00"
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 5)
    shown = attributes(hass, entry, "monthly_uptime")
    assert shown["last_reset"] == "2026-12-31T23:00:00+00:00"


async def test_days_of_requests(
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
    while at_noon() < (begin + 3 * DAY).replace(tzinfo=None):
        at_noon.tick(step)
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    for asked in cloud.requests.entries:
        by_day[asked.time[:10]] = by_day.get(asked.time[:10], 0) + 1
    days = {day: count for day, count in by_day.items() if day >= "2026-12-02"}
    assert len(days) >= 3
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
