"""Asking the user for what a login needs."""

from collections.abc import Sequence
import sys
from typing import Any, Final

import click

from custom_components.cloud_energy.client.errors import (
    CodeExpired,
    CodeRejected,
    CodeRequired,
)
from custom_components.cloud_energy.client.login import Channel, CodeHandler, Delivery

from .failures import SIGN_IN, Failure

_MAX_TRIES: Final = 5
_WAYS: Final = {
    Channel.SMS: "text message",
    Channel.VOICE: "phone call",
    Channel.EMAIL: "email",
    Channel.APP: "authenticator app",
}


def ask(question: str, default: str | None = None) -> str:
    """Ask for something that may be seen."""
    return str(click.prompt(question, default=default, err=True)).strip()


def ask_secret(question: str) -> str:
    """Ask for something that must not be seen, and never stands in a command line."""
    if sys.stdin.isatty():
        return str(click.prompt(question, hide_input=True, err=True))
    # From a pipe: one line
    click.echo(f"{question}: ", err=True, nl=False)
    line = sys.stdin.readline()
    click.echo(err=True)
    if not line:
        raise click.Abort
    return line.rstrip("\r\n")


async def finish_login(required: CodeRequired) -> Any:
    """Ask for the code of a login until it is right; returns the login.

    An empty answer has another code sent.

    :raises Failure: too many were wrong.
    """
    handler = required.handler
    await _send(handler)
    for _ in range(_MAX_TRIES):
        code = "".join(str(click.prompt("Code", default="", err=True)).split())
        try:
            if not code:
                await _send(handler)
                continue
            return await handler.submit(code)
        except CodeRejected as err:
            click.echo("The code was refused.", err=True)
            if err.exhausted:
                await _send(handler)
        except CodeExpired:
            click.echo("The code has expired.", err=True)
            await _send(handler)
    raise Failure("Too many wrong codes: sign in again later.", SIGN_IN)


async def _send(handler: CodeHandler[Any]) -> None:
    """Have a code sent, in a way that the user chooses if there are several.

    :raises CodeExpired: the attempt is too old.
    """
    deliveries = await handler.deliveries()
    if not deliveries:
        return
    delivery = deliveries[0] if len(deliveries) == 1 else _choose(deliveries)
    try:
        await handler.send(delivery)
    except CodeExpired:
        # Some clouds begin a new attempt at the second time
        await handler.send(delivery)
    click.echo(f"A code is on its way by {_named(delivery)}.", err=True)


def _choose(deliveries: Sequence[Delivery]) -> Delivery:
    for number, delivery in enumerate(deliveries, 1):
        click.echo(f"{number}: {_named(delivery)}", err=True)
    number = click.prompt(
        "How do you want to get the code",
        type=click.IntRange(1, len(deliveries)),
        default=1,
        err=True,
    )
    return deliveries[number - 1]


def _named(delivery: Delivery) -> str:
    return f"{_WAYS[delivery.channel]} {delivery.masked}".strip()
