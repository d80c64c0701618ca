"""The project's address, code owner and version are written in one place."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import shutil

import pytest

from scripts.stamp import Project, stamped

from . import ROOT

PROJECT = Project.read(ROOT)


def differing(root: Path) -> Iterator[str]:
    """Yield the files that name another project than ``pyproject.toml`` does."""
    for path, text in stamped(root):
        if text != path.read_text("utf-8"):
            yield path.relative_to(root).as_posix()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of all files that name the project."""
    for source in (ROOT / "pyproject.toml", *(path for path, _ in stamped(ROOT))):
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    return tmp_path


def test_every_file_names_this_project() -> None:
    """Each listed file differs from ``pyproject.toml``: run scripts/lint."""
    assert list(differing(ROOT)) == []


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_manifests_lead_to_this_project(key: str) -> None:
    """The links of every manifest lead into the project's repository."""
    links = {
        manifest.parent.name: json.loads(manifest.read_text("utf-8"))[key]
        for manifest in ROOT.glob("custom_components/*/manifest.json")
    }

    assert links
    for link in links.values():
        assert link.startswith(PROJECT.repository)


def test_readme_and_forms_name_the_project() -> None:
    """What users read leads them to the project's repository."""
    forms = (ROOT / ".github/ISSUE_TEMPLATE/config.yml").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")

    assert f"{PROJECT.repository}/security/advisories/new" in forms
    assert f"`{PROJECT.repository}`" in readme
    assert f"]({PROJECT.repository}/issues/new/choose)" in readme


def test_code_names_no_address() -> None:
    """Code that links to the project reads the link from its manifest."""
    named = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("custom_components/**/*.py")
        if re.search(r"github\.com/", path.read_text("utf-8"))
    ]

    assert named == []


def test_moving_the_project_is_one_edit(copy: Path) -> None:
    """After an edit of ``pyproject.toml`` the stamp changes every other place."""
    pyproject = copy / "pyproject.toml"
    text = pyproject.read_text("utf-8")
    text = text.replace(PROJECT.repository, "https://github.com/someone/their-fork.two")
    text = text.replace(f'"{PROJECT.codeowner}"', '"@someone"')
    text = text.replace(f'version = "{PROJECT.version}"', 'version = "9.8.7"')
    pyproject.write_text(text, "utf-8")
    assert set(differing(copy)) >= {"README.md", ".github/ISSUE_TEMPLATE/config.yml"}

    for path, changed in list(stamped(copy)):
        path.write_text(changed, "utf-8")

    assert list(differing(copy)) == []
    owner, name = PROJECT.repository.split("/")[-2:]
    for path, _ in stamped(copy):
        text = path.read_text("utf-8")
        assert PROJECT.repository not in text
        assert f"owner={owner}&repository={name}&" not in text
    for path in copy.glob("custom_components/*/manifest.json"):
        manifest = json.loads(path.read_text("utf-8"))
        assert manifest["codeowners"] == ["@someone"]
        assert manifest["version"] == "9.8.7"
        assert "github.com/someone/their-fork.two/" in manifest["issue_tracker"]


def test_a_place_that_differs_is_named(copy: Path) -> None:
    """A file with another address is found by its name."""
    for path, changed in list(stamped(copy)):
        path.write_text(changed, "utf-8")
    readme = copy / "README.md"
    text = readme.read_text("utf-8")
    readme.write_text(
        text.replace(PROJECT.repository, "https://github.com/x/y"), "utf-8"
    )

    assert list(differing(copy)) == ["README.md"]
