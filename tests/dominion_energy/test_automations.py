"""Automations about bills and published days."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.dominion_energy.const import CONF_KEY
from tests.automations import device_id, listen, ran
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import DAY, HOUR, attributes, pass_time, state

from .helpers import add_entry

TRIGGERS = ("dominion_energy.day_published", "dominion_energy.bill_arrived")


async def test_a_day_is_published(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A day brings readings of another day, and no bill."""
    entry = await add_entry(hass, cloud, "solar_home")
    target = {"device_id": device_id(hass, entry, entry.data[CONF_KEY])}
    events = await listen(hass, target, TRIGGERS)
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 4)
    assert ran(events) == ["dominion_energy.day_published"]


async def test_what_comes_while_the_cloud_is_away(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A bill and a day are told of once it is back, and once only."""
    entry = await add_entry(hass, cloud, "solar_home")
    amount = f"{entry.data[CONF_KEY]}_last_bill_charges"
    since = attributes(hass, amount)["last_reset"]
    target = {"device_id": device_id(hass, entry, entry.data[CONF_KEY])}
    cloud.faults.add(endpoint="*", kind="status", status=503)
    events = await listen(hass, target, TRIGGERS)
    await pass_time(hass, at_noon, entry, *[DAY] * 20)
    assert state(hass, amount) == "unavailable"
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[6 * HOUR] * 2)
    assert attributes(hass, amount)["last_reset"] > since
    assert sorted(ran(events)) == sorted(TRIGGERS)


async def test_a_bill_arrives(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """Each month brings one, and what it is of is known by then."""
    entry = await add_entry(hass, cloud, "solar_home")
    amount = f"{entry.data[CONF_KEY]}_last_bill_charges"
    target = {"device_id": device_id(hass, entry, entry.data[CONF_KEY])}
    events = await listen(hass, target, ["dominion_energy.bill_arrived"])
    for _ in range(2):
        since = attributes(hass, amount)["last_reset"]
        while attributes(hass, amount)["last_reset"] == since:
            assert not events
            await pass_time(hass, at_noon, entry, 12 * HOUR, 12 * HOUR)
        assert ran(events) == ["dominion_energy.bill_arrived"]
        assert attributes(hass, amount)["last_reset"] > since
