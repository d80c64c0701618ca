"""The brand images that Home Assistant and HACS show."""

from collections.abc import Iterator
from pathlib import Path
import struct

from .integration import Integration

SIZES = {"icon.png": 256, "icon@2x.png": 512}


def problems(integration: Integration) -> Iterator[str]:
    """Yield what is wrong with the icons."""
    for name, side in SIZES.items():
        file = integration.path / "brand" / name
        if not file.exists():
            yield f"brand/{name}: is missing"
        elif png_size(file) != (side, side):
            yield f"brand/{name}: is no PNG image of {side} x {side} pixels"


def png_size(file: Path) -> tuple[int, int] | None:
    """Return width and height of a PNG image, None for anything else."""
    head = file.read_bytes()[:24]
    if len(head) < 24 or head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height
