"""Prices for their time, and by the time of use."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api.const import SITE_ZONE
from custom_components.iec.calculations.load_classes import LoadClasses
from custom_components.iec.const import CONF_LOAD_CLASSES, CONF_TIME_OF_USE, DOMAIN
from tests.clouds.iec import IecCloud
from tests.clouds.iec.time_of_use import PEAK, load_classes
from tests.entries import DAY, HOUR, coming_prices, pass_time, person_of, settle, state
from tests.recorded import stored

from .helpers import add_entry, midnight, series_of

HOME = 0.64015
CONTRACTS = "GET */api/customer/contract/*"
PROFILE = "GET */contacts/account/0/userprofile"
DISCOUNT = {
    "discount": 0,
    "discount_start": 0,
    "discount_end": 24,
    "discount_days": ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
}
OPTIONS = {
    **DISCOUNT,
    "solar": "auto",
    "history_days": 3,
    "watch_outages": True,
}


async def prices(hass: HomeAssistant, cloud: IecCloud) -> dict[datetime, float]:
    """Return what a kWh cost in each hour."""
    person = person_of(cloud)
    energy = await stored(hass, series_of(person))
    costs = await stored(hass, series_of(person, "est_cost"))
    return {hour: costs[hour] / kwh for hour, kwh in energy.items() if hour in costs}


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, options: Mapping[str, Any]
) -> None:
    """Set options."""
    flow = hass.config_entries.options
    wanted = {**OPTIONS, **options}
    discount = {key: wanted.pop(key) for key in list(wanted) if key in DISCOUNT}
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(
        result["flow_id"], {**wanted, "supplier_plan": "own"}
    )
    result = await flow.async_configure(result["flow_id"], discount)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)


def by_day(found: Mapping[datetime, float], day: str) -> tuple[set[float], set[float]]:
    """Return the prices before a day, and those from it on."""
    start = midnight(day)
    return (
        {round(price, 3) for hour, price in found.items() if hour < start},
        {round(price, 3) for hour, price in found.items() if hour >= start},
    )


async def test_an_own_price_counts_from_its_day_on(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The past keeps the prices that it had, also when it is read again."""
    await choose(hass, entry, {"price": 0.5})
    assert by_day(await prices(hass, cloud), "2026-07-15") == ({0.64}, set())
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 8)
    assert by_day(await prices(hass, cloud), "2026-07-15") == ({0.64}, {0.5})
    days = {"start_date": "2026-07-13", "end_date": "2026-07-16"}
    await hass.services.async_call(DOMAIN, "backfill_statistics", days, blocking=True)
    await settle(hass, entry)
    assert by_day(await prices(hass, cloud), "2026-07-15") == ({0.64}, {0.5})
    # The day may be named, and lie in the past.
    await choose(hass, entry, {"price": 0.7, "prices_from": "2026-07-14"})
    assert by_day(await prices(hass, cloud), "2026-07-14") == ({0.64}, {0.7})
    assert "prices_from" not in entry.options


async def test_repricing(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """The action has today's prices count from a day on, or for everything."""

    async def act(**data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN, "reprice", data, blocking=True, return_response=True
        )

    await choose(hass, entry, {"price": 0.5})
    assert (await act(start_date="2026-07-13"))["rows_written"] == 24
    await settle(hass, entry)
    assert by_day(await prices(hass, cloud), "2026-07-13") == ({0.64}, {0.5})
    assert (await act(start_date="2026-07-13"))["rows_written"] == 0
    await settle(hass, entry)
    await act()
    await settle(hass, entry)
    assert by_day(await prices(hass, cloud), "2026-07-13") == ({0.5}, {0.5})


def peak_hours(first: date, end: date) -> set[float]:
    """Return the hours that the cloud calls peak hours."""
    return {start for start, each in load_classes(first, end) if each == PEAK}


async def test_a_time_of_use_contract(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Its windows count, not the flat price; also for hours that were stored before."""
    cloud.apply({"contract": {"account": "plain_home", "time_of_use": True}})
    person = person_of(cloud)
    entry = await add_entry(hass, cloud, history_days=10)
    energy = await stored(hass, series_of(person))
    assert energy
    assert await prices(hass, cloud) == {}
    meter = f"{person['contract']}_{person['meter']}"
    assert state(hass, f"{meter}_elec_forecasted_cost") == "unknown"
    issue = f"no_time_of_use_prices_{entry.entry_id}"
    assert (DOMAIN, issue) in ir.async_get(hass).issues
    options = {"peak_price": 1.5, "off_peak_price": 0.4, "history_days": 10}
    await choose(hass, entry, {**options, "prices_from": "2026-07-01"})
    assert (DOMAIN, issue) not in ir.async_get(hass).issues
    found = await prices(hass, cloud)
    assert found.keys() == energy.keys()
    peaks = peak_hours(date(2026, 7, 1), date(2026, 7, 16))
    for hour, price in found.items():
        expected = 1.5 if hour.timestamp() in peaks else 0.4
        assert price == pytest.approx(expected, abs=2e-3), hour
    assert {round(price, 1) for price in found.values()} == {1.5, 0.4}
    # It is known after a restart, for hours that have come before it.
    assert entry.data[CONF_LOAD_CLASSES]
    await choose(hass, entry, {**options, "off_peak_price": 0.3, "discount": 10})
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 6)
    later = await prices(hass, cloud)
    assert {round(p, 2) for h, p in later.items() if h >= midnight("2026-07-15")} == {
        1.35,
        0.27,
    }
    assert {h: later[h] for h in found} == pytest.approx(found)


@pytest.mark.parametrize("time_of_use", [False, True])
async def test_a_contract_of_which_the_tariff_is_not_known_yet(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    *,
    time_of_use: bool,
) -> None:
    """It is not taken for one with the flat price; its hours get theirs later."""
    cloud.apply({"contract": {"account": "plain_home", "time_of_use": time_of_use}})
    cloud.faults.add(endpoint=CONTRACTS, kind="status", status=400, times=1000)
    entry = await add_entry(hass, cloud, history_days=3)
    energy = await stored(hass, series_of(person_of(cloud)))
    assert energy
    assert await prices(hass, cloud) == {}
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 2)
    found = await prices(hass, cloud)
    if time_of_use:
        assert found == {}
    else:
        assert found.keys() >= energy.keys()
        assert {round(price, 3) for price in found.values()} == {round(HOME, 3)}


async def test_other_prices_while_the_tariff_is_not_known(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What is stored gets them as soon as it is."""
    await choose(hass, entry, {"price": 0.5, "prices_from": "2026-07-01"})
    assert {round(price, 3) for price in (await prices(hass, cloud)).values()} == {0.5}
    cloud.faults.add(endpoint=CONTRACTS, kind="status", status=400, times=1000)
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(5 * DAY)
    # As an earlier version has left it
    data = {k: v for k, v in entry.data.items() if k != CONF_TIME_OF_USE}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    await choose(hass, entry, {"prices_from": "2026-07-01"})
    await pass_time(hass, at_noon, entry, HOUR)
    assert 0.5 in {round(price, 3) for price in (await prices(hass, cloud)).values()}
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 2)
    found = await prices(hass, cloud)
    assert {round(price, 3) for price in found.values()} == {round(HOME, 3)}


async def test_a_tariff_that_is_left_out_after_a_restart(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A contract that is billed by the time of use does not get the flat price."""
    cloud.apply({"contract": {"account": "plain_home", "time_of_use": True}})
    entry = await add_entry(hass, cloud, history_days=3)
    cloud.apply({"values": {"isTouz": None}})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, at_noon, entry, *[12 * HOUR] * 2)
    assert await prices(hass, cloud) == {}


async def test_other_prices_while_a_source_is_silent(
    hass: HomeAssistant, cloud: IecCloud
) -> None:
    """All that is stored gets them, although nobody knows whether all is listed."""
    cloud.faults.add(endpoint=PROFILE, kind="status", status=403)
    entry = await add_entry(hass, cloud, history_days=12)
    found = await prices(hass, cloud)
    assert {round(price, 3) for price in found.values()} == {round(HOME, 3)}
    options = {"price": 0.5, "history_days": 12, "prices_from": "2026-07-01"}
    await choose(hass, entry, options)
    assert {round(price, 3) for price in (await prices(hass, cloud)).values()} == {0.5}


async def test_a_list_of_contracts_that_is_refused_for_days(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """What it has said of a contract stays, although another source lists it, too."""
    entry = await add_entry(hass, cloud)
    supplies = entry.runtime_data.coordinator.data.contracts
    cloud.faults.add(endpoint=CONTRACTS, kind="status", status=400, times=1000)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 8)
    later = entry.runtime_data.coordinator.data.contracts
    assert later.keys() == supplies.keys()
    for number, contract in supplies.items():
        assert contract.supply.details is not None
        assert later[number].supply == contract.supply


def test_load_classes() -> None:
    """They are those of a weekday of a month; nothing else is guessed."""
    july = date(2026, 7, 1)
    classes = LoadClasses()
    assert classes.learned([]) is classes
    week = [
        (datetime.fromtimestamp(start, SITE_ZONE), load_class)
        for start, load_class in load_classes(july, july + 7 * DAY)
    ]
    classes = classes.learned([*week, (week[0][0], 77)])
    assert classes.learned(week) is classes
    for start, load_class in load_classes(july, july + 31 * DAY):
        assert classes.at(datetime.fromtimestamp(start, SITE_ZONE)) == load_class
    assert classes.at(midnight("2026-08-03")) is None
    assert LoadClasses(dict(classes.known)) == classes


async def test_coming_prices(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """With what a supplier takes off in its window, on its days."""
    answer = await coming_prices(hass, entry)
    assert answer["currency"] == "ILS"
    assert {each["price"] for each in answer["prices"]} == {HOME}
    await choose(
        hass,
        entry,
        {
            "price": 0.5,
            "discount": 20,
            "discount_start": 23,
            "discount_end": 7,
            "discount_days": ["sun", "mon", "tue", "wed", "thu"],
        },
    )
    start = midnight("2026-07-16")  # A Thursday
    answer = await coming_prices(
        hass,
        entry,
        start=start.isoformat(),
        end=(start + 2 * DAY).isoformat(),
    )
    found = [each["price"] for each in answer["prices"]]
    assert found == [0.4] * 7 + [0.5] * 16 + [0.4] * 8 + [0.5] * 17


async def test_no_coming_price_is_made_up(
    hass: HomeAssistant, cloud: IecCloud, entry: MockConfigEntry
) -> None:
    """By time of use only hours whose class and price are known have one."""
    coordinator = entry.runtime_data.coordinator
    contract = next(iter(coordinator.data.contracts))
    coordinator._time_of_use[contract] = True
    with pytest.raises(ServiceValidationError, match="No price"):
        await coming_prices(hass, entry)
