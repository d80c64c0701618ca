"""Every integration keeps the rules that Home Assistant has for its files."""

import pytest

from . import ROOT
from .rules import RULES, Integration

FOUND = {each.domain: each for each in Integration.found(ROOT)}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("domain", FOUND)
def test_integration_keeps_rule(domain: str, rule: str) -> None:
    """The files of an integration are as Home Assistant wants them."""
    assert list(RULES[rule](FOUND[domain])) == []


def test_every_folder_is_an_integration() -> None:
    """A folder without a manifest would never be loaded, nor checked here."""
    folders = {
        module.parent.name for module in ROOT.glob("custom_components/*/__init__.py")
    }

    assert folders == FOUND.keys()
