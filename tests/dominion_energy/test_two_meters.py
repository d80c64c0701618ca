"""An account with two smart meters: each is its own, whatever becomes of the other."""

from datetime import date
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.api.models import Account, Meter
from custom_components.dominion_energy.const import CONF_METER_NUMBER
from custom_components.dominion_energy.coordinators.meter_change import (
    meter_in_place,
    seen_beside,
)
from tests.clouds.dominion_energy import DominionCloud
from tests.entries import DAY, HOUR, pass_time

from .helpers import add_entry

TODAY: Final = date(2026, 6, 1)


async def look(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entry: MockConfigEntry
) -> str:
    """Have the account looked at again; returns the meter that is in place then."""
    entry.runtime_data.coordinator.answers.due("customer")
    await pass_time(hass, freezer, entry, 2 * HOUR)
    return str(entry.data[CONF_METER_NUMBER])


async def test_a_meter_that_an_answer_leaves_out(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """It is not the neighbour that has replaced it, not even after a restart."""
    entry = await add_entry(hass, cloud, "landlord")
    ours, other = cloud.customers.account("landlord").points
    assert entry.data[CONF_METER_NUMBER] == ours.meter
    assert await hass.config_entries.async_reload(entry.entry_id)
    ours.registers[-1].forgotten = True
    assert await look(hass, at_noon, entry) == ours.meter
    ours.registers[-1].forgotten = False
    assert await look(hass, at_noon, entry) == ours.meter
    assert other.meter not in str(dict(entry.data))


async def test_a_meter_that_is_replaced_beside_another(
    hass: HomeAssistant, cloud: DominionCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """A meter that has just come takes its place, whatever else is there."""
    entry = await add_entry(hass, cloud, "landlord")
    ours, _ = cloud.customers.account("landlord").points
    await pass_time(hass, at_noon, entry, *[DAY] * 4)
    known = {"account": entry.data["account_number"], "meter": ours.meter}
    new = cloud.apply({"replace_meter": known})["replace_meter"]["meter"]
    assert await look(hass, at_noon, entry) == new


def an_account(**meters: bool) -> Account:
    """Return one with smart meters by their numbers, which are active or not."""
    return Account(
        number="000000000001",
        meters=[
            Meter(number=number, is_active=is_active, has_ami=True)
            for number, is_active in meters.items()
        ],
    )


@pytest.mark.parametrize(("days", "follows"), [(1, True), (29, True), (30, False)])
def test_how_long_both_are_listed(days: int, *, follows: bool) -> None:
    """What came beside a meter is its successor, unless both stay."""
    known = seen_beside(an_account(old=True), "old", None, TODAY)
    known = seen_beside(an_account(old=True, new=True), "old", known, TODAY)
    assert known
    then = TODAY + days * DAY
    for account in (an_account(old=False, new=True), an_account(new=True)):
        assert seen_beside(account, "old", known, then) == known
        meter = meter_in_place(account, "old", known, then)
        assert (meter is not None and meter.number == "new") is follows
