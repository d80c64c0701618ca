"""*Learn more* of each repair leads to a section of the documentation."""

import re

import pytest

from custom_components.cloud_energy.helpers.help_pages import help_anchor

from . import ROOT
from .rules import Integration

ISSUES = [
    (each.domain, key)
    for each in Integration.found(ROOT)
    for key in each.english.get("issues", {})
]


@pytest.mark.parametrize(("domain", "key"), ISSUES)
def test_every_repair_has_its_section(domain: str, key: str) -> None:
    """The page of its integration has the anchor exactly once."""
    page = (ROOT / f"docs/{domain}.md").read_text("utf-8")
    assert re.findall(r'<a id="([^"]*)">', page).count(help_anchor(key)) == 1
