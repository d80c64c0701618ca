"""Two chargers, each with its own plan: of one account, and of two."""

from datetime import datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.emporia.charging.charger_plan import ChargerPlan
from tests.clouds.emporia import EmporiaCloud
from tests.emporia.helpers import add_entry, gid_of
from tests.entries import settle

from .conftest import EVENING
from .week import OPTIONS, Home

PRICES = [*[0.3] * 4, *[0.1] * 3, *[0.2] * 10]
"""From five in the evening on: the cheap hours begin at nine."""


def planned(house: Home) -> list[tuple[object, object]]:
    """Return the blocks of a charger's plan."""
    shown = house.entry.runtime_data.planner.state(house.gid)
    return [(block.start, block.end) for block in shown.blocks]


@pytest.fixture
async def both(
    hass: HomeAssistant,
    cloud: EmporiaCloud,
    at_noon: FrozenDateTimeFactory,
    accounts: int,
) -> tuple[Home, Home]:
    """Set up two chargers, without cars."""
    await hass.config.async_set_time_zone("America/Denver")
    hass.config.currency = "USD"
    at_noon.move_to(EVENING)
    first, second = (gid_of(cloud, n, "charger") for n in ("solar_home", "plain_home"))
    if accounts == 1:
        cloud.apply({"move": {"device_gid": second, "account": "solar_home"}})
    entry = await add_entry(hass, cloud, "solar_home", plan=dict(OPTIONS))
    other = entry
    if accounts == 2:
        other = await add_entry(hass, cloud, "plain_home", plan=dict(OPTIONS))
    houses = (
        Home(hass, cloud, at_noon, entry, first),
        Home(hass, cloud, at_noon, other, second),
    )
    for house in houses:
        await house.plug_out()
    hour = dt_util.utcnow().replace(minute=0)
    await houses[0].show_prices(hour, PRICES)
    return houses


@pytest.mark.parametrize("accounts", [1, 2])
async def test_each_follows_its_own_plan(
    hass: HomeAssistant, both: tuple[Home, Home]
) -> None:
    """A hand at one of them does not stop the other; what each wants is kept apart."""
    one, other = both
    start = dt_util.utcnow()
    await one.wish(10, "07:00:00")
    await other.wish(15, "06:00:00")
    for house in both:
        await house.plug_in()
        assert house.status == "waiting"
        assert not house.is_on()
    assert planned(one) != planned(other)
    registry = er.async_get(hass)
    ids = [
        registry.async_get_entity_id("calendar", "emporia", f"{h.gid}_charging_plan")
        for h in both
    ]
    assert None not in ids
    assert len({*ids}) == 2
    # Somebody needs the one car now
    await one.set("switch", "turn_on", "charging")
    await one.pass_some(60)
    assert (one.status, other.status) == ("by_hand", "waiting")
    assert (one.is_on(), other.is_on()) == (True, False)
    # What is kept of each survives a restart
    entries = {house.entry.entry_id: house.entry for house in both}
    for entry in entries.values():
        assert await hass.config_entries.async_reload(entry.entry_id)
    await other.pass_some(15)
    assert (one.status, other.status) == ("by_hand", "waiting")
    wishes = [h.entry.runtime_data.planner.wish_list.of(h.gid).energy for h in both]
    assert wishes == [10, 15]
    ready = EVENING + timedelta(hours=12.5)
    await other.until(dt_util.as_utc(ready))
    assert other.taken(start, ready) == pytest.approx(15, abs=0.1)
    assert one.status == "by_hand"
    assert one.taken(start, ready) > 20
    for entry in entries.values():
        budget = entry.runtime_data.connection.budget
        assert budget.used < budget.limit / 2
    for house in both:
        await house.plug_out()
        assert house.is_on()


@pytest.mark.parametrize("accounts", [1])
async def test_one_is_removed_in_the_middle_of_its_plan(
    hass: HomeAssistant, both: tuple[Home, Home]
) -> None:
    """The other one's plan goes on, and nothing is commanded of the one that is gone."""
    one, other = both
    start = dt_util.utcnow()
    for house in both:
        await house.wish(10)
        await house.plug_in()
    night = EVENING + timedelta(hours=4)
    await one.until(dt_util.as_utc(night))
    assert (one.status, other.status) == ("charging", "charging")
    one.cloud.apply({"move": {"device_gid": other.gid, "account": None}})
    commands = other.commands
    await one.until(dt_util.as_utc(EVENING + timedelta(hours=13.5)))
    assert one.taken(start, dt_util.utcnow()) == pytest.approx(10, abs=0.1)
    assert not one.is_on()
    assert one.commands <= commands + 2
    # What the other one's plan had in mind wakes nobody up for ever
    next_time = one.entry.runtime_data.planner.next_time
    assert next_time is None or next_time > dt_util.utcnow()
    await one.plug_out()
    assert one.is_on()


@pytest.mark.parametrize("accounts", [1])
async def test_a_fault_at_one_leaves_the_other_its_plan(
    both: tuple[Home, Home], caplog: pytest.LogCaptureFixture
) -> None:
    """What goes wrong for one is logged, and the other follows the prices all the same."""
    for house in both:
        await house.wish(10)
        await house.plug_in()
    runtime = both[0].entry.runtime_data
    first, *others = runtime.status.data.chargers
    other = next(house for house in both if house.gid in others)
    before = planned(other)

    def fail() -> None:
        raise RuntimeError("a fault")

    runtime.planner.async_add_listener(first, fail)
    hour = dt_util.utcnow().replace(minute=0)
    await other.show_prices(hour, [*[0.3] * 7, *[0.1] * 3, *[0.2] * 7])
    assert planned(other) != before
    assert runtime.planner.next_time
    assert "Unexpected error in charging plan: RuntimeError" in caplog.text
    assert sum(runtime.connection.net.caught.values()) == 1


@pytest.mark.parametrize("accounts", [1])
async def test_new_prices_after_a_fault(
    both: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be planned by them still is, with the next plan of all."""
    for house in both:
        await house.wish(10)
        await house.plug_in()
    planner = both[0].entry.runtime_data.planner
    house, before = both[0], planned(both[0])
    follow = ChargerPlan.async_update

    async def fail(self: ChargerPlan, now: datetime, *, are_prices_due: bool) -> None:
        if self is planner._plans[house.gid]:
            raise RuntimeError("a fault")
        await follow(self, now, are_prices_due=are_prices_due)

    with monkeypatch.context() as faulty:
        faulty.setattr(ChargerPlan, "async_update", fail)
        hour = dt_util.utcnow().replace(minute=0)
        await house.show_prices(hour, [*[0.3] * 7, *[0.1] * 3, *[0.2] * 7])
    assert planned(house) == before
    planner.async_plan()
    await settle(house.hass, house.entry)
    assert planned(house) != before
