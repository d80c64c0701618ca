"""What stays on this machine between two commands: a session for each provider."""

from collections.abc import Mapping
import json
import os
from pathlib import Path
from typing import Any, Final

from platformdirs import user_state_path

_VERSION: Final = 1


def default_folder() -> Path:
    """Return where the system wants programs to keep the state of a user."""
    return user_state_path("cloud_energy", appauthor=False)


class SessionStore:
    """The session of one profile at one provider, in a file for its owner only."""

    def __init__(self, folder: Path, domain: str, profile: str) -> None:
        """Take the folder of all sessions and the names of this one."""
        self.path = folder / domain / f"{profile}.json"

    def load(self) -> dict[str, Any] | None:
        """Return what was saved; None if there is nothing, or nothing readable."""
        try:
            stored = json.loads(self.path.read_text("utf-8"))
        except OSError, ValueError:
            return None
        if not isinstance(stored, dict) or stored.get("version") != _VERSION:
            return None
        session = stored.get("session")
        return session if isinstance(session, dict) else None

    def save(self, session: Mapping[str, Any]) -> None:
        """Replace the file as a whole: at no time can others read a part of it."""
        self._write(self.path, {"version": _VERSION, "session": session})

    def remove(self) -> bool:
        """Remove it, with what was selected; False if there was none."""
        is_there = self.path.exists()
        self.path.unlink(missing_ok=True)
        self._selection.unlink(missing_ok=True)
        return is_there

    def selection(self) -> dict[str, str]:
        """Return what later commands are about: its kind -> its number."""
        try:
            stored = json.loads(self._selection.read_text("utf-8"))
        except OSError, ValueError:
            return {}
        return stored if isinstance(stored, dict) else {}

    def select(self, selection: Mapping[str, str]) -> None:
        """Remember what later commands are about."""
        self._write(self._selection, selection)

    @property
    def _selection(self) -> Path:
        return self.path.with_suffix(".selection.json")

    @staticmethod
    def _write(path: Path, data: object) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, default=str)
        new.replace(path)
