"""Placing, updating and removing the providers of a release."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EDQUOT, ENOSPC
from hashlib import sha256
import json
from pathlib import Path
import shutil
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.cloud_energy.installer.bundle import MARKER, State, Trouble

from .release import NEXT, RUNNING, Release


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Make a release."""
    return Release(tmp_path)


def copied(release: Release) -> dict[str, bytes]:
    """Return all files of the copy."""
    place = release.folder / "alpha"
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def test_place_update_remove(release: Release) -> None:
    """The life of a copy; files that are no longer in it go."""
    assert release.bundle.providers() == {"alpha": "Alpha", "beta": "Beta"}
    assert release.bundle.state("alpha") is State.ABSENT
    assert release.bundle.synchronize(["alpha", "gone"]).placed == {"alpha"}
    assert (release.version("alpha"), release.version("beta")) == (RUNNING, None)
    assert release.bundle.state("alpha") is State.CURRENT
    assert release.bundle.versions() == {"alpha": RUNNING}
    (release.folder / "alpha" / "__pycache__").mkdir()
    (release.folder / "alpha" / "__pycache__" / "x.pyc").write_text("x")
    assert not release.bundle.synchronize(["alpha"]).has_changed
    release.publish(NEXT)
    assert release.bundle.state("alpha") is State.OUTDATED
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}
    assert release.version("alpha") == NEXT
    assert release.bundle.synchronize([]).removed == {"alpha"}
    assert not release.bundle.synchronize([]).has_changed
    assert release.version("alpha") is None
    assert {path.name for path in release.home.iterdir()} == {
        "bundle",
        "manifest.json",
        "__init__.py",
    }


def test_what_is_in_use_stays(release: Release) -> None:
    """Whether it was chosen or not; its files stay as they are while it is loaded."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    assert not release.bundle.synchronize([], in_use={"alpha"}).has_changed
    assert not release.bundle.synchronize(["alpha"], loaded={"alpha"}).has_changed
    assert release.version("alpha") == RUNNING
    assert release.bundle.synchronize(["alpha"]).has_changed


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda folder: (folder / MARKER).write_text("no json"), Trouble.FOREIGN),
        (lambda folder: (folder / "manifest.json").unlink(), Trouble.FOREIGN),
        (lambda folder: (folder / "manifest.json").write_text("[]"), Trouble.FOREIGN),
        (lambda folder: (folder / "__init__.py").write_text("mine"), Trouble.CHANGED),
        (lambda folder: (folder / "api" / "client.py").unlink(), Trouble.CHANGED),
    ],
)
def test_what_is_not_ours_is_left_alone(
    release: Release, change: Callable[[Path], object], trouble: Trouble
) -> None:
    """Neither replaced nor removed, whatever release comes."""
    release.bundle.synchronize(["alpha"])
    change(release.folder / "alpha")
    before = copied(release)
    release.publish(NEXT)
    assert release.bundle.synchronize(["alpha", "beta"]).troubles == {"alpha": trouble}
    assert release.bundle.synchronize(["beta"]).removed == set()
    shutil.rmtree(release.home)
    assert release.bundle.withdraw().removed == {"beta"}
    assert before == copied(release)


@pytest.mark.parametrize(
    "name", [".DS_Store", "Thumbs.db", "sensor.py.bak", ".nfs0001", "._manifest.json"]
)
@pytest.mark.parametrize("has_first_marker", [True, False])
def test_files_that_others_leave_behind(
    release: Release, name: str, *, has_first_marker: bool
) -> None:
    """They are in every folder sooner or later, and block no update and no removal."""
    release.bundle.synchronize(["alpha", "beta"])
    for place in (release.folder / "alpha", release.folder / "beta"):
        (place / name).write_text("left behind")
        (place / "api" / name).write_text("left behind")
        if has_first_marker:
            marker = json.loads((place / MARKER).read_text())
            del marker["files"]
            (place / MARKER).write_text(json.dumps(marker))
    assert not release.bundle.synchronize(["alpha", "beta"]).troubles
    release.publish(NEXT)
    outcome = release.bundle.synchronize(["alpha"])
    assert (outcome.updated, outcome.removed) == ({"alpha"}, {"beta"})
    assert release.version("alpha") == NEXT


def first_digest(folder: Path) -> str:
    """Return what the first release put into its markers, by its own code."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MARKER:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def test_copies_of_the_first_release(release: Release) -> None:
    """Its markers list no files; and going back to it works with today's markers."""
    source = release.home / "bundle" / "alpha"
    (source / "api.py").write_text("sorts after the folder of this name")
    place = release.folder / "alpha"
    shutil.copytree(source, place)
    marker = {"installed_by": "cloud_energy", "digest": first_digest(source)}
    (place / MARKER).write_text(json.dumps(marker))
    release.publish(NEXT)
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}
    written = json.loads((place / MARKER).read_text())
    assert written["digest"] == first_digest(place)


def test_a_lost_or_old_marker_is_replaced(release: Release) -> None:
    """If the content is that of the release, the copy is ours again."""
    release.bundle.synchronize(["alpha"])
    marker = release.folder / "alpha" / MARKER
    whole = marker.read_text()
    for lost in (None, "no json", json.dumps({"digest": "x"})):
        marker.unlink()
        if lost is not None:
            marker.write_text(lost)
        assert not release.bundle.synchronize(["alpha"]).troubles
        assert marker.read_text() == whole
    written = marker.stat().st_mtime_ns
    release.bundle.synchronize(["alpha"])
    assert marker.stat().st_mtime_ns == written
    release.publish(NEXT)
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}


def test_a_marker_that_cannot_be_written_does_no_harm(release: Release) -> None:
    """The copy is right, so there is nothing to report."""
    release.bundle.synchronize(["alpha"])
    (release.folder / "alpha" / MARKER).unlink()
    with patch.object(Path, "write_text", side_effect=OSError(EACCES, "Denied")):
        assert not release.bundle.synchronize(["alpha"]).troubles


def test_the_same_files_copied_by_hand_are_not_removed(release: Release) -> None:
    """Nor is somebody's backup of a copy, which has our marker."""
    release.bundle.synchronize(["alpha"])
    shutil.copytree(release.folder / "alpha", release.folder / "alpha.bak")
    shutil.copytree(release.home / "bundle" / "beta", release.folder / "beta")
    assert release.bundle.synchronize([]).removed == {"alpha"}
    assert {path.name for path in release.folder.iterdir()} == {
        "alpha.bak",
        "beta",
        "cloud_energy",
    }


def test_another_project_that_was_unpacked_over_our_copy(release: Release) -> None:
    """Our marker alone does not make it ours."""
    release.bundle.synchronize(["alpha"])
    manifest = release.folder / "alpha" / "manifest.json"
    content = json.loads(manifest.read_text()) | {"issue_tracker": "https://x.example"}
    manifest.write_text(json.dumps(content))
    assert release.bundle.state("alpha") is State.FOREIGN
    assert release.bundle.versions() == {}


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
            release.publish(NEXT)
        with killed_at(step):
            release.bundle.synchronize(["alpha"])
        seen.add(release.version("alpha"))
        release.bundle.synchronize(["alpha"])
        assert release.version("alpha") == (NEXT if placed_before else RUNNING)
        assert not (release.home / ".staging").exists()
        assert not (release.home / ".retired").exists()
    assert seen == ({RUNNING, NEXT, None} if placed_before else {RUNNING, None})


def test_killed_while_removing(tmp_path: Path) -> None:
    """A copy is there whole, or not at all; and the next start removes the rest."""
    seen = set()
    for step in range(20):
        release = Release(tmp_path / str(step))
        release.bundle.synchronize(["alpha"])
        with killed_at(step):
            release.bundle.synchronize([])
        seen.add(release.version("alpha"))
        release.bundle.synchronize([])
        assert release.version("alpha") is None
        assert not (release.home / ".staging").exists()
    assert seen == {RUNNING, None}


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (ENOSPC, Trouble.NO_SPACE),
        (EDQUOT, Trouble.NO_SPACE),
        (EACCES, Trouble.CANNOT_WRITE),
    ],
)
@pytest.mark.parametrize(
    "function", ["shutil.copy2", "pathlib.Path.rename", "pathlib.Path.write_text"]
)
def test_a_full_or_read_only_disk(
    release: Release, function: str, number: int, trouble: Trouble
) -> None:
    """The old copy stays, it is said why, and nothing is left over."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    with patch(function, side_effect=OSError(number, "It does not work")):
        outcome = release.bundle.synchronize(["alpha"])
    assert outcome.troubles == {"alpha": trouble}
    assert outcome.reasons == {"alpha": "It does not work"}
    assert release.version("alpha") == RUNNING
    assert not (release.home / ".staging").exists()
    assert release.bundle.synchronize(["alpha"]).updated == {"alpha"}


def test_the_second_renaming_fails(release: Release) -> None:
    """The old copy comes back at once."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if ".staging" in self.parts:
            raise OSError(EACCES, "Permission denied")
        return rename(self, target)

    with patch.object(Path, "rename", fail):
        assert release.bundle.synchronize(["alpha"]).troubles
    assert release.version("alpha") == RUNNING


def test_the_old_copy_cannot_come_back_at_once(release: Release) -> None:
    """It is kept until it can, however often that is tried in vain."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if target == release.folder / "alpha":
            raise OSError(EACCES, "Permission denied")
        return rename(self, target)

    with patch.object(Path, "rename", fail):
        assert release.bundle.synchronize(["alpha"]).troubles
        assert release.bundle.synchronize(["alpha"]).troubles
        assert release.version("alpha") is None
    release.bundle.synchronize(["beta"], in_use={"alpha"})
    assert release.version("alpha") == RUNNING


@pytest.mark.parametrize(
    "damage",
    [
        lambda bundle: (bundle / "alpha" / "__init__.py").unlink(),
        lambda bundle: (bundle / "alpha" / "api" / "client.py").write_text(""),
        lambda bundle: (bundle / "alpha" / "manifest.json").unlink(),
        lambda bundle: shutil.rmtree(bundle / "alpha"),
        lambda bundle: (bundle / "contents.json").unlink(),
        lambda bundle: (bundle / "contents.json").write_text('{"alpha": {"x'),
    ],
)
def test_a_half_unpacked_release(
    release: Release, damage: Callable[[Path], object]
) -> None:
    """It replaces no good copy, and places no bad one."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    damage(release.home / "bundle")
    for _ in range(2):
        outcome = release.bundle.synchronize(["alpha"])
        assert outcome.troubles == {"alpha": Trouble.INCOMPLETE}
        assert release.version("alpha") == RUNNING
        assert not (release.home / ".staging").exists()
    shutil.rmtree(release.folder / "alpha")
    assert release.bundle.synchronize(["alpha"]).troubles
    assert release.version("alpha") is None


def test_a_copy_that_cannot_be_removed(release: Release) -> None:
    """It stays whole, and goes another time."""
    release.bundle.synchronize(["alpha"])
    with patch.object(Path, "rename", side_effect=OSError(EACCES, "Denied")):
        assert not release.bundle.synchronize([]).has_changed
    assert release.version("alpha") == RUNNING
    assert release.bundle.synchronize([]).removed == {"alpha"}


def test_the_release_itself_is_gone(release: Release) -> None:
    """Its copies go with it, without a trace; they come back with it."""
    release.bundle.synchronize(["alpha", "beta"])
    shutil.rmtree(release.home)
    assert release.bundle.version is None
    assert release.bundle.withdraw().removed == {"alpha", "beta"}
    assert list(release.folder.iterdir()) == []
    release.publish(NEXT)
    assert release.bundle.synchronize(["alpha"]).placed == {"alpha"}


ODD: tuple[Any, ...] = (None, 7, "odd", [], [7], {"odd": 7}, {"a": {"b": "c"}})


@pytest.mark.parametrize(
    "contents",
    [
        *ODD,
        *({"alpha": odd} for odd in ODD),
        {"alpha": {"a\0b": "0" * 64}},
        {"alpha": {"manifest.json": "odd"}},
        {"alpha": {"../beside.py": sha256(b"evil").hexdigest()}},
        {"alpha": {"/etc/hostname": "0" * 64}},
        {"alpha": {"": "0" * 64}},
        {"../beside": {}},
    ],
    ids=repr,
)
def test_odd_contents(release: Release, contents: Any) -> None:
    """A release whose list can't be read is incomplete, and writes nothing."""
    bundle = release.home / "bundle"
    (bundle / "beside.py").write_bytes(b"evil")
    (bundle / "contents.json").write_text(json.dumps(contents))
    assert {"alpha", "beta"} <= release.bundle.providers().keys()
    outcome = release.bundle.synchronize(["alpha", "../beside"])
    assert outcome.troubles == {"alpha": Trouble.INCOMPLETE}
    assert not outcome.has_changed
    assert {path.name for path in release.folder.iterdir()} == {"cloud_energy"}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_marker(release: Release, odd: Any) -> None:
    """A copy with a marker that can't be read is nothing to replace."""
    release.bundle.synchronize(["alpha"])
    release.publish(NEXT)
    (release.folder / "alpha" / MARKER).write_text(
        json.dumps({"files": odd, "digest": odd})
    )
    assert release.bundle.state("alpha") is State.CHANGED
    assert not release.bundle.synchronize(["alpha"]).has_changed


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_manifest(release: Release, odd: Any) -> None:
    """A manifest that can't be read has no name and no version."""
    release.bundle.synchronize(["alpha"])
    manifest = {"name": odd, "version": odd, "issue_tracker": odd, "domain": odd}
    (release.folder / "alpha" / "manifest.json").write_text(json.dumps(manifest))
    (release.home / "manifest.json").write_text(json.dumps(manifest))
    assert release.bundle.version in (None, "odd")
    assert release.bundle.placed() == {}
    assert release.bundle.versions() == {}
    assert release.bundle.state("alpha") is State.FOREIGN
