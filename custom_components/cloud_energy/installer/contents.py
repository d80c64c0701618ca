"""What a folder holds, by the names of its files and the SHA-256 of each.

Only files that somebody lists are looked at: file managers, network shares and editors
leave files of their own in every folder, and none of these makes it another one.
Blocking: to be run in the executor.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
import re
from typing import Final

_SHA256: Final = re.compile(r"[0-9a-f]{64}")

type Contents = Mapping[str, str]
"""The SHA-256 of each file, by its name relative to the folder, with slashes."""


def contents_of(folder: Path, names: Iterable[str]) -> Contents:
    """Return what these files hold; one that can't be read is left out."""
    found = {}
    for name in names:
        try:
            found[name] = sha256((folder / name).read_bytes()).hexdigest()
        except OSError, ValueError:  # A NUL in the name
            continue
    return found


def read_contents(stored: object) -> Contents:
    """Read contents from JSON; nothing if any of it is odd, or outside of the folder."""
    if not isinstance(stored, dict):
        return {}
    is_sound = len(read_names(list(stored))) == len(stored) and all(
        isinstance(figure, str) and _SHA256.fullmatch(figure)
        for figure in stored.values()
    )
    return stored if is_sound else {}


def read_names(stored: object) -> list[str]:
    """Read the names of files inside of a folder from JSON; odd ones are left out."""
    names = stored if isinstance(stored, list) else []
    return [name for name in names if isinstance(name, str) and _is_inside(name)]


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def holds(folder: Path, contents: Contents) -> bool:
    """Return whether a folder has all these files as they should be."""
    return contents_of(folder, contents) == contents


def digest(contents: Contents) -> str:
    """Return one figure for all names and contents."""
    total = sha256()
    for name in sorted(contents, key=lambda name: name.split("/")):
        total.update(name.encode() + b"\0")
        total.update(bytes.fromhex(contents[name]))
    return total.hexdigest()


def own_files(folder: Path) -> Iterator[str]:
    """Yield the names of a folder's files, without what others leave in it."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and not any(map(_is_left_behind, name.parts)):
            yield name.as_posix()


def _is_left_behind(part: str) -> bool:
    return (
        part.startswith(".")
        or part.endswith((".bak", "~"))
        or part in ("__pycache__", "Thumbs.db", "desktop.ini")
    )
