"""Faults of the cloud: nobody is asked to sign in, nothing else goes down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.readings import floor_hour
from custom_components.emporia.const import CONF_LOGIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, MINUTE, pass_time, person_of, requests, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, gid_of, make_entry, true_hours

ENDPOINTS = (
    "/AppAPI",
    "/customers/devices",
    "/customers/devices/status",
    "/v1/customers/devices",
    "/v1/customers/devices/channels",
    "/v1/customers/devices/status",
    "/v1/devices/evses/sessions",
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 404},
    {"kind": "status", "status": 500},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """It costs its own entities only, and all is well when it is over."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.2)
    vue, charger = (gid_of(cloud, "solar_home", kind) for kind in ("vue", "charger"))
    start = floor_hour(NOW) - 4 * HOUR
    for fault in FAULTS:
        met = cloud.faults.add(endpoint=f"GET {endpoint}", times=10_000, **fault)
        if endpoint != "/AppAPI":  # which each poll asks
            # What is asked for once a day or an hour meets each fault as well
            entry.runtime_data.coordinator.answers.all_due()
            entry.runtime_data.status.answers.due("sessions")
        await pass_time(hass, at_noon, entry, *[12 * MINUTE] * 3)
        # Power alone is asked for once a pause that status was told is over
        at_noon.tick(2 * MINUTE)
        await entry.runtime_data.coordinator.async_refresh()
        await settle(hass, entry)
        assert met.times != 10_000, fault
        assert not list(entry.async_get_active_flows(hass, {"reauth"})), fault
        power = state(hass, f"{vue}_circuit_4_power")
        switch = state(hass, f"{charger}_charging", "switch")
        lost = power == STATE_UNAVAILABLE, switch == STATE_UNAVAILABLE
        expected = endpoint == "/AppAPI", endpoint == "/customers/devices/status"
        assert lost == expected, fault
        assert state(hass, f"{vue}_electricity_rate") == "15.0", fault
        cloud.faults.clear()
        await pass_time(hass, at_noon, entry, HOUR, HOUR)
        assert float(state(hass, f"{vue}_circuit_4_power")) >= 0, fault
        assert state(hass, f"{charger}_charging", "switch") == "on", fault
        hours = await stored(hass, f"emporia:{vue}_mains_energy")
        # The latest hour is asked for in its turn
        end = floor_hour(dt_util.utcnow()) - HOUR
        truth = true_hours(cloud, "solar_home", f"{vue}/1,2,3", start, end)
        known = {hour: v for hour, v in hours.items() if start <= hour < end}
        assert known == pytest.approx(truth, abs=1e-3), fault


async def poll(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    *steps: timedelta,
) -> None:
    """Poll everything after each step: timers that run can't be brought forward."""
    runtime = entry.runtime_data
    for step in steps:
        freezer.tick(step)
        await runtime.coordinator.async_refresh()
        await runtime.status.async_refresh()
        runtime.history.async_work()
        await settle(hass, entry)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_one_endpoint_is_silent(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    running_timers: None,
    give_up: Callable[[str], None],
    endpoint: str,
) -> None:
    """What is never answered is given up, and costs its own entities only."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    vue, charger = (gid_of(cloud, "solar_home", kind) for kind in ("vue", "charger"))
    transport = entry.runtime_data.connection.transport
    give_up(endpoint)
    cloud.faults.add(endpoint=f"GET {endpoint}", kind="timeout", times=10_000)
    await poll(hass, at_noon, entry, *[7 * MINUTE] * 3, *[4 * HOUR] * 2)
    assert transport.statistics[f"GET localhost{endpoint}"].last_status is None
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    power = state(hass, f"{vue}_circuit_4_power")
    switch = state(hass, f"{charger}_charging", "switch")
    assert (power == STATE_UNAVAILABLE) == (endpoint == "/AppAPI")
    assert (switch == STATE_UNAVAILABLE) == (endpoint == "/customers/devices/status")
    cloud.faults.clear()
    await poll(hass, at_noon, entry, *[20 * MINUTE] * 3)
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0
    assert state(hass, f"{charger}_charging", "switch") == "on"


@pytest.mark.parametrize("fault", FAULTS[1::3], ids=str)
@pytest.mark.parametrize("endpoint", [*ENDPOINTS[:3], "/v1/*"])
async def test_set_up_during_a_fault(
    hass: HomeAssistant, cloud: EmporiaCloud, endpoint: str, fault: dict[str, Any]
) -> None:
    """The set-up succeeds with what there is; no reauth."""
    entry = await make_entry(hass, cloud, "plain_home", days=0.1)
    cloud.faults.add(endpoint=f"GET {endpoint}", times=10_000, **fault)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_outage_costs_few_requests(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is told once, asked about ever more rarely, and ends by itself."""
    vue = gid_of(cloud, "solar_home", "vue")
    cloud.faults.add(endpoint="*", kind="status", status=503, times=100_000)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[MINUTE] * 120)
    assert requests(cloud) < 2000 / 12
    told = [r for r in caplog.records if "keeping the last data" in r.getMessage()]
    assert 1 <= len(told) <= 2
    assert state(hass, f"{vue}_mains_power") == STATE_UNAVAILABLE
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[MINUTE] * 9)
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0


@pytest.mark.parametrize("announced", ["down", None, ""])
async def test_maintenance_is_told(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    announced: str | None,
) -> None:
    """After some failures the provider's announcement is looked at."""
    cloud.apply({"maintenance": announced})
    for host in ("/AppAPI", "/v1/*", "/customers/*"):
        cloud.faults.add(endpoint=host, kind="status", status=503, times=1000)
    await pass_time(hass, at_noon, entry, *[MINUTE] * 3, *[5 * MINUTE] * 3, 25 * HOUR)
    await pass_time(hass, at_noon, entry, *[5 * MINUTE] * 2)
    assert requests(cloud, "maintenance.json")
    error = str(entry.runtime_data.coordinator.last_exception)
    assert ("maintenance" in error) == (announced == "down")


async def test_short_gaps_are_bridged(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A channel that is null keeps its value for three polls, and is never zero."""
    vue = gid_of(cloud, "solar_home", "vue")
    unique_id = f"{vue}_circuit_8_power"
    before = float(state(hass, unique_id))
    assert before > 0
    cloud.apply({"null_channels": {"device_gid": vue, "channels": ["8"]}})
    cloud.apply({"missing_channels": {"device_gid": vue, "channels": ["4"]}})
    await pass_time(hass, at_noon, entry, timedelta(seconds=70))
    assert float(state(hass, unique_id)) == before
    await pass_time(hass, at_noon, entry, *[timedelta(seconds=70)] * 3)
    assert state(hass, unique_id) == "unknown"
    assert state(hass, f"{vue}_circuit_4_power") == "unknown"
    assert float(state(hass, f"{vue}_circuit_7_power")) >= 0


async def test_a_device_that_is_refused(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """One device that is not the account's does not blind the others."""
    vue, plug = (gid_of(cloud, "solar_home", kind) for kind in ("vue", "outlet"))
    cloud.apply({"forbid": plug})
    await pass_time(hass, at_noon, entry, *[timedelta(seconds=67)] * 6)
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0
    assert plug not in entry.runtime_data.coordinator.permitted
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    assert requests(cloud, "/") < 400


@pytest.mark.parametrize("store_password", [True, False])
async def test_dead_refresh_token(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    *,
    store_password: bool,
) -> None:
    """With a stored password the login heals; without one the user is asked."""
    entry = await add_entry(
        hass, cloud, "plain_home", store_password=store_password, days=0.1
    )
    assert bool(entry.data["password"]) == store_password
    before = entry.data[CONF_LOGIN]
    cloud.apply({"revoke_tokens": "plain_home"})
    await pass_time(hass, at_noon, entry, 7 * MINUTE)
    asked = bool(list(entry.async_get_active_flows(hass, {"reauth"})))
    assert asked != store_password
    assert (entry.data[CONF_LOGIN] != before) == store_password


async def test_a_changed_password_asks_once(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A refused login is not repeated: it would lock the account."""
    entry = await add_entry(hass, cloud, "plain_home", days=0.1)
    cloud.customers.login("plain_home").password = "Another-1!"
    cloud.proof._verifiers.clear()
    cloud.apply({"revoke_tokens": "plain_home"})
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[7 * MINUTE] * 10)
    assert list(entry.async_get_active_flows(hass, {"reauth"}))
    logins = [r for r in cloud.requests.as_json() if r["path"] == "/"]
    assert len(logins) <= 4


async def test_tokens_are_renewed_and_kept(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Each hour, and a rotated refresh token is stored."""
    cloud.apply({"rotate_refresh": True})
    before = entry.data[CONF_LOGIN]
    await pass_time(hass, at_noon, entry, HOUR, HOUR)
    after = entry.data[CONF_LOGIN]
    assert after["id_token"] != before["id_token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert entry.state is ConfigEntryState.LOADED


async def test_two_accounts(hass: HomeAssistant, cloud: EmporiaCloud) -> None:
    """They know nothing of each other."""
    first = await add_entry(hass, cloud, "solar_home", days=0.1)
    second = await add_entry(hass, cloud, "plain_home", days=0.1)
    homes = [set(entry.runtime_data.coordinator.home) for entry in (first, second)]
    assert homes[0]
    assert homes[1]
    assert not homes[0] & homes[1]
    assert await hass.config_entries.async_unload(first.entry_id)
    gid = gid_of(cloud, "plain_home", "charger")
    assert state(hass, f"{gid}_charging", "switch") == "on"


async def test_the_first_list_is_empty(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is requested again soon."""
    devices = cloud.customers.login("solar_home").devices
    there = [*devices]
    devices.clear()
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    assert not entry.runtime_data.coordinator.home
    devices.extend(there)
    await pass_time(hass, at_noon, entry, *[3 * MINUTE] * 3)
    vue = gid_of(cloud, "solar_home", "vue")
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0


async def test_no_list_names_a_device(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """While one of them fails that is no account without devices: it is tried again."""
    devices = cloud.customers.login("solar_home").devices
    there = [*devices]
    devices.clear()
    fault = {"kind": "status", "status": 500, "times": 1000}
    cloud.faults.add(endpoint="GET /customers/devices", **fault)
    state_ = ConfigEntryState.SETUP_RETRY
    entry = await add_entry(hass, cloud, "solar_home", state=state_, days=0.1)
    assert entry.error_reason_translation_key
    devices.extend(there)
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[3 * MINUTE] * 2)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.coordinator.home


async def test_devices_come_and_go(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A new device shows up by itself, and one that is gone for good goes."""
    login = cloud.customers.login("solar_home")
    plug = next(device for device in login.devices if device.kind == "outlet")
    login.devices.remove(plug)
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    registry = dr.async_get(hass)
    identifier = ("emporia", str(plug.gid))
    assert not registry.async_get_device_by_identifier(identifier, entry.entry_id)
    login.devices.append(plug)
    await pass_time(hass, at_noon, entry, *[30 * MINUTE] * 15)
    device = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert device
    assert state(hass, f"{plug.gid}_outlet", "switch") in ("on", "off")
    login.devices.remove(plug)
    await pass_time(hass, at_noon, entry, *[30 * MINUTE] * 19)
    assert not registry.async_get_device_by_identifier(identifier, entry.entry_id)


async def test_drift_is_survived(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """New keys everywhere, ids as texts, prose instead of times."""
    cloud.apply({"drift": {"extra_keys": True, "string_gids": True}})
    cloud.apply({"offline": {"device_gid": gid_of(cloud, "solar_home", "outlet")}})
    entry = await add_entry(hass, cloud, "solar_home", days=0.1)
    vue = gid_of(cloud, "solar_home", "vue")
    assert float(state(hass, f"{vue}_circuit_4_power")) >= 0
    assert entry.runtime_data.drift.seen


@pytest.mark.parametrize("name", ["newcomer", "solar_home"])
async def test_secrets_stay_out_of_the_log(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    """At the finest level, with and without devices."""
    caplog.set_level("DEBUG")
    entry = await add_entry(hass, cloud, name, days=0.1)
    cloud.faults.add(endpoint="/AppAPI", kind="status", status=400, times=3)
    await entry.runtime_data.coordinator.async_refresh()
    person = person_of(cloud, name)
    login = entry.data[CONF_LOGIN]
    secrets = [person["username"], person["password"], login["refresh_token"]]
    secrets += [login["id_token"], *(d["serial"] for d in person["devices"])]
    ours = "\n".join(
        record.getMessage()
        for record in caplog.records
        if "custom_components" in record.name
    )
    assert "/customers/devices" in ours
    assert [secret for secret in secrets if secret in ours] == []
