"""A new provider is told what it lacks."""

from pathlib import Path
import re
import shutil
from subprocess import check_output

import pytest

from . import ROOT
from .documentation import section
from .providers import ANY, names_of, problems, read_files
from .rules import RULES, Integration

FILES = read_files(
    ROOT,
    (
        path
        for path in check_output(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            text=True,
        ).splitlines()
        if (ROOT / path).is_file()
    ),
)
MODEL, SIXTH = "flowerhub", "sunhub"


def renamed(text: str) -> str:
    """Return what the sixth provider has, of what its model has."""
    return text.replace(MODEL, SIXTH).replace(MODEL.title(), SIXTH.title())


def add_sixth(root: Path, wanted: str) -> dict[str, str]:
    """Copy the integrations with a sixth provider, and return all files.

    :param wanted: which files of the model the sixth one has
    """
    shutil.copytree(ROOT / "custom_components", root / "custom_components")
    added = {
        renamed(path): renamed(text)
        for path, text in FILES.items()
        if re.fullmatch(wanted, path)
    }
    for path, text in added.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return FILES | added


def test_every_provider_has_everything() -> None:
    """What all other providers have, or are named in, no provider lacks."""
    assert list(problems(ROOT, FILES)) == []


def test_sixth_provider_is_told_what_is_missing(tmp_path: Path) -> None:
    """All that the guide asks for, and each list that names the other five."""
    files = add_sixth(tmp_path, rf"custom_components/{MODEL}/(?!brand/).*")
    guide = section(ROOT / "docs/contributing.md", "Add a provider")
    asked_for = {
        place.replace(ANY, SIXTH)
        for place in re.findall(r"`((?:docs|scripts|tests)/[^`]+)`", guide)
        if ANY in place or place.endswith(".py")
    }

    found = list(problems(tmp_path, files))

    assert len(asked_for) > 5
    for place in asked_for:
        assert any(place in problem for problem in found), place
    for path in ("README.md", "docs/statistics.md", "tests/browser/test_adding.py"):
        assert f"{SIXTH}: {path} does not name it" in found
    assert f"{SIXTH}: there is no tests/{SIXTH}/test_config_flow.py" in found
    assert {problem.partition(":")[0] for problem in found} == {SIXTH}


def test_sixth_provider_that_has_everything(tmp_path: Path) -> None:
    """With a copy of each file, and its name in each list, nothing is missing."""
    files = {
        path: text + f"\n{SIXTH}\n" if MODEL in text.lower() else text
        for path, text in add_sixth(tmp_path, rf".*\b{MODEL}\b.*").items()
    }

    assert list(problems(tmp_path, files)) == []


def test_manifest_alone(tmp_path: Path) -> None:
    """An integration that has only begun is told of Home Assistant's files as well."""
    files = add_sixth(tmp_path, f"custom_components/{MODEL}/manifest.json")

    found = list(problems(tmp_path, files))

    for name in ("config_flow.py", "texts.py", "translations/en.json", "api/client.py"):
        assert f"{SIXTH}: there is no custom_components/{SIXTH}/{name}" in found


@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"brand"}))
def test_copy_keeps_the_rules(tmp_path: Path, rule: str) -> None:
    """The rules look at any folder, so that a copy of a provider keeps them."""
    add_sixth(tmp_path, rf"custom_components/{MODEL}/(?!brand/).*")

    assert list(RULES[rule](Integration(tmp_path / "custom_components" / SIXTH))) == []


@pytest.mark.parametrize("domain", names_of(ROOT))
def test_entry_that_is_left_out_is_found(domain: str) -> None:
    """A list that names all providers but one is wrong."""
    text = FILES["scripts/brand.py"].replace(f'"{domain}"', '"other"')

    found = list(problems(ROOT, FILES | {"scripts/brand.py": text}))

    assert found == [f"{domain}: scripts/brand.py does not name it"]
