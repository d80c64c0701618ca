"""Making commands of what providers can do."""

from collections.abc import Awaitable, Callable
from functools import wraps
import logging
from pathlib import Path
from typing import Any, override

import click

from custom_components.cloud_energy.client.errors import CodeRequired

from .output import FORMATS, Output
from .prompts import finish_login
from .provider import Closeable, Link, Provider
from .running import run as run_work
from .settings import Settings, common_options


class CloudCommand(click.Command):
    """A command with the options that all of them have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add them behind its own."""
        super().__init__(*args, **kwargs)
        self.params.extend(common_options())

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Hand them over as one object."""
        ctx.obj = settings = Settings.taken_from(ctx.params)
        if settings.verbose:
            logging.basicConfig(format="%(message)s")
            logging.getLogger("custom_components").setLevel(logging.DEBUG)
        return super().invoke(ctx)


def _report_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--format", "form"],
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="How to tell it; raw: as the cloud does, where a command has that.",
        ),
        click.Option(
            ["--output", "target"],
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write it to this file.",
        ),
    ]


class ReportCommand(CloudCommand):
    """A command that tells something."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the options of reports."""
        super().__init__(*args, **kwargs)
        self.params.extend(_report_options())


type Work = Callable[..., Awaitable[None]]
"""Takes a `Link` and the options of the command."""


def command[ClientT: Closeable](
    provider: Provider[ClientT], group: click.Group, *, public: bool = False
) -> Callable[[Work], Work]:
    """Make a command of a coroutine function; its docstring is the command's help.

    `public`: no login is needed.
    """

    def decorate(work: Work) -> Work:
        @wraps(work)
        def run(*, form: str, target: Path | None, **options: Any) -> None:
            settings = click.get_current_context().obj
            enter = provider.anonymous if public else provider.signed_in

            async def main() -> None:
                output = Output(form, target)
                async with provider.open(settings, output, enter(settings)) as link:
                    await work(link, **options)

            run_work(main())

        group.add_command(click.command(cls=ReportCommand)(run))
        return work

    return decorate


def provider_group[ClientT: Closeable](provider: Provider[ClientT]) -> click.Group:
    """Return the group of a provider, with the commands about its session."""
    group = click.Group(provider.domain, help=f"{provider.title}.")

    @group.command("login", cls=CloudCommand)
    @click.pass_obj
    def login(settings: Settings) -> None:
        """Log in and keep the session on this machine."""
        credentials = provider.ask_credentials()
        run_work(_log_in(provider, settings, credentials))
        click.echo("Logged in.")

    @group.command("logout", cls=CloudCommand)
    @click.pass_obj
    def logout(settings: Settings) -> None:
        """Forget the session on this machine."""
        there = provider.store(settings).remove()
        click.echo("Logged out." if there else "You were not logged in.")

    @command(provider, group)
    async def refresh(link: Link[ClientT]) -> None:
        """Renew the session now, to see whether it lives."""
        await provider.refresh(link.client)
        link.output.say("The session was renewed.")

    return group


async def _log_in[ClientT: Closeable](
    provider: Provider[ClientT], settings: Settings, credentials: Any
) -> None:
    access = provider.anonymous(settings, credentials)
    async with provider.open(settings, Output(), access) as link:
        try:
            await provider.log_in(link, access)
        except CodeRequired as required:
            await finish_login(required)
