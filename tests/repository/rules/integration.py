"""An integration as a folder of files."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
import json
from pathlib import Path
from typing import Any, Self

import yaml


@dataclass(frozen=True)
class Integration:
    """A folder in ``custom_components`` that has a manifest."""

    path: Path

    @classmethod
    def found(cls, root: Path) -> list[Self]:
        """Return the integrations of a checkout, sorted by domain."""
        manifests = sorted(root.glob("custom_components/*/manifest.json"))
        return [cls(manifest.parent) for manifest in manifests]

    @property
    def domain(self) -> str:
        """Return the name of the folder, which has to be the domain."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Return the manifest."""
        return self.read_json("manifest.json")

    def read_json(self, name: str) -> dict[str, Any]:
        """Return a JSON file's object; empty if there is no such file."""
        file = self.path / name
        return json.loads(file.read_text("utf-8")) if file.exists() else {}

    def read_yaml(self, name: str) -> dict[str, Any]:
        """Return a YAML file's mapping; empty if there is no such file."""
        file = self.path / name
        return yaml.safe_load(file.read_text("utf-8")) or {} if file.exists() else {}

    @cached_property
    def english(self) -> dict[str, Any]:
        """Return the English texts."""
        return self.read_json("translations/en.json")

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """Return the parsed Python files by their path in the folder."""
        return {
            file.relative_to(self.path).as_posix(): ast.parse(file.read_text("utf-8"))
            for file in sorted(self.path.rglob("*.py"))
        }

    def nodes[T: ast.AST](self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """Yield all syntax nodes of a kind with the path of their module."""
        for name, module in self.modules.items():
            for node in ast.walk(module):
                if isinstance(node, kind):
                    yield name, node
