"""What a net-metered home gets for what it returns."""

from datetime import UTC, date, datetime, timedelta
from math import fsum

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.cloud_energy.readings import local_midnight
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.calculations.net_metering import (
    compensations,
    credited_energy,
)
from custom_components.dominion_energy.calculations.tariffs import FixedRate, Schedule1
from custom_components.dominion_energy.const import CONF_SERIES
from tests.clouds.dominion_energy import DominionCloud
from tests.recorded import stored

from .helpers import add_entry

START = datetime(2026, 11, 1, 4, tzinfo=UTC)
DAYS = [date(2026, 11, 1)]


def hours(*values: float) -> dict[datetime, float]:
    """Return values of hours that follow each other."""
    return {START + n * timedelta(hours=1): value for n, value in enumerate(values)}


def test_a_surplus_waits_for_what_is_used() -> None:
    """Energy is set off in order, and never more than was used by then."""
    used, returned = hours(1, 0, 2, 3), hours(0, 4, 0, 0)
    assert credited_energy(used, returned, DAYS) == hours(0, 1, 2, 1)


def test_a_surplus_of_a_period_is_worth_nothing() -> None:
    """Each period begins with nothing to set off."""
    used, returned = hours(*[1.0] * 48), hours(100)
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    credited = credited_energy(used, returned, days)
    assert fsum(credited.values()) == 25  # the day on which summer time ends


def test_a_period_without_its_beginning_has_none() -> None:
    """What was used and returned before is not known."""
    assert not credited_energy(hours(1, 1), hours(1, 1), [date(2026, 10, 20)])


def test_a_fixed_rate() -> None:
    """Each returned kWh is worth what a used one costs."""
    found = compensations(FixedRate(0.2), hours(1, 0, 2), hours(0, 2, 0), DAYS)
    assert found == pytest.approx(hours(0, 0.2, 0.2))


def test_tiers() -> None:
    """Cost less compensation is what the net energy costs, in whichever tier."""
    used, returned = hours(*[20.0] * 60), hours(*[0, 15.0] * 30)
    tariff = Schedule1(DAYS)
    found = compensations(tariff, used, returned, DAYS)
    net = {hour: used[hour] - returned[hour] for hour in used}
    cost = fsum(tariff.costs(used).values())
    assert min(found.values()) >= 0
    assert cost - fsum(found.values()) == pytest.approx(
        fsum(tariff.costs(net).values()), abs=0.3
    )


@pytest.mark.parametrize("mode", ["schedule_1", "api_estimate"])
async def test_a_mode_meets_the_bill(
    hass: HomeAssistant,
    cloud: DominionCloud,
    at_noon: FrozenDateTimeFactory,
    mode: str,
) -> None:
    """Cost less compensation of the last period is its bill, within three per cent."""
    cloud.apply({"window_days": 68})
    entry = await add_entry(hass, cloud, "solar_home", options={"cost_mode": mode})
    bill = entry.runtime_data.coordinator.data.period.forecast.last_bill
    start = local_midnight(bill.start, SITE_ZONE)
    end = local_midnight(bill.end + timedelta(days=1), SITE_ZONE)
    stem = f"dominion_energy:{entry.data[CONF_SERIES]}_energy_"

    async def total(kind: str) -> float:
        found = await stored(hass, f"{stem}{kind}")
        return fsum(value for hour, value in found.items() if start <= hour < end)

    cost, compensation = await total("cost"), await total("compensation")
    assert compensation > 0.3 * cost
    assert cost - compensation == pytest.approx(bill.charges, rel=0.03)
    (source,) = entry.runtime_data.energy_sources
    assert source.compensation == f"{stem}compensation"
