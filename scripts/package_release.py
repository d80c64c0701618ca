"""Build the zip files of a release, the same to the byte wherever it is done.

`cloud_energy.zip` is what HACS installs: the contents of `cloud_energy` at its root and
the providers under `bundle/<domain>`, with `bundle/contents.json`: what each of them has
to hold, so that a half-unpacked one is recognized. `<provider>.zip` is for installing by
hand: both folders side by side, to be unpacked in `custom_components`.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
import json
from pathlib import Path
import re
import sys
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parent.parent
CORE = "cloud_energy"
_EPOCH = (1980, 1, 1, 0, 0, 0)
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")

_LEFT_BEHIND = re.compile(r"\..*|.*\.bak|.*~|__pycache__|Thumbs\.db|desktop\.ini")


def domains(root: Path) -> list[str]:
    """Return all integrations, the foundation first."""
    found = {
        path.parent.name for path in root.glob("custom_components/*/manifest.json")
    }
    return [CORE, *sorted(found - {CORE})]


def files(root: Path, domain: str, version: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an integration with the license, its manifest with the version.

    What file managers and editors leave in a folder is no part of it.
    """
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()
    folder = root / "custom_components" / domain
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if not path.is_file() or any(map(_LEFT_BEHIND.fullmatch, name.parts)):
            continue
        content = path.read_bytes()
        if name == Path("manifest.json"):
            manifest = json.loads(content) | {"version": version}
            content = (json.dumps(manifest, indent=2) + "\n").encode()
        yield name.as_posix(), content


def write_zip(path: Path, content: dict[str, bytes]) -> None:
    """Write files in the order of their names, with no trace of where and when."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(content):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content[name])


def contents(files_of: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name."""
    return {name: sha256(content).hexdigest() for name, content in files_of.items()}


def package(root: Path, version: str, target: Path) -> list[Path]:
    """Build all zip files of a release.

    :raises ValueError: the version is none.
    """
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version like 1.2.3 or 1.2.3b1")
    target.mkdir(parents=True, exist_ok=True)
    core, *providers = domains(root)
    whole = dict(files(root, core, version))
    by_hand = {f"{core}/{name}": content for name, content in whole.items()}
    listed, built = {}, []
    for provider in providers:
        own = dict(files(root, provider, version))
        listed[provider] = contents(own)
        whole |= {f"bundle/{provider}/{name}": text for name, text in own.items()}
        beside = {f"{provider}/{name}": text for name, text in own.items()}
        built.append(target / f"{provider}.zip")
        write_zip(built[-1], by_hand | beside)
    whole["bundle/contents.json"] = (json.dumps(listed, indent=2) + "\n").encode()
    built.append(target / f"{core}.zip")
    write_zip(built[-1], whole)
    return built


def main(arguments: list[str]) -> int:
    """Build a release and name its files."""
    if not 1 <= len(arguments) <= 2:
        print("Usage: scripts/package VERSION [FOLDER]", file=sys.stderr)
        return 2
    version, target = arguments[0], Path(*arguments[1:] or ["dist"])
    try:
        for path in package(ROOT, version, target):
            print(path)
    except ValueError as err:
        print(f"scripts/package: {err}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
