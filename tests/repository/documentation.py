"""What the pages of the documentation mention."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
import re
from typing import Any

from homeassistant.util import slugify
import yaml

from scripts.docs_tables.entities import Row, rows
from scripts.docs_tables.source import CORE, Source

from . import ROOT

SOURCES = Source.found()
PROVIDERS = [domain for domain in SOURCES if domain != CORE]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))
}

_CODE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"<!-- (\w+):begin -->.*?<!-- \1:end -->", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SHOWN = re.compile(r"(?<![*\w])\*([^*\n]+(?:\n[^*\n]+)?)\*(?![*\w])")
_PLATFORMS = "binary_sensor|button|calendar|event|number|sensor|switch"
_ENTITY_ID = re.compile(rf"(?<![\w.:])({_PLATFORMS})\.([a-z]\w+)")
_ACTION = re.compile(rf"(?<![\w./:-])({'|'.join(SOURCES)})\.(?!md\b)([a-z]\w+)")


def links(text: str) -> Iterator[str]:
    """Yield where a page's links and images lead."""
    yield from _LINK.findall(_CODE.sub("", text))


def linked_pages(name: str) -> Iterator[str]:
    """Yield the pages that a page links to."""
    for link in links(PAGES[name]):
        target = ((ROOT / name).parent / link.partition("#")[0]).resolve()
        if target.is_relative_to(ROOT) and str(target.relative_to(ROOT)) in PAGES:
            yield str(target.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_CODE.sub("", text))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def yaml_blocks(text: str) -> Iterator[dict[str, Any]]:
    """Yield the examples of a page."""
    for language, code in _CODE.findall(text):
        if language == "yaml":
            yield yaml.safe_load(code)


def actions(text: str) -> set[tuple[str, str]]:
    """Return domain and name of the actions, triggers and the like on a page."""
    return set(_ACTION.findall(text))


def entity_ids(text: str) -> set[tuple[str, str]]:
    """Return platform and object id of the entities in a page's examples."""
    return set(_ENTITY_ID.findall(text))


def shown(text: str) -> set[str]:
    """Return what a page says in italics: that is what its reader sees somewhere."""
    prose = _CODE.sub("", _BLOCK.sub("", text))
    return {" ".join(found.split()) for found in _SHOWN.findall(prose)}


@cache
def entities(domain: str) -> tuple[Row, ...]:
    """Return all entities of a provider."""
    return tuple(rows(SOURCES[domain]))


def is_entity(domain: str, platform: str, object_id: str) -> bool:
    """Tell whether an entity of the provider can have this id."""
    return any(
        row.platform == platform
        and object_id.endswith(slugify(re.sub(r"\{\w+\}|\(.*\)", "", row.name)))
        for row in entities(domain)
    )


def section(page: Path, heading: str) -> str:
    """Return the part of a page below a heading of the second level."""
    parts = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)
    return next(part for part in parts if part.startswith(f"{heading}\n"))
