"""A Home Assistant in this process, with a recorder that writes to a file."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from aiohttp import ClientSession, CookieJar
from aiohttp.resolver import ThreadedResolver
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.errors import CodeRequired
from custom_components.cloud_energy.client.transport import Transport
from custom_components.dominion_energy.api.client import DominionClient
from custom_components.dominion_energy.api.const import Endpoints
from custom_components.dominion_energy.api.login import Credentials
from custom_components.dominion_energy.const import DOMAIN
from custom_components.dominion_energy.entry_data import account_id, new_entry_data
from custom_components.dominion_energy.migration import VERSION
from tests.clouds.dominion_energy import DominionCloud
from tests.end_to_end.simulator import Simulator, running_simulator


class _SystemResolver(ThreadedResolver):
    """The system's resolver: the usual one looks for devices in the network, too."""

    async def real_close(self) -> None:
        """Close it, as Home Assistant does in the end."""
        await self.close()


@asynccontextmanager
async def home_assistant(
    endpoints: Mapping[str, Mapping[str, str]] | None = None,
    *,
    recorder: Mapping[str, Any] | None = None,
) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant whose recorder is empty: a file, if its options say no more."""
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        patch(
            "homeassistant.helpers.aiohttp_client._async_make_resolver",
            side_effect=lambda _: _SystemResolver(),
        ),
    ):
        async with async_test_home_assistant(config_dir=folder) as hass:
            del hass.data[DATA_CUSTOM_COMPONENTS]
            options = {"db_url": f"sqlite:///{folder}/home.db", **(recorder or {})}
            await _set_up(hass, Path(folder), endpoints or {}, options)
            try:
                yield hass
            finally:
                await hass.async_stop(force=True)


@asynccontextmanager
async def home_with_simulator() -> AsyncIterator[tuple[HomeAssistant, Simulator]]:
    """Run a Home Assistant whose cloud is a process of its own."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="bench-"))
        session = await stack.enter_async_context(ClientSession())
        running = running_simulator(session, DOMAIN, Path(folder))
        simulator = await stack.enter_async_context(running)
        home = home_assistant({DOMAIN: simulator.hosts})
        yield await stack.enter_async_context(home), simulator


async def _set_up(
    hass: HomeAssistant,
    folder: Path,
    endpoints: Mapping[str, Mapping[str, str]],
    recorder: Mapping[str, Any],
) -> None:
    checkout = Path(__file__).parent.parent.parent
    (folder / "custom_components").symlink_to(checkout / "custom_components")
    async_initialize_recorder(hass)
    assert await async_setup_component(hass, "recorder", {"recorder": recorder})
    await get_instance(hass).async_recorder_ready.wait()
    await hass.async_start()
    cloud_energy = {"endpoints": {name: dict(each) for name, each in endpoints.items()}}
    config = {"cloud_energy": cloud_energy}
    assert await async_setup_component(hass, "cloud_energy", config)
    await recorded(hass)


async def recorded(hass: HomeAssistant) -> None:
    """Wait until the recorder has done all that is queued."""
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def add_entries(
    hass: HomeAssistant, cloud: Simulator | DominionCloud, name: str
) -> list[MockConfigEntry]:
    """Add an entry for every smart meter of a person; they are not set up yet."""
    person = next(each for each in cloud.accounts if each["name"] == name)
    data = await _sign_in(cloud, person)
    entries: list[MockConfigEntry] = []
    for account in person["accounts"]:
        for meter in account["meters"] if account["active"] else []:
            if meter["ami"]:
                unique_id = account_id(account["account"], meter["meter"])
                entry = MockConfigEntry(
                    domain=DOMAIN,
                    version=VERSION,
                    title=f"{name} {len(entries)}",
                    unique_id=unique_id,
                    data=new_entry_data(person, data, unique_id),
                )
                entry.add_to_hass(hass)
                entries.append(entry)
    return entries


async def _sign_in(cloud: Simulator | DominionCloud, person: Mapping[str, Any]) -> Any:
    async with ClientSession(cookie_jar=CookieJar()) as session:
        client = DominionClient(
            Transport(session, budget=RequestBudget(1000)),
            endpoints=Endpoints(**cloud.hosts),
            credentials=Credentials(person["username"], person["password"]),
        )
        try:
            return await client.sign_in()
        except CodeRequired as err:
            await err.handler.send((await err.handler.deliveries())[0])
            return await err.handler.submit(person["code"])
