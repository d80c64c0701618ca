"""Faults of the cloud: nobody is asked to log in, nothing else goes down."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import HOUR, pass_time, reauths, requests, settle

from .helpers import (
    POLL,
    add_entry,
    assert_statistics_are_true,
    inverter_of,
    make_entry,
)
from .matrix import CABINETS, SHOWN_BY, TOKEN, TOPICS, availability, check_faults

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 403},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "rate_limited"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 404},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)
SINCE = datetime(2026, 11, 15, tzinfo=ZoneInfo("Europe/Brussels"))


def test_every_endpoint_is_in_the_matrix() -> None:
    """No endpoint of the client is left out of the matrix."""
    known = {f"{route.method} {route.path}" for route in ElecnovaCloud().routes()}
    assert {each for each in known if each.startswith("GET ")} == SHOWN_BY.keys()


@pytest.mark.parametrize("endpoint", SHOWN_BY)
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """Its answers stay for a while; no hour is lost, nobody has to log in."""
    entry = await add_entry(hass, cloud, statistics_start="2026-11-15")
    await check_faults(hass, cloud, entry, at_noon, endpoint, FAULTS)
    await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)


@pytest.mark.parametrize("endpoint", SHOWN_BY)
async def test_set_up_during_a_fault(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """It succeeds with what there is, or is tried again; then all of it comes."""
    is_needed = endpoint in (TOKEN, CABINETS)
    wanted = ConfigEntryState.SETUP_RETRY if is_needed else ConfigEntryState.LOADED
    number = list(SHOWN_BY).index(endpoint)
    for at in (number, number + 5):
        fault = FAULTS[at % len(FAULTS)]
        entry = make_entry(hass, cloud, statistics_start="2026-11-15")
        cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
        await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass, entry)
        assert entry.state is wanted, fault
        assert reauths(hass, entry) == 0
        cloud.faults.clear()
        await pass_time(hass, at_noon, entry, HOUR, HOUR)
        assert all(availability(hass, cloud).values()), fault
        await assert_statistics_are_true(hass, cloud, inverter_of(cloud), SINCE)
        await hass.config_entries.async_remove(entry.entry_id)


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [(each, key) for each, (key, _) in SHOWN_BY.items() if each not in (TOKEN, TOPICS)],
)
async def test_what_is_too_old_is_not_shown(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    key: str,
) -> None:
    """A part that fails for two days takes only what it shows along."""
    entry = await add_entry(hass, cloud, statistics=False)
    cloud.faults.add(endpoint=endpoint, kind="status", status=500, times=100_000)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 8, *[POLL] * 4)
    lost = {key for key, there in availability(hass, cloud).items() if not there}
    # Today's energy is known by its points as well.
    assert key in lost or key.endswith("_energy_today")
    if endpoint != CABINETS:
        assert "{cabinet}_last_seen" not in lost
    assert reauths(hass, entry) == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR, POLL)
    assert all(availability(hass, cloud).values())


@pytest.mark.parametrize("errors", ["status", "body"])
async def test_tokens_that_end_early(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    errors: str,
) -> None:
    """A rejected one is renewed once, in whatever form it is rejected."""
    cloud.apply({"look": {"errors": errors}})
    entry = await add_entry(hass, cloud, statistics=False)
    for _ in range(3):
        cloud.apply({"revoke_tokens": "solar_site"})
        cloud.requests.clear()
        await pass_time(hass, at_noon, entry, POLL)
        assert requests(cloud, "/comm/client") == 1
        assert entry.runtime_data.coordinator.failures == 0
        assert all(availability(hass, cloud).values())
    assert reauths(hass, entry) == 0


async def test_another_secret(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The user is asked, one time."""
    cloud.apply({"secret": "solar_site"})
    await pass_time(hass, at_noon, entry, *[POLL] * 4)
    assert reauths(hass, entry) == 1


@pytest.mark.parametrize(
    ("switch", "issue"),
    [
        (
            {"whitelist": {"account": "solar_site", "addresses": ["203.0.113.7"]}},
            "ip_not_allowed",
        ),
        ({"max_skew": 300}, "clock_skew"),
    ],
    ids=["address", "clock"],
)
async def test_repairs(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    at_noon: FrozenDateTimeFactory,
    switch: dict[str, Any],
    issue: str,
) -> None:
    """What only the user can put right is told, and gone once it is."""
    entry = await add_entry(hass, cloud, statistics=False)
    key = (DOMAIN, f"{issue}_{entry.entry_id}")
    issues = ir.async_get(hass).issues
    cloud.apply({**switch, "revoke_tokens": "solar_site"})
    if issue == "clock_skew":
        cloud.clock.advance(timedelta(hours=1))
    await pass_time(hass, at_noon, entry, POLL)
    assert key in issues
    assert reauths(hass, entry) == 0
    cloud.apply(
        {"whitelist": {"account": "solar_site", "addresses": None}, "max_skew": None}
    )
    await pass_time(hass, at_noon, entry, POLL)
    assert key not in issues
    cloud.apply({**switch, "revoke_tokens": "solar_site"})
    await pass_time(hass, at_noon, entry, POLL)
    assert key in issues
    await hass.config_entries.async_unload(entry.entry_id)
    assert key not in issues


async def test_an_outage_costs_few_requests(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told once, and the end of it is noticed soon."""
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[timedelta(minutes=2)] * 240)
    assert requests(cloud) <= 2 * 8 * 12
    told = [r for r in caplog.records if "keeping the last data" in r.getMessage()]
    assert len(told) == 1
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, POLL, POLL)
    assert all(availability(hass, cloud).values())
    told = [r for r in caplog.records if "responds again" in r.getMessage()]
    assert len(told) == 1


async def test_a_refusal_for_haste_ends_the_poll(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """After it nothing more is asked until the next one."""
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    cloud.faults.add(
        endpoint="GET /api/v1/dev/{sn}", kind="rate_limited", times=100_000
    )
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, POLL)
    # The list, and what was under way when the first refusal came.
    assert requests(cloud) <= 1 + 8
    assert requests(cloud, "power-cap") == 0
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR)
    assert requests(cloud, "power-cap") > 0
