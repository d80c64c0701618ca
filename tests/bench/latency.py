"""How long it takes until Home Assistant shows what has happened, at the worst."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.emporia.helpers import gid_of
from tests.entries import person_of

from .figure import Figure
from .homes import PROVIDERS, Provider, Running, home_of

_STEP: Final = timedelta(seconds=10)
_LONGEST: Final = timedelta(hours=2)


@dataclass(frozen=True)
class _Event:
    """Something that happens in a home, and where it shows."""

    what: str
    happen: Callable[[Any], object]
    key: str
    """The end of the unique id of the entities that show it."""
    most: timedelta
    prepare: Callable[[Any], object] = lambda _: None
    """What has to be so before the entry is set up."""


_EVENTS: Final = {
    "iec": _Event(
        "the power is out",
        lambda cloud: cloud.apply({"outage": {"account": "landlord"}}),
        "_outage",
        timedelta(minutes=25),
    ),
    "dominion_energy": _Event(
        "a day is published",
        lambda cloud: cloud.apply({"publish_delay_hours": 0}),
        "_daily_usage",
        timedelta(minutes=70),
        lambda cloud: cloud.apply({"publish_delay_hours": 24}),
    ),
    "flowerhub": _Event(
        "the hub is disconnected",
        lambda cloud: cloud.apply({"disconnect": "solar_home"}),
        "_connected",
        timedelta(minutes=15),
    ),
    "emporia": _Event(
        "a car is plugged in",
        lambda cloud: cloud.apply(
            {"plug_in": {"device_gid": gid_of(cloud, "solar_home", "charger")}}
        ),
        "_plugged_in",
        timedelta(minutes=7),
    ),
    "elecnova": _Event(
        "a cabinet is offline, without the broker",
        lambda cloud: cloud.apply({"offline": person_of(cloud, "solar_site")["meter"]}),
        "_online",
        timedelta(minutes=6),
    ),
}


async def measure() -> Sequence[Figure]:
    """Let something happen right after a poll, in each home."""
    return [await _measure(each, _EVENTS[each.domain]) for each in PROVIDERS]


async def _measure(provider: Provider, event: _Event) -> Figure:
    async with home_of(provider) as home:
        event.prepare(home.cloud)
        await home.set_up()
        await home.settle()
        for coordinator in home.entry.runtime_data.coordinators:
            await coordinator.async_refresh()
        await home.settle()
        event.happen(home.cloud)
        took = await _until_shown(home, event.key)
    return Figure(
        f"Latency, {provider.domain}",
        f"{took} until it shows that {event.what}",
        f"< {event.most}",
        took < event.most,
    )


async def _until_shown(home: Running, key: str) -> timedelta:
    """Return how long it takes until an entity has another state."""
    registry = er.async_get(home.hass)
    entities = [
        each.entity_id
        for each in er.async_entries_for_config_entry(registry, home.entry.entry_id)
        if each.unique_id.endswith(key)
    ]

    def states() -> list[str]:
        found = [home.hass.states.get(each) for each in entities]
        return [each.state for each in found if each]

    began, before = dt_util.utcnow(), states()
    assert before
    while states() == before and dt_util.utcnow() - began < _LONGEST:
        home.clock.tick(_STEP)
        async_fire_time_changed(home.hass, dt_util.utcnow())
        await home.settle()
    return dt_util.utcnow() - began
