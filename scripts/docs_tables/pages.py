"""The pages of the documentation, with their blocks filled."""

from collections.abc import Iterator
from pathlib import Path
import re

from .source import CORE, ROOT, Source
from .tables import BLOCKS

_BLOCK = re.compile(r"(<!-- (\w+):begin -->\n).*?(<!-- \2:end -->)", re.DOTALL)


def fill(text: str, source: Source) -> str:
    """Return a page's text with its marked blocks filled for an integration.

    :raises KeyError: there is no such block
    """

    def filled(match: re.Match[str]) -> str:
        lines = "\n".join(BLOCKS[match[2]](source)).strip()
        return f"{match[1]}\n{lines}\n\n{match[3]}"

    return _BLOCK.sub(filled, text)


def blocks(text: str) -> list[str]:
    """Return the names of the blocks of a page."""
    return [match[2] for match in _BLOCK.finditer(text)]


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page with the text it should have."""
    sources = Source.found()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        source = sources.get(path.stem, sources[CORE])
        yield path, fill(path.read_text("utf-8"), source)
