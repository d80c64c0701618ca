"""Places, updates and removes the providers that a release carries with it.

A release holds them in `bundle/<domain>`, and in `bundle/contents.json` what each of
them has to hold; Home Assistant finds them only beside this integration. A copy counts
as ours while it has our marker, has not been changed since and names this project in
its manifest, or if it is the same as the release's; anything else is left alone.

Nothing half-placed is ever in sight: a copy is made in a folder of this integration,
which Home Assistant does not look into, and then takes its place by being renamed.
Blocking: to be run in the executor.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
import errno
import json
import logging
from pathlib import Path
import shutil
from typing import Any, Final

from custom_components.cloud_energy.texts import IssueKey

from .contents import (
    Contents,
    contents_of,
    digest,
    holds,
    own_files,
    read_contents,
    read_names,
)

MARKER: Final = ".cloud_energy.json"

_LOGGER = logging.getLogger(__name__)
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)


class State(Enum):
    """What stands where a provider's copy belongs."""

    ABSENT = auto()
    CURRENT = auto()
    """The same as in the bundle."""
    OUTDATED = auto()
    """Our copy of another release."""
    CHANGED = auto()
    """Our copy, but somebody has changed it."""
    FOREIGN = auto()
    """A folder that another installer has placed."""


class Trouble(IssueKey):
    """Why a provider could not be brought to the release."""

    FOREIGN = "foreign"
    CHANGED = "changed"
    INCOMPLETE = "incomplete"
    """The release itself lacks some of the provider's files."""
    NO_SPACE = "no_space"
    CANNOT_WRITE = "cannot_write"


_BLOCKED: Final = {State.FOREIGN: Trouble.FOREIGN, State.CHANGED: Trouble.CHANGED}


class IncompleteError(Exception):
    """The release does not hold what it should: its unpacking was interrupted."""


@dataclass
class Outcome:
    """What a synchronization did."""

    placed: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    troubles: dict[str, Trouble] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """What the system says about a copy that could not be written."""

    @property
    def has_changed(self) -> bool:
        """Whether other integrations are there now than before."""
        return bool(self.placed or self.updated or self.removed)


class Bundle:
    """The providers of this release and their copies."""

    def __init__(self, home: Path, issue_tracker: str | None) -> None:
        """Take the folder of this integration; the copies stand beside it.

        `issue_tracker`: whose manifests are this project's.
        """
        self._home = home
        self._issue_tracker = issue_tracker
        self._source = home / "bundle"
        self._beside = home.parent
        self._staging = home / ".staging"
        self._retired = home / ".retired"

    @property
    def version(self) -> str | None:
        """The version of this integration on the disk; None if it has been removed."""
        return _text_of(self._home / "manifest.json", "version")

    @property
    def exists(self) -> bool:
        """Whether this is a release; a copy of the repository's folders is none."""
        return self._source.is_dir()

    def providers(self) -> dict[str, str]:
        """Return domain and name of the providers that the release carries."""
        found = {path.parent.name for path in self._source.glob("*/manifest.json")}
        domains = sorted(found | self._all_contents().keys())
        return {domain: _name(self._source / domain) for domain in domains}

    def placed(self) -> dict[str, str]:
        """Return domain and name of all copies that were placed by us."""
        folders = sorted(path.parent for path in self._beside.glob(f"*/{MARKER}"))
        return {
            folder.name: _name(folder)
            for folder in folders
            # Somebody's backup of a copy has our marker as well
            if _read_json(folder / "manifest.json").get("domain") == folder.name
        }

    def versions(self) -> dict[str, str | None]:
        """Return domain and version of this project's copies, however they got there."""
        manifests = sorted(self._beside.glob("*/manifest.json"))
        return {
            path.parent.name: _text_of(path, "version")
            for path in manifests
            if path.parent != self._home and self._is_of_this_project(path.parent)
        }

    def state(self, domain: str) -> State:
        """Return what stands in a provider's place."""
        place = self._beside / domain
        if not place.exists():
            return State.ABSENT
        contents = self._released(domain)
        if contents and holds(place, contents):
            return State.CURRENT
        marker = _read_json(place / MARKER)
        if not marker or not self._is_of_this_project(place):
            return State.FOREIGN
        return State.OUTDATED if _is_unchanged(place, marker) else State.CHANGED

    def synchronize(
        self,
        domains: Collection[str],
        in_use: Collection[str] = (),
        loaded: Collection[str] = (),
    ) -> Outcome:
        """Bring the copies of these providers to this release.

        Other copies of ours are removed, unless they are `in_use`. The files of what is
        `loaded` stay as they are: not all of its modules have been read yet.
        """
        outcome = Outcome()
        self._recover()
        for domain in sorted(self.providers().keys() & domains):
            state = self.state(domain)
            if state is not State.OUTDATED or domain not in loaded:
                self._bring(domain, state, outcome)
        for domain in self.placed().keys() - {*domains, *in_use}:
            self._try_to_remove(domain, outcome)
        return outcome

    def withdraw(self) -> Outcome:
        """Remove all copies that are ours, as this integration itself is gone."""
        outcome = Outcome()
        for domain in self.placed():
            self._try_to_remove(domain, outcome)
        with suppress(OSError):
            # Created again for what was on its way out; with anything in it, it stays
            self._home.rmdir()
        return outcome

    def _bring(self, domain: str, state: State, outcome: Outcome) -> None:
        if trouble := _BLOCKED.get(state):
            outcome.troubles[domain] = trouble
            return
        if state is State.CURRENT:
            with suppress(OSError):
                self._mark(self._beside / domain, self._released(domain))
            return
        try:
            self._place(domain)
        except IncompleteError:
            outcome.troubles[domain] = Trouble.INCOMPLETE
        except OSError as err:
            is_full = err.errno in _NO_SPACE
            trouble = Trouble.NO_SPACE if is_full else Trouble.CANNOT_WRITE
            outcome.troubles[domain] = trouble
            outcome.reasons[domain] = err.strerror or type(err).__name__
        else:
            is_new = state is State.ABSENT
            (outcome.placed if is_new else outcome.updated).add(domain)

    def _place(self, domain: str) -> None:
        """Copy aside, then swap by renaming; the old copy comes back on failure.

        :raises IncompleteError: the release does not hold all of it.
        :raises OSError: it can't be written.
        """
        contents = self._released(domain)
        source, staged = self._source / domain, self._staging / domain
        if not contents or not holds(source, contents):
            raise IncompleteError
        try:
            for name in contents:
                (staged / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / name, staged / name)
            self._mark(staged, contents)
            self._swap(domain, staged)
        finally:
            self._clean()

    def _swap(self, domain: str, staged: Path) -> None:
        place, retired = self._beside / domain, self._retired / domain
        if place.exists():
            shutil.rmtree(retired, ignore_errors=True)
            self._retired.mkdir(exist_ok=True)
            place.rename(retired)
        try:
            staged.rename(place)
        except OSError:
            self._restore(domain)
            raise

    def _mark(self, place: Path, contents: Contents) -> None:
        """Note that a copy is ours, and how it was; only changes are written."""
        marker = {
            "installed_by": "cloud_energy",
            # Earlier releases, to which one can go back, know only this
            "digest": digest(contents),
            "files": sorted(contents),
        }
        if _read_json(place / MARKER) != marker:
            (place / MARKER).write_text(json.dumps(marker), "utf-8")

    def _try_to_remove(self, domain: str, outcome: Outcome) -> None:
        if self.state(domain) not in (State.CURRENT, State.OUTDATED):
            return
        try:
            self._remove(domain)
        except OSError as err:
            _LOGGER.warning("%s could not be removed: %s", domain, err.strerror)
        else:
            outcome.removed.add(domain)

    def _remove(self, domain: str) -> None:
        """Take a copy out of sight at once, then delete it."""
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir(parents=True)
        try:
            (self._beside / domain).rename(self._staging / domain)
        finally:
            self._clean()

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
        """Delete what is left over, but no copy that has no successor."""
        shutil.rmtree(self._staging, ignore_errors=True)
        with suppress(OSError):
            for retired in list(self._retired.iterdir()):
                if (self._beside / retired.name).exists():
                    shutil.rmtree(retired, ignore_errors=True)
            self._retired.rmdir()

    def _released(self, domain: str) -> Contents:
        """Return what the release says a provider holds; nothing if it is damaged."""
        return self._all_contents().get(domain, {})

    def _all_contents(self) -> dict[str, Contents]:
        found = _read_json(self._source / "contents.json")
        return {
            domain: read_contents(stored)
            for domain, stored in found.items()
            if domain.isidentifier()
        }

    def _is_of_this_project(self, place: Path) -> bool:
        tracker = _read_json(place / "manifest.json").get("issue_tracker")
        return tracker is not None and tracker == self._issue_tracker


def _is_unchanged(place: Path, marker: dict[str, Any]) -> bool:
    """Compare a copy with its marker; the first markers did not list the files."""
    names = read_names(marker.get("files")) or own_files(place)
    return digest(contents_of(place, names)) == marker.get("digest")


def _name(folder: Path) -> str:
    return _text_of(folder / "manifest.json", "name") or folder.name


def _text_of(path: Path, key: str) -> str | None:
    """Return a text of an object; None if there is none."""
    found = _read_json(path).get(key)
    return found if isinstance(found, str) else None


def _read_json(path: Path) -> dict[str, Any]:
    """Read an object; empty for anything that can't be read as one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError, ValueError, RecursionError:
        return {}
    return found if isinstance(found, dict) else {}
