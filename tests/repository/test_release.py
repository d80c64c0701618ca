"""What a tag sets off: a release is refused or published, with its section as text."""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from scripts.release_notes import Refused, main, notes
from scripts.stamp import Project

from . import ROOT

WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text("utf-8"))
    for path in ROOT.glob(".github/workflows/*.yml")
}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
REPOSITORY = Project.read(ROOT).repository
CHANGELOG = """# Changelog

## [Unreleased]

- Still to come

## [1.2.3] - 2026-12-01

### Fixed

- A fault, see [the page](docs/iec.md#options) and [the site](https://example.com)

## [1.2.2] - YYYY-MM-DD

- Older

[Unreleased]: https://example.com/compare
"""


def set_version(root: Path, version: str) -> None:
    """Have the checkout be of a version."""
    for path in (root / "pyproject.toml", *root.rglob("manifest.json")):
        text = re.sub(
            r'^( *"?version"?[:=]? =? ?)"[^"]*"',
            rf'\g<1>"{version}"',
            path.read_text("utf-8"),
            flags=re.MULTILINE,
        )
        path.write_text(text, "utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of version 1.2.3."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "custom_components", root / "custom_components")
    shutil.copytree(ROOT / "scripts", root / "scripts")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    (root / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    set_version(root, "1.2.3")
    return root


def test_the_section_is_the_text(checkout: Path) -> None:
    """Its links lead somewhere from HACS's dialog as well."""
    assert notes(checkout, "v1.2.3") == (
        "### Fixed\n\n- A fault, see "
        f"[the page]({REPOSITORY}/blob/v1.2.3/docs/iec.md#options) "
        "and [the site](https://example.com)\n"
    )


@pytest.mark.parametrize(
    ("version", "begin"), [("1.2.3rc1", "### Fixed"), ("1.3.0b1", "- Still to come")]
)
def test_a_test_version(checkout: Path, version: str, begin: str) -> None:
    """It says what the version to come says so far."""
    set_version(checkout, version)
    assert notes(checkout, f"v{version}").startswith(begin)


@pytest.mark.parametrize(
    ("tag", "version", "reason"),
    [
        ("1.2.3", "1.2.3", "is no tag like"),
        ("v1.2", "1.2", "is no tag like"),
        ("v1.2.3-hotfix", "1.2.3-hotfix", "is no tag like"),
        ("v1.2.3.4", "1.2.3.4", "is no tag like"),
        ("vv1.2.3", "v1.2.3", "is no tag like"),
        ("v1.2.3", "1.2.2", "pyproject.toml says 1.2.2"),
        ("v1.2.2", "1.2.2", "no date for 1.2.2"),
        ("v1.2.4", "1.2.4", "nothing about 1.2.4"),
    ],
)
def test_refused_tags(checkout: Path, tag: str, version: str, reason: str) -> None:
    """Each with what is wrong about it."""
    set_version(checkout, version)
    with pytest.raises(Refused, match=re.escape(reason)):
        notes(checkout, tag)


def test_one_forgotten_manifest(checkout: Path) -> None:
    """All have to say what the tag says."""
    manifest = checkout / "custom_components/iec/manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("1.2.3", "1.2.2"), "utf-8")
    with pytest.raises(Refused, match="iec/manifest.json says 1.2.2"):
        notes(checkout, "v1.2.3")


def test_the_next_release_is_prepared() -> None:
    """The changelog begins with what is unreleased; only the date is left to do."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = Project.read(ROOT).version
    headings = re.findall(r"^## \[(.+?)]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert version in headings
    for name in headings:
        assert f"\n[{name}]: {REPOSITORY}/" in text


@pytest.mark.parametrize("arguments", [[], ["v1.0.0", "more"], ["1.0"]])
def test_bad_calls(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """They end with an error and print no notes."""
    assert main(arguments)
    out, err = capsys.readouterr()
    assert err
    assert not out


def jobs() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield all jobs with the permissions that they have."""
    for file, workflow in WORKFLOWS.items():
        for name, job in workflow["jobs"].items():
            permissions = job.get("permissions", workflow["permissions"])
            yield f"{file}: {name}", job, permissions


def test_jobs_that_may_write_run_pinned_actions() -> None:
    """A tag of an action can be moved to other code, a hash can't."""
    writing = [
        (name, job) for name, job, allowed in jobs() if "write" in allowed.values()
    ]
    assert [name for name, _ in writing] == ["release.yml: publish"]
    for _, job in writing:
        for step in job["steps"]:
            assert "uses" not in step or PINNED.fullmatch(step["uses"])


def test_no_job_hands_its_token_on() -> None:
    """The code that is checked out gets no token to push with."""
    for _, job, _ in jobs():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}


def run(job: str, checkout: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Run the steps of a job as GitHub does, up to the first that fails."""
    steps = WORKFLOWS["release.yml"]["jobs"][job]["steps"]
    script = "\n".join(step["run"] for step in steps if "run" in step)
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=checkout,
        env={
            "PATH": f"{checkout}/bin:{os.environ['PATH']}",
            "GITHUB_REF_NAME": tag,
            "GITHUB_REPOSITORY": "owner/name",
            "RUNNER_TEMP": str(checkout),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def write_program(path: Path, text: str) -> None:
    """Write something that can be run."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("tag", "outcome"), [("v1.2.3", "tested"), ("v1.2.4", ""), ("v1.2", "")]
)
def test_the_tag_is_compared_before_any_test(
    checkout: Path, tag: str, outcome: str
) -> None:
    """A wrong one ends the release at once."""
    write_program(checkout / ".ci/run", 'printf tested >"$RUNNER_TEMP/outcome"')
    (checkout / "outcome").touch()
    finished = run("check", checkout, tag)
    assert (checkout / "outcome").read_text("utf-8") == outcome
    assert (finished.returncode == 0) == bool(outcome)
    assert WORKFLOWS["release.yml"]["jobs"]["publish"]["needs"] == "check"


@pytest.mark.parametrize(
    ("version", "kind"), [("1.2.3", "--latest"), ("1.2.3b1", "--prerelease")]
)
def test_publishing(checkout: Path, version: str, kind: str) -> None:
    """All zip files go to the release, with the text of the changelog."""
    write_program(checkout / "bin/gh", 'printf "%s\\n" "$@" >"$RUNNER_TEMP/said"')
    set_version(checkout, version)
    finished = run("publish", checkout, f"v{version}")
    assert finished.returncode == 0, finished.stderr
    said = (checkout / "said").read_text("utf-8").splitlines()
    assert said[:3] == ["release", "create", f"v{version}"]
    assert "dist/cloud_energy.zip" in said
    assert "dist/iec.zip" in said
    assert said[-1] == kind
    text = (checkout / "notes.md").read_text("utf-8")
    assert text == notes(checkout, f"v{version}")
    assert said[said.index("--notes-file") + 1] == str(checkout / "notes.md")
