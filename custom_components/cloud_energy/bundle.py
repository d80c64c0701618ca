"""Places, updates and removes the providers that a release carries with it.

A release holds them in `bundle/<domain>`; Home Assistant finds them only beside this
integration. A copy counts as ours while it has our marker, has not been changed since
and names this project in its manifest; anything else is left alone.

Nothing half-placed is ever in sight: a copy is made in a folder of this integration,
which Home Assistant does not look into, and then takes its place by being renamed.
Blocking: to be run in the executor.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256
import json
from pathlib import Path
import shutil
from typing import Any, Final

MARKER: Final = ".cloud_energy.json"
_CACHE: Final = "__pycache__"


class State(Enum):
    """What stands where a provider's copy belongs."""

    ABSENT = auto()
    CURRENT = auto()
    """Our copy, the same as in the bundle."""
    OUTDATED = auto()
    """Our copy of another release."""
    CHANGED = auto()
    """Our copy, but somebody has changed it."""
    FOREIGN = auto()
    """Somebody else's."""


@dataclass
class Outcome:
    """What a synchronization did."""

    placed: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    blocked: dict[str, State] = field(default_factory=dict)
    """Providers whose place is taken by something that is not ours to replace."""
    failed: dict[str, str] = field(default_factory=dict)
    """Providers that could not be written, and why."""


class Bundle:
    """The providers of this release and their copies."""

    def __init__(self, home: Path) -> None:
        """Take the folder of this integration; the copies stand beside it."""
        self._source = home / "bundle"
        self._beside = home.parent
        self._staging = home / ".staging"
        self._retired = home / ".retired"

    @property
    def exists(self) -> bool:
        """Whether this is a release; a copy of the repository's folders is none."""
        return self._source.is_dir()

    def providers(self) -> dict[str, str]:
        """Return domain and name of the providers that the release carries."""
        found = sorted(self._source.glob("*/manifest.json"))
        return {path.parent.name: _manifest(path.parent)["name"] for path in found}

    def state(self, domain: str) -> State:
        """Return what stands in a provider's place."""
        place = self._beside / domain
        if not place.exists():
            return State.ABSENT
        marker = _read_json(place / MARKER)
        if not marker or not self._is_of_this_project(place):
            return State.FOREIGN
        digest = _digest(place)
        if digest == _digest(self._source / domain):
            return State.CURRENT
        return State.OUTDATED if digest == marker.get("digest") else State.CHANGED

    def synchronize(self, domains: Iterable[str]) -> Outcome:
        """Bring the copies of these providers to this release."""
        outcome = Outcome()
        self._recover()
        offered = self.providers()
        for domain in sorted(set(domains) & offered.keys()):
            state = self.state(domain)
            if state in (State.FOREIGN, State.CHANGED):
                outcome.blocked[domain] = state
            elif state is not State.CURRENT:
                try:
                    self._place(domain)
                except OSError as err:
                    outcome.failed[domain] = err.strerror or type(err).__name__
                else:
                    is_new = state is State.ABSENT
                    (outcome.placed if is_new else outcome.updated).add(domain)
        return outcome

    def remove(self, domain: str) -> bool:
        """Take our copy away; tell whether it is gone.

        :raises OSError: it can't be removed.
        """
        if self.state(domain) not in (State.CURRENT, State.OUTDATED):
            return False
        self._retire(domain)
        self._clean()
        return True

    def _place(self, domain: str) -> None:
        """Copy aside, then swap by renaming; the old copy comes back on failure."""
        staged = self._staging / domain
        shutil.rmtree(self._staging, ignore_errors=True)
        source = self._source / domain
        shutil.copytree(source, staged, ignore=shutil.ignore_patterns(_CACHE))
        marker = {"installed_by": "cloud_energy", "digest": _digest(source)}
        (staged / MARKER).write_text(json.dumps(marker), "utf-8")
        place = self._beside / domain
        self._retire(domain)
        try:
            staged.rename(place)
        except OSError:
            self._restore(domain)
            raise
        self._clean()

    def _retire(self, domain: str) -> None:
        place = self._beside / domain
        if place.exists():
            shutil.rmtree(self._retired / domain, ignore_errors=True)
            self._retired.mkdir(exist_ok=True)
            place.rename(self._retired / domain)

    def _restore(self, domain: str) -> None:
        retired, place = self._retired / domain, self._beside / domain
        if retired.exists() and not place.exists():
            retired.rename(place)

    def _recover(self) -> None:
        """Undo what was interrupted between the two renamings."""
        with suppress(OSError):
            for retired in list(self._retired.iterdir()):
                self._restore(retired.name)
        self._clean()

    def _clean(self) -> None:
        for folder in (self._staging, self._retired):
            shutil.rmtree(folder, ignore_errors=True)

    def _is_of_this_project(self, place: Path) -> bool:
        manifest = _read_json(place / "manifest.json")
        ours = _read_json(self._source.parent / "manifest.json")
        return manifest.get("issue_tracker") == ours.get("issue_tracker")


def _manifest(folder: Path) -> dict[str, Any]:
    return _read_json(folder / "manifest.json") or {"name": folder.name}


def _read_json(path: Path) -> dict[str, Any]:
    """Read an object; empty for anything that can't be read as one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError, ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(folder: Path) -> str:
    """Return one figure for the names and contents of all files."""
    digest = sha256()
    for path in _files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _CACHE not in path.parts and path.name != MARKER:
            yield path
