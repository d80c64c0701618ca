"""A simulated day: the request budget, midnight, the billing day, clock changes."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api.home import Device
from custom_components.emporia.periods import day_start, period_start
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, attributes, pass_time, requests, state

from .helpers import add_entry, gid_of

BEFORE_MIDNIGHT = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
"""Twenty to midnight in Denver."""


def true_energy(
    cloud: EmporiaCloud, channel: str, start: datetime, end: datetime
) -> float:
    """Return the kWh of a channel between two times of less than 12 hours."""
    series = cloud.truth("solar_home", start, end)["minutes"][channel]
    return float(sum(item["value"] for item in series))


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


async def test_set_up_just_after_midnight(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What can't be judged is not shown until it can."""
    at_noon.move_to(BEFORE_MIDNIGHT + 35 * MINUTE)
    cloud.apply({"late_reset": True})
    entry = await add_entry(hass, cloud, "solar_home")
    today = entry.runtime_data.coordinator.data.channels
    gid = gid_of(cloud, "solar_home", "vue")
    assert today[gid, "circuit_3"].today is None
    await pass_time(hass, at_noon, entry, *[10 * MINUTE] * 12)
    assert float(state(hass, f"{gid}_circuit_3_energy_today")) < 2


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


async def test_a_day_within_the_budget(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Everything together stays below what the provider asks for."""
    at_noon.move_to(datetime(2026, 11, 21, tzinfo=UTC))
    await pass_time(hass, at_noon, entry, MINUTE)
    cloud.requests.clear()
    budget = entry.runtime_data.account.budget
    # Exactly as often as the power is asked for: no poll comes late.
    step = entry.runtime_data.coordinator.update_interval + timedelta(seconds=0.6)
    began = datetime.now(UTC)
    while datetime.now(UTC) < began + 24 * HOUR:
        await pass_time(hass, at_noon, entry, step)
    assert 1300 < requests(cloud) < 2000
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
