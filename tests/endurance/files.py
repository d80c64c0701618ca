"""What is on the disk when a home is killed."""

from collections.abc import Collection, Mapping
import json
from pathlib import Path
from typing import Any


def stored_in(folder: Path) -> dict[Path, bytes]:
    """Read all that is stored."""
    return {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def restore(
    folder: Path, on_disk: Mapping[Path, bytes], names: Collection[str]
) -> None:
    """Let some entries' stores be as they were."""
    for path in {*folder.iterdir(), *on_disk}:
        if not any(name in path.name for name in names):
            continue
        if path in on_disk:
            path.write_bytes(on_disk[path])
        else:
            path.unlink()


def entries_in(content: bytes | None) -> dict[str, Mapping[str, Any]]:
    """Return the data of entries as a file has them, by their ids."""
    entries = json.loads(content)["data"]["entries"] if content else ()
    return {entry["entry_id"]: entry["data"] for entry in entries}
