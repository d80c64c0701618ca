"""What energy costs today and in the billing period, and what asking for it takes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.coordinators.extras import Extra, poll_interval
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, attributes, entity_id, pass_time, settle, state

from .helpers import add_entry, gid_of

MIDNIGHT = datetime(2026, 11, 21, 7, tzinfo=UTC)
"""In Denver."""


def true_energy(cloud: EmporiaCloud, channel: str, start: datetime) -> float:
    """Return the kWh of a channel from a time of at most 12 hours ago until now."""
    truth = cloud.truth("solar_home", start, datetime.now(UTC), only=channel)
    return float(sum(item["value"] for item in truth["minutes"][channel]))


async def enable(hass: HomeAssistant, entry: ConfigEntry, *unique_ids: str) -> None:
    """Enable entities as a user does."""
    for unique_id in unique_ids:
        er.async_get(hass).async_update_entity(
            entity_id(hass, unique_id), disabled_by=None
        )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)  # type: ignore[arg-type]  # it is one


async def test_cost_today(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The home's is there at first, a circuit's once it is enabled."""
    at_noon.move_to(MIDNIGHT + 9 * HOUR)
    hass.config.currency = "CAD"
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    mains, circuit = f"{gid}_mains_cost_today", f"{gid}_circuit_4_cost_today"
    truth = 0.15 * true_energy(cloud, f"{gid}/1,2,3", MIDNIGHT)
    assert float(state(hass, mains)) == pytest.approx(truth, abs=0.01)
    assert attributes(hass, mains)["unit_of_measurement"] == "CAD"
    assert attributes(hass, mains)["last_reset"] == MIDNIGHT.isoformat()
    period = float(state(hass, f"{gid}_mains_cost_month"))
    energy = entry.runtime_data.coordinator.data.channels[gid, "mains"].month
    assert period == pytest.approx(0.15 * energy.total, abs=0.05)
    assert hass.states.get(entity_id(hass, circuit)) is None
    await enable(hass, entry, circuit)
    truth = 0.15 * true_energy(cloud, f"{gid}/4", MIDNIGHT)
    assert float(state(hass, circuit)) == pytest.approx(truth, abs=0.01)
    assert truth > 0.1


async def test_a_rate_that_changes(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What was used before costs what it did: the cloud's own costs count."""
    at_noon.move_to(MIDNIGHT + 9 * HOUR)
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    await enable(hass, entry, f"{gid}_circuit_4_cost_today")
    await entry.runtime_data.client.set_rate([gid], 45.0)
    at_noon.tick(HOUR)
    await pass_time(hass, at_noon, entry, 5 * MINUTE)
    before = true_energy(cloud, f"{gid}/4", MIDNIGHT)
    now = true_energy(cloud, f"{gid}/4", MIDNIGHT + 9 * HOUR)
    truth = 0.15 * (before - now) + 0.45 * now
    shown = float(state(hass, f"{gid}_circuit_4_cost_today"))
    assert shown == pytest.approx(truth, abs=0.01)


@pytest.mark.parametrize("is_late", [False, True])
async def test_cost_after_midnight(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    *,
    is_late: bool,
) -> None:
    """Yesterday's cost is never today's."""
    at_noon.move_to(MIDNIGHT - 5 * MINUTE)
    cloud.apply({"late_reset": is_late})
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "vue")
    assert float(state(hass, f"{gid}_mains_cost_today")) > 0.5
    for _ in range(20):
        await pass_time(hass, at_noon, entry, timedelta(seconds=70))
        if datetime.now(UTC) < MIDNIGHT:
            continue
        truth = 0.15 * true_energy(cloud, f"{gid}/1,2,3", MIDNIGHT)
        shown = float(state(hass, f"{gid}_mains_cost_today"))
        assert shown == pytest.approx(truth, abs=0.03)


async def test_nobody_asks_for_costs(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What no entity shows costs no request."""
    registry = er.async_get(hass)
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        if "cost" in each.unique_id and not each.disabled_by:
            registry.async_update_entity(
                each.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    coordinator = entry.runtime_data.coordinator
    assert coordinator.optional_requests == set()
    asked = coordinator.answers.diagnostics["cost_day"]["fetched_at"]
    await pass_time(hass, at_noon, entry, 2 * MINUTE, 2 * HOUR)
    assert coordinator.answers.diagnostics["cost_day"]["fetched_at"] == asked
    assert coordinator.update_interval < timedelta(seconds=66.1)


async def test_legs(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Power, current and voltage of each leg, with one request for all."""
    at_noon.move_to(MIDNIGHT + 11 * HOUR)
    entry = await add_entry(hass, cloud, "plain_home")
    gid = gid_of(cloud, "plain_home", "vue")
    legs = [f"{gid}_leg_{leg}_{what}" for leg in "ab" for what in ("power", "current")]
    volts = f"{gid}_leg_a_voltage"
    assert hass.states.get(entity_id(hass, volts)) is None
    cloud.requests.clear()
    await enable(hass, entry, *legs, volts)
    path = "/v1/devices/energy-monitors/circuits/usages/power"
    assert cloud.requests.count(path) == 1
    power_a, amps_a, power_b, amps_b = (float(state(hass, each)) for each in legs)
    assert 118 < float(state(hass, volts)) < 124
    assert abs(power_a) > abs(power_b) > 0
    for power, amps in ((power_a, amps_a), (power_b, amps_b)):
        assert abs(power) / amps == pytest.approx(float(state(hass, volts)), rel=0.01)
    mains = float(state(hass, f"{gid}_mains_power"))
    assert power_a + power_b == pytest.approx(mains, abs=2)
    await pass_time(hass, at_noon, entry, *[MINUTE] * 11)
    assert cloud.requests.count(path) <= 3
    cloud.faults.add(endpoint=path, kind="status", status=404)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 5)
    assert state(hass, volts) in ("unknown", "unavailable")


@pytest.mark.parametrize(
    ("wanted", "extra"),
    [
        ((), 0),
        ({Extra.COSTS}, 40),
        ({Extra.LEGS}, 288),
        (set(Extra), 376),
        ([Extra.VEHICLES] * 2, 96),
    ],
)
def test_all_stays_in_the_budget(wanted: Collection[Extra], extra: int) -> None:
    """What is asked for more is taken from the polls of the power."""
    polls = timedelta(days=1) / poll_interval(wanted)
    assert polls + extra == pytest.approx(1440)
