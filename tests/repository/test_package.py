"""The zip files of a release."""

from hashlib import sha256
import json
from pathlib import Path
import shutil
from zipfile import ZipFile

import pytest

from scripts.package_release import domains, main, package

ROOT = Path(__file__).parents[2]
LICENSE = (ROOT / "LICENSE").read_bytes()


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
        for folder in ("", *(f"bundle/{provider}/" for provider in providers)):
            assert archive.read(f"{folder}LICENSE") == LICENSE
        versions = {json.loads(archive.read(name))["version"] for name in manifests}
    assert versions == {"9.8.7"}
    assert "brand/icon.png" in names
    assert not [name for name in names if "__pycache__" in name]
    for provider in providers:
        with ZipFile(tmp_path / f"{provider}.zip") as archive:
            tops = {name.partition("/")[0] for name in archive.namelist()}
            assert archive.read(f"{core}/LICENSE") == LICENSE
            assert archive.read(f"{provider}/LICENSE") == LICENSE
        assert tops == {core, provider}


def test_what_each_provider_has_to_hold(tmp_path: Path) -> None:
    """A half-unpacked release can be told from a whole one, provider by provider."""
    package(ROOT, "9.8.7", tmp_path)
    with ZipFile(tmp_path / "cloud_energy.zip") as archive:
        listed = json.loads(archive.read("bundle/contents.json"))
        found = {
            name: sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name.count("/") > 1 and name.startswith("bundle/")
        }
    assert listed.keys() == set(domains(ROOT)[1:])
    assert found == {
        f"bundle/{provider}/{name}": digest
        for provider, files in listed.items()
        for name, digest in files.items()
    }


def test_what_lies_about_is_left_out(tmp_path: Path) -> None:
    """Files of editors and file managers get into no release."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "custom_components", copy / "custom_components")
    for domain in domains(copy):
        for name in (".DS_Store", "Thumbs.db", "sensor.py.bak", "._x", "__pycache__/x"):
            path = copy / "custom_components" / domain / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("left behind")
    package(ROOT, "1.0.0", tmp_path / "clean")
    package(copy, "1.0.0", tmp_path / "littered")
    for path in (tmp_path / "clean").iterdir():
        assert path.read_bytes() == (tmp_path / "littered" / path.name).read_bytes()


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
