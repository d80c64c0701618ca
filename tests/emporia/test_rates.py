"""Rates by time of use."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api.models import RatePlan
from custom_components.emporia.calculations.rates import beginnings, rate_at
from custom_components.emporia.const import DOMAIN
from tests.clouds.emporia import EmporiaCloud
from tests.entries import HOUR, attributes, coming_prices, pass_time, state

from .helpers import add_entry, gid_of

DENVER = ZoneInfo("America/Denver")


def clock(hour: int, minute: int = 0) -> dict[str, int]:
    """Return a time of day as the cloud writes it."""
    return {"hour": hour, "minute": minute, "second": 0, "nano": 0}


def period(kind: str, cost: float, start: int, end: int) -> dict[str, Any]:
    """Return a period of whole hours as the cloud writes it."""
    until = clock(23, 59) if end == 24 else clock(end)
    return {
        "ratePeriod": kind,
        "cost": cost,
        "intervalStart": clock(start),
        "intervalEnd": until,
    }


NIGHTS = [
    period("OffPeak", 0.08, 23, 7),
    period("Peak", 0.31, 7, 23),
]
DAYS = [
    period("OffPeak", 0.08, 0, 7),
    period("Peak", 0.31, 7, 23),
    period("OffPeak", 0.08, 23, 24),
]


@pytest.mark.parametrize("periods", [NIGHTS, DAYS])
async def test_current_rate(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    periods: list[dict[str, Any]],
) -> None:
    """It changes at the plan's times, and tells when it will."""
    hass.config.currency = "CAD"
    cloud.apply({"rate_plan": periods})
    entry = await add_entry(hass, cloud, "solar_home")
    gid = gid_of(cloud, "solar_home", "charger")
    rate, change = f"{gid}_current_rate", f"{gid}_next_rate_change"
    # A Friday: the weekend costs what the night does.
    assert float(state(hass, rate)) == 0.31
    assert attributes(hass, rate)["unit_of_measurement"] == "CAD/kWh"
    assert attributes(hass, rate)["period"] == "Peak"
    assert attributes(hass, rate)["next_rate"] == 0.08
    assert state(hass, change) == "2026-11-21T06:00:00+00:00"
    at_noon.move_to("2026-11-21T05:59:50+00:00")
    await pass_time(hass, at_noon, entry, timedelta(minutes=2))
    assert float(state(hass, rate)) == 0.08
    assert state(hass, change) == "2026-11-23T14:00:00+00:00"


async def test_a_flat_rate_has_no_times(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """Then the rate of the app says it all."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not [
        e
        for e in entities
        if e.unique_id.endswith(("_rate", "_change"))
        and "charge" not in e.unique_id
        and "electricity" not in e.unique_id
    ]


async def test_get_rates(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The whole plan, for a script."""
    cloud.apply({"rate_plan": NIGHTS})
    entry = await add_entry(hass, cloud, "solar_home")

    async def ask(kind: str) -> Any:
        device = dr.async_get(hass).async_get_device_by_identifier(
            ("emporia", str(gid_of(cloud, "solar_home", kind))), entry.entry_id
        )
        assert device
        return await hass.services.async_call(
            "emporia",
            "get_rates",
            {"device_id": device.id},
            blocking=True,
            return_response=True,
        )

    answer = await ask("charger")
    assert answer["current_rate"] == 0.31
    assert answer["next_change"] == "2026-11-21T06:00:00+00:00"
    assert answer["weekday"] == [
        {"period": "OffPeak", "start": "23:00", "end": "07:00", "rate": 0.08},
        {"period": "Peak", "start": "07:00", "end": "23:00", "rate": 0.31},
    ]
    assert len(answer["weekend"]) == 1
    with pytest.raises(ServiceValidationError, match="no rate plan"):
        await ask("vue")


@pytest.mark.parametrize(
    ("now", "cost", "change"),
    [
        # The night in which summer time begins, and the one in which it ends
        ("2026-03-08T23:30:00", 0.08, "2026-03-09T13:00:00+00:00"),
        ("2026-03-09T06:59:00", 0.08, "2026-03-09T13:00:00+00:00"),
        ("2026-03-09T07:00:00", 0.31, "2026-03-10T05:00:00+00:00"),
        ("2026-11-01T12:00:00", 0.08, "2026-11-02T14:00:00+00:00"),
    ],
)
def test_plans(now: str, cost: float, change: str) -> None:
    """Times are the device's local ones."""
    plan = RatePlan.read({"weekdayPeriods": NIGHTS, "weekendPeriods": [NIGHTS[0]]})
    free = RatePlan.read({"weekdayPeriods": NIGHTS})
    all_day = RatePlan.read(
        {
            "weekdayPeriods": NIGHTS,
            "weekendPeriods": [period("OffPeak", 0.08, 0, 24)],
        }
    )
    moment = datetime.fromisoformat(now).replace(tzinfo=DENVER)
    found = rate_at(all_day, moment, DENVER)
    assert found
    assert found.cost == cost
    assert found.next_change == datetime.fromisoformat(change)
    saturday = datetime(2026, 11, 21, 19, tzinfo=UTC)
    assert rate_at(free, saturday, DENVER) is None
    assert rate_at(plan, saturday, DENVER) is None


def test_odd_plans() -> None:
    """Cents are cents, and what can't be read has no price or no limits."""
    odd = [
        {"cost": 31.5, "intervalStart": clock(6, 30), "intervalEnd": clock(23, 59)},
        {"cost": None, "intervalStart": {"hour": 77}, "intervalEnd": None},
    ]
    plan = RatePlan.read({"weekdayPeriods": odd, "weekendPeriods": None})
    first, second = plan.weekday
    assert first.cost == pytest.approx(0.315)
    assert (first.start, first.end) == (time(6, 30), time(0))
    assert (second.cost, second.start, second.end) == (None, None, None)
    friday = datetime(2026, 11, 20, 19, tzinfo=UTC)
    found = rate_at(plan, friday, DENVER)
    assert found
    assert found.cost == pytest.approx(0.315)
    assert rate_at(plan, friday - 8 * HOUR, DENVER) is None
    assert rate_at(RatePlan(), friday, DENVER) is None


async def test_coming_prices(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Hour by hour, and cut where the plan changes between hours."""
    hass.config.currency = "CAD"
    peak = period("Peak", 0.31, 7, 23) | {"intervalStart": clock(6, 30)}
    night = period("OffPeak", 0.08, 23, 7) | {"intervalEnd": clock(6, 30)}
    cloud.apply({"rate_plan": [night, peak]})
    entry = await add_entry(hass, cloud, "solar_home")
    answer = await coming_prices(
        hass, entry, start="2026-11-20T05:15:00-07:00", end="2026-11-20T08:00:00-07:00"
    )
    assert (answer["source"], answer["unit"]) == ("Emporia EV nights", "CAD/kWh")
    assert [(each["start"][11:16], each["price"]) for each in answer["prices"]] == [
        ("12:15", 0.08),
        ("13:00", 0.08),
        ("13:30", 0.31),
        ("14:00", 0.31),
    ]
    assert answer["prices"][-1]["end"] == "2026-11-20T15:00:00+00:00"
    assert len((await coming_prices(hass, entry))["prices"]) > 48
    for wrong in (
        {"end": "2026-11-20T05:15:00-07:00"},
        {"end": "2027-11-20T05:15:00-07:00"},
    ):
        with pytest.raises(ServiceValidationError, match="end must be after"):
            await coming_prices(hass, entry, **wrong)


async def test_coming_prices_of_a_flat_rate(
    hass: HomeAssistant, cloud: EmporiaCloud, entry: MockConfigEntry
) -> None:
    """What the app has as the price of a kWh."""
    answer = await coming_prices(hass, entry)
    cents = entry.runtime_data.coordinator.home[
        gid_of(cloud, "solar_home", "charger")
    ].cents_per_kwh
    assert {each["price"] for each in answer["prices"]} == {cents / 100}


async def test_coming_prices_of_a_device(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """The charger's plan, the panel's own rate, and nothing for what isn't ours."""
    cloud.apply({"rate_plan": [period("OffPeak", 0.08, 0, 24)]})
    entry = await add_entry(hass, cloud, "solar_home")

    async def prices(device_id: str) -> set[float]:
        answer = await coming_prices(hass, entry, device_id=device_id)
        return {each["price"] for each in answer["prices"]}

    registry, home = dr.async_get(hass), entry.runtime_data.coordinator.home
    devices = {
        kind: registry.async_get_device_by_identifier(
            (DOMAIN, str(gid_of(cloud, "solar_home", kind))), entry.entry_id
        )
        for kind in ("charger", "vue")
    }
    assert devices["charger"]
    assert devices["vue"]
    assert await prices(devices["charger"].id) == {0.08}
    cents = home[gid_of(cloud, "solar_home", "vue")].cents_per_kwh
    assert await prices(devices["vue"].id) == {cents / 100}
    with pytest.raises(ServiceValidationError, match="No price of this entry"):
        await prices("unknown")


def test_a_time_that_comes_twice() -> None:
    """What begins at half past one does so twice when the clock goes back."""
    half_past = {**period("OffPeak", 0.08, 1, 5), "intervalStart": clock(1, 30)}
    plan = RatePlan.read({"weekendPeriods": [half_past]})
    day = datetime(2026, 11, 1, tzinfo=DENVER).date()
    night = [each for each in beginnings(plan, day, DENVER) if each.day == 1][:4]
    assert [f"{each:%H:%M}" for each in night] == ["06:00", "07:30", "08:30", "12:00"]
