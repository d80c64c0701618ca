"""The Home Assistant versions that are said to be proven are those that are tested."""

import json
from pathlib import Path
import re

from homeassistant.const import __version__

from scripts.newest_versions import FILE, INTEGRATIONS, pinned, text_with

from . import ROOT

OLD = """# What it is
homeassistant==2026.11.0

# What else
aiomqtt==1.0

# Pinned
old==1
"""


def test_readme() -> None:
    """It names the version of all tests, and the newest one that was tried."""
    found = re.search(r"^homeassistant==(\S+)$", FILE.read_text("utf-8"), re.MULTILINE)
    assert found
    readme = (ROOT / "README.md").read_text("utf-8").replace("\n", " ")
    told = f"The tests of the code run on {__version__}, and those of whole programs on {found[1]}."
    assert told in readme


def test_same_requirements() -> None:
    """What the integrations need is the same in both environments."""
    of_all = (ROOT / "requirements_test.txt").read_text("utf-8").splitlines()
    _, own, _ = FILE.read_text("utf-8").strip().split("\n\n")
    for requirement in own.splitlines()[1:]:
        assert requirement in of_all


def test_pinned(tmp_path: Path) -> None:
    """The manifests of the default integrations say what belongs together."""
    needs = {"frontend": ["frontend==2"], "stream": ["av==1", "numpy==3"]}
    for name in (*INTEGRATIONS, "homekit"):
        path = tmp_path / name / "manifest.json"
        path.parent.mkdir()
        path.write_text(json.dumps({"requirements": needs.get(name, [])}), "utf-8")
    assert pinned(tmp_path) == ["frontend==2", "numpy==3"]


def test_text() -> None:
    """Only the versions that belong to it change."""
    new = OLD.replace("2026.11.0", "2026.12.1").replace("old==1", "a==2\nb==3")
    assert text_with(OLD, "2026.12.1", ["a==2", "b==3"]) == new
    loose = OLD.replace("homeassistant==2026.11.0", "homeassistant")
    assert text_with(loose, "2026.12.1", ["a==2", "b==3"]) == new
