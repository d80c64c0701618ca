"""Automations about the supply, bills and published days."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.automations import ask_for, device_id, listen, met, ran
from tests.clouds.iec import IecCloud
from tests.entries import DAY, HOUR, pass_time, person_of

from .helpers import NOW

TICK = timedelta(minutes=23)
OF_CONTRACT = (
    "iec.outage_started",
    "iec.outage_ended",
    "iec.planned_outage_announced",
    "iec.bill_arrived",
)


async def test_of_a_contract(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Outages, planned ones and bills start their automations, and no other ones."""
    contract = person_of(cloud, "plain_home")["contract"]
    target = {"device_id": device_id(hass, entry, contract)}
    events = await listen(hass, target, OF_CONTRACT)

    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert ran(events) == ["iec.outage_started"]
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert ran(events) == ["iec.outage_ended"]

    start, end = NOW + 3 * DAY, NOW + 3 * DAY + 2 * HOUR
    planned = {"start": start.isoformat(), "end": end.isoformat()}
    cloud.apply({"outage": {"account": "plain_home", "planned": True, **planned}})
    await pass_time(hass, at_noon, entry, TICK)
    assert ran(events) == ["iec.planned_outage_announced"]

    cloud.apply({"invoice": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert ran(events) == ["iec.bill_arrived"]


async def test_a_day_is_published(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """Once for each day that is there as a whole."""
    person = person_of(cloud, "plain_home")
    meter = f"{person['contract']}_{person['meter']}"
    target = {"device_id": device_id(hass, entry, meter)}
    events = await listen(hass, target, ["iec.day_published"])
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    assert ran(events) == ["iec.day_published"]


async def test_condition(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """It is met from the beginning of an outage to its end."""
    contract = person_of(cloud, "plain_home")["contract"]
    target = {"device_id": device_id(hass, entry, contract)}
    events = await ask_for(hass, target, ["iec.power_is_out"])
    assert not await met(hass, events)
    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert await met(hass, events) == ["iec.power_is_out"]
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert not await met(hass, events)
