"""What becomes of a release in a real Home Assistant, from HACS's download to the end.

Whatever is done, at each step exactly those repairs are open that should be.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import shutil
from typing import Any

from aiohttp import ClientSession
import pytest

from scripts.package_release import package

from .api import Answers, HomeAssistantApi
from .dominion_energy import answers
from .hacs import Hacs
from .home import Home, free_port
from .simulator import ROOT, running_simulator

CORE = "cloud_energy"
PROVIDER = "dominion_energy"
OTHER = "iec"
_PATIENCE = 60


def release_of(folder: Path, version: str, title: str, *, without: str = "") -> Path:
    """Build a release in which the provider has another title."""
    root = folder / f"tree-{version}"
    shutil.copytree(ROOT / "custom_components", root / "custom_components")
    texts = root / "custom_components" / PROVIDER / "translations" / "en.json"
    content = json.loads(texts.read_text("utf-8")) | {"title": title}
    texts.write_text(json.dumps(content), "utf-8")
    (texts.parents[1] / f"only_in_{version.replace('.', '_')}.py").write_text("")
    if without:
        shutil.rmtree(root / "custom_components" / without)
    package(root, version, folder / version)
    return folder / version


class Owner:
    """Somebody who installs, uses and removes, and looks at the repairs."""

    def __init__(self, home: Home, hacs: Hacs, login: Answers) -> None:
        """Live in a home, with HACS."""
        self.home = home
        self.hacs = hacs
        self._login = login

    @asynccontextmanager
    async def at_home(self, session: ClientSession) -> AsyncIterator[HomeAssistantApi]:
        """Have Home Assistant run; told to stop before it has started, it just ends."""
        async with self.home.running(session) as api:
            async with asyncio.timeout(_PATIENCE):
                while (await api.command("get_config"))["state"] != "RUNNING":
                    await asyncio.sleep(0.2)
            yield api

    def version(self, domain: str = PROVIDER) -> str | None:
        """Return the version of a provider's copy; None if there is none."""
        path = self.home.integrations / domain / "manifest.json"
        return json.loads(path.read_text("utf-8"))["version"] if path.exists() else None

    async def install(self, api: HomeAssistantApi, release: Path) -> None:
        """Download the release, choose the provider and set it up."""
        self.hacs.download(release)
        await self.hacs.reload(api)
        assert {CORE, PROVIDER} & await offered(api) == {CORE}
        await api.answer(await api.start_flow(CORE), {"providers": [PROVIDER]})
        await no_repairs(api)
        assert PROVIDER in await offered(api)
        step = await api.walk(await api.start_flow(PROVIDER), self._login)
        assert step["type"] == "create_entry"
        await loaded_entry(api)
        await no_repairs(api)

    async def configure(self, api: HomeAssistantApi) -> dict[str, Any]:
        """Open the options of Cloud Energy."""
        (entry,) = await api.entries(CORE)
        path = "/api/config/config_entries/options/flow"
        step: dict[str, Any] = await api.post(path, {"handler": entry["entry_id"]})
        return step

    async def tick(
        self, api: HomeAssistantApi, step: dict[str, Any], *domains: str
    ) -> dict[str, Any]:
        """Choose providers in the options."""
        path = f"/api/config/config_entries/options/flow/{step['flow_id']}"
        saved: dict[str, Any] = await api.post(path, {"providers": list(domains)})
        return saved

    async def tick_other(self, api: HomeAssistantApi) -> None:
        """Choose another provider besides, and wait until it can be added."""
        step = await self.tick(api, await self.configure(api), PROVIDER, OTHER)
        assert step["type"] == "create_entry"
        async with asyncio.timeout(_PATIENCE):
            while OTHER not in await offered(api):
                await asyncio.sleep(0.2)

    async def delete(self, api: HomeAssistantApi, domain: str) -> None:
        """Delete an integration's entry."""
        (entry,) = await api.entries(domain)
        await api.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
        assert await api.entries(domain) == []


@pytest.fixture
async def owner(tmp_path: Path, session: ClientSession) -> AsyncIterator[Owner]:
    """Return an owner of a home in which nothing is installed yet."""
    async with running_simulator(session, PROVIDER, tmp_path) as simulator:
        home = Home(tmp_path / "config", free_port())
        home.furnish({PROVIDER: simulator.hosts}, integrations=None)
        person = next(p for p in simulator.accounts if p["name"] == "plain_home")
        yield Owner(home, Hacs(home), answers(person))


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Return a release."""
    return release_of(tmp_path, "1.0.0", "First title")


async def offered(api: HomeAssistantApi) -> set[str]:
    """Return the integrations that can be added."""
    return set(await api.get("/api/config/config_entries/flow_handlers"))


async def repairs(api: HomeAssistantApi) -> set[str]:
    """Return what Home Assistant wants repaired of ours."""
    found = (await api.command("repairs/list_issues"))["issues"]
    return {
        issue["issue_id"]
        for issue in found
        if issue["domain"] in (CORE, PROVIDER, OTHER)
        or issue["issue_id"].startswith("integration_not_found")
    }


async def no_repairs(api: HomeAssistantApi) -> None:
    """Make sure that there is nothing to repair."""
    assert await repairs(api) == set()


async def wait_for_repairs(api: HomeAssistantApi, *expected: str) -> None:
    """Wait until exactly these repairs are open."""
    async with asyncio.timeout(_PATIENCE):
        while await repairs(api) != set(expected):
            await asyncio.sleep(0.2)


async def loaded_entry(api: HomeAssistantApi) -> dict[str, Any]:
    """Wait until the provider's entry is loaded, and return it."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            (entry,) = await api.entries(PROVIDER)
            if entry["state"] == "loaded":
                return entry
            await asyncio.sleep(0.2)


async def registered(api: HomeAssistantApi) -> list[str]:
    """Return devices and entities of the provider."""
    devices = await api.command("config/device_registry/list")
    entities = await api.command("config/entity_registry/list")
    return [
        *(each["id"] for each in devices if PROVIDER in str(each["identifiers"])),
        *(each["entity_id"] for each in entities if each["platform"] == PROVIDER),
    ]


async def title_and_version(api: HomeAssistantApi) -> tuple[str, str]:
    """Return what a person sees of the provider."""
    texts = await api.command(
        "frontend/get_translations",
        language="en",
        category="title",
        integration=[PROVIDER],
    )
    manifest = await api.command("manifest/get", integration=PROVIDER)
    return texts["resources"][f"component.{PROVIDER}.title"], manifest["version"]


async def notifications(api: HomeAssistantApi) -> list[str]:
    """Return what is notified of ours."""
    return [
        each["message"]
        for each in await api.command("persistent_notification/get")
        if each["notification_id"].startswith(CORE)
    ]


async def notification(api: HomeAssistantApi) -> str:
    """Wait for a notification of ours and return its message."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            for message in await notifications(api):
                return message
            await asyncio.sleep(0.5)


async def test_the_life_of_an_installation(
    owner: Owner, first: Path, tmp_path: Path, session: ClientSession
) -> None:
    """Install, set up and update; what lies about in folders is in nobody's way."""
    second = release_of(tmp_path, "2.0.0", "Second title")
    hacs, home = owner.hacs, owner.home
    assert hacs.remote == f"custom_components/{CORE}"
    async with owner.at_home(session) as api:
        await owner.install(api, first)
        assert await title_and_version(api) == ("First title", "1.0.0")
        form = await owner.configure(api)
        for name in (".DS_Store", "Thumbs.db", "sensor.py.bak", "._api"):
            (home.integrations / PROVIDER / name).write_text("left behind")
        hacs.download(second)
        # What runs is what is on the disk, until it stops.
        assert (await owner.tick(api, form, PROVIDER, OTHER))["reason"] == (
            "restart_first"
        )
        assert (await owner.configure(api))["reason"] == "restart_first"
        assert (owner.version(), owner.version(OTHER)) == ("1.0.0", None)
        await no_repairs(api)
    assert owner.version() == "2.0.0"
    assert not (home.integrations / PROVIDER / "only_in_1_0_0.py").exists()
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        assert await title_and_version(api) == ("Second title", "2.0.0")
        await no_repairs(api)
        await owner.tick_other(api)
        assert (await api.start_flow(OTHER))["type"] in ("menu", "form")
        await no_repairs(api)
        await owner.delete(api, PROVIDER)
        await owner.delete(api, CORE)
        assert (owner.version(), owner.version(OTHER)) == (None, None)
        await no_repairs(api)
    hacs.uninstall()
    hacs.remove_itself()
    assert list(home.integrations.iterdir()) == []


async def test_removed_in_hacs_first(
    owner: Owner, first: Path, session: ClientSession
) -> None:
    """As most people will: it is told, can be undone, and all can be deleted."""
    async with owner.at_home(session) as api:
        await owner.install(api, first)
        owner.hacs.uninstall()
        await owner.hacs.reload(api)
        assert (await owner.configure(api))["reason"] == "removed"
        assert "download Cloud Energy again in HACS" in await notification(api)
        await no_repairs(api)
    assert (owner.version(), owner.version(CORE)) == (None, None)
    # The way back
    owner.hacs.download(first)
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        assert await title_and_version(api) == ("First title", "1.0.0")
        assert await registered(api)
        await no_repairs(api)
        assert await notifications(api) == []
        # The other way on: an entry is deleted at once, the other after the restart
        owner.hacs.uninstall()
        await owner.delete(api, CORE)
    async with owner.at_home(session) as api:
        assert await registered(api)
        await owner.delete(api, PROVIDER)
        assert await registered(api) == []
    async with owner.at_home(session) as api:
        assert await api.entries(PROVIDER) + await api.entries(CORE) == []
        assert await registered(api) == []
        await no_repairs(api)
    owner.hacs.remove_itself()
    assert list(owner.home.integrations.iterdir()) == []


async def test_a_full_disk(
    owner: Owner, first: Path, tmp_path: Path, session: ClientSession
) -> None:
    """A release that HACS could unpack only in part replaces no good copy."""
    second = release_of(tmp_path, "2.0.0", "Second title")
    async with owner.at_home(session) as api:
        await owner.install(api, first)
        # A marker that got lost is no harm: the files are those of the release.
        marker = owner.home.integrations / PROVIDER / ".cloud_energy.json"
        marker.unlink()
        (entry,) = await api.entries(CORE)
        path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
        await api.post(path, {})
        assert marker.exists()
        await no_repairs(api)
        owner.hacs.download(second, lacking=f"bundle/{PROVIDER}/s")
    assert owner.version() == "1.0.0"
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        assert await repairs(api) == {f"incomplete_{PROVIDER}"}
        owner.hacs.download(second)
    assert owner.version() == "2.0.0"
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        await no_repairs(api)


async def test_a_provider_that_is_left_alone(
    owner: Owner, first: Path, tmp_path: Path, session: ClientSession
) -> None:
    """By a release that drops it, and by whoever deletes Cloud Energy's entry first."""
    second = release_of(tmp_path, "2.0.0", "Second title", without=PROVIDER)
    async with owner.at_home(session) as api:
        await owner.install(api, first)
        owner.hacs.download(second)
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        assert await repairs(api) == {f"outdated_{PROVIDER}"}
        await owner.tick_other(api)
        assert (owner.version(), owner.version(OTHER)) == ("1.0.0", "2.0.0")
        owner.hacs.download(first)
    async with owner.at_home(session) as api:
        await loaded_entry(api)
        await no_repairs(api)
        await owner.delete(api, CORE)
        assert (owner.version(), owner.version(OTHER)) == ("1.0.0", None)
        await wait_for_repairs(api, f"in_use_{PROVIDER}")
    async with owner.at_home(session) as api:
        await wait_for_repairs(api, f"in_use_{PROVIDER}")
        await owner.delete(api, PROVIDER)
        await wait_for_repairs(api)
        assert owner.version() is None
