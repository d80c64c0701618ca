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


@pytest.mark.parametrize("domain", FOUND)
def test_what_automations_are_offered_is_run(domain: str) -> None:
    """Each trigger and condition is run against the simulated cloud."""
    kinds = ("triggers.yaml", "conditions.yaml")
    offered = [
        f"{domain}.{key}" for kind in kinds for key in FOUND[domain].read_yaml(kind)
    ]
    tests = (ROOT / "tests" / domain).rglob("test_automations.py")
    run = "".join(path.read_text("utf-8") for path in tests)

    assert [name for name in offered if f'"{name}"' not in run] == []


def test_every_folder_is_an_integration() -> None:
    """A folder without a manifest would never be loaded, nor checked here."""
    folders = {
        module.parent.name for module in ROOT.glob("custom_components/*/__init__.py")
    }

    assert folders == FOUND.keys()
