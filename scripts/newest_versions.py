"""The versions in requirements_newest.txt: which belong to a Home Assistant.

Usage: python -m scripts.newest_versions --write    pin the installed one, and what it pins
       python -m scripts.newest_versions --check    exit 1 if something else is pinned
"""

import json
from pathlib import Path
import re
import sys
from typing import Final

FILE: Final = Path(__file__).parent.parent / "requirements_newest.txt"
INTEGRATIONS: Final = (
    "camera",
    "conversation",
    "ffmpeg",
    "frontend",
    "hassio",
    "infrared",
    "otp",
    "radio_frequency",
    "stream",
    "tts",
)
"""Those of the default ones that need something."""
EXTRA: Final = {"homekit": ("PyQRCode",)}
"""What of others is imported by one of them."""
_NOT_NEEDED: Final = ("av",)


def pinned(components: Path) -> list[str]:
    """Return what the manifests of some integrations pin, in order.

    `components`: the folder of all integrations of a Home Assistant.
    """
    found = set()
    for name in (*INTEGRATIONS, *EXTRA):
        manifest = json.loads((components / name / "manifest.json").read_text("utf-8"))
        for requirement in manifest.get("requirements", ()):
            package = re.split(r"[=<>\[]", requirement)[0]
            if package in EXTRA.get(name, (package,)) and package not in _NOT_NEEDED:
                found.add(requirement)
    return sorted(found, key=str.lower)


def text_with(text: str, version: str, requirements: list[str]) -> str:
    """Return the file with another version, and other requirements at its end."""
    text = re.sub(r"(?m)^homeassistant\b.*", f"homeassistant=={version}", text)
    *above, last = text.strip().split("\n\n")
    return "\n\n".join([*above, "\n".join([last.splitlines()[0], *requirements, ""])])


def main(choice: str) -> int:
    """Write, or check, for the Home Assistant that is installed here."""
    from homeassistant import components, const  # noqa: PLC0415  # of the newest one

    text = FILE.read_text("utf-8")
    wanted = text_with(
        text, const.__version__, pinned(Path(next(iter(components.__path__))))
    )
    if choice == "--write":
        FILE.write_text(wanted, "utf-8")
    elif text != wanted:
        print("requirements_newest.txt mixes versions: run scripts/newest")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
