"""What HACS does with a release, outside of Home Assistant and inside of it.

It picks the first directory below `custom_components` in the order of git, reads the
manifest and hacs.json there, unpacks the release's zip file into the one directory after
removing it whole, and removes that directory in the end.
"""

import asyncio
import json
from pathlib import Path
import shutil
import subprocess
from zipfile import ZipFile

from .api import HomeAssistantApi
from .home import Home
from .simulator import ROOT

_PATIENCE = 30

_PLAYED_HACS = """
from homeassistant.loader import DATA_CUSTOM_COMPONENTS, async_get_custom_components


async def async_setup(hass, config):
    async def reload(call):
        del hass.data[DATA_CUSTOM_COMPONENTS]
        await async_get_custom_components(hass)

    hass.services.async_register("played_hacs", "reload", reload)
    return True
"""


class Hacs:
    """The one directory that HACS manages for this repository."""

    def __init__(self, home: Home) -> None:
        """Find out what to manage, and be an integration of the home, as HACS is."""
        self.remote = _first_directory()
        manifest = json.loads((ROOT / self.remote / "manifest.json").read_text("utf-8"))
        self._facts = json.loads((ROOT / "hacs.json").read_text("utf-8"))
        self._local = home.integrations / manifest["domain"]
        self._own = home.integrations / "played_hacs"
        self._own.mkdir()
        manifest = {"domain": "played_hacs", "name": "Played HACS", "version": "1.0.0"}
        (self._own / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        (self._own / "__init__.py").write_text(_PLAYED_HACS, "utf-8")
        with (home.folder / "configuration.yaml").open("a", encoding="utf-8") as file:
            file.write("played_hacs:\n")

    def download(self, release: Path, *, lacking: str | None = None) -> None:
        """Install or update: the old directory goes, the zip file's content comes.

        `lacking`: what there was no space for, by the beginning of its names.
        """
        assert self._facts["zip_release"]
        shutil.rmtree(self._local, ignore_errors=True)
        with ZipFile(release / self._facts["filename"]) as archive:
            names = archive.namelist()
            if lacking:
                names = [name for name in names if not name.startswith(lacking)]
            archive.extractall(self._local, names)

    async def reload(self, api: HomeAssistantApi) -> None:
        """Have Home Assistant look at its custom integrations again."""
        async with asyncio.timeout(_PATIENCE):
            while "played_hacs" not in await api.command("get_services"):
                await asyncio.sleep(0.2)
        await api.call_action("played_hacs", "reload")

    def uninstall(self) -> None:
        """Remove the directory, and nothing else."""
        shutil.rmtree(self._local)

    def remove_itself(self) -> None:
        """Leave the home."""
        shutil.rmtree(self._own)


def _first_directory() -> str:
    tree = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-tree", "-r", "-t", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    entries = [line.split(None, 3)[1:] for line in tree]
    return next(
        path
        for kind, _, path in entries
        if kind == "tree"
        and path.startswith("custom_components")
        and path != "custom_components"
    )
