"""What the page about the command line says."""

from importlib import import_module
import re

import click

from scripts.cloud_cli import failures
from scripts.cloud_cli.app import PROVIDERS
from tests.repository import ROOT

PAGE = (ROOT / "docs/command_line.md").read_text("utf-8")


def commands() -> dict[str, set[str]]:
    """Return the providers of each command."""
    found: dict[str, set[str]] = {}
    for provider in PROVIDERS:
        group = import_module(f"scripts.cloud_cli.providers.{provider}").group
        assert isinstance(group, click.Group)
        for name in group.commands:
            found.setdefault(name, set()).add(provider)
    return found


def test_every_command_is_there() -> None:
    """With the providers that have it."""
    told: dict[str, set[str]] = {}
    for names, providers in re.findall(
        r"^\| (`[a-z`, -]+) \| (all|`.*?) \|", PAGE, re.MULTILINE
    ):
        listed = set(re.findall(r"`(\w+)`", providers)) or set(PROVIDERS)
        for name in re.findall(r"`([a-z-]+)`", names):
            told[name] = listed
    found = commands()
    of_sessions = {"auth-info", "login", "logout", "refresh"}
    assert all(found.pop(name) == set(PROVIDERS) for name in of_sessions)
    assert found.pop("bill-pdf") == {"iec"}
    assert "`iec bill-pdf`" in PAGE
    for name in set(told) - set(found):
        assert name in PROVIDERS
    assert {name: told.get(name) for name in found} == found


def test_every_exit_code_is_there() -> None:
    """And none that the program does not have."""
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    known = {value for value in vars(failures).values() if isinstance(value, int)}
    assert told == {0, *known}


def test_options_exist() -> None:
    """A page tells of no option that is not there."""
    group = import_module("scripts.cloud_cli.providers.iec").group
    others = import_module("scripts.cloud_cli.providers.emporia").group
    known = {
        option
        for command in [*group.commands.values(), *others.commands.values()]
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    told = set(re.findall(r"(?<![\w-])--[a-z]+", PAGE))
    assert told - known <= {"--help", "--port"}
