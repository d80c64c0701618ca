"""Interruptions: both services, the sensor, the event, the calendar."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from tests.clouds.iec import IecCloud
from tests.entries import (
    DAY,
    HOUR,
    attributes,
    entity_id,
    pass_time,
    person_of,
    requests,
    settle,
    state,
)

from .helpers import NOW, add_entry

TICK = timedelta(minutes=23)


def contract_of(cloud: IecCloud) -> str:
    """Return the contract of the flat."""
    return str(person_of(cloud, "plain_home")["contract"])


def told(hass: HomeAssistant, cloud: IecCloud) -> tuple[str, Any]:
    """Return when something was told last, and what."""
    unique_id = f"{contract_of(cloud)}_power"
    found = attributes(hass, unique_id, "event")
    return state(hass, unique_id, "event"), found.get("event_type")


@pytest.mark.parametrize("hosts", [["api", "faults"], ["api"], ["faults"]])
async def test_a_fault(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    hosts: list[str],
) -> None:
    """It shows whichever service tells it, and its end as well."""
    number = contract_of(cloud)
    outage = {"account": "plain_home", "hosts": hosts}
    estimate = (NOW + 2 * HOUR).isoformat()
    assert told(hass, cloud) == ("unknown", None)
    cloud.apply({"outage": {**outage, "estimate": estimate}})
    # While all is well the two services take turns.
    await pass_time(hass, at_noon, entry, TICK, TICK)
    assert state(hass, f"{number}_outage", "binary_sensor") == "on"
    found = attributes(hass, f"{number}_outage", "binary_sensor")
    assert found["start"] == NOW
    assert found["kind"]
    if "api" in hosts:
        assert found["estimate"] == NOW + 2 * HOUR
    first, kind = told(hass, cloud)
    assert kind == "outage_started"
    await pass_time(hass, at_noon, entry, TICK)
    assert told(hass, cloud) == (first, kind)
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert state(hass, f"{number}_outage", "binary_sensor") == "off"
    assert told(hass, cloud)[1] == "outage_restored"
    assert attributes(hass, f"{number}_power", "event")["end"]


async def test_how_often_is_asked(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """One of the services at a time while all is well; both while something is not."""

    def asked() -> tuple[int, int]:
        return requests(cloud, "/outages/"), requests(cloud, "/faults/")

    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[TICK] * 6)
    assert asked() == (3, 3)
    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[TICK] * 4)
    assert asked() == (4, 4)
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    cloud.requests.clear()
    await pass_time(hass, at_noon, entry, *[TICK] * 4)
    assert asked() == (2, 2)


async def test_restarts_tell_nothing_twice(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """What has happened meanwhile is told then."""
    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    first = told(hass, cloud)
    assert first[1] == "outage_started"
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass, entry)
    assert told(hass, cloud) == first
    await hass.config_entries.async_unload(entry.entry_id)
    at_noon.tick(HOUR)
    cloud.apply({"restore": {"account": "plain_home"}})
    at_noon.tick(HOUR)
    cloud.apply({"outage": {"account": "plain_home"}})
    at_noon.tick(TICK)
    events = async_capture_events(hass, "state_changed")
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    name = entity_id(hass, f"{contract_of(cloud)}_power", "event")
    kinds = [
        event.data["new_state"].attributes.get("event_type")
        for event in events
        if event.data["entity_id"] == name and event.data["new_state"]
    ]
    assert kinds[-1] == "outage_started"
    assert "outage_restored" in kinds


async def test_one_service_is_down(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """The other one tells of the end."""
    number = contract_of(cloud)
    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    cloud.faults.add(endpoint="GET */tranzactions/2", kind="status", status=500)
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert state(hass, f"{number}_outage", "binary_sensor") == "off"


async def events_of(
    hass: HomeAssistant, cloud: IecCloud, days: int = 60
) -> list[dict[str, Any]]:
    """Return what the calendar has, by its own action."""
    name = entity_id(hass, f"{contract_of(cloud)}_calendar", "calendar")
    found = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": name, "duration": {"days": days}},
        blocking=True,
        return_response=True,
    )
    assert found
    answer: Any = found[name]
    events: list[dict[str, Any]] = answer["events"]
    return events


async def test_planned_interruptions(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """They are in the calendar before they begin, and are no outage until then."""
    number = contract_of(cloud)
    entry = await add_entry(hass, cloud, history_days=1)
    assert await events_of(hass, cloud) == []
    start = NOW + 2 * DAY
    planned = {"account": "plain_home", "planned": True, "start": start.isoformat()}
    cloud.apply({"outage": planned})
    await pass_time(hass, at_noon, entry, TICK)
    assert state(hass, f"{number}_outage", "binary_sensor") == "off"
    (event,) = await events_of(hass, cloud)
    assert datetime.fromisoformat(event["start"]) == start
    assert event["summary"] == "Planned power outage"
    calendar = f"{number}_calendar"
    assert state(hass, calendar, "calendar") == "off"
    assert attributes(hass, calendar, "calendar")["message"] == event["summary"]
    await pass_time(hass, at_noon, entry, 2 * DAY, TICK)
    assert dt_util.utcnow() > start
    assert state(hass, f"{number}_outage", "binary_sensor") == "on"


async def test_bills_in_the_calendar(
    hass: HomeAssistant, cloud: IecCloud, at_noon: FrozenDateTimeFactory
) -> None:
    """On the day by which they have to be paid, until they are."""
    cloud.apply({"contract": {"account": "plain_home", "direct_debit": False}})
    cloud.apply({"invoice": {"account": "plain_home"}})
    entry = await add_entry(hass, cloud, history_days=1)
    number = contract_of(cloud)
    debt = float(state(hass, f"{number}_total_debt"))
    assert debt > 0
    events = await events_of(hass, cloud)
    assert [event["description"] for event in events] == [f"{debt:.2f} ILS"]
    assert events[0]["summary"] == "Electricity bill due"
    assert events[0]["start"] == state(hass, f"{number}_next_due_date")
    assert state(hass, f"{number}_last_iec_invoice_paid", "binary_sensor") == "off"
    assert state(hass, f"{number}_open_invoices") == "1"
    cloud.apply({"pay": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, 7 * HOUR)
    assert await events_of(hass, cloud) == []
    assert state(hass, f"{number}_last_iec_invoice_paid", "binary_sensor") == "on"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 403},
        {"kind": "html"},
        {"kind": "drop"},
    ],
    ids=str,
)
async def test_both_services_are_down_at_the_start(
    hass: HomeAssistant,
    cloud: IecCloud,
    at_noon: FrozenDateTimeFactory,
    fault: dict[str, Any],
) -> None:
    """That holds up nothing else, and what they tell comes when it comes."""
    cloud.faults.add(endpoint="GET /iecapi/api/outages/transactions/*", **fault)
    cloud.faults.add(endpoint="* /faults/api/accounts/*", **fault)
    entry = await add_entry(hass, cloud)
    number = contract_of(cloud)
    assert state(hass, f"{entry.entry_id}_iec_kwh_tariff") != "unavailable"
    assert state(hass, f"{entry.entry_id}_last_successful_update") != "unavailable"
    registry = er.async_get(hass)
    outage = ("binary_sensor", "iec", f"{number}_outage")
    assert registry.async_get_entity_id(*outage) is None
    cloud.faults.clear()
    await pass_time(hass, at_noon, entry, *[TICK] * 3)
    assert state(hass, f"{number}_outage", "binary_sensor") == "off"
    assert told(hass, cloud) == ("unknown", None)


async def test_an_interruption_is_not_shown_for_ever(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
) -> None:
    """After two hours of silence nobody knows, though the next poll is far off."""
    number = contract_of(cloud)
    cloud.apply({"outage": {"account": "plain_home", "hosts": ["api", "faults"]}})
    await pass_time(hass, at_noon, entry, TICK)
    assert state(hass, f"{number}_outage", "binary_sensor") == "on"
    cloud.faults.add(endpoint="*", kind="rate_limited", retry_after=12 * 3600)
    await pass_time(hass, at_noon, entry, TICK, *[HOUR / 2] * 5)
    assert state(hass, f"{number}_outage", "binary_sensor") == "unavailable"


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_the_lists_leave_the_account_out(
    hass: HomeAssistant,
    cloud: IecCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    is_restarted: bool,
) -> None:
    """No outage is over because of it: it is requested by what was known, or unknown."""
    outage = f"{contract_of(cloud)}_outage"
    cloud.apply({"outage": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK, TICK)
    started = told(hass, cloud)
    assert started[1] == "outage_started"
    partner = cloud.customers.contract("plain_home").partner
    partner.hides_account = True
    if is_restarted:
        assert await hass.config_entries.async_reload(entry.entry_id)
        await settle(hass, entry)
        assert state(hass, outage, "binary_sensor") == "unavailable"
        # The event shows what it has announced before
        kind = attributes(hass, f"{contract_of(cloud)}_power", "event")
        assert kind.get("event_type") != "outage_restored"
        partner.hides_account = False
    await pass_time(hass, at_noon, entry, DAY, HOUR, TICK)
    assert state(hass, outage, "binary_sensor") == "on"
    assert told(hass, cloud) == started
    cloud.apply({"restore": {"account": "plain_home"}})
    await pass_time(hass, at_noon, entry, TICK)
    assert told(hass, cloud)[1] == "outage_restored"
