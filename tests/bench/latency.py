"""How long it takes until Home Assistant shows what has happened, at the worst."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
import time
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import client_context
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from yarl import URL

from tests.elecnova.helpers import make_entry as make_elecnova_entry
from tests.emporia.helpers import gid_of, make_entry
from tests.entries import person_of

from .figure import Figure
from .homes import (
    ELECNOVA,
    EMPORIA,
    PROVIDERS,
    Provider,
    Running,
    home_of,
    real_seconds,
)

_STEP: Final = timedelta(seconds=10)
_LONGEST: Final = timedelta(hours=2)
_LONGEST_REAL: Final = 60
_MOST_STREAMED: Final = 1.0
"""Seconds."""
_MOST_TOLD: Final = 2.0
"""Seconds; entities are written at most once in one of them."""
_STREAMING: Final = replace(
    EMPORIA,
    add=lambda hass, cloud: make_entry(hass, cloud, "solar_home", days=2, stream=True),
)


async def _listening(hass: HomeAssistant, cloud: Any) -> MockConfigEntry:
    client_context().load_verify_locations(cadata=cloud.ca)
    cloud.apply({"requests_per_second": None, "delivery": {"interval": None}})
    broker: dict[str, Any] = {"mqtt": True, "mqtt_port": URL(cloud.hosts["mqtt"]).port}
    return make_elecnova_entry(hass, cloud, statistics=False, **broker)


_LISTENING: Final = replace(ELECNOVA, add=_listening)


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
    polled = [await _measure(each, _EVENTS[each.domain]) for each in PROVIDERS]
    return [*polled, await _measure_stream(), await _measure_broker()]


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


async def _measure_stream() -> Figure:
    """Let the event stream tell it: then no time passes but that of the machine."""
    event = _EVENTS["emporia"]
    async with home_of(_STREAMING) as home:
        await home.set_up()
        runtime = home.entry.runtime_data
        await runtime.history.async_settled()
        await _until(lambda: runtime.stream.is_open)
        states = _states(home, event.key)
        before, began = states(), real_seconds()
        event.happen(home.cloud)
        await _until(lambda: states() != before)
        took = real_seconds() - began
    return Figure(
        "Latency, the event stream of emporia",
        f"{took:.2f} s until it shows that {event.what}",
        f"< {_MOST_STREAMED:.0f} s",
        took < _MOST_STREAMED,
    )


async def _measure_broker() -> Figure:
    """Let the broker tell of an alarm right after all else, when entities rest."""
    async with home_of(_LISTENING) as home:
        cabinet = person_of(home.cloud, "solar_site")["cabinet"]
        # Pauses between states end by the loop's clock
        with patch.object(home.hass.loop, "time", real_seconds):
            await home.set_up()
            live = home.entry.runtime_data.live
            await _until(lambda: live.connected)
            key = f"BMS{cabinet}_fault"
            home.cloud.apply({"publish": True})
            await _until(lambda: _states(home, key)() == ["off"])
            began = real_seconds()
            home.cloud.apply({"alarm": f"BMS{cabinet}"})
            await _until(lambda: _states(home, key)() == ["on"])
            took = real_seconds() - began
            await home.hass.config_entries.async_unload(home.entry.entry_id)
    return Figure(
        "Latency, the broker of elecnova",
        f"{took:.2f} s until it shows that a battery has an alarm",
        f"< {_MOST_TOLD:.0f} s",
        took < _MOST_TOLD,
    )


async def _until(is_so: Callable[[], bool]) -> None:
    """Wait in real time."""
    began = real_seconds()
    while not is_so():
        assert real_seconds() - began < _LONGEST_REAL
        await asyncio.to_thread(time.sleep, 0.001)


async def _until_shown(home: Running, key: str) -> timedelta:
    """Return how long it takes until an entity has another state."""
    states = _states(home, key)
    began, before = dt_util.utcnow(), states()
    assert before
    while states() == before and dt_util.utcnow() - began < _LONGEST:
        home.clock.tick(_STEP)
        async_fire_time_changed(home.hass, dt_util.utcnow())
        await home.settle()
    return dt_util.utcnow() - began


def _states(home: Running, key: str) -> Callable[[], list[str]]:
    """Return what tells the states of the entities whose unique ids end like this."""
    registry = er.async_get(home.hass)
    entities = [
        each.entity_id
        for each in er.async_entries_for_config_entry(registry, home.entry.entry_id)
        if each.unique_id.endswith(key)
    ]

    def states() -> list[str]:
        found = [home.hass.states.get(each) for each in entities]
        return [each.state for each in found if each]

    return states
