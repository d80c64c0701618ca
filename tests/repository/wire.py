"""The documents of the wire, and the places in the code that cite them."""

from collections.abc import Iterator
from pathlib import Path, PurePath
import re

_SECTION = r"\d+(?:\.\d+)?"
_SECTIONS = rf"{_SECTION}(?:(?:, | to ){_SECTION})*"
_CITED = re.compile(rf"\bwire ({_SECTIONS})")
_CITED_WITHIN = re.compile(rf"\bsections? ({_SECTIONS})")
_OTHER_FORM = re.compile(rf"\bsheets? \d[\d.]*|\bwire {_SECTIONS}(?: and |-|/)\d[\d.]*")
_FOLD = re.compile(r"\s+(?:# )?")
_HEADING = re.compile(r"#+ (\d+(?:\.\d+)?)\.? ")
_ITEM = re.compile(r"(\d+)\. ")


def sections(document: str) -> list[str]:
    """Return the numbers of a document's headings, and of what it lists below them."""
    found: list[str] = []
    chapter = ""
    for line in document.splitlines():
        if heading := _HEADING.match(line):
            found.append(heading[1])
            chapter = heading[1] if "." not in heading[1] else ""
        elif (item := _ITEM.match(line)) and chapter:
            found.append(f"{chapter}.{item[1]}")
    return found


def _cited(listed: str) -> Iterator[str]:
    """Yield each section of `4.1, 4.6 to 4.8`, with those in between."""
    for part in listed.split(", "):
        first, _, last = part.partition(" to ")
        chapter, dot, start = first.rpartition(".")
        end = last.removeprefix(f"{chapter}{dot}") or start
        if end.isdecimal():
            yield from (f"{chapter}{dot}{n}" for n in range(int(start), int(end) + 1))
        else:
            yield part


def problems(text: str, path: PurePath, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield what a file cites that no document has, or cites in another form.

    :param known: provider -> the sections of its document
    """
    folded = _FOLD.sub(" ", text)
    provider = next((part for part in path.parts if part in known), None)
    for other in _OTHER_FORM.findall(folded):
        yield f"{path}: {other} is no citation: wire and a number is"
    for listed in _CITED.findall(folded):
        if provider is None:
            yield f"{path}: wire {listed} is in the folder of no provider"
            continue
        for section in _cited(listed):
            if section not in known[provider]:
                yield f"{path}: docs/wire/{provider}.md has no {section}"


def problems_within(document: str) -> Iterator[str]:
    """Yield the sections that a document mentions and does not have."""
    known = sections(document)
    for listed in _CITED_WITHIN.findall(_FOLD.sub(" ", document)):
        yield from (section for section in _cited(listed) if section not in known)


def documents(folder: Path) -> dict[str, str]:
    """Return provider -> the document of its wire."""
    return {path.stem: path.read_text("utf-8") for path in folder.glob("*.md")}
