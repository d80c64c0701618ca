"""What every provider has, discovered from what the others have."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
import json
from pathlib import Path, PurePosixPath
import re

_TEXTS = {".json", ".md", ".py", ".toml", ".yaml", ".yml"}
ANY = "<provider>"
_NOT_FOR_ALL = (
    # Devices and history need no file of their own in one of them
    "custom_components/<provider>/api/models/fields.py",
    "custom_components/<provider>/devices.py",
    # Emporia's problems are not solved by options
    "custom_components/<provider>/repairs.py",
    "custom_components/<provider>/statistics/history.py",
    "tests/clouds/<provider>/state.py",
    # The oldest of these tests go by another name
    "tests/clouds_tests/<provider>/*",
    # Dominion's are those of an outage of the cloud
    "tests/<provider>/test_trouble.py",
    # Only where there is another integration
    "docs/coming_from_another_integration.md",
)
"""What some providers have by their own nature, and a new one need not."""


def names_of(root: Path) -> dict[str, str]:
    """Return domain -> name of the providers of a checkout."""
    manifests = sorted(root.glob("custom_components/*/manifest.json"))
    names = {
        path.parent.name: str(json.loads(path.read_text("utf-8"))["name"])
        for path in manifests
    }
    del names["cloud_energy"]
    return names


def problems(root: Path, files: Mapping[str, str]) -> Iterator[str]:
    """Yield what all other providers have, and one has not.

    :param root: of the checkout
    :param files: its files: path -> text, "" for what is no text
    """
    names = names_of(root)
    for domain, place, problem in (
        *_missing_files(names, files),
        *_missing_entries(names, files),
    ):
        if not any(fnmatchcase(place, each) for each in _NOT_FOR_ALL):
            yield f"{domain}: {problem}"


def read_files(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return the files at these paths, as `problems` takes them."""
    return {
        path: (root / path).read_text("utf-8")
        if PurePosixPath(path).suffix in _TEXTS
        else ""
        for path in paths
    }


def _missing_files(
    names: Mapping[str, str], files: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield paths that go by the name of each provider but one."""
    having = defaultdict[str, set[str]](set)
    for path in files:
        for domain in names:
            if owner_pattern(domain).search(path):
                having[owner_pattern(domain).sub(ANY, path)].add(domain)
    for template, domains in having.items():
        for domain in _lacking(names, domains):
            yield domain, template, f"there is no {template.replace(ANY, domain)}"


def owner_pattern(domain: str) -> re.Pattern[str]:
    """Return what a provider is called in a path: a whole part, or a file's stem."""
    return re.compile(rf"(?<![^/]){re.escape(domain)}(?=[/.])")


def _missing_entries(
    names: Mapping[str, str], files: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield files of no provider that name each provider but one."""
    called = {
        domain: re.compile(rf"\b{domain}\b|\b{re.escape(name)}\b")
        for domain, name in names.items()
    }
    for path, text in files.items():
        if any(owner_pattern(domain).search(path) for domain in names):
            continue
        found = {domain for domain, words in called.items() if words.search(text)}
        for domain in _lacking(names, found):
            yield domain, path, f"{path} does not name it"


def _lacking(names: Mapping[str, str], having: set[str]) -> list[str]:
    """Return the one provider that lacks what all others have, if there is one."""
    lacking = [domain for domain in names if domain not in having]
    return lacking if len(lacking) == 1 else []
