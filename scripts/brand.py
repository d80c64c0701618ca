"""Draw the brand images of all integrations: a cloud with a symbol in its colour.

They are our own and deliberately not the providers' logos. Run it with the
environment's Python after a change here; the images are committed.
"""

from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parent.parent / "custom_components"
SIZE = 256
FINE = 8  # Drawn so much larger, then made smaller: that smooths the edges.

type Symbol = Callable[[ImageDraw.ImageDraw], None]


def scaled(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Return points of the 256 grid on the fine canvas."""
    return [(x * FINE, y * FINE) for x, y in points]


def cloud(draw: ImageDraw.ImageDraw, colour: str) -> None:
    """Draw the cloud that all have in common."""
    for x, y, radius in ((76, 148, 56), (128, 104, 72), (188, 144, 52)):
        draw.ellipse(
            scaled((x - radius, y - radius), (x + radius, y + radius)), fill=colour
        )
    draw.rounded_rectangle(scaled((20, 132), (240, 204)), radius=36 * FINE, fill=colour)


def bolt(draw: ImageDraw.ImageDraw) -> None:
    """Draw a flash."""
    points = ((140, 60), (84, 138), (120, 138), (108, 196), (172, 112), (132, 112))
    draw.polygon(scaled(*points), fill="white")


def meter(draw: ImageDraw.ImageDraw) -> None:
    """Draw a meter with its dial and two half hours in bars."""
    width = 12 * FINE
    draw.arc(scaled((72, 68), (184, 180)), 150, 390, fill="white", width=width)
    draw.line(scaled((128, 124), (160, 92)), fill="white", width=width)
    draw.ellipse(scaled((117, 113), (139, 135)), fill="white")
    for x, top in ((96, 168), (120, 152), (144, 160)):
        draw.rounded_rectangle(
            scaled((x, top), (x + 16, 188)), radius=4 * FINE, fill="white"
        )


def plug(draw: ImageDraw.ImageDraw) -> None:
    """Draw a charging plug with its cable."""
    width = 12 * FINE
    for x in (106, 138):
        draw.rounded_rectangle(
            scaled((x, 62), (x + 12, 100)), radius=4 * FINE, fill="white"
        )
    draw.rounded_rectangle(scaled((88, 94), (168, 132)), radius=8 * FINE, fill="white")
    draw.pieslice(scaled((88, 88), (168, 168)), 0, 180, fill="white")
    draw.line(scaled((128, 160), (128, 196)), fill="white", width=width)


def pylon(draw: ImageDraw.ImageDraw) -> None:
    """Draw a pylon with its wires."""
    width = 10 * FINE
    for x in (92, 164):
        draw.line(scaled((128, 64), (x, 196)), fill="white", width=width)
    for y, reach in ((92, 46), (124, 60)):
        draw.line(scaled((128 - reach, y), (128 + reach, y)), fill="white", width=width)
    draw.line(scaled((105, 152), (157, 184)), fill="white", width=width)
    draw.line(scaled((151, 152), (99, 184)), fill="white", width=width)


def flower(draw: ImageDraw.ImageDraw) -> None:
    """Draw a flower: six petals around a battery's plus."""
    for step in range(6):
        angle = step * pi / 3
        x, y = 128 + 38 * cos(angle), 126 + 38 * sin(angle)
        draw.ellipse(scaled((x - 23, y - 23), (x + 23, y + 23)), fill="white")
    draw.ellipse(scaled((102, 100), (154, 152)), fill="#d9417b")
    for begin, end in (((128, 112), (128, 140)), ((114, 126), (142, 126))):
        draw.line(scaled(begin, end), fill="white", width=8 * FINE)


def cabinet(draw: ImageDraw.ImageDraw) -> None:
    """Draw a cabinet with its batteries, of which one is not full."""
    width = 10 * FINE
    draw.rounded_rectangle(
        scaled((84, 66), (172, 194)), radius=10 * FINE, outline="white", width=width
    )
    for y, share in ((86, 1.0), (119, 1.0), (152, 0.55)):
        draw.rounded_rectangle(
            scaled((102, y), (102 + 52 * share, y + 22)), radius=4 * FINE, fill="white"
        )


BRANDS: dict[str, tuple[str, Symbol]] = {
    "cloud_energy": ("#1f7ae0", bolt),
    "dominion_energy": ("#0b7a75", meter),
    "elecnova": ("#6a4bc4", cabinet),
    "emporia": ("#2e9e4f", plug),
    "flowerhub": ("#d9417b", flower),
    "iec": ("#e07a1f", pylon),
}


def main() -> None:
    """Write icon and double-size icon of each integration."""
    for domain, (colour, symbol) in BRANDS.items():
        image = Image.new("RGBA", (SIZE * FINE, SIZE * FINE))
        draw = ImageDraw.Draw(image)
        cloud(draw, colour)
        symbol(draw)
        folder = ROOT / domain / "brand"
        folder.mkdir(exist_ok=True)
        for name, size in (("icon.png", SIZE), ("icon@2x.png", 2 * SIZE)):
            small = image.resize((size, size), Image.Resampling.LANCZOS)
            small.save(folder / name, optimize=True)


if __name__ == "__main__":
    main()
