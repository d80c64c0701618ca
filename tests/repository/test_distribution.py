"""What HACS and GitHub need of the repository, HACS's rules restated."""

from configparser import ConfigParser
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Any

from homeassistant.const import __version__ as home_assistant
from packaging.requirements import Requirement
from packaging.version import Version
import pytest
import voluptuous as vol
import yaml

import custom_components

from . import ROOT
from .rules import Integration

DOMAINS = [each.domain for each in Integration.found(ROOT)]

HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("content_in_root"): bool,
        vol.Optional("country"): vol.Any(str, [str]),
        vol.Optional("filename"): str,
        vol.Optional("hacs"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): str,
        vol.Optional("persistent_directory"): str,
        vol.Optional("zip_release"): bool,
    }
)


def pinned() -> dict[str, Version]:
    """Return the versions in the list of test requirements by package."""
    lines = (ROOT / "requirements_test.txt").read_text("utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    for requirement in wanted:
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", f"{requirement} is not pinned"
    return {each.name: Version(str(each.specifier)[2:]) for each in wanted}


def test_custom_components_are_ours() -> None:
    """Home Assistant is not given the test plugin's package of the same name."""
    assert set(custom_components.__path__) == {str(ROOT / "custom_components")}


def test_hacs_file() -> None:
    """HACS takes the release's zip and never a branch, which has no bundle."""
    facts: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text("utf-8"))

    HACS(facts)
    assert facts["zip_release"]
    assert facts["hide_default_branch"]
    assert facts["filename"] == "cloud_energy.zip"
    assert Version(facts["homeassistant"]) <= Version(home_assistant)


def test_hacs_manages_the_installer() -> None:
    """HACS takes the first folder in git's order; it has to be the installer's.

    It compares by prefix and without a slash, so that a folder beside
    ``custom_components`` or a domain that begins like another would be taken as well.
    """
    # Git compares folders as if their names ended in a slash
    assert min(DOMAINS, key=lambda domain: f"{domain}/") == "cloud_energy"
    assert [path.name for path in ROOT.glob("custom_components*")] == [
        "custom_components"
    ]
    for domain in DOMAINS:
        assert [each for each in DOMAINS if each.startswith(domain)] == [domain]


def test_versions_are_pinned() -> None:
    """Two fresh clones of a commit test the same thing."""
    assert pinned()["pytest-homeassistant-custom-component"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_requirements_are_tested(domain: str) -> None:
    """What an integration requires at run time is what its tests run with."""
    manifest = Integration(ROOT / "custom_components" / domain).manifest
    for text in manifest.get("requirements", []):
        requirement = Requirement(text)
        assert pinned()[requirement.name] in requirement.specifier


def test_bug_report_asks_for_diagnostics() -> None:
    """A report comes with what is needed to understand it."""
    form = ROOT / ".github/ISSUE_TEMPLATE/bug_report.yml"
    fields = {
        field["id"]: field
        for field in yaml.safe_load(form.read_text("utf-8"))["body"]
        if "id" in field
    }

    assert fields["diagnostics"]["validations"] == {"required": True}


def test_scripts_can_be_run() -> None:
    """Each program may be executed and starts with its interpreter."""
    programs = [ROOT / ".ci/run", *(ROOT / "scripts").iterdir()]
    programs = [each for each in programs if each.is_file() and not each.suffix]

    assert {each.name for each in programs} >= {"run", "lint", "setup", "test"}
    for program in programs:
        assert os.access(program, os.X_OK), f"chmod +x {program}"
        assert program.read_text("utf-8").startswith("#!/usr/bin/env ")


def tracked_texts() -> dict[str, str]:
    """Return the text of each file of the repository that is one."""
    command = ["git", "ls-files", "-z", "--eol", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    names = [
        line.partition("\t")[2]
        for line in listed.split("\0")
        if line and " attr/-text" not in line
    ]
    return {
        name: (ROOT / name).read_bytes().decode()
        for name in names
        if (ROOT / name).is_file()
    }


def test_editors_and_files_agree() -> None:
    """No editor that reads .editorconfig changes a file only by saving it."""
    parser = ConfigParser()
    parser.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    rules = parser["*"]
    assert rules["end_of_line"] == "lf"
    assert rules.getboolean("insert_final_newline")
    assert rules.getboolean("trim_trailing_whitespace")
    for name, text in tracked_texts().items():
        assert not text or text.endswith("\n"), name
        for line in text.split("\n"):
            assert line == line.rstrip(" \t\r"), f"{name}: {line!r}"


def test_commits_are_checked_by_the_same_lint() -> None:
    """A hook that did something else would be a second way of doing it."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (repository,) = hooks["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local"
    assert hook["entry"] == "scripts/lint"
    assert not hook["pass_filenames"]


@pytest.mark.parametrize("script", ["lint", "test"])
def test_spelling_is_checked(script: str) -> None:
    """By the one configuration."""
    words = (ROOT / "scripts" / script).read_text("utf-8").split()
    assert ".venv/bin/codespell" in words


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("README.md", True),
        (".github/pull_request_template.md", True),
        ("custom_components/iec/translations/en.json", True),
        ("custom_components/iec/translations/fr.json", False),
        ("custom_components/iec/translations/es.json", False),
    ],
)
def test_what_spelling_is_checked(tmp_path: Path, name: str, *, is_read: bool) -> None:
    """Everything in English is, also where files are hidden."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    typo = "re" + "cieve"
    path.write_text(f"Please {typo} it\n", "utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    program = Path(sys.executable).with_name("codespell")
    found = subprocess.run(
        [program], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert (typo in found.stdout) == is_read
