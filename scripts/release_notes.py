"""Check that a tag is a release of this checkout, and write what the release says.

What GitHub and HACS show of a release is its section of CHANGELOG.md.
Needs nothing but Python, so that it comes before everything else.
"""

from collections.abc import Iterator
from datetime import date
import json
from pathlib import Path
import re
import sys

from scripts.package_release import VERSION
from scripts.stamp import ROOT, Project

_FINAL = re.compile(r"\d+\.\d+\.\d+")
_SECTION = re.compile(r"^## \[(?P<name>[^]]+)](?: - (?P<date>\S+))?$", re.MULTILINE)
_END = re.compile(r"^(?:## |\[[^]]+]: )", re.MULTILINE)
_RELATIVE = re.compile(r"]\((?!https?://|#)")


class Refused(Exception):
    """The tag is no release of this checkout."""


def notes(root: Path, tag: str) -> str:
    """Return what to say about the release of a tag.

    A test version without a section of its own takes that of the version to come, or
    what is unreleased.

    :raises Refused: it is malformed, or differs from what the checkout says.
    """
    version = tag.removeprefix("v")
    if not tag.startswith("v") or not VERSION.fullmatch(version):
        raise Refused(f"{tag!r} is no tag like v1.2.3 or v1.2.3b1")
    for name, said in _said_versions(root):
        if said != version:
            raise Refused(f"The tag says {version}, but {name} says {said}")
    final = _FINAL.match(version)
    assert final
    names = [version] if version == final[0] else [version, final[0], "Unreleased"]
    text = _section(root, names, is_final=version == final[0])
    repository = Project.read(root).repository
    return _RELATIVE.sub(f"]({repository}/blob/{tag}/", text)


def _said_versions(root: Path) -> Iterator[tuple[str, str]]:
    """Yield where the version is written, and what is written there."""
    yield "pyproject.toml", Project.read(root).version
    for path in sorted(root.glob("custom_components/*/manifest.json")):
        manifest = json.loads(path.read_text("utf-8"))
        yield path.relative_to(root).as_posix(), str(manifest.get("version"))


def _section(root: Path, names: list[str], *, is_final: bool) -> str:
    """Return the first of these sections of the changelog that says anything."""
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    headings = {match["name"]: match for match in _SECTION.finditer(changelog)}
    for name in names:
        if heading := headings.get(name):
            end = _END.search(changelog, heading.end())
            text = changelog[heading.end() : end.start() if end else None].strip()
            if text and is_final:
                _check_date(name, heading["date"])
            if text:
                return f"{text}\n"
    raise Refused(f"CHANGELOG.md says nothing about {names[0]}")


def _check_date(name: str, written: str | None) -> None:
    try:
        date.fromisoformat(written or "")
    except ValueError:
        raise Refused(f"CHANGELOG.md has no date for {name}, but {written}") from None


def main(arguments: list[str]) -> int:
    """Print what a release says."""
    if len(arguments) != 1:
        print("Usage: python3 -m scripts.release_notes TAG", file=sys.stderr)
        return 2
    try:
        print(notes(ROOT, arguments[0]), end="")
    except Refused as err:
        print(f"scripts/release_notes.py: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
