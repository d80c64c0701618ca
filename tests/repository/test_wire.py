"""What the code cites of a provider's wire is in the repository."""

from itertools import pairwise
from pathlib import PurePath
import re

import pytest

from . import ROOT
from .documentation import PROVIDERS
from .wire import documents, problems, problems_within, sections

DOCUMENTS = documents(ROOT / "docs/wire")
KNOWN = {provider: sections(document) for provider, document in DOCUMENTS.items()}
FILES = [
    path.relative_to(ROOT)
    for folder in ("custom_components", "scripts", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "repository" not in path.parts
]
_HOST = re.compile(r"\w+://([\w-]+(?:\.[\w-]+)+)")


def test_every_citation_leads_somewhere() -> None:
    """Each section that the code cites is in the document of its provider."""
    found = [
        problem
        for path in FILES
        for problem in problems((ROOT / path).read_text("utf-8"), path, KNOWN)
    ]

    assert found == []


def test_every_provider_has_its_document() -> None:
    """No provider without a document, and none without a provider."""
    assert sorted(DOCUMENTS) == sorted(PROVIDERS)


@pytest.mark.parametrize("provider", DOCUMENTS)
def test_sections_are_in_order(provider: str) -> None:
    """A section is found where its number says, and each number is there once."""
    numbers = [tuple(map(int, each.split("."))) for each in KNOWN[provider]]

    assert all(first < second for first, second in pairwise(numbers))


@pytest.mark.parametrize("provider", DOCUMENTS)
def test_documents_know_their_own_sections(provider: str) -> None:
    """A section that a document mentions is in it."""
    assert list(problems_within(DOCUMENTS[provider])) == []


@pytest.mark.parametrize("provider", DOCUMENTS)
def test_hosts_are_documented(provider: str) -> None:
    """Every host that the client asks is in the document."""
    client = (ROOT / f"custom_components/{provider}/api").rglob("*.py")
    hosts = {host for path in client for host in _HOST.findall(path.read_text("utf-8"))}

    assert [host for host in sorted(hosts) if host not in DOCUMENTS[provider]] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('"""What it asks (wire 4.2)."""', None),
        ("# As it is (wire 2, 4.1 to 4.2,\n    # 9.1)", None),
        ("It has wire, and 12 of them", None),
        ("(wire 4.3)", "docs/wire/iec.md has no 4.3"),
        ("(wire 4.1, 7)", "docs/wire/iec.md has no 7"),
        ("(wire 4.1 to 4.3)", "docs/wire/iec.md has no 4.3"),
        ("(wire\n# 4.3)", "docs/wire/iec.md has no 4.3"),
        ("(wire 4.1 to 9.1)", "docs/wire/iec.md has no 4.1 to 9.1"),
        ("(wire 9.2)", "docs/wire/iec.md has no 9.2"),
        ("(sheet 4.2)", "sheet 4.2 is no citation"),
        ("(wire 4.1 and 4.2)", "wire 4.1 and 4.2 is no citation"),
        ("(wire 4.1-4.2)", "wire 4.1-4.2 is no citation"),
    ],
)
def test_wrong_citations_are_found(text: str, problem: str | None) -> None:
    """A citation resolves, or is named."""
    document = "## 2. Hosts\n## 4. All\n### 4.1 GET /a\n1. x\n### 4.2 B\n## 9. No\n1. x"
    known = {"iec": sections(document)}

    found = list(problems(text, PurePath("tests/iec/test_it.py"), known))

    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


def test_citation_of_no_provider_is_found() -> None:
    """Outside of the folders of providers, nobody knows which wire is meant."""
    (found,) = problems("(wire 2)", PurePath("scripts/it.py"), {"iec": ["2"]})

    assert "no provider" in found


def test_mention_of_no_section_is_found() -> None:
    """A document that mentions what it doesn't have is wrong."""
    assert list(problems_within("## 1. One\nSee section 2, or sections 1 to 1")) == [
        "2"
    ]
