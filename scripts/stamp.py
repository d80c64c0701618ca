"""Copy the project's address, code owner and version to every file that names them.

They are written by hand in ``pyproject.toml`` only, so that moving the project,
forking it or releasing a version is one edit and a run of ``scripts/lint``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import re
import sys
import tomllib
from typing import Self

ROOT = Path(__file__).parent.parent

_REPOSITORY = re.compile(r"https://github\.com/[\w.-]+/[\w.-]*\w")
_HACS_LINK = re.compile(r"(?<=[?&])owner=[\w.-]+&repository=[\w.-]*\w")
_CODEOWNERS = re.compile(r'(?<="codeowners": )\[[^]]*\]')
_VERSION = re.compile(r'(?<="version": )"[^"]*"')


@dataclass(frozen=True)
class Project:
    """What ``pyproject.toml`` says about the project."""

    repository: str
    codeowner: str
    version: str

    @classmethod
    def read(cls, root: Path) -> Self:
        """Read the facts from the checkout's ``pyproject.toml``."""
        facts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
        return cls(
            repository=facts["project"]["urls"]["repository"],
            codeowner=facts["tool"]["cloud-energy"]["codeowner"],
            version=facts["project"]["version"],
        )

    def stamp_text(self, text: str) -> str:
        """Return a text whose links to a GitHub repository lead to this project."""
        owner, name = self.repository.split("/")[-2:]
        text = _REPOSITORY.sub(self.repository, text)
        return _HACS_LINK.sub(f"owner={owner}&repository={name}", text)

    def stamp_manifest(self, text: str) -> str:
        """Return a manifest with this project's links, code owner and version."""
        text = _CODEOWNERS.sub(f'["{self.codeowner}"]', self.stamp_text(text))
        return _VERSION.sub(f'"{self.version}"', text)


def stamped(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file that names the project, with the text it should have."""
    project = Project.read(root)
    for path in sorted(root.glob("custom_components/*/manifest.json")):
        yield path, project.stamp_manifest(path.read_text("utf-8"))
    names = ("README.md", "CHANGELOG.md", "SECURITY.md", "docs/automations.md")
    pages = (root / name for name in names)
    forms = (root / ".github").rglob("*.yml")
    for path in (*pages, *sorted(forms)):
        yield path, project.stamp_text(path.read_text("utf-8"))


def main() -> None:
    """Rewrite the files that differ and name them."""
    for path, text in stamped(ROOT):
        if text != path.read_text("utf-8"):
            path.write_text(text, "utf-8")
            print(f"stamped {path.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
