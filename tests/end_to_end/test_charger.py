"""A car charger: what Home Assistant commands, and what it hears."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from tests.clouds.emporia.customers import Customers

from .api import ApiError, HomeAssistantApi
from .check import log_differences
from .emporia import answers
from .home import Home, free_port
from .simulator import Simulator, running_simulator
from .waiting import saved_entries

_DOMAIN: Final = "emporia"
_PATIENCE: Final = 30
_AT_ONCE: Final = 1.0
_STATUS: Final = "/customers/devices/status"
_SWITCHED: Final = "/devices/evcharger"


@dataclass(frozen=True)
class Garage:
    """A charger in Home Assistant and at its simulated cloud."""

    api: HomeAssistantApi
    simulator: Simulator
    session: ClientSession
    gid: int

    @property
    def owner(self) -> Mapping[str, Any]:
        """Whose charger it is."""
        return self.simulator.accounts[0]

    async def entity(self, key: str) -> str:
        """Return the id of an entity of the charger."""
        return await self.api.entity_id(_DOMAIN, f"{self.gid}_{key}")

    async def requests_of(self, path: str) -> list[dict[str, Any]]:
        """Return what was asked of the cloud by a path template so far."""
        return [
            each for each in await self.simulator.requests() if each["path"] == path
        ]

    async def seen_in_the_app(self) -> dict[str, Any]:
        """Return what the provider's own app shows of the charger.

        It has a login of its own, by the simpler way of signing in.
        """
        hosts, person = self.simulator.hosts, self.owner
        target = "AWSCognitoIdentityProviderService.InitiateAuth"
        typed = {"USERNAME": person["username"], "PASSWORD": person["password"]}
        body = {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": person["client_id"],
            "AuthParameters": typed,
        }
        headers = {
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.1",
        }
        async with self.session.post(
            f"{hosts['cognito']}/", data=json.dumps(body), headers=headers
        ) as response:
            login = await response.json(content_type=None)
        token = login["AuthenticationResult"]["IdToken"]
        async with self.session.get(
            f"{hosts['legacy']}{_STATUS}", headers={"authtoken": token}
        ) as response:
            status = await response.json()
        (charger,) = status["evChargers"]
        shown: dict[str, Any] = charger
        return shown


@pytest.fixture
async def garage(session: ClientSession, tmp_path: Path) -> AsyncIterator[Garage]:
    """Return a charger with the stream open and everything in the log."""
    async with running_simulator(session, _DOMAIN, tmp_path) as simulator:
        await simulator.change(plug_out=None)
        home = Home(tmp_path / "home", free_port())
        levels = {"custom_components": "debug", "homeassistant": "debug"}
        home.furnish({_DOMAIN: simulator.hosts}, levels)
        async with home.running(session) as api:
            owner = simulator.accounts[0]
            step = await api.start_flow(_DOMAIN)
            step = await api.walk(step, answers(owner))
            assert step["type"] == "create_entry"
            (gid,) = (
                device["device_gid"]
                for device in owner["devices"]
                if device["kind"] == "charger"
            )
            await _wait_for_the_stream(api)
            yield Garage(api, simulator, session, gid)
        await _assert_discreet_log(home)


async def test_charger(garage: Garage) -> None:
    """What happens there shows here at once, and what is commanded here happens."""
    polls = await garage.requests_of(_STATUS)
    assert await _is_heard_of(garage, "on", plug_in=None) < _AT_ONCE
    assert await _is_heard_of(garage, "off", plug_out=None) < _AT_ONCE
    assert await garage.requests_of(_STATUS) == polls
    await _switches_off(garage)


async def _is_heard_of(garage: Garage, state: str, **event: Any) -> float:
    """Return the seconds from the end of an event to the entity's new state."""
    loop = asyncio.get_running_loop()
    async with garage.api.watching(await garage.entity("plugged_in")) as states:
        await garage.simulator.change(**event)
        happened = loop.time()
        async with asyncio.timeout(_PATIENCE):
            assert await anext(states) == state
        return loop.time() - happened


async def _switches_off(garage: Garage) -> None:
    """The switch shows it at once, the cloud after some seconds, and so it stays."""
    switch = await garage.entity("charging")
    assert (await garage.seen_in_the_app())["chargerOn"] is True
    async with garage.api.watching(switch) as states:
        await garage.api.call_action("switch", "turn_off", entity_id=switch)
        async with asyncio.timeout(_AT_ONCE):
            assert await anext(states) == "off"
    (command,) = await garage.requests_of(_SWITCHED)
    assert (command["method"], command["status"]) == ("PUT", 200)
    async with asyncio.timeout(_PATIENCE):
        while (await garage.seen_in_the_app())["chargerOn"]:
            await asyncio.sleep(0.5)
    assert (await garage.api.get(f"/api/states/{switch}"))["state"] == "off"


async def _wait_for_the_stream(api: HomeAssistantApi) -> None:
    """Wait until the entry says that it listens."""
    async with asyncio.timeout(_PATIENCE):
        while not await _is_listening(api):
            await asyncio.sleep(0.2)


async def _is_listening(api: HomeAssistantApi) -> bool:
    (entry,) = await api.entries(_DOMAIN)
    if entry["state"] != "loaded":
        return False
    try:
        found = await api.get(f"/api/diagnostics/config_entry/{entry['entry_id']}")
    except ApiError:
        return False  # Home Assistant has not registered them yet
    is_open: bool = found["data"]["snapshot"]["stream"]["is_open"]
    return is_open


async def _assert_discreet_log(home: Home) -> None:
    """The log tells a lot, but nothing about the people."""
    log = home.log.read_text("utf-8")
    assert "[custom_components.emporia" in log
    assert "[custom_components.cloud_energy" in log
    assert log_differences(home.log) == []
    secrets = {*_personal_data(), *_tokens(await saved_entries(home))}
    assert len(secrets) > 10
    assert [secret for secret in secrets if _is_told(secret, log)] == []


def _is_told(secret: str, log: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", log) is not None


def _personal_data() -> Iterator[str]:
    """Yield what the cloud knows of its first customer and no log may tell."""
    login = Customers(seed=1).logins[0]
    yield from (login.email, str(login.password), login.sub, str(login.customer_gid))
    for device in login.devices:
        yield device.serial
        if device.sub_serial:
            yield device.sub_serial
        if device.charger:
            yield device.charger.pin


def _tokens(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the tokens that entries hold, and their parts."""
    for entry in entries:
        for text in entry["data"].get("login", {}).values():
            if isinstance(text, str) and len(text) > 40:
                yield from (text, *(part for part in text.split(".") if len(part) > 40))
