"""The ways that the documentation tells through Home Assistant's pages."""

import re

from playwright.async_api import Locator, Page
import pytest

from tests.end_to_end.simulator import ROOT

from .frontend import Frontend

_WAY = re.compile(r"\*\*(Settings > [^*]+)\*\*")
_PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def ways() -> list[str]:
    """Return every way that some page tells, once."""
    texts = [path.read_text("utf-8") for path in _PAGES]
    found = [way for text in texts for way in _WAY.findall(text)]
    return sorted({" ".join(way.split()) for way in found})


def test_ways_are_found() -> None:
    """They are written in bold, with `>` between the steps."""
    assert "Settings > Tools > Statistics" in ways()


@pytest.mark.parametrize("way", ways())
async def test_way(frontend: Frontend, way: str) -> None:
    """Each step of a way is on the page to which the one before it leads."""
    await frontend.open("/energy")
    before = ""
    for step in way.split(" > "):
        place: Page | Locator = frontend.page
        if before == "Add integration":
            place = place.locator("dialog-add-integration")
            await place.get_by_placeholder("Search").fill(step)
        await _named(place, step).click()
        before = step


def _named(place: Page | Locator, step: str) -> Locator:
    """Return what a user clicks for a step."""
    text = place.get_by_text(step, exact=True)
    button = place.get_by_role("button", name=step, exact=True)
    return text.or_(button).locator("visible=true").first
