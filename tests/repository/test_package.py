"""The zip files of a release."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.package_release import domains, main, package

ROOT = Path(__file__).parents[2]


def test_what_is_in_them(tmp_path: Path) -> None:
    """HACS's zip has the core at its root and the providers under bundle."""
    package(ROOT, "9.8.7", tmp_path)
    core, *providers = domains(ROOT)
    with ZipFile(tmp_path / "cloud_energy.zip") as archive:
        names = archive.namelist()
        manifests = {name for name in names if name.endswith("manifest.json")}
        assert manifests == {
            "manifest.json",
            *(f"bundle/{provider}/manifest.json" for provider in providers),
        }
        versions = {json.loads(archive.read(name))["version"] for name in manifests}
    assert versions == {"9.8.7"}
    assert "brand/icon.png" in names
    assert not [name for name in names if "__pycache__" in name]
    for provider in providers:
        with ZipFile(tmp_path / f"{provider}.zip") as archive:
            tops = {name.partition("/")[0] for name in archive.namelist()}
        assert tops == {core, provider}


def test_they_are_the_same_to_the_byte(tmp_path: Path) -> None:
    """Wherever and whenever they are built."""
    for name in ("one", "two"):
        package(ROOT, "1.0.0", tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize("arguments", [[], ["1"], ["v1.0.0"], ["1.0.0", "a", "b"]])
def test_bad_calls(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """They say what is wrong and build nothing."""
    assert main(arguments) == 2
    assert capsys.readouterr().err


def test_good_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names what it has built."""
    assert main(["1.2.3b1", str(tmp_path)]) == 0
    assert str(tmp_path / "cloud_energy.zip") in capsys.readouterr().out
