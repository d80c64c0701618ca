"""A site whose broker fails, whose credentials change, and are used by others."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
import re
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from .api import HomeAssistantApi
from .check import log_differences
from .elecnova import answers, live_keys, shorten, wait_for_live
from .home import Home, free_port
from .simulator import Simulator, running_simulator

_DOMAIN: Final = "elecnova"
_PATIENCE: Final = 120
_EXPECTED: Final = "No live values for now: "
"""What the log tells, once, whenever the broker is gone."""
_SECRETS: Final = (
    "client_id",
    "client_secret",
    "cabinet",
    "meter",
    "mqtt_id",
    "mqtt_username",
    "mqtt_password",
)


class Site:
    """A site at its simulated cloud and in Home Assistant."""

    def __init__(self, api: HomeAssistantApi, simulator: Simulator) -> None:
        """Begin with live values."""
        self.api = api
        self.simulator = simulator
        self.person: Mapping[str, Any] = simulator.accounts[0]

    async def change(self, **state: Any) -> None:
        """Have something happen in the cloud."""
        await self.simulator.change(**state)

    async def assert_live(self, charge: float) -> None:
        """Wait until a charge arrives that was told just now."""
        key = live_keys(self.person)["state_of_charge"]
        serial = key.removesuffix("_battery_soc")
        told = {"sn": serial, "component": "ess.bms", "data": {"soc": charge}}
        async with asyncio.timeout(_PATIENCE):
            while (await self.api.states_of(_DOMAIN, [key]))[key] != str(charge):
                await self.change(say={"device": serial, "payload": told})
                await asyncio.sleep(0.5)

    async def wait_for_connection(self, state: str) -> None:
        """Wait until Home Assistant says that the broker is there, or not."""
        async with asyncio.timeout(_PATIENCE):
            while await self.api.states(_DOMAIN, "mqtt_connected") != [state]:
                await asyncio.sleep(0.2)

    async def wait_for_repair(self, name: str) -> None:
        """Wait until the user is told of something."""
        async with asyncio.timeout(_PATIENCE):
            while name not in await self._repairs():
                await asyncio.sleep(0.5)

    async def reload(self) -> None:
        """Have the integration begin anew: else it leaves the broker alone for long."""
        (entry,) = await self.api.entries(_DOMAIN)
        path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
        await self.api.post(path, {})

    async def _repairs(self) -> set[str]:
        issues = (await self.api.command("repairs/list_issues"))["issues"]
        return {x["translation_key"] for x in issues if x["domain"] == _DOMAIN}


@pytest.fixture
async def site(session: ClientSession, tmp_path: Path) -> AsyncIterator[Site]:
    """Return a site with live values and everything in the log."""
    async with running_simulator(session, _DOMAIN, tmp_path) as simulator:
        home = Home(tmp_path / "home", free_port())
        home.trust(simulator.announcement["ca"])
        home.furnish({}, {"custom_components": "debug", "aiomqtt": "debug"})
        await simulator.change(delivery={"silent": True})
        # What is live is looked at here
        await shorten(simulator, simulator.accounts[0], days=7)
        async with home.running(session) as api:
            site = Site(api, simulator)
            step = await api.start_flow(_DOMAIN)
            step = await api.walk(step, answers(site.person))
            assert step["type"] == "create_entry"
            await simulator.change(delivery={"silent": False})
            await wait_for_live(api, simulator, live_keys(site.person).values())
            await simulator.change(delivery={"silent": True})
            yield site
        _assert_discreet_log(home, site)


async def test_a_broker_that_was_away(site: Site) -> None:
    """The values come back, also with the new credentials of a changed password."""
    account = site.person["name"]
    await site.assert_live(11.5)

    await site.change(broker="down")
    await site.wait_for_connection("off")
    await site.change(broker="up")
    await site.wait_for_connection("on")
    await site.assert_live(22.5)

    await site.change(rotate_credentials=account)
    await site.assert_live(33.5)


async def test_a_thief(site: Site) -> None:
    """Somebody else with the same credentials is told of, and outlived."""
    account = site.person["name"]
    await site.change(thief=account)
    await site.wait_for_repair("credentials_in_use")
    await site.change(thief={"account": account, "present": False})
    await site.reload()
    await site.assert_live(44.5)


def _assert_discreet_log(home: Home, site: Site) -> None:
    """The log tells a lot, but nothing about the account."""
    told = log_differences(home.log)
    assert [line for line in told if _EXPECTED not in line] == []
    log = home.log.read_text("utf-8")
    assert "DEBUG (MainThread) [custom_components.elecnova" in log
    secrets = {str(site.person[key]) for key in _SECRETS}
    assert [each for each in secrets if re.search(rf"(?<!\w){each}(?!\w)", log)] == []
    assert "mq_pass_" not in log
