"""Home Assistant with a cloud, and the time that both share."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.elecnova.const import DOMAIN
from custom_components.elecnova.live import Live
from tests.clouds.elecnova import ElecnovaCloud
from tests.elecnova.helpers import make_entry
from tests.entries import person_of, reauths

EVENING: Final = datetime(2026, 11, 20, 21, 12, tzinfo=UTC)
"""The battery charges then, and energy is bought."""
STEP: Final = timedelta(seconds=5)


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait in real time, since the test's own stands still."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


class House:
    """What tests do with it."""

    def __init__(
        self, hass: HomeAssistant, cloud: ElecnovaCloud, freezer: FrozenDateTimeFactory
    ) -> None:
        """Let time pass by the freezer."""
        self.hass = hass
        self.cloud = cloud
        self._freezer = freezer

    async def add(
        self, name: str = "solar_site", *, connects: bool = True, **options: Any
    ) -> MockConfigEntry:
        """Set up an account that listens to the broker."""
        port = URL(self.cloud.hosts["mqtt"]).port
        usual = {"mqtt": True, "mqtt_port": port, "statistics": False}
        entry = make_entry(self.hass, self.cloud, name, **(usual | options))
        await self.set_up(entry, connects=connects)
        return entry

    async def set_up(self, entry: MockConfigEntry, *, connects: bool = True) -> None:
        """Set up an entry, and wait until it has subscribed."""
        await self.hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.LOADED
        if connects:
            await self.connected(entry)

    async def connected(self, entry: MockConfigEntry) -> None:
        """Wait until an entry has subscribed."""
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        live = live_of(entry)
        before = live.connection.connects if not live.connected else 0
        await until(lambda: live.connected and live.connection.connects > before)

    async def apply(self, *switches: dict[str, Any]) -> None:
        """Have something happen at the cloud."""
        for switch in switches:
            self.cloud.apply(switch)
        await self.cloud.settle()

    async def publish(self, *entries: MockConfigEntry) -> None:
        """Have everything told, and wait until it has come."""
        before = [messages(entry) for entry in entries]
        await self.apply({"publish": True})
        await until(
            lambda: all(
                messages(entry) > count
                for entry, count in zip(entries, before, strict=True)
            )
        )
        await self.quiet(*entries)

    async def quiet(self, *entries: MockConfigEntry) -> None:
        """Wait until nothing more comes."""
        count = None
        while count != (count := [messages(entry) for entry in entries]):
            await asyncio.sleep(0.05)

    async def say(self, entry: MockConfigEntry, serial: str, payload: Any) -> None:
        """Have a device tell something, and wait until it has come."""
        before = messages(entry)
        await self.apply({"say": {"device": serial, "payload": payload}})
        await until(lambda: messages(entry) > before)

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass in small steps, but not while something is under way."""
        while span > timedelta(0):
            await until(self._is_still, 30)
            self._freezer.tick(min(STEP, span))
            await asyncio.sleep(0.005)
            span -= STEP
        await until(self._is_still, 30)

    def _is_still(self) -> bool:
        """Tell whether every entry listens, or waits until it tries again."""
        entries = self.hass.config_entries.async_loaded_entries(DOMAIN)
        connections = [live_of(entry).connection for entry in entries]
        return all(each.is_connected or each.next_attempt for each in connections)

    async def until(self, condition: Callable[[], object], most: timedelta) -> None:
        """Let time pass until something has happened."""
        for _ in range(most // STEP):
            if condition():
                return
            await self.pass_time(STEP)
        raise AssertionError("it has not happened")

    def state(self, unique_id: str, platform: str = "sensor") -> str:
        """Return the state of an entity."""
        found = self.hass.states.get(self.entity_id(unique_id, platform))
        return found.state if found else "gone"

    def entity_id(self, unique_id: str, platform: str = "sensor") -> str:
        """Return the id of an entity."""
        registry = er.async_get(self.hass)
        found = registry.async_get_entity_id(platform, DOMAIN, unique_id)
        assert found, unique_id
        return found

    def exists(self, unique_id: str, platform: str = "sensor") -> bool:
        """Tell whether there is an entity."""
        registry = er.async_get(self.hass)
        return bool(registry.async_get_entity_id(platform, DOMAIN, unique_id))

    async def shows(self, unique_id: str, state: str, platform: str = "sensor") -> None:
        """Wait until an entity shows something: states come once a second."""
        await until(
            lambda: (
                self.exists(unique_id, platform)
                and self.state(unique_id, platform) == state
            )
        )

    def number(self, unique_id: str) -> float:
        """Return the state of an entity that is a number."""
        return float(self.state(unique_id))

    def cabinet(self, name: str = "solar_site") -> str:
        """Return the serial of an account's first cabinet."""
        return str(person_of(self.cloud, name)["cabinet"])

    def issues(self) -> set[str]:
        """Return the kinds of what is raised."""
        registry = ir.async_get(self.hass)
        return {
            str(issue.translation_key)
            for issue in registry.issues.values()
            if issue.domain == DOMAIN and issue.active
        }

    def connects(self, status: int | None = None) -> int:
        """Count the connections at the broker, by the code it answered with."""
        entries = self.cloud.requests.entries
        return sum(
            each.method == "MQTT" and status in (None, each.status) for each in entries
        )

    def topics(self) -> int:
        """Count the requests for topics."""
        return sum("/topic/" in each.path for each in self.cloud.requests.entries)

    def reauths(self, entry: MockConfigEntry) -> int:
        """Count the requests to the user to log in."""
        return reauths(self.hass, entry)


def live_of(entry: ConfigEntry) -> Live:
    """Return the live half of an entry."""
    live: Live = entry.runtime_data.live
    return live


def messages(entry: MockConfigEntry) -> int:
    """Count the messages of an entry."""
    return live_of(entry).counts["messages"]
