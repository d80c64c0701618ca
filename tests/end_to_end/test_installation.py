"""What HACS does with a release, and what becomes of it in a real Home Assistant.

HACS itself is played: it picks the first directory below `custom_components` in the
order of git, reads the manifest and hacs.json there, unpacks the release's zip file into
the one directory after removing it whole, and removes that directory in the end.
"""

import asyncio
import json
from pathlib import Path
import shutil
import subprocess
from typing import Any
from zipfile import ZipFile

from aiohttp import ClientSession

from scripts.package_release import package

from .api import HomeAssistantApi
from .dominion_energy import answers
from .home import Home, free_port
from .simulator import ROOT, running_simulator

PROVIDER = "dominion_energy"
_PATIENCE = 30


class Hacs:
    """The one directory that HACS manages for this repository."""

    def __init__(self, home: Home) -> None:
        """Find out what to manage, as HACS does."""
        tree = subprocess.run(
            ["git", "-c", "core.quotepath=off", "ls-tree", "-r", "-t", "HEAD"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        entries = [line.split(None, 3)[1:] for line in tree]
        self.remote = next(
            path
            for kind, _, path in entries
            if kind == "tree"
            and path.startswith("custom_components")
            and path != "custom_components"
        )
        manifest = json.loads((ROOT / self.remote / "manifest.json").read_text("utf-8"))
        self._facts = json.loads((ROOT / "hacs.json").read_text("utf-8"))
        self._local = home.integrations / manifest["domain"]

    def download(self, release: Path) -> None:
        """Install or update: the old directory goes, the zip file's content comes."""
        assert self._facts["zip_release"]
        shutil.rmtree(self._local, ignore_errors=True)
        with ZipFile(release / self._facts["filename"]) as archive:
            archive.extractall(self._local)

    async def reload(self, api: HomeAssistantApi) -> None:
        """Have Home Assistant look at its custom integrations again."""
        async with asyncio.timeout(_PATIENCE):
            while "played_hacs" not in await api.command("get_services"):
                await asyncio.sleep(0.2)
        await api.call_action("played_hacs", "reload")

    def uninstall(self) -> None:
        """Remove the directory, and nothing else."""
        shutil.rmtree(self._local)


_PLAYED_HACS = """
from homeassistant.loader import DATA_CUSTOM_COMPONENTS, async_get_custom_components


async def async_setup(hass, config):
    async def reload(call):
        del hass.data[DATA_CUSTOM_COMPONENTS]
        await async_get_custom_components(hass)

    hass.services.async_register("played_hacs", "reload", reload)
    return True
"""


def play_hacs(home: Home) -> Path:
    """Put in what HACS does inside of Home Assistant after a download."""
    folder = home.integrations / "played_hacs"
    folder.mkdir()
    manifest = {"domain": "played_hacs", "name": "Played HACS", "version": "1.0.0"}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "__init__.py").write_text(_PLAYED_HACS, "utf-8")
    with (home.folder / "configuration.yaml").open("a", encoding="utf-8") as file:
        file.write("played_hacs:\n")
    return folder


async def offered(api: HomeAssistantApi) -> set[str]:
    """Return the integrations that can be added."""
    return set(await api.get("/api/config/config_entries/flow_handlers"))


def release_of(folder: Path, version: str, title: str) -> Path:
    """Build a release in which the provider has another title."""
    root = folder / f"tree-{version}"
    shutil.copytree(ROOT / "custom_components", root / "custom_components")
    texts = root / "custom_components" / PROVIDER / "translations" / "en.json"
    content = json.loads(texts.read_text("utf-8")) | {"title": title}
    texts.write_text(json.dumps(content), "utf-8")
    (texts.parents[1] / f"only_in_{version.replace('.', '_')}.py").write_text("")
    package(root, version, folder / version)
    return folder / version


def version_on_disk(home: Home) -> str | None:
    """Return the version of the provider's copy; None if there is none."""
    path = home.integrations / PROVIDER / "manifest.json"
    return json.loads(path.read_text("utf-8"))["version"] if path.exists() else None


async def loaded_entry(api: HomeAssistantApi) -> dict[str, Any]:
    """Wait until the provider's entry is loaded, and return it."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            (entry,) = await api.entries(PROVIDER)
            if entry["state"] == "loaded":
                return entry
            await asyncio.sleep(0.2)


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


async def test_the_life_of_an_installation(
    tmp_path: Path, session: ClientSession
) -> None:
    """Install, pick a provider, set it up, update, restart once, remove."""
    home = Home(tmp_path / "config", free_port())
    first = release_of(tmp_path, "1.0.0", "First title")
    second = release_of(tmp_path, "2.0.0", "Second title")
    async with running_simulator(session, PROVIDER, tmp_path) as simulator:
        await home.furnish({PROVIDER: simulator.hosts}, integrations=None)
        hacs, played = Hacs(home), play_hacs(home)
        assert hacs.remote == "custom_components/cloud_energy"
        person = next(p for p in simulator.accounts if p["name"] == "plain_home")
        async with home.running(session) as api:
            # All of this without a restart.
            hacs.download(first)
            await hacs.reload(api)
            assert {"cloud_energy", PROVIDER} & await offered(api) == {"cloud_energy"}
            step = await api.start_flow("cloud_energy")
            await api.answer(step, {"providers": [PROVIDER]})
            assert version_on_disk(home) == "1.0.0"
            assert PROVIDER in await offered(api)
            assert (await api.start_flow(PROVIDER))["type"] == "menu"
        async with home.running(session) as api:
            step = await api.walk(await api.start_flow(PROVIDER), answers(person))
            assert step["type"] == "create_entry"
            await loaded_entry(api)
            assert await title_and_version(api) == ("First title", "1.0.0")
            hacs.download(second)
            # What runs is what is on the disk, until it stops.
            assert version_on_disk(home) == "1.0.0"
        assert version_on_disk(home) == "2.0.0"
        assert not (home.integrations / PROVIDER / "only_in_1_0_0.py").exists()
        async with home.running(session) as api:
            entry = await loaded_entry(api)
            assert await title_and_version(api) == ("Second title", "2.0.0")
            issues = (await api.command("repairs/list_issues"))["issues"]
            assert [i for i in issues if i["domain"] == "cloud_energy"] == []
            await api.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
            (own,) = await api.entries("cloud_energy")
            await api.delete(f"/api/config/config_entries/entry/{own['entry_id']}")
            assert version_on_disk(home) is None
        hacs.uninstall()
        shutil.rmtree(played)
        assert list(home.integrations.iterdir()) == []
