"""Set-up, entities, devices, unloading."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec import async_remove_config_entry_device
from tests.clouds.iec import IecCloud
from tests.entries import (
    DAY,
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
from tests.recorded import stored
from tests.strange_home import shown

from .helpers import NOW, add_entry, midnight, series_of, true_hours

MINUTE = timedelta(minutes=1)
EMPTY = {
    "bill_difference",
    "next_due_date",
    "planned_outage",
    "power",
    "refresh",
}
"""The hours of the bill are not read, nothing is due, nothing is planned, and nobody has pressed the button."""


async def test_set_up_and_unload(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """An entry comes up with its entities and leaves nothing behind."""
    person = person_of(cloud, "plain_home")
    meter = f"{person['contract']}_{person['meter']}"
    assert float(state(hass, f"{meter}_elec_latest_meter_reading")) > 0
    assert state(hass, f"{entry.entry_id}_data_lag") == "36"
    assert state(hass, f"{entry.entry_id}_import_progress") == "100"
    hours = await stored(hass, series_of(person))
    truth = true_hours(cloud, "plain_home", midnight("2026-07-12"), NOW)
    assert hours == pytest.approx(truth)
    await assert_leaves_nothing(hass, at_noon, cloud, entry)


async def test_entities(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Every entity has a name, a device and a value."""
    registry = er.async_get(hass)
    entries = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert len(entries) > 40
    for item in entries:
        assert item.device_id
        if item.disabled_by:
            continue
        found = hass.states.get(item.entity_id)
        assert found, item.entity_id
        assert "{" not in str(found.name)
        is_empty = any(item.unique_id.endswith(key) for key in EMPTY)
        assert (found.state == "unknown") == is_empty, item.entity_id
        assert found.state != STATE_UNAVAILABLE, item.entity_id


async def test_disabled_entities(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Those that are off at first have values, too."""
    registry = er.async_get(hass)
    person = person_of(cloud, "plain_home")
    contract = person["contract"]
    meter = f"{contract}_{person['meter']}"
    entry = await add_entry(hass, cloud)
    for item in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(item.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, f"{meter}_connection_size") == "3X25"
    assert state(hass, f"{meter}_phases") == "3"
    assert state(hass, f"{meter}_meter_code") == "503"
    assert state(hass, f"{meter}_meter_start_date") == "2024-09-22"
    for key in ("is_touz", "social_discount", "touz_compatible"):
        assert state(hass, f"{contract}_{key}", "binary_sensor") == "off"
    assert state(hass, f"{contract}_direct_debit", "binary_sensor") == "on"
    assert state(hass, f"{contract}_outage_started") != "unknown"
    assert state(hass, f"{contract}_outage_restored") != "unknown"
    unique_id = f"{entry.entry_id}_access_token_expiry_time"
    assert state(hass, unique_id).startswith("2026-07-15T10:00")


async def test_the_next_bill(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """Energy by the registers, and each fixed part by its days (wire 8.5)."""
    person = person_of(cloud, "plain_home")
    key = f"{person['contract']}_{person['meter']}_elec_forecasted"
    kwh = float(state(hass, f"{key}_usage"))
    found = attributes(hass, f"{key}_cost")
    days = 20 + 15  # June from the 11th, July until today
    assert found["total_bill_days"] == days
    assert found["consumption_price"] == pytest.approx(kwh * 0.64015, abs=0.01)
    months = 20 / 30 + 15 / 31
    assert found["distribution_price"] == pytest.approx(18.17 * months, abs=0.01)
    assert found["delivery_price"] == pytest.approx(12.61 * months, abs=0.01)
    assert found["total_kva_price"] == pytest.approx(
        17.32 * 6.12 / 365 * days, abs=0.01
    )
    total = sum(value for name, value in found.items() if name.endswith("_price"))
    cost = float(state(hass, f"{key}_cost"))
    assert cost == pytest.approx(total, abs=0.01)


async def test_devices(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The meter hangs behind its contract; no name tells a whole number."""
    registry = dr.async_get(hass)
    person = person_of(cloud, "plain_home")
    contract = registry.async_get_device_by_identifier(
        ("iec", person["contract"]), entry.entry_id
    )
    meter = registry.async_get_device_by_identifier(
        ("iec", f"{person['contract']}_{person['meter']}"), entry.entry_id
    )
    assert contract
    assert meter
    assert meter.via_device_id == contract.id
    assert meter.serial_number == person["meter"]
    for device in (contract, meter):
        assert person["contract"] not in str(device.name)
        assert person["meter"] not in str(device.name)


async def test_several_contracts(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Two partners, three contracts, three smart meters, one that is not, one ended."""
    entry = await add_entry(hass, cloud, "landlord", history_days=1)
    contracts = person_of(cloud, "landlord")["contracts"]
    shown = entry.runtime_data.coordinator.data
    active = {each["contract"] for each in contracts if not each["ended"]}
    assert set(shown.contracts) == active
    meters = {
        f"{each['contract']}_{meter['meter']}"
        for each in contracts
        if each["smart"] and not each["ended"]
        for meter in each["meters"]
    }
    assert set(shown.meters) == meters
    for number in active:
        assert state(hass, f"{number}_outage", "binary_sensor") == "off"
    registry = dr.async_get(hass)
    names = {
        str(device.name)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
    }
    assert len(names) == 1 + len(active) + len(meters)


async def test_a_shared_contract(hass: HomeAssistant, cloud: IecCloud) -> None:
    """It is found though the guest has none of their own."""
    entry = await add_entry(hass, cloud, "flatmate", history_days=1)
    number = person_of(cloud, "plain_home")["contract"]
    (contract,) = entry.runtime_data.coordinator.data.contracts.values()
    assert contract.supply.is_shared
    assert contract.supply.contract == number
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("iec", number), entry.entry_id
    )
    assert device
    assert device.name == "IEC contract (shared)"
    assert state(hass, f"{number}_last_iec_invoice_paid", "binary_sensor") == "on"


@pytest.mark.parametrize(
    "hidden", ["outages_accounts", "masa_accounts", "masa_connections"]
)
async def test_sources_that_show_nothing(
    hass: HomeAssistant, cloud: IecCloud, hidden: str
) -> None:
    """The others are enough."""
    cloud.apply({"hide": {"account": "plain_home", "sources": [hidden]}})
    entry = await add_entry(hass, cloud, history_days=1)
    (contract,) = entry.runtime_data.coordinator.data.contracts.values()
    assert contract.supply.contract == person_of(cloud, "plain_home")["contract"]
    assert contract.supply.account_id


@pytest.mark.parametrize("name", ["private_home", "newcomer"])
async def test_other_homes(hass: HomeAssistant, cloud: IecCloud, name: str) -> None:
    """A private supplier's customer has no bills to speak of; a newcomer nothing."""
    entry = await add_entry(hass, cloud, name, history_days=1)
    shown = entry.runtime_data.coordinator.data
    assert bool(shown.meters) == (name == "private_home")
    for number in shown.contracts:
        assert float(state(hass, f"{number}_total_debt")) == 0


async def test_two_logins(hass: HomeAssistant, cloud: IecCloud) -> None:
    """They know nothing of each other, though they see the same contract."""
    first = await add_entry(hass, cloud, "plain_home", history_days=1)
    second = await add_entry(hass, cloud, "flatmate", history_days=1)
    assert (
        first.runtime_data.connection.session
        is not second.runtime_data.connection.session
    )
    assert await hass.config_entries.async_unload(first.entry_id)
    assert second.state is ConfigEntryState.LOADED
    unique_id = f"{second.entry_id}_requests_left"
    assert int(state(hass, unique_id)) > 0


async def test_the_same_contract_of_two_logins(
    hass: HomeAssistant, cloud: IecCloud, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one shows it, at each start, until it is disabled or removed."""
    first = await add_entry(hass, cloud, "plain_home", history_days=1)
    before = shown(hass, first)
    second = await add_entry(hass, cloud, "flatmate", history_days=1)
    contract = person_of(cloud, "plain_home")["contract"]
    assert contract in second.runtime_data.coordinator.data.contracts
    key = entity_id(hass, f"{contract}_outage", "binary_sensor")

    def owner() -> str | None:
        found = er.async_get(hass).async_get(key)
        assert found
        return found.config_entry_id

    for each in (first, second):
        # Whichever is loaded first
        assert await hass.config_entries.async_unload(each.entry_id)
    for each in (second, first):
        assert await hass.config_entries.async_setup(each.entry_id)
        await settle(hass, each)
        assert owner() == first.entry_id
    assert shown(hass, first) == before
    told = [r for r in caplog.messages if r.startswith("Another account already shows")]
    assert told
    assert contract not in str(told)
    await hass.config_entries.async_set_disabled_by(
        first.entry_id, ConfigEntryDisabler.USER
    )
    assert await hass.config_entries.async_reload(second.entry_id)
    await settle(hass, second)
    assert owner() == second.entry_id
    assert "does not generate unique IDs" not in caplog.text


async def test_chosen_contracts(hass: HomeAssistant, cloud: IecCloud) -> None:
    """Only those are shown; an ended one has an issue of its own."""
    contracts = person_of(cloud, "landlord")["contracts"]
    ended = next(each["contract"] for each in contracts if each["ended"])
    entry = await add_entry(
        hass, cloud, "landlord", contracts=[ended, "1"], history_days=1
    )
    assert set(entry.runtime_data.coordinator.data.contracts) == {ended}


async def test_contracts_come_and_go(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """A shared one shows up by itself, and goes once it is gone for good."""
    other = person_of(cloud, "private_home")
    number = other["contract"]
    registry = dr.async_get(hass)
    share = {"account": "private_home", "guest": "plain_home"}
    cloud.apply({"share": share})
    await pass_time(hass, at_noon, entry, 25 * HOUR)
    assert registry.async_get_device_by_identifier(("iec", number), entry.entry_id)
    assert state(hass, f"{number}_last_iec_invoice_paid", "binary_sensor") == "on"
    device = registry.async_get_device_by_identifier(("iec", number), entry.entry_id)
    assert device
    assert not await async_remove_config_entry_device(hass, entry, device)
    cloud.apply({"share": {**share, "shared": False}})
    await pass_time(hass, at_noon, entry, *[25 * HOUR] * 3)
    assert not registry.async_get_device_by_identifier(("iec", number), entry.entry_id)


async def test_the_first_lists_are_empty(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """They are requested again at the next poll, not some time of the day."""
    (partner,) = cloud.customers.person("plain_home").partners
    there = [*partner.contracts]
    partner.contracts.clear()
    entry = await add_entry(hass, cloud, history_days=1)
    assert not entry.runtime_data.coordinator.data.contracts
    partner.contracts.extend(there)
    await pass_time(hass, at_noon, entry, HOUR + 6 * MINUTE)
    assert state(hass, f"{there[0].number}_total_debt") != STATE_UNAVAILABLE


async def test_outages_are_not_watched(hass: HomeAssistant, cloud: IecCloud) -> None:
    """If the user says so."""
    entry = await add_entry(hass, cloud, watch_outages=False, history_days=1)
    assert requests(cloud, "tranzactions") == 0
    number = person_of(cloud, "plain_home")["contract"]
    registry = er.async_get(hass)
    assert not registry.async_get_entity_id("event", "iec", f"{number}_power")
    assert entity_id(hass, f"{number}_calendar", "calendar")
    assert entry.runtime_data.outages is None


async def test_requests_of_a_day(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A usual day takes a part of the budget only."""
    entry = await add_entry(hass, cloud)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[10 * MINUTE] * (24 * 6))
    assert requests(cloud, "/RemoteReadingRange") < 70
    assert requests(cloud, "ransactions") + requests(cloud, "tranzactions") < 220
    assert requests(cloud) < 400
    assert entry.runtime_data.connection.budget.left > 400
    assert dt_util.utcnow() + HOUR >= NOW + DAY
