"""A simulated day: the request budget, midnight, the billing day, clock changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import freezegun
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api.home import Device
from custom_components.emporia.calculations.periods import day_start, period_start
from custom_components.emporia.coordinators.extras import Extra
from custom_components.emporia.snapshot import Amount
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, attributes, pass_time, requests, settle, state

from .helpers import add_entry, gid_of

BEFORE_MIDNIGHT = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
"""Twenty to midnight in Denver."""

OWN_SHARE = "custom_components.cloud_energy.helpers.spread.own_share"


def true_energy(
    cloud: EmporiaCloud, channel: str, start: datetime, end: datetime
) -> float:
    """Return the kWh of a channel between two times of less than 12 hours."""
    truth = cloud.truth("solar_home", start, end, only=channel)
    return float(sum(item["value"] for item in truth["minutes"][channel]))


@pytest.mark.parametrize("is_late", [False, True])
async def test_midnight(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    *,
    is_late: bool,
) -> None:
    """No daily sensor shows yesterday's total after midnight, nor counts it twice."""
    at_noon.move_to(BEFORE_MIDNIGHT)
    gid = gid_of(cloud, "solar_home", "vue")
    entry = await add_entry(hass, cloud, "solar_home")
    cloud.apply({"late_reset": is_late})
    unique_id = f"{gid}_circuit_3_energy_today"
    midnight = datetime(2026, 11, 21, 7, tzinfo=UTC)
    yesterday = float(state(hass, unique_id))
    assert yesterday > 1
    known = 0
    while (now := datetime.now(UTC)) < midnight + 100 * MINUTE:
        shown = state(hass, unique_id)
        reset = attributes(hass, unique_id).get("last_reset")
        if now < midnight:
            assert reset == "2026-11-20T07:00:00+00:00"
        elif shown != "unknown":
            known += 1
            assert reset == midnight.isoformat()
            truth = true_energy(cloud, f"{gid}/3", midnight, now)
            assert float(shown) <= truth + 0.01
            assert float(shown) < yesterday
        await pass_time(hass, at_noon, entry, MINUTE)
    assert known > 80
    truth = true_energy(cloud, f"{gid}/3", midnight, datetime.now(UTC))
    assert float(state(hass, unique_id)) == pytest.approx(truth, abs=0.2)


@pytest.mark.parametrize(("share", "minutes"), [(0.0, 0), (0.5, 10), (0.95, 19)])
async def test_not_everybody_asks_at_midnight(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    share: float,
    minutes: int,
) -> None:
    """Totals are asked for when it is the entry's turn; minutes add up until then."""
    at_noon.move_to(BEFORE_MIDNIGHT)
    entry = await add_entry(hass, cloud, "solar_home")
    parts = entry.runtime_data.coordinator.answers
    midnight = datetime(2026, 11, 21, 7, tzinfo=UTC)
    names = ("day", "month", "cost_day", "cost_month")
    with patch(OWN_SHARE, lambda _: share):
        at_noon.move_to(midnight - MINUTE)
        while datetime.now(UTC) < midnight + 30 * MINUTE:
            await pass_time(hass, at_noon, entry, MINUTE)
            told = [parts.diagnostics[name]["fetched_at"] for name in names]
            if min(map(datetime.fromisoformat, told)) >= midnight:
                break
    late = datetime.now(UTC) - midnight
    assert minutes * MINUTE <= late <= (minutes + 2) * MINUTE


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("minutes", [21, 35, 85, 105])
async def test_set_up_just_after_midnight(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    minutes: int,
    *,
    is_late: bool,
) -> None:
    """The day is there at once and right, even if the cloud tells yesterday's."""
    at_noon.move_to(BEFORE_MIDNIGHT + minutes * MINUTE)
    cloud.apply({"late_reset": is_late})
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    for circuit in (f"{gid}/8", f"{gid}/4"):
        await assert_today(hass, cloud, circuit)
    # Nine of ten minutes are missed until the next total.
    await pass_time(hass, at_noon, entry, *[10 * MINUTE] * 3)
    await assert_today(hass, cloud, f"{gid}/8", within=0.4)
    # A restart knows it at once as well.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    await assert_today(hass, cloud, f"{gid}/8")


async def test_early_hours_that_fail(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What can't be judged is not shown until it can."""
    at_noon.move_to(BEFORE_MIDNIGHT + 35 * MINUTE)
    cloud.apply({"late_reset": True})
    hours = {"apiMethod": "getDeviceListUsages", "scale": "1H"}
    cloud.faults.add(endpoint="/AppAPI", query=hours, kind="status", status=500)
    entry = await add_entry(hass, cloud, "solar_home")
    today = entry.runtime_data.coordinator.data.channels
    gid = gid_of(cloud, "solar_home", "vue")
    assert today[gid, "circuit_8"].today is None
    await pass_time(hass, at_noon, entry, *[10 * MINUTE] * 9)
    await assert_today(hass, cloud, f"{gid}/8", within=0.3)


async def assert_today(
    hass: HomeAssistant, cloud: EmporiaCloud, circuit: str, within: float = 0.06
) -> None:
    """Compare a circuit's energy since midnight with the truth."""
    gid, number = circuit.split("/")
    midnight = datetime(2026, 11, 21, 7, tzinfo=UTC)
    truth = true_energy(cloud, circuit, midnight, datetime.now(UTC))
    shown = float(state(hass, f"{gid}_circuit_{number}_energy_today"))
    assert shown == pytest.approx(truth, abs=within)
    assert shown > 0


async def test_energy_today_moves_with_the_minutes(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It follows each poll, and nothing is counted twice when the total comes."""
    at_noon.move_to(datetime(2026, 11, 20, 16, tzinfo=UTC))
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    unique_id = f"{gid}_circuit_4_energy_today"
    midnight = datetime(2026, 11, 20, 7, tzinfo=UTC)
    coordinator = entry.runtime_data.coordinator
    before, moves, days = float(state(hass, unique_id)), 0, []
    for _ in range(36):
        step = coordinator.update_interval + timedelta(seconds=0.6)
        await pass_time(hass, at_noon, entry, step)
        now = datetime.now(UTC)
        shown = float(state(hass, unique_id))
        truth = true_energy(cloud, f"{gid}/4", midnight, now)
        # At most half an hour's missed minutes behind, and never ahead
        assert truth - 0.04 < shown <= truth + 0.001
        assert shown >= before
        moves += shown > before
        before = shown
        days.append(coordinator.answers.diagnostics["day"]["fetched_at"])
    assert len(set(days)) <= 3
    assert moves > 30


@contextmanager
def ahead(
    cloud: EmporiaCloud, freezer: FrozenDateTimeFactory, by: timedelta
) -> Iterator[None]:
    """Have this machine's clock be ahead, but neither the cloud's nor `monotonic`."""
    frozen: Any = freezegun.api
    wall = frozen._get_fake_monotonic
    freezer.tick(by)
    cloud.clock.advance(-by)
    with patch.object(
        frozen, "_get_fake_monotonic", lambda: wall() - by.total_seconds()
    ):
        yield
    freezer.tick(-by)
    cloud.clock.advance(by)


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("hours", [3, 480])
async def test_a_clock_that_was_ahead(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    hours: int,
    is_restarted: bool,
) -> None:
    """Once it is right again today's and the period's totals are, too."""
    at_noon.move_to(datetime(2026, 11, 20, 16, tzinfo=UTC))
    midnight = datetime(2026, 11, 20, 7, tzinfo=UTC)
    gid = gid_of(cloud, "solar_home", "vue")
    entry = await add_entry(hass, cloud, "solar_home")

    def totals() -> tuple[Amount, Amount]:
        shown = entry.runtime_data.coordinator.data.channels[gid, "circuit_4"]
        return shown.today, shown.month

    before = totals()
    with ahead(cloud, at_noon, hours * HOUR):
        await pass_time(hass, at_noon, entry, *[10 * MINUTE] * 5)
    if is_restarted:
        assert await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass, entry)
    await pass_time(hass, at_noon, entry, *[2 * MINUTE] * 3)
    now = totals()
    truth = true_energy(cloud, f"{gid}/4", midnight, datetime.now(UTC))
    assert now[0].total == pytest.approx(truth, abs=0.05)
    assert [each.since for each in now] == [each.since for each in before]
    grown = [each.total - then.total for each, then in zip(now, before, strict=True)]
    assert grown == pytest.approx([truth - before[0].total] * 2, abs=0.05)


@pytest.mark.parametrize(
    ("zone", "billing_day", "now", "day", "period"),
    [
        (
            "America/Denver",
            1,
            "2026-11-20T19:30:00+00:00",
            "2026-11-20T07:00:00+00:00",
            "2026-11-01T06:00:00+00:00",
        ),
        (
            "America/New_York",
            31,
            "2026-03-01T12:00:00+00:00",
            "2026-03-01T05:00:00+00:00",
            "2026-02-28T05:00:00+00:00",
        ),
        (
            "America/New_York",
            31,
            "2026-02-28T12:00:00+00:00",
            "2026-02-28T05:00:00+00:00",
            "2026-02-28T05:00:00+00:00",
        ),
        # The day on which summer time begins, and the one after it
        (
            "America/Denver",
            8,
            "2026-03-08T18:00:00+00:00",
            "2026-03-08T07:00:00+00:00",
            "2026-03-08T07:00:00+00:00",
        ),
        (
            "America/Denver",
            8,
            "2026-03-09T18:00:00+00:00",
            "2026-03-09T06:00:00+00:00",
            "2026-03-08T07:00:00+00:00",
        ),
        # Without a zone, or with a strange one, days are UTC's
        (
            "",
            15,
            "2026-11-20T01:00:00+00:00",
            "2026-11-20T00:00:00+00:00",
            "2026-11-15T00:00:00+00:00",
        ),
        (
            "Mars/Olympus",
            25,
            "2026-01-20T01:00:00+00:00",
            "2026-01-20T00:00:00+00:00",
            "2025-12-25T00:00:00+00:00",
        ),
    ],
)
def test_beginnings(
    zone: str, billing_day: int, now: str, day: str, period: str
) -> None:
    """Days and billing periods begin at local midnight."""
    device = Device(gid=1, time_zone=zone, billing_day=billing_day)
    moment = datetime.fromisoformat(now)
    assert day_start(device, moment).isoformat() == day
    assert period_start(device, moment).isoformat() == period


@pytest.mark.parametrize(("everything", "hours"), [(False, 6), (True, 24)])
async def test_a_day_within_the_budget(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    *,
    everything: bool,
    hours: int,
) -> None:
    """Everything together stays below what the provider asks for, on or off at first.

    What is off at first asks only for more, so that a part of a day shows the rest.
    """
    at_noon.move_to(datetime(2026, 11, 21, tzinfo=UTC))
    if everything:
        registry = er.async_get(hass)
        for each in er.async_entries_for_config_entry(registry, entry.entry_id):
            registry.async_update_entity(each.entity_id, disabled_by=None)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass, entry)
        assert entry.runtime_data.coordinator.optional_requests == set(Extra)
    await pass_time(hass, at_noon, entry, MINUTE)
    cloud.requests.clear()
    budget = entry.runtime_data.connection.budget
    coordinator = entry.runtime_data.coordinator
    began = datetime.now(UTC)
    while datetime.now(UTC) < began + hours * HOUR:
        # Exactly as often as the power is asked for: no poll comes late.
        step = coordinator.update_interval + timedelta(seconds=0.6)
        await pass_time(hass, at_noon, entry, step)
    assert 1300 < requests(cloud) * 24 / hours < 2000
    assert budget.left > 0


async def test_a_poll_without_news_writes_nothing(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The same answer again changes no state."""
    changed: list[str] = []
    hass.bus.async_listen(
        "state_changed", lambda e: changed.append(e.data["entity_id"])
    )
    await entry.runtime_data.status.async_refresh()
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert changed == []
