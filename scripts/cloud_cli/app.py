"""The command line as a whole."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final, override

import click

from . import providers
from .failures import INTERRUPTED, Failure

PROVIDERS: Final = sorted(each.name for each in iter_modules(providers.__path__))

_EPILOG: Final = """\b
Exit codes: 0 done, 1 an error of the cloud, 2 wrong use, 3 sign in (again),
4 no connection, 5 wait, 6 not permitted, 7 the cloud has changed or is closed,
130 interrupted."""


class _Providers(click.Group):
    """Loads a provider when it is asked for."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return PROVIDERS

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name not in PROVIDERS:
            return None
        group = import_module(f"{__package__}.providers.{name}").group
        assert isinstance(group, click.Group)
        return group


@click.command(
    cls=_Providers,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """Ask an energy cloud with an account of your own."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    try:
        code = cli.main(arguments, prog_name="scripts/cloud", standalone_mode=False)
    except click.ClickException as err:
        err.show()
        return err.exit_code
    except Failure as err:
        click.echo(err, err=True)
        return err.exit_code
    except click.Abort, KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    return code if isinstance(code, int) else 0
