"""A browser window in which somebody looks at Home Assistant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from typing import Final

from playwright.async_api import (
    Browser,
    BrowserContext,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.end_to_end.home import TIME_ZONE
from tests.programs import find_program

SIZE: Final = ViewportSize(width=1280, height=900)

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_MILLISECONDS: Final = 60_000
"""For what surely comes: the page shares two cores with the tests beside it."""

expect.set_options(timeout=_MILLISECONDS)


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Run the browser that is there.

    :raises FileNotFoundError: there is none.
    """
    path, driver = find_program(*NAMES), find_program("node")
    if path is None:
        raise FileNotFoundError("There is no Chromium or Chrome on this machine.")
    if driver is not None:
        # Playwright's own lacks a library on some machines
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = driver
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)


async def open_window(browser: Browser) -> BrowserContext:
    """Open a window of one person."""
    window = await browser.new_context(
        viewport=SIZE,
        timezone_id=TIME_ZONE,
        locale="en-US",
        color_scheme="light",
        # What moves is painted again and again while a test waits
        reduced_motion="reduce",
    )
    window.set_default_timeout(_MILLISECONDS)
    return window
