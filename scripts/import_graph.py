"""Count who imports whom: modules, rooms, the arrows between them, and circles.

A room is a folder of an integration with all that is in it, or a module that stands in
none. A circle is a set of modules each of which reaches every other one; an import for
types only counts like any other.

Usage: .venv/bin/python -m scripts.import_graph [INTEGRATION ...]
"""

import ast
from collections.abc import Iterator, KeysView, Mapping
from dataclasses import dataclass
from pathlib import Path
import sys

ROOT = Path(__file__).parent.parent
_PACKAGE = "custom_components"

type Name = tuple[str, ...]
"""The parts of a module's name below its integration; empty for its package."""


@dataclass(frozen=True)
class Graph:
    """Names, and those that each of them imports."""

    arrows: Mapping[Name, frozenset[Name]]

    @property
    def count(self) -> int:
        """The number of arrows."""
        return sum(map(len, self.arrows.values()))

    @property
    def rooms(self) -> Graph:
        """The same with each folder as one."""
        rooms: dict[Name, frozenset[Name]] = {}
        for name, imported in self.arrows.items():
            room = name[:1]
            others = {other[:1] for other in imported} - {room}
            rooms[room] = rooms.get(room, frozenset()) | others
        return Graph(rooms)

    def circles(self) -> list[list[Name]]:
        """Return the circles, the largest first."""
        reached = {name: self._reached(name) for name in self.arrows}
        circles = {
            frozenset(other for other in reached[name] if name in reached[other])
            for name in self.arrows
            if name in reached[name]
        }
        return sorted(map(sorted, circles), key=len, reverse=True)

    def _reached(self, name: Name) -> set[Name]:
        found: set[Name] = set()
        waiting = [name]
        while waiting:
            new = self.arrows[waiting.pop()] - found
            found |= new
            waiting += new
        return found


def graph_of(folder: Path) -> Graph:
    """Return who imports whom in an integration."""
    files = {_name(file, folder): file for file in sorted(folder.rglob("*.py"))}
    return Graph(
        {
            name: frozenset(_imported(name, file, folder.name, files.keys())) - {name}
            for name, file in files.items()
        }
    )


def _name(file: Path, folder: Path) -> Name:
    parts = file.relative_to(folder).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def _imported(
    name: Name, file: Path, domain: str, known: KeysView[Name]
) -> Iterator[Name]:
    package = name if file.stem == "__init__" else name[:-1]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            origin = _origin(node, package, domain)
            for alias in node.names if origin is not None else ():
                inner = (*(origin or ()), alias.name)
                yield inner if inner in known else origin or ()


def _origin(node: ast.ImportFrom, package: Name, domain: str) -> Name | None:
    """Return what is imported from; None outside of the integration."""
    module = tuple(node.module.split(".")) if node.module else ()
    if node.level:
        return (*package[: len(package) - node.level + 1], *module)
    own = (_PACKAGE, domain)
    return module[2:] if module[:2] == own else None


def main(chosen: list[str]) -> None:
    """Print the figures of some integrations, or of all."""
    folders = sorted((ROOT / _PACKAGE).glob("*/manifest.json"))
    print(f"{'':16}{'modules':>8}{'arrows':>8}{'circles':>8}{'rooms':>8}{'arrows':>8}")
    found: list[str] = []
    for domain in chosen or [each.parent.name for each in folders]:
        graph = graph_of(ROOT / _PACKAGE / domain)
        circles, rooms = graph.circles(), graph.rooms
        print(
            f"{domain:16}{len(graph.arrows):8}{graph.count:8}{len(circles):8}"
            f"{len(rooms.arrows):8}{rooms.count:8}"
        )
        found += [f"{domain}: {', '.join(map('.'.join, each))}" for each in circles]
    print(*found, sep="\n", end="\n" if found else "")


if __name__ == "__main__":
    main(sys.argv[1:])
