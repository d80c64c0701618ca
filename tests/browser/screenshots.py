"""Takes all pictures of the README and the documentation.

Usage: scripts/screenshots [NAME ...]     all of them, or some
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZipFile

from aiohttp import ClientSession
from PIL import Image
from playwright.async_api import Browser, FloatRect, Page, ViewportSize

from scripts.package_release import package
from tests.end_to_end.home import Home, free_port
from tests.end_to_end.simulator import ROOT

from .demo import running_demo
from .frontend import Frontend
from .pictures import PICTURES, Picture, Studio
from .window import open_window, running_browser

FOLDER: Final = ROOT / "docs" / "images"
CHOICE: Final = "choose-providers"
"""The picture of an installation that has just begun."""
NAMES: Final = (CHOICE, *(picture.name for picture in PICTURES))
_CHOICE_SIZE: Final = ViewportSize(width=1000, height=820)
_COLORS: Final = 128
_SETTLES: Final = 2.5
"""Seconds until what moves on a page has come to rest."""


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # a program that speaks to its user


@asynccontextmanager
async def _looking(browser: Browser, url: str) -> AsyncIterator[Frontend]:
    """Look at a Home Assistant, logged in."""
    window = await open_window(browser)
    frontend = Frontend(await window.new_page(), url)
    await frontend.sign_in()
    yield frontend
    await window.close()


async def _take(frontend: Frontend, name: str, clip: FloatRect | None = None) -> None:
    """Put what is shown into the file of a picture.

    :raises AssertionError: there is a text that the frontend has not found.
    """
    await frontend.assert_no_lost_text()
    taken = Image.open(BytesIO(await frontend.page.screenshot(clip=clip)))
    # Few colors make it a third of the size, and nobody sees a difference.
    small = taken.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    small.save(path, optimize=True)
    _say(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KiB")


async def _rest(page: Page) -> None:
    """Wait until nothing moves, with the mouse away."""
    await page.mouse.move(0, 0)
    await asyncio.sleep(_SETTLES)


async def _take_choice(browser: Browser, session: ClientSession, folder: Path) -> None:
    """Take the picture of the choice of providers, right after the installation."""
    home = Home(folder / "home", free_port())
    home.furnish({}, integrations=None)
    package(ROOT, "1.0.0", folder / "release")
    with ZipFile(folder / "release" / "cloud_energy.zip") as archive:
        archive.extractall(home.integrations / "cloud_energy")
    async with home.running(session), _looking(browser, home.url) as frontend:
        await frontend.page.set_viewport_size(_CHOICE_SIZE)
        await frontend.add_integration("cloud_energy")
        await _rest(frontend.page)
        await _take(frontend, CHOICE)


async def _take_demo(
    browser: Browser, session: ClientSession, folder: Path, pictures: Iterable[Picture]
) -> None:
    with running_demo(folder) as demo:
        async with _looking(browser, demo.url) as frontend:
            studio = Studio(frontend, demo, session)
            for picture in pictures:
                await frontend.page.set_viewport_size(picture.size)
                await picture.show(studio)
                await _rest(frontend.page)
                await _take(frontend, picture.name, await picture.clip(frontend.page))


async def _run(names: Collection[str]) -> None:
    wanted = [picture for picture in PICTURES if picture.name in names]
    with TemporaryDirectory(prefix="screenshots-") as temporary:
        folder = Path(temporary)
        async with running_browser() as browser, ClientSession() as session:
            if CHOICE in names:
                await _take_choice(browser, session, folder)
            if wanted:
                await _take_demo(browser, session, folder, wanted)


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(
        prog="scripts/screenshots", description="Take the pictures of the docs."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    if unknown := set(names) - set(NAMES):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    asyncio.run(_run(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
