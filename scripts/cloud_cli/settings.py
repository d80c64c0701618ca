"""The options that every command has."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any, Final

import click

from .session_store import default_folder


def _hosts(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(not (name and url) for name, _, url in pairs):
        raise click.BadParameter("name=url is wanted")
    return {name: url for name, _, url in pairs}


def _endpoints(
    context: click.Context, parameter: click.Parameter, path: Path | None
) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8")) if path else {}
    except ValueError as err:
        raise click.BadParameter("this is no JSON") from err
    # What a simulated cloud says when it is ready will do as well
    hosts = found.get("hosts", found) if isinstance(found, dict) else None
    if not isinstance(hosts, dict):
        raise click.BadParameter("an object of addresses is wanted")
    return {name: url for name, url in hosts.items() if str(url).startswith("http")}


def _profile(context: click.Context, parameter: click.Parameter, name: str) -> str:
    # It becomes the name of a file, which must not lie elsewhere.
    if not _PROFILE.fullmatch(name):
        raise click.BadParameter("letters, digits, - and _ are wanted")
    return name


_PROFILE: Final = re.compile(r"[\w-]{1,64}")
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_FOLDER: Final = click.Path(path_type=Path, file_okay=False)


def common_options() -> list[click.Parameter]:
    """Return the options, new ones for each command."""
    return [
        click.Option(
            ["--profile"],
            default="default",
            callback=_profile,
            help="Which of several sessions to use.",
        ),
        click.Option(
            ["--state"],
            type=_FOLDER,
            default=default_folder,
            show_default="the system's place for it",
            help="Where sessions are kept.",
        ),
        click.Option(
            ["--capture"],
            type=_FOLDER,
            help="Write every answer to this folder, with stand-ins for all values.",
        ),
        click.Option(
            ["--verbose"], is_flag=True, help="Tell of every request, without its data."
        ),
        click.Option(
            ["--host", "hosts"],
            multiple=True,
            metavar="NAME=URL",
            callback=_hosts,
            help="For developers: another address of the cloud.",
        ),
        click.Option(
            ["--endpoints"],
            type=_FILE,
            callback=_endpoints,
            help="For developers: a JSON file with other addresses.",
        ),
    ]


@dataclass(frozen=True)
class Settings:
    """What the user has chosen by these options."""

    profile: str
    state: Path
    capture: Path | None
    verbose: bool
    hosts: Mapping[str, str]
    endpoints: Mapping[str, str]

    @classmethod
    def taken_from(cls, params: dict[str, Any]) -> Settings:
        """Take them out of the parameters of a command."""
        return cls(**{name: params.pop(name) for name in cls.__dataclass_fields__})

    @property
    def addresses(self) -> dict[str, str]:
        """The addresses that differ from the provider's own."""
        return {**self.endpoints, **self.hosts}
