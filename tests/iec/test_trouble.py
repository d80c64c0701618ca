"""Faults of the cloud: nobody is asked to sign in, nothing else goes down."""

from datetime import date, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api.consumption import Consumption, MeterAddress
from custom_components.iec.const import CONF_LOGIN
from tests.clouds.iec import IecCloud
from tests.entries import DAY, HOUR, pass_time, person_of, requests, settle, state
from tests.recorded import stored

from .helpers import NOW, add_entry, make_entry, midnight, series_of, true_hours

MINUTE = timedelta(minutes=1)

ENDPOINTS = (
    "GET */api/customer",
    "GET */api/outages/accounts",
    "GET */api/customer/contract/*",
    "GET */contacts/account/0/userprofile",
    "GET */customer/checkContract/*",
    "GET */api/Device/LastMeterReading/*",
    "GET */api/Device/{contract}",
    "GET */api/Device/{contract}/{device}",
    "GET */api/DeviceIn/*",
    "POST */Consumption/RemoteReadingRange/*",
    "GET */ElectricBillsDrawers/*",
    "GET */BillingCollection/invoices/*",
    "GET */api/outages/transactions/*",
    "GET */tranzactions/2",
    "GET */api/SocialDiscount/*",
    "GET */api/calculator/touz/*",
    "GET */equipments/get",
    "GET */lookup/all",
    "GET */calculators/gadget",
    "GET */calculators/period",
    "GET */homeelectricitytariff",
)
SOURCES = ENDPOINTS[:4]
CONTRACTS = ENDPOINTS[2]
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 500},
    {"kind": "rate_limited", "retry_after": 60},
    {"kind": "html", "status": 403},
    {"kind": "html"},
    {"kind": "truncated"},
    {"kind": "empty"},
    {"kind": "wrong_types"},
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_one_endpoint_fails(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
) -> None:
    """In every way, one after the other; it costs its own entities at most."""
    entry = await add_entry(hass, cloud, history_days=3)
    person = person_of(cloud, "plain_home")
    register = f"{person['contract']}_{person['meter']}_elec_latest_meter_reading"
    coordinator, outages = entry.runtime_data.coordinator, entry.runtime_data.outages
    for fault in FAULTS:
        cloud.faults.clear()
        cloud.faults.add(endpoint=endpoint, **fault)
        for each in (coordinator, outages):
            each.answers.all_due()
            await each.async_refresh()
        assert not list(entry.async_get_active_flows(hass, {"reauth"})), fault
        assert coordinator.last_update_success, fault
        assert outages.last_update_success, fault
        if "RemoteReading" not in endpoint:
            assert float(state(hass, register)) > 0, fault
        assert state(hass, f"{entry.entry_id}_iec_kwh_tariff") == "0.64015"
        assert state(hass, f"{person['contract']}_outage", "binary_sensor") == "off"
    cloud.faults.clear()
    coordinator.answers.all_due()
    await pass_time(hass, at_noon, entry, 13 * HOUR)
    hours = await stored(hass, series_of(person))
    start = midnight("2026-07-12")
    truth = true_hours(cloud, "plain_home", start, NOW + DAY)
    assert truth
    assert {h: v for h, v in hours.items() if h >= start} == pytest.approx(truth)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_set_up_while_all_but_one_fail(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """Who is signed in and the list of contracts are enough to begin with."""
    entry = await make_entry(hass, cloud, history_days=1)
    for endpoint in set(ENDPOINTS) - {CONTRACTS, "GET */api/customer"}:
        cloud.faults.add(endpoint=endpoint, **fault)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    if fault["kind"] == "rate_limited":
        # Who asks for a pause gets it.
        await pass_time(hass, at_noon, entry, *[timedelta(minutes=2)] * 3)
    assert entry.state is ConfigEntryState.LOADED
    number = person_of(cloud, "plain_home")["contract"]
    assert set(entry.runtime_data.coordinator.data.contracts) == {number}
    assert float(state(hass, f"{number}_total_debt")) == 0


@pytest.mark.parametrize("fault", [FAULTS[1], FAULTS[8]], ids=str)
@pytest.mark.parametrize("source", SOURCES)
async def test_set_up_without_one_source(
    hass: HomeAssistant, cloud: IecCloud, source: str, fault: dict[str, Any]
) -> None:
    """Each of the others finds the contract."""
    entry = await make_entry(hass, cloud, history_days=1)
    cloud.faults.add(endpoint=source, **fault)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    number = person_of(cloud, "plain_home")["contract"]
    assert set(entry.runtime_data.coordinator.data.contracts) == {number}


async def test_set_up_without_any_source(hass: HomeAssistant, cloud: IecCloud) -> None:
    """It is tried again, and nobody is asked to sign in."""
    entry = await make_entry(hass, cloud)
    for source in SOURCES:
        cloud.faults.add(endpoint=source, kind="status", status=500)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_outage_of_the_cloud(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The last data stay for a day; it is told once, and ends by itself."""
    person = person_of(cloud, "plain_home")
    register = f"{person['contract']}_{person['meter']}_elec_latest_meter_reading"
    cloud.apply({"broken": True})
    cloud.faults.add(endpoint="GET */content/*", kind="status", status=500)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 12)
    assert float(state(hass, register)) > 0
    outage = f"{person['contract']}_outage"
    assert state(hass, outage, "binary_sensor") == STATE_UNAVAILABLE
    told = [r for r in caplog.records if "keeping the last data" in r.getMessage()]
    assert len(told) <= 2
    await pass_time(hass, at_noon, entry, *[3 * HOUR] * 6)
    assert state(hass, register) == STATE_UNAVAILABLE
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    cloud.apply({"broken": False})
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[2 * HOUR] * 2)
    assert float(state(hass, register)) > 0
    assert state(hass, outage, "binary_sensor") == "off"


async def test_the_login_service_is_down(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The token is kept, and nobody is asked to sign in."""
    before = entry.data[CONF_LOGIN]
    cloud.faults.add(endpoint="POST */v1/token", kind="status", status=503)
    await pass_time(hass, at_noon, entry, *[HOUR] * 3)
    assert entry.data[CONF_LOGIN] == before
    assert not list(entry.async_get_active_flows(hass, {"reauth"}))
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[HOUR] * 2)
    assert entry.data[CONF_LOGIN] != before
    assert entry.runtime_data.coordinator.failures == 0


async def test_a_dead_refresh_token(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Only this asks for the user; no code is sent before they are there."""
    cloud.apply({"revoke_tokens": "plain_home"})
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, 70 * MINUTE)
    assert len(list(entry.async_get_active_flows(hass, {"reauth"}))) == 1
    assert requests(cloud, "/verify") == 0


async def test_a_dead_token_at_the_start(hass: HomeAssistant, cloud: IecCloud) -> None:
    """The entry asks for the user at once."""
    entry = await make_entry(hass, cloud)
    cloud.apply({"revoke_tokens": "plain_home"})
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert list(entry.async_get_active_flows(hass, {"reauth"}))


async def test_no_list_of_meters(hass: HomeAssistant, cloud: IecCloud) -> None:
    """The last readings tell them as well; known ones are remembered."""
    person = person_of(cloud, "plain_home")
    key = f"{person['contract']}_{person['meter']}"
    cloud.faults.add(endpoint="GET */api/Device/{contract}", kind="status", status=500)
    entry = await add_entry(hass, cloud, history_days=1)
    assert set(entry.runtime_data.coordinator.data.meters) == {key}
    cloud.faults.add(
        endpoint="GET */api/Device/LastMeterReading/*", kind="status", status=500
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert set(entry.runtime_data.coordinator.data.meters) == {key}


async def test_a_day_that_always_fails(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It holds up no other day, neither the later nor the earlier ones."""
    bad = date(2026, 7, 10)
    get_report = Consumption.get_report

    async def fail_at_times(
        self: Consumption, meter: MeterAddress, day: date, *args: Any, **more: Any
    ) -> Any:
        if day == bad:
            cloud.faults.add(
                endpoint="POST */RemoteReadingRange/*", kind="status", status=500
            )
        try:
            return await get_report(self, meter, day, *args, **more)
        finally:
            cloud.faults.clear()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Consumption, "get_report", fail_at_times)
        entry = await add_entry(hass, cloud, history_days=8)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    since = midnight("2026-07-07")
    truth = true_hours(cloud, "plain_home", since, NOW)
    gap = midnight("2026-07-10")
    for hour in list(truth):
        if gap <= hour < gap + DAY:
            del truth[hour]
    assert hours == pytest.approx(truth)
    await pass_time(hass, at_noon, entry, 25 * HOUR)
    hours = await stored(hass, series_of(person_of(cloud, "plain_home")))
    assert gap in hours


async def test_drift_is_survived(hass: HomeAssistant, cloud: IecCloud) -> None:
    """New keys everywhere are counted."""
    cloud.apply({"extra_keys": True})
    entry = await add_entry(hass, cloud, history_days=1)
    assert entry.runtime_data.coordinator.data.meters
    assert entry.runtime_data.drift.seen


@pytest.mark.parametrize("name", ["plain_home", "landlord"])
async def test_secrets_stay_out_of_the_log(
    hass: HomeAssistant,
    cloud: IecCloud,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    """At the finest level, with faults and without."""
    caplog.set_level("DEBUG")
    entry = await add_entry(hass, cloud, name, history_days=1)
    coordinator = entry.runtime_data.coordinator
    for fault in FAULTS[1:9:2]:
        cloud.faults.clear()
        cloud.faults.add(endpoint="*/api/*", **fault)
        coordinator.answers.all_due()
        await coordinator.async_refresh()
        await settle(hass, entry)
    person = person_of(cloud, name)
    login = entry.data[CONF_LOGIN]
    secrets = [person["user_id"], login["refresh_token"], login["id_token"]]
    secrets += [login["access_token"], person["code"]]
    for contract in person["contracts"]:
        secrets += [contract["contract"], contract["bp_number"].lstrip("0")]
        secrets += [contract["account_id"]]
        secrets += [meter["meter"] for meter in contract["meters"]]
    ours = "\n".join(
        record.getMessage()
        for record in caplog.records
        if "custom_components" in record.name
    )
    assert "RemoteReadingRange/{contract}" in ours
    assert [secret for secret in secrets if secret in ours] == []
