"""A small release of two providers, in a folder of custom integrations."""

import json
from pathlib import Path
import shutil

from custom_components.cloud_energy.installer.bundle import MARKER, Bundle
from scripts.package_release import contents
from scripts.stamp import ROOT, Project

DOMAIN = "cloud_energy"
PROJECT = Project.read(ROOT)
TRACKER = f"{PROJECT.repository}/issues"
RUNNING = PROJECT.version
"""The version of Cloud Energy that Home Assistant has loaded in the tests."""
NEXT = "99.0.0"


class Release:
    """A folder of custom integrations with a release in it."""

    def __init__(self, folder: Path) -> None:
        """Begin with the release that runs, and nothing placed."""
        self.folder = folder / "custom_components"
        self.home = self.folder / DOMAIN
        self.publish(RUNNING)

    def publish(self, version: str, *providers: str) -> None:
        """Replace the release as an installer does: the old folder goes whole."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.write(self.home, DOMAIN, version)
        listed = {}
        for provider in providers or ("alpha", "beta"):
            folder = self.home / "bundle" / provider
            self.write(folder, provider, version)
            (folder / "api").mkdir()
            (folder / "api" / "client.py").write_text(version)
            (folder / f"only_in_{version}.py").write_text(version)
            files = [path for path in folder.rglob("*") if path.is_file()]
            listed[provider] = contents(
                {
                    path.relative_to(folder).as_posix(): path.read_bytes()
                    for path in files
                }
            )
        (self.home / "bundle" / "contents.json").write_text(json.dumps(listed))

    @property
    def bundle(self) -> Bundle:
        """What the release carries."""
        return Bundle(self.home, TRACKER)

    def version(self, provider: str) -> str | None:
        """Return the version of a copy, which must be whole; None if there is none."""
        place = self.folder / provider
        if not place.exists():
            return None
        version: str = json.loads((place / "manifest.json").read_text())["version"]
        names = {path.name for path in place.iterdir()} - {"__pycache__"}
        assert names - {MARKER} == {
            "manifest.json",
            "__init__.py",
            "api",
            f"only_in_{version}.py",
        }
        assert (place / "__init__.py").read_text() == version
        assert (place / "api" / "client.py").read_text() == version
        return version

    @staticmethod
    def write(folder: Path, domain: str, version: str) -> None:
        """Write an integration of this project."""
        folder.mkdir(parents=True)
        manifest = {
            "domain": domain,
            "name": domain.title(),
            "version": version,
            "issue_tracker": TRACKER,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "__init__.py").write_text(version)
