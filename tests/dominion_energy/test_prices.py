"""Prices for their time, seasons, and riders."""

from datetime import date, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.models import MonthlyUsage
from custom_components.dominion_energy.calculations.schedule_1 import Rider, flat_rate
from custom_components.dominion_energy.const import CONF_SERIES, DOMAIN
from custom_components.dominion_energy.coordinators.derive import Sources, derive
from custom_components.dominion_energy.cost_options import tariff_of
from custom_components.dominion_energy.entry_data import period_starts
from custom_components.dominion_energy.statistics.repricing import Older
from custom_components.dominion_energy.statistics.series import MeterSeries
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import DAY, HOUR, coming_prices, pass_time, settle
from tests.recorded import stored

from .helpers import NOW, add_entry

FIXED = {"cost_mode": "fixed", "fixed_rate": 0.2}


@pytest.fixture
async def fixed(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Set up a home at a fixed rate; ten of its days are no longer served."""
    entry = await add_entry(hass, cloud, "plain_home", options=dict(FIXED))
    await pass_time(hass, at_noon, entry, *[DAY] * 10)
    return entry


async def prices(hass: HomeAssistant, entry: MockConfigEntry) -> dict[Any, float]:
    """Return what a kWh cost in each hour that has its own row."""
    stem = f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_"
    energy = await stored(hass, f"{stem}consumption")
    costs = await stored(hass, f"{stem}cost")
    return {
        hour: costs[hour] / kwh
        for hour, kwh in energy.items()
        if kwh > 0.05 and hour + HOUR in energy and hour in costs
    }


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, rate: float, **more: Any
) -> None:
    """Set a fixed rate in the options."""
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    result = await flow.async_configure(
        result["flow_id"], {"cost_mode": "fixed", **more}
    )
    result = await flow.async_configure(result["flow_id"], {"fixed_rate": rate})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)


def by_day(found: dict[Any, float], first: date) -> tuple[set[float], set[float]]:
    """Return the prices before a day, and those from it on."""
    start = local_midnight(first, SITE_ZONE)
    return (
        {round(price, 3) for hour, price in found.items() if hour < start},
        {round(price, 3) for hour, price in found.items() if hour >= start},
    )


async def test_a_new_rate_counts_from_today_on(
    hass: HomeAssistant, fixed: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """What was before keeps its price, at a restart and when it is read again."""
    today = (NOW + 10 * DAY).astimezone(SITE_ZONE).date()
    await choose(hass, fixed, 0.5)
    assert by_day(await prices(hass, fixed), today) == ({0.2}, set())
    await pass_time(hass, at_noon, fixed, *[6 * HOUR] * 12)
    assert by_day(await prices(hass, fixed), today) == ({0.2}, {0.5})
    await hass.config_entries.async_reload(fixed.entry_id)
    await pass_time(hass, at_noon, fixed, 6 * HOUR)
    fixed.runtime_data.feed.async_forget()
    await fixed.runtime_data.coordinator.async_refresh()
    await settle(hass, fixed)
    assert by_day(await prices(hass, fixed), today) == ({0.2}, {0.5})
    # Another option is no other price.
    await choose(hass, fixed, 0.5, budget=70)
    assert by_day(await prices(hass, fixed), today) == ({0.2}, {0.5})


async def test_a_new_rate_of_a_day(
    hass: HomeAssistant, fixed: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """It may lie in the past, also where the portal no longer serves half hours."""
    day = date(2026, 11, 12)
    await choose(hass, fixed, 0.5, prices_from=day.isoformat())
    await pass_time(hass, at_noon, fixed, 2 * HOUR, 2 * HOUR)
    assert by_day(await prices(hass, fixed), day) == ({0.2}, {0.5})
    expected = {"cost_mode": "fixed", "fixed_rate": 0.5, "bill_limit": 10}
    assert fixed.options == expected
    later = date(2026, 11, 20)
    await choose(hass, fixed, 0.7, prices_from=later.isoformat())
    await pass_time(hass, at_noon, fixed, 2 * HOUR, 2 * HOUR)
    found = await prices(hass, fixed)
    assert by_day(found, day)[0] == {0.2}
    assert by_day(found, later) == ({0.2, 0.5}, {0.7})


async def test_repricing_from_a_day_on(
    hass: HomeAssistant, fixed: MockConfigEntry, at_noon: FrozenDateTimeFactory
) -> None:
    """The action has the prices of today count from a day on, or for everything."""

    async def act(**data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN, "reprice", data, blocking=True, return_response=True
        )

    await choose(hass, fixed, 0.5)
    day = date(2026, 11, 12)
    done = await act(start_date=day.isoformat())
    assert done["rows_written"] > 400
    assert by_day(await prices(hass, fixed), day) == ({0.2}, {0.5})
    assert (await act(start_date=day.isoformat()))["rows_written"] == 0
    await act()
    assert by_day(await prices(hass, fixed), day) == ({0.5}, {0.5})
    assert fixed.data["earlier_prices"] == []


async def test_repricing_counts_for_what_was_returned(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Returned energy that the portal no longer serves takes the new price off, too."""
    cloud.apply({"window_days": 48})
    entry = await add_entry(hass, cloud, "solar_home", options=dict(FIXED))
    await pass_time(hass, at_noon, entry, *[DAY] * 10)
    compensation = f"{DOMAIN}:{entry.data[CONF_SERIES]}_energy_compensation"
    before = await stored(hass, compensation)
    served = min(i.start for i in entry.runtime_data.coordinator.intervals)
    assert sum(value > 0 for hour, value in before.items() if hour < served) > 20
    await choose(hass, entry, 0.5)
    for since in ("2026-10-12", None):
        act = {"start_date": since} if since else {}
        await hass.services.async_call(
            DOMAIN, "reprice", act, blocking=True, return_response=True
        )
        start = local_midnight(date.fromisoformat(since), SITE_ZONE) if since else None
        assert await stored(hass, compensation) == pytest.approx(
            {
                hour: value * (2.5 if start is None or hour >= start else 1)
                for hour, value in before.items()
            },
            abs=1e-6,
        )


def test_a_period_is_remembered_when_the_portal_forgets_it() -> None:
    """What was returned in it takes off what it has, years later."""
    start = local_midnight(date(2024, 6, 3), SITE_ZONE)
    used = {start + n * HOUR: 1.0 for n in range(48)}
    returned = {start + n * HOUR: 0.5 for n in range(48)}
    options = {"cost_mode": "fixed", "fixed_rate": 0.2}
    sources = Sources(
        today=date(2026, 11, 20),
        intervals=(),
        forecast=None,
        months=(),
        generations=(),
        options=options,
        plans=PricePlans(current=options),
        older=Older(used, returned),
        known_starts=[date(2024, 6, 3)],
    )
    series = MeterSeries.of("a", "b")
    derived = derive(sources, series)
    assert derived.period_starts == [date(2024, 6, 3)]
    (found,) = (b for b in derived.batches if b.series == series.compensation)
    amounts = {reading.start: reading.value for reading in found.readings}
    assert amounts == pytest.approx(dict.fromkeys(used, 0.1))


@pytest.mark.parametrize("amount", [-20.0, 30.0])
def test_what_is_paid_back_is_no_price(amount: float) -> None:
    """A month with a credit is priced as the others are."""
    months = [
        MonthlyUsage(start=date(2026, at, 1), consumption=300.0, amount=amounts)
        for at, amounts in ((9, 30.0), (10, amount))
    ]
    start = local_midnight(date(2026, 10, 5), SITE_ZONE)
    options = {"cost_mode": "api_estimate"}
    sources = Sources(
        today=date(2026, 11, 20),
        intervals=(),
        forecast=None,
        months=months,
        generations=(),
        options=options,
        plans=PricePlans(current=options),
        older=Older({start + n * HOUR: 1.0 for n in range(24)}),
    )
    tariff = derive(sources, MeterSeries.of("a", "b")).tariff
    assert tariff.price(start, 0) == pytest.approx(0.1)


def test_riders() -> None:
    """One of the same name takes the place of a built-in one, from its day on."""
    day = date(2027, 1, 1)
    before = flat_rate(date(2026, 12, 31))
    added = (Rider(day, "A", 0.05), Rider(day, "NEW", 0.001))
    assert flat_rate(date(2026, 12, 31), added) == before
    assert flat_rate(day, added) == pytest.approx(before - 0.037648 + 0.05 + 0.001)
    ended = (*added, Rider(date(2027, 3, 1), "NEW", 0.0))
    assert flat_rate(date(2027, 3, 1), ended) == pytest.approx(before - 0.037648 + 0.05)


async def test_riders_in_the_options(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A rider changes the hours from its day on, and no others."""
    cloud.apply({"window_days": 68})
    options = {"cost_mode": "schedule_1"}
    entry = await add_entry(hass, cloud, "plain_home", options=dict(options))
    before = await prices(hass, entry)
    flow = hass.config_entries.options
    result = await flow.async_init(entry.entry_id)
    rider = {"since": "2026-11-15", "name": " new ", "rate": 0.1}
    with pytest.raises(InvalidData):
        await flow.async_configure(
            result["flow_id"], {**options, "riders": [{"name": "new"}]}
        )
    result = await flow.async_configure(
        result["flow_id"], {**options, "riders": [rider]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["riders"] == [rider]
    await settle(hass, entry)
    after = await prices(hass, entry)
    start = local_midnight(date(2026, 11, 15), SITE_ZONE)
    assert before
    for hour, price in before.items():
        more = 0.1 if hour >= start else 0
        assert after[hour] == pytest.approx(price + more, abs=1e-3)


def test_rates_of_two_seasons() -> None:
    """Three rates each, in the months that the user names."""
    tariff = tariff_of(
        {
            "cost_mode": "time_of_use",
            "peak_rate": 0.3,
            "off_peak_rate": 0.2,
            "super_off_peak_rate": 0.1,
            "winter_peak_rate": 0.6,
            "winter_off_peak_rate": 0.5,
            "summer_months": ["6", "7"],
            "summer_peak_start": 15,
            "summer_peak_end": 18,
            "winter_peak_start": 6,
            "winter_peak_end": 9,
            "super_off_peak_start": 0,
            "super_off_peak_end": 5,
        },
        billed_rates=[],
        period_starts=[],
    )

    def rate(day: date, at: int) -> float:
        hour = local_midnight(day, SITE_ZONE) + timedelta(hours=at)
        return tariff.costs({hour: 1.0})[hour]

    july, may = date(2026, 7, 15), date(2026, 5, 13)
    assert [rate(july, at) for at in (3, 7, 16)] == [0.1, 0.2, 0.3]
    # The rate that is not given for winter is the same as in summer.
    assert [rate(may, at) for at in (3, 7, 16)] == [0.1, 0.6, 0.5]


async def test_coming_prices_of_a_plan(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """By the hours of the day; a weekend has no peaks."""
    options = {"cost_mode": "time_of_use", "peak_rate": 0.3, "off_peak_rate": 0.1}
    entry = await add_entry(hass, cloud, "plain_home", options=options)
    answer = await coming_prices(hass, entry)
    assert answer["unit"] == "USD/kWh"
    assert answer["source"] == "Dominion Energy time of use"
    assert len(answer["prices"]) == 48
    # A Friday in November: from two to seven in the afternoon
    peaks = [each for each in answer["prices"] if each["price"] == 0.3]
    assert [each["start"] for each in peaks] == [
        f"2026-11-20T{hour}:00:00+00:00" for hour in range(19, 24)
    ]
    assert {each["price"] for each in answer["prices"]} == {0.1, 0.3}


@pytest.mark.parametrize(
    ("options", "low", "high"),
    [
        ({"cost_mode": "schedule_1"}, 0.1, 0.25),
        ({"cost_mode": "api_estimate"}, 0.05, 0.3),
        (FIXED, 0.2, 0.2),
    ],
)
async def test_coming_prices_of_all_modes(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    options: dict[str, Any],
    low: float,
    high: float,
) -> None:
    """What one more kWh costs, without what is due anyway."""
    entry = await add_entry(hass, cloud, "plain_home", options=options)
    answer = await coming_prices(hass, entry)
    assert len(answer["prices"]) == 48
    assert all(low <= each["price"] <= high for each in answer["prices"])


@pytest.mark.parametrize("used", [0.0, 799.5, 900.0])
def test_a_coming_price_is_what_one_more_kwh_costs(used: float) -> None:
    """Behind 800 kWh of its period it is another one."""
    start = date(2026, 7, 1)
    first, hour = (local_midnight(start + n * DAY, SITE_ZONE) for n in (0, 9))
    tariff = tariff_of(
        {"cost_mode": "schedule_1"}, billed_rates=(), period_starts=[start]
    )
    costs = [tariff.costs({first: used, hour: kwh})[hour] for kwh in (0.0, 1.0)]
    assert tariff.price(hour, used) == pytest.approx(costs[1] - costs[0])
    assert tariff.price(hour, 0) != tariff.price(hour, 900)


@pytest.mark.parametrize("days", [["2026-02-03", "today", 7, None], {}, "2026-02-03"])
def test_damaged_starts_of_periods(days: object) -> None:
    """One that can't be read costs only itself."""
    known = [date(2026, 2, 3)] if isinstance(days, list) else []
    assert period_starts({"period_starts": days}) == known
