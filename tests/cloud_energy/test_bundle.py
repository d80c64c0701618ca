"""Placing, updating and removing the providers of a release."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
import json
from pathlib import Path
import shutil
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cloud_energy.bundle import MARKER, Bundle, State

DOMAIN = "cloud_energy"
TRACKER = "https://example.com/issues"


class Release:
    """A folder of custom integrations with a release in it."""

    def __init__(self, folder: Path) -> None:
        """Begin with the first release and nothing placed."""
        self.folder = folder / "custom_components"
        self.home = self.folder / DOMAIN
        self.publish("1.0.0")

    def publish(self, version: str) -> None:
        """Replace the release as an installer does: the old folder goes whole."""
        shutil.rmtree(self.home, ignore_errors=True)
        self._write(self.home, DOMAIN, version)
        for provider in ("alpha", "beta"):
            folder = self.home / "bundle" / provider
            self._write(folder, provider, version)
            (folder / f"only_in_{version}.py").write_text(version)

    @property
    def bundle(self) -> Bundle:
        """What the release carries."""
        return Bundle(self.home)

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
            f"only_in_{version}.py",
        }
        assert (place / "__init__.py").read_text() == version
        return version

    def _write(self, folder: Path, domain: str, version: str) -> None:
        folder.mkdir(parents=True)
        manifest = {
            "domain": domain,
            "name": domain.title(),
            "version": version,
            "issue_tracker": TRACKER,
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "__init__.py").write_text(version)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Make a release."""
    return Release(tmp_path)


def test_place_update_remove(release: Release) -> None:
    """The life of a copy; files that are no longer in it go."""
    assert release.bundle.providers() == {"alpha": "Alpha", "beta": "Beta"}
    assert release.bundle.state("alpha") is State.ABSENT
    assert release.bundle.synchronize(["alpha", "gone"]).placed == {"alpha"}
    assert (release.version("alpha"), release.version("beta")) == ("1.0.0", None)
    assert release.bundle.state("alpha") is State.CURRENT
    (release.folder / "alpha" / "__pycache__").mkdir()
    (release.folder / "alpha" / "__pycache__" / "x.pyc").write_text("x")
    outcome = release.bundle.synchronize(["alpha"])
    assert not outcome.placed | outcome.updated
    release.publish("2.0.0")
    assert release.bundle.state("alpha") is State.OUTDATED
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}
    assert release.version("alpha") == "2.0.0"
    assert release.bundle.remove("alpha")
    assert not release.bundle.remove("alpha")
    assert release.version("alpha") is None
    assert {path.name for path in release.home.iterdir()} == {
        "bundle",
        "manifest.json",
        "__init__.py",
    }


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda folder: (folder / MARKER).unlink(), State.FOREIGN),
        (lambda folder: (folder / MARKER).write_text("no json"), State.FOREIGN),
        (lambda folder: (folder / "manifest.json").unlink(), State.FOREIGN),
        (lambda folder: (folder / "manifest.json").write_text("[]"), State.FOREIGN),
        (lambda folder: (folder / "__init__.py").write_text("mine"), State.CHANGED),
        (lambda folder: (folder / "more.py").write_text("mine"), State.CHANGED),
    ],
)
def test_what_is_not_ours_is_left_alone(
    release: Release, change: Callable[[Path], object], state: State
) -> None:
    """Neither replaced nor removed, whatever release comes."""
    release.bundle.synchronize(["alpha"])
    change(release.folder / "alpha")
    before = {p: p.read_bytes() for p in (release.folder / "alpha").iterdir()}
    release.publish("2.0.0")
    assert release.bundle.synchronize(["alpha", "beta"]).blocked == {"alpha": state}
    assert not release.bundle.remove("alpha")
    assert before == {p: p.read_bytes() for p in (release.folder / "alpha").iterdir()}
    assert release.version("beta") == "2.0.0"


def test_another_project_that_was_unpacked_over_our_copy(release: Release) -> None:
    """Our marker alone does not make it ours."""
    release.bundle.synchronize(["alpha"])
    manifest = release.folder / "alpha" / "manifest.json"
    content = json.loads(manifest.read_text()) | {"issue_tracker": "https://x.example"}
    manifest.write_text(json.dumps(content))
    assert release.bundle.state("alpha") is State.FOREIGN


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """End the process at a change of the disk, given by its number."""
    left = step

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return function(*args, **kwargs)

        return call

    with (
        patch.object(Path, "rename", wrapped(Path.rename)),
        patch.object(Path, "mkdir", wrapped(Path.mkdir)),
        patch.object(Path, "write_text", wrapped(Path.write_text)),
        patch("shutil.copy2", wrapped(shutil.copy2)),
        patch("os.unlink", wrapped(__import__("os").unlink)),
        patch("os.rmdir", wrapped(__import__("os").rmdir)),
        suppress(Killed),
    ):
        yield


@pytest.mark.parametrize("placed_before", [True, False])
def test_killed_anywhere(tmp_path: Path, *, placed_before: bool) -> None:
    """Old, new or nothing: never a mixture; and the next start puts it right."""
    seen = set()
    for step in range(60):
        release = Release(tmp_path / f"{placed_before}{step}")
        if placed_before:
            release.bundle.synchronize(["alpha"])
            release.publish("2.0.0")
        with killed_at(step):
            release.bundle.synchronize(["alpha"])
        seen.add(release.version("alpha"))
        release.bundle.synchronize(["alpha"])
        assert release.version("alpha") == ("2.0.0" if placed_before else "1.0.0")
        assert not (release.home / ".staging").exists()
        assert not (release.home / ".retired").exists()
    assert seen == ({"1.0.0", "2.0.0", None} if placed_before else {"1.0.0", None})


@pytest.mark.parametrize("function", ["shutil.copytree", "pathlib.Path.rename"])
def test_a_full_or_read_only_disk(release: Release, function: str) -> None:
    """The old copy stays, and it is said why."""
    release.bundle.synchronize(["alpha"])
    release.publish("2.0.0")
    with patch(function, side_effect=OSError(28, "No space left on device")):
        outcome = release.bundle.synchronize(["alpha"])
    assert outcome.failed == {"alpha": "No space left on device"}
    assert release.version("alpha") == "1.0.0"
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}


def test_the_second_renaming_fails(release: Release) -> None:
    """The old copy comes back at once."""
    release.bundle.synchronize(["alpha"])
    release.publish("2.0.0")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if ".staging" in self.parts:
            raise OSError(13, "Permission denied")
        return rename(self, target)

    with patch.object(Path, "rename", fail):
        assert release.bundle.synchronize(["alpha"]).failed
    assert release.version("alpha") == "1.0.0"


@pytest.fixture
async def installed(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> AsyncIterator[Release]:
    """Have this Home Assistant use the release."""
    with patch("custom_components.cloud_energy.installation._HOME", release.home):
        assert await async_setup_component(hass, DOMAIN, {})
        yield release


async def choose(hass: HomeAssistant, *providers: str) -> Any:
    """Walk the flow."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"providers": list(providers)}
    )
    await hass.async_block_till_done()
    return result


def issues(hass: HomeAssistant) -> set[str]:
    """Return the issues that are raised."""
    return {key[1] for key in ir.async_get(hass).issues if key[0] == DOMAIN}


async def test_flow_and_options(hass: HomeAssistant, installed: Release) -> None:
    """Picked providers are placed at once, dropped ones taken away."""
    result = await choose(hass)
    assert result["errors"] == {"providers": "nothing_chosen"}
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"providers": ["alpha"]}
    )
    await hass.async_block_till_done()
    entry = result["result"]
    assert (installed.version("alpha"), installed.version("beta")) == ("1.0.0", None)
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    await options.async_configure(result["flow_id"], {"providers": ["beta"]})
    await hass.async_block_till_done()
    assert (installed.version("alpha"), installed.version("beta")) == (None, "1.0.0")
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["reason"] == "single_instance_allowed"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert installed.version("beta") == "1.0.0"


async def test_a_provider_in_use_stays(hass: HomeAssistant, installed: Release) -> None:
    """It can't be dropped, and it survives the removal of the entry."""
    entry = (await choose(hass, "alpha", "beta"))["result"]
    used = MockConfigEntry(domain="alpha")
    used.add_to_hass(hass)
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    result = await options.async_configure(result["flow_id"], {"providers": []})
    assert result["errors"] == {"providers": "in_use"}
    assert (installed.version("alpha"), installed.version("beta")) == ("1.0.0", None)
    assert entry.options == {"providers": ["alpha"]}
    await hass.config_entries.async_remove(entry.entry_id)
    assert installed.version("alpha") == "1.0.0"
    assert issues(hass) == {"in_use_alpha"}


async def test_updates_are_placed_at_the_stop(
    hass: HomeAssistant, installed: Release
) -> None:
    """While Home Assistant runs its files stay what is loaded."""
    await choose(hass, "alpha")
    installed.publish("2.0.0")
    await hass.async_block_till_done()
    assert installed.version("alpha") == "1.0.0"
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert installed.version("alpha") == "2.0.0"
    assert issues(hass) == set()


async def test_an_update_that_was_missed_at_the_stop(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """The start makes up for it and asks for one more restart."""
    release.bundle.synchronize(["alpha"])
    release.publish("2.0.0")
    MockConfigEntry(domain=DOMAIN, options={"providers": ["alpha"]}).add_to_hass(hass)
    with patch("custom_components.cloud_energy.installation._HOME", release.home):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    assert release.version("alpha") == "2.0.0"
    assert issues(hass) == {"restart_alpha"}


async def test_trouble_never_stops_the_foundation(
    hass: HomeAssistant, release: Release, enable_custom_integrations: None
) -> None:
    """Foreign folders and full disks are told and survived."""
    (release.folder / "alpha").mkdir()
    release.bundle.synchronize(["beta"])
    (release.folder / "beta" / "__init__.py").write_text("mine")
    options = {"providers": ["alpha", "beta"]}
    MockConfigEntry(domain=DOMAIN, options=options).add_to_hass(hass)
    with (
        patch("custom_components.cloud_energy.installation._HOME", release.home),
        patch.object(Bundle, "synchronize", side_effect=RuntimeError),
    ):
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    with patch("custom_components.cloud_energy.installation._HOME", release.home):
        await hass.config_entries.async_reload(entry.entry_id)
        assert issues(hass) == {"foreign_alpha", "changed_beta"}
        shutil.rmtree(release.folder / "alpha")
        with patch("shutil.copytree", side_effect=OSError(30, "Read-only")):
            await hass.config_entries.async_reload(entry.entry_id)
        assert issues(hass) == {"cannot_write_alpha", "changed_beta"}
        await hass.config_entries.async_reload(entry.entry_id)
        assert issues(hass) == {"changed_beta"}


async def test_installed_by_hand(
    hass: HomeAssistant, enable_custom_integrations: None
) -> None:
    """There is nothing to place, and the flow says so."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "installed_by_hand"
