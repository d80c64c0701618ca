"""Making commands of what providers can do."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
import logging
from pathlib import Path
from typing import Any, Final, override

import click

from custom_components.cloud_energy.client.errors import (
    CodeRequired,
    InvalidCredentials,
)

from .failures import Failure
from .output import FORMATS, Output, Row
from .prompts import ask, finish_login
from .provider import Closeable, Link, Provider
from .running import run as run_work
from .settings import Settings, common_options

_TRIES: Final = 3
"""Of a password: clouds lock accounts after more of them."""


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
            ["-f", "--format", "form"],
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="The format; raw: as the cloud sends it, for commands that have it.",
        ),
        click.Option(
            ["-o", "--output", "target"],
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
    provider: Provider[ClientT],
    group: click.Group,
    *,
    public: bool = False,
    name: str | None = None,
) -> Callable[[Work], Work]:
    """Make a command of a coroutine function; its docstring is the command's help.

    `public`: no login is needed. `name`: if it isn't that of the function.
    """

    def decorate(work: Work) -> Work:
        @wraps(work)
        def run(*, form: str, target: Path | None, **options: Any) -> None:
            settings = click.get_current_context().obj
            enter = provider.anonymous if public else provider.signed_in

            async def main() -> None:
                output = Output(form, target, provider.zone)
                async with provider.open(settings, output, enter(settings)) as link:
                    await work(link, **options)

            run_work(main())

        group.add_command(click.command(name, cls=ReportCommand)(run))
        return work

    return decorate


def provider_group[ClientT: Closeable](provider: Provider[ClientT]) -> click.Group:
    """Return the group of a provider, with the commands about its session."""
    group = click.Group(provider.domain, help=f"{provider.title}.")

    @group.command("login", cls=CloudCommand)
    @click.option(
        "-u",
        "--username",
        help=f"{provider.name_label}; otherwise you are asked for it.",
    )
    @click.pass_obj
    def login(settings: Settings, username: str | None) -> None:
        """Sign in and keep the session on this machine."""
        _sign_in_patiently(provider, settings, username)
        click.echo("Signed in.")

    @group.command("logout", cls=CloudCommand)
    @click.pass_obj
    def logout(settings: Settings) -> None:
        """Forget the session on this machine."""
        there = provider.store(settings).remove()
        click.echo("Signed out." if there else "You were not signed in.")

    @command(provider, group, name="auth-info")
    async def auth_info(link: Link[ClientT]) -> None:
        """Show where the session is kept, and how long it lasts. Nothing is requested."""
        settings = click.get_current_context().obj
        session = provider.store(settings).load() or {}
        link.output.show("Session", [_session_facts(provider, settings, session)])

    if provider.selects:
        _add_selection(provider, group, provider.selects)

    @command(provider, group)
    async def refresh(link: Link[ClientT]) -> None:
        """Renew the session now, to see whether it lives."""
        await provider.refresh(link.client)
        link.output.say("The session was renewed.")

    return group


def _add_selection[ClientT: Closeable](
    provider: Provider[ClientT], group: click.Group, what: str
) -> None:
    """Add the command that makes one of several the usual one."""

    async def select(link: Link[ClientT], number: str | None) -> None:
        rows = await provider.choices(link)
        numbers = [str(row[what]) for row in rows]
        if number is None:
            link.output.show(f"Choose a{'n' if what[0] in 'aei' else ''} {what}", rows)
            choice = click.Choice(numbers)
            number = click.prompt(what.capitalize(), type=choice, err=True)
        if number not in numbers:
            raise Failure(f"The account has no such {what}: see `accounts`.")
        provider.store(click.get_current_context().obj).select({what: str(number)})
        link.output.say(f"Later commands are about {what} {number}.")

    select.__doc__ = f"Make one {what} the usual one of later commands."
    numbered = click.argument("number", required=False, metavar=f"[{what.upper()}]")
    command(provider, group, name="select-account")(numbered(select))


def _session_facts(
    provider: Provider[Any], settings: Settings, session: Mapping[str, Any]
) -> Row:
    """Return what is no secret of a session."""
    store = provider.store(settings)
    login = session.get("login", session)
    times = {
        name: read
        for name, value in login.items()
        if name.endswith(("_at", "_until")) and (read := _moment(value))
    }
    return {
        "profile": settings.profile,
        "file": str(store.path),
        "saved": datetime.fromtimestamp(store.path.stat().st_mtime, UTC),
        **times,
        **{f"selected_{what}": number for what, number in store.selection().items()},
    }


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return None


def _sign_in_patiently[ClientT: Closeable](
    provider: Provider[ClientT], settings: Settings, username: str | None
) -> None:
    """Log in; what was mistyped is asked for again.

    :raises Failure: it is still wrong, or another error of the cloud.
    """
    name = username or ask(provider.name_label)
    for left in reversed(range(_TRIES)):
        credentials = provider.ask_credentials(name)
        try:
            run_work(_sign_in(provider, settings, credentials))
        except Failure as err:
            if not isinstance(err.__cause__, InvalidCredentials) or not left:
                raise
            click.echo("This was refused. Try again, or end with Ctrl-C.", err=True)
            try:
                name = ask(provider.name_label, default=name)
            except click.Abort:
                raise err from err.__cause__
        else:
            return


async def _sign_in[ClientT: Closeable](
    provider: Provider[ClientT], settings: Settings, credentials: Any
) -> None:
    access = provider.anonymous(settings, credentials)
    async with provider.open(settings, Output(), access) as link:
        try:
            await provider.sign_in(link, access)
        except CodeRequired as required:
            await finish_login(required)
