"""What is asked while a login waits for its code."""

import asyncio
from collections.abc import Sequence
from typing import override

from click.testing import CliRunner
import pytest

from custom_components.cloud_energy.client.errors import (
    CodeExpired,
    CodeRejected,
    CodeRequired,
)
from custom_components.cloud_energy.client.login import Channel, CodeHandler, Delivery
from scripts.cloud_cli.failures import Failure
from scripts.cloud_cli.prompts import ask_secret, finish_login

PHONE = Delivery(id="1", channel=Channel.VOICE, masked="***17")


class ScriptedHandler(CodeHandler[str]):
    """An attempt with one phone, in which codes are worth what the script says."""

    def __init__(
        self, sends: Sequence[Exception | None], codes: dict[str, object]
    ) -> None:
        """Take the outcome of each sending, and what each code leads to."""
        self.sends = list(sends)
        self.sent = 0
        self._codes = codes

    @override
    async def deliveries(self) -> Sequence[Delivery]:
        return [PHONE]

    @override
    async def send(self, delivery: Delivery) -> None:
        self.sent += 1
        if self.sends and (error := self.sends.pop(0)):
            raise error

    @override
    async def submit(self, code: str) -> str:
        outcome = self._codes[code]
        if isinstance(outcome, Exception):
            raise outcome
        return str(outcome)


def finish(handler: ScriptedHandler, *typed: str) -> tuple[str, str]:
    """Let a user finish the login; returns it with what was shown."""
    lines = "".join(f"{line}\n" for line in typed)
    with CliRunner().isolation(input=lines) as (_, err, _):
        login = asyncio.run(finish_login(CodeRequired(handler)))
        return login, err.getvalue().decode()


def test_expired_code() -> None:
    """Another one is sent by itself."""
    handler = ScriptedHandler([], {"1": CodeExpired(), "2": "the login"})
    login, shown = finish(handler, "1", "2")
    assert login == "the login"
    assert handler.sent == 2
    assert shown.count("A code is on its way by phone call ***17.") == 2
    assert "The code has expired." in shown


def test_used_up_code() -> None:
    """Where no other try is left, too."""
    handler = ScriptedHandler([], {"1": CodeRejected(exhausted=True), "2": "the login"})
    assert finish(handler, "1", "2")[0] == "the login"
    assert handler.sent == 2


def test_attempt_that_is_too_old() -> None:
    """Clouds that begin another one at the second time get it."""
    handler = ScriptedHandler([CodeExpired(), None], {"2": "the login"})
    assert finish(handler, "2")[0] == "the login"
    assert handler.sent == 2


def test_attempt_that_is_over() -> None:
    """If that does not help, the user begins anew."""
    with pytest.raises(CodeExpired):
        finish(ScriptedHandler([CodeExpired(), CodeExpired()], {}), "1")


def test_too_many_wrong_codes() -> None:
    """Five tries are enough."""
    handler = ScriptedHandler([], {"1": CodeRejected()})
    with pytest.raises(Failure, match="Too many wrong codes"):
        finish(handler, *["1"] * 9)


def test_secret_from_a_pipe() -> None:
    """A line, with its blanks, and nothing of it on the screen."""
    with CliRunner().isolation(input=" a secret \nmore\n") as (out, err, _):
        assert ask_secret("Password") == " a secret "
        shown = (out.getvalue() + err.getvalue()).decode()
    assert shown == "Password: \n"
