"""Setting up, entities, devices, restart, removal."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova import async_remove_config_entry_device
from custom_components.elecnova.const import DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import (
    HOUR,
    assert_leaves_nothing,
    attributes,
    entity_id,
    pass_time,
    person_of,
    requests,
    settle,
    state,
)

from .helpers import POLL, add_entry, inverter_of, make_entry


def true_days(
    cloud: ElecnovaCloud, sn: str, name: str = "solar_site"
) -> dict[str, float]:
    """Return the kWh of all local days that are over."""
    first = datetime(2025, 10, 19, tzinfo=UTC)
    series = f"pv_day/{sn}"
    truth = cloud.truth(name, first, cloud.clock.now(), only=series)
    # Days begin in Brussels, an hour or two before.
    return {
        (datetime.fromisoformat(each["start"]) + 4 * HOUR).date().isoformat(): each[
            "value"
        ]
        for each in truth["series"][series]
    }


async def test_entities_of_the_sun(
    hass: HomeAssistant, cloud: ElecnovaCloud, entry: MockConfigEntry
) -> None:
    """They show what the cloud knows to be true."""
    sn = inverter_of(cloud)
    now = cloud.clock.now()
    midnight = datetime(2026, 11, 19, 23, tzinfo=UTC)
    points = cloud.truth("solar_site", midnight, now)["series"][f"pv_energy/{sn}"]
    published = [each["value"] for each in points if each["published"]]
    power = float(state(hass, f"{sn}_pv_power"))
    assert power == pytest.approx(published[-1] * 12_000, abs=1)
    today = sum(published)
    assert float(state(hass, f"{sn}_pv_energy_today")) == pytest.approx(today, abs=0.02)
    days = {day: kwh for day, kwh in true_days(cloud, sn).items() if day < "2026-11-20"}
    month = today + sum(kwh for day, kwh in days.items() if day >= "2026-11-01")
    year = today + sum(kwh for day, kwh in days.items() if day >= "2026")
    total = today + sum(days.values())
    for key, kwh in (("month", month), ("year", year), ("lifetime", total)):
        shown = float(state(hass, f"{sn}_pv_energy_{key}"))
        assert shown == pytest.approx(kwh, abs=0.1), key


async def test_set_up_just_after_midnight(
    hass: HomeAssistant, cloud: ElecnovaCloud, freezer: FrozenDateTimeFactory
) -> None:
    """There is power, though today has no five minutes yet."""
    freezer.move_to("2026-11-19 23:03:00+00:00")
    await add_entry(hass, cloud, statistics=False)
    assert float(state(hass, f"{inverter_of(cloud)}_pv_power")) == 0


async def test_entities_of_cabinets_and_sites(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Eight cabinets, of which one is offline, one has no name and one no parts."""
    cloud.apply({"look": {"documented_site": True}})
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    cabinets = cloud.customers.account("aggregator").cabinets
    online = [
        state(hass, f"{each.serial}_online", "binary_sensor") for each in cabinets
    ]
    assert online.count(STATE_ON) == 7
    offline = next(each for each in cabinets if each.offline)
    assert state(hass, f"{offline.serial}_last_seen") == "2026-10-01T00:00:00+00:00"
    assert state(hass, f"{offline.serial}_components_offline") == "8"
    sites = person_of(cloud, "aggregator")["sites"]
    for site in sites:
        key = f"site_{site['site_id']}"
        assert float(state(hass, f"{key}_rated_power")) > 0
        assert float(state(hass, f"{key}_rated_capacity")) > 0
    registry = dr.async_get(hass)
    devices = {
        identifier: device
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
        for _, identifier in device.identifiers
    }
    for cabinet in cabinets:
        device = devices[cabinet.cabinet_id]
        assert device.serial_number == cabinet.serial
        site = registry.async_get(device.via_device_id or "")
        assert isinstance(site, dr.DeviceEntry)
        assert site.entry_type is dr.DeviceEntryType.SERVICE
        for part in cabinet.components:
            assert devices[part.serial].via_device_id == device.id
    unknown = next(p for c in cabinets for p in c.components if p.code == "ess.dehum")
    found = er.async_get(hass).async_get(
        entity_id(hass, f"{unknown.serial}_online", "binary_sensor")
    )
    assert found
    assert found.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_the_night(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What the cloud says is shown; what it leaves out is unknown, not zero."""
    sn = inverter_of(cloud)
    entry = await add_entry(hass, cloud, statistics=False)
    at_noon.move_to("2026-11-20T22:02:00+00:00")
    await pass_time(hass, at_noon, entry, POLL)
    assert state(hass, f"{sn}_pv_power") == "0.0"
    cloud.apply({"look": {"night": "omit"}})
    await pass_time(hass, at_noon, entry, POLL)
    assert state(hass, f"{sn}_pv_power") == STATE_UNKNOWN
    made = float(state(hass, f"{sn}_pv_energy_today"))
    total = float(state(hass, f"{sn}_pv_energy_lifetime"))
    assert made > 0
    # The next day begins with nothing, and yesterday is what today was.
    await pass_time(hass, at_noon, entry, HOUR)
    assert float(state(hass, f"{sn}_pv_energy_today")) == 0
    assert float(state(hass, f"{sn}_pv_energy_lifetime")) == pytest.approx(total)
    registry = er.async_get(hass)
    yesterday = entity_id(hass, f"{sn}_pv_energy_yesterday")
    registry.async_update_entity(yesterday, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert float(state(hass, f"{sn}_pv_energy_yesterday")) == pytest.approx(
        made, abs=0.01
    )
    shown = attributes(hass, f"{sn}_pv_energy_yesterday")
    assert shown["last_reset"] == "2026-11-19T23:00:00+00:00"


async def test_a_cabinets_serial_where_its_inverters_belongs(
    hass: HomeAssistant, cloud: ElecnovaCloud
) -> None:
    """Nobody has said which of both the cloud wants."""
    cloud.apply({"look": {"pv_by_cabinet": "only"}})
    await add_entry(hass, cloud, statistics=False)
    assert float(state(hass, f"{inverter_of(cloud)}_pv_power")) > 0


async def test_counters_do_not_turn_back(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A correction of the past is no negative energy."""
    sn = inverter_of(cloud)
    entry = await add_entry(hass, cloud, statistics=False)
    before = float(state(hass, f"{sn}_pv_energy_lifetime"))
    cloud.apply({"day_total": {"inverter": sn, "day": "2026-11-05", "kwh": 0}})
    await pass_time(hass, at_noon, entry, HOUR)
    assert float(state(hass, f"{sn}_pv_energy_lifetime")) >= before


async def test_an_inverter_that_was_off_for_a_year(
    hass: HomeAssistant, cloud: ElecnovaCloud, freezer: FrozenDateTimeFactory
) -> None:
    """What it made before still belongs to its lifetime."""
    freezer.move_to("2028-01-05T11:12:00+00:00")
    sn = inverter_of(cloud)
    cloud.apply(
        {
            "outage": {
                "inverter": sn,
                "start": "2026-12-31T23:00:00+00:00",
                "end": "2027-12-31T23:00:00+00:00",
            }
        }
    )
    await add_entry(hass, cloud, statistics=False)
    days = true_days(cloud, sn)
    before = sum(kwh for day, kwh in days.items() if day < "2027")
    this_year = float(state(hass, f"{sn}_pv_energy_year"))
    assert before > 100 * this_year > 0
    lifetime = float(state(hass, f"{sn}_pv_energy_lifetime"))
    assert lifetime == pytest.approx(before + this_year, abs=1)
    # The year without any, those with some, and what may be before them
    assert requests(cloud, "yearly") == 1 + 1 + 2 + 3


async def test_without_v2(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """Older hosts have no sites: nothing is missed, and nothing is told."""
    cloud.apply({"v2": False})
    entry = await add_entry(hass, cloud, statistics=False)
    assert not entry.runtime_data.coordinator.data.sites
    assert float(state(hass, f"{inverter_of(cloud)}_pv_power")) > 0


async def test_requests_of_a_day(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The largest account stays well within its budget."""
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[POLL] * 10)
    assert requests(cloud) < 10 * 20 + 20
    assert entry.runtime_data.connection.budget.limit >= requests(cloud) * 24


async def test_nothing_new_writes_nothing(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A poll that brings the same leaves all states as they are."""
    cloud.apply({"look": {"night": "omit"}})
    at_noon.move_to("2026-11-20T02:10:00+00:00")
    entry = await add_entry(hass, cloud, "no_sun", statistics=False)
    before = {each.entity_id: each.last_updated for each in hass.states.async_all()}
    await pass_time(hass, at_noon, entry, POLL)
    changed = {
        each.entity_id
        for each in hass.states.async_all()
        if before.get(each.entity_id) != each.last_updated
    }
    assert changed <= {
        entity_id(hass, f"{each.serial}_last_seen")
        for each in cloud.customers.account("no_sun").cabinets
    }


async def test_unload_and_remove(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Nothing is left behind: no session, no task, no request."""
    await assert_leaves_nothing(hass, at_noon, cloud, entry)


async def test_two_accounts(hass: HomeAssistant, cloud: ElecnovaCloud) -> None:
    """They know nothing of each other, and unload without a trace."""
    first = await add_entry(hass, cloud, statistics=False)
    second = await add_entry(hass, cloud, "aggregator", statistics=False)
    tokens = {each.runtime_data.client.login.token for each in (first, second)}
    assert len(tokens) == 2
    await hass.config_entries.async_unload(first.entry_id)
    assert state(hass, f"{inverter_of(cloud)}_pv_power") == STATE_UNAVAILABLE
    sn = inverter_of(cloud, "aggregator")
    assert state(hass, f"{sn}_pv_power") != STATE_UNAVAILABLE
    for each in (first, second):
        await hass.config_entries.async_remove(each.entry_id)
    assert not er.async_get(hass).entities
    assert not hass.states.async_all("sensor")


async def test_a_cabinet_that_is_gone(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Its entities are unavailable, and its device may be deleted; others may not."""
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    site = cloud.customers.account("aggregator").sites[0]
    gone, kept = site.cabinets.pop(1), site.cabinets[0]
    await pass_time(hass, at_noon, entry, POLL, POLL)
    serial = f"{gone.serial}_last_seen"
    assert state(hass, serial) == STATE_UNAVAILABLE
    registry = dr.async_get(hass)
    for cabinet, is_removable in ((gone, True), (kept, False)):
        device = registry.async_get_device_by_identifier(
            (DOMAIN, cabinet.cabinet_id), entry.entry_id
        )
        assert device
        assert (
            await async_remove_config_entry_device(hass, entry, device) is is_removable
        )


async def test_a_new_cabinet(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It appears by itself, without a restart."""
    site = cloud.customers.account("aggregator").sites[0]
    later = site.cabinets.pop(0)
    entry = await add_entry(hass, cloud, "aggregator", statistics=False)
    site.cabinets.insert(0, later)
    await pass_time(hass, at_noon, entry, POLL)
    assert state(hass, f"{later.serial}_online", "binary_sensor") == STATE_ON


async def test_set_up_waits_for_the_cloud(
    hass: HomeAssistant, cloud: ElecnovaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is tried again, and nobody has to do anything."""
    cloud.faults.add(endpoint="*", kind="drop", times=100)
    entry = make_entry(hass, cloud, statistics=False)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state.value == "setup_retry"
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, HOUR)
    assert entry.state.value == "loaded"
