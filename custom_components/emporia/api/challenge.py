"""The one-time code of a login (wire 3.8)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
import re
from typing import Any, Final, override

from custom_components.cloud_energy.client.errors import (
    CodeExpired,
    CodeRejected,
    Malformed,
)
from custom_components.cloud_energy.client.login import Channel, CodeHandler, Delivery
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import text

from .cognito import Cognito
from .errors import FinishInApp, StaleCode, WrongCode
from .login import Login

SELECT: Final = "SELECT_MFA_TYPE"

_BY_APP: Final = "SOFTWARE_TOKEN_MFA"
_CHANNELS: Final[Mapping[str, Channel]] = {
    "SMS_MFA": Channel.SMS,
    "EMAIL_OTP": Channel.EMAIL,
    _BY_APP: Channel.APP,
}
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{2,59}")


@dataclass(frozen=True)
class Pending:
    """A challenge that waits for its answer."""

    name: str
    user: str = field(repr=False)
    session: str = field(repr=False)
    choices: tuple[str, ...] = ()

    @classmethod
    def read(cls, answer: Mapping[str, Any], user: str = "") -> Pending:
        """Read a challenge out of an answer of Cognito.

        :raises FinishInApp: it is none that can be answered here.
        :raises Malformed: it is nothing like a challenge.
        """
        name = text(answer.get("ChallengeName"))
        found = answer.get("ChallengeParameters")
        parameters: Mapping[str, Any] = found if isinstance(found, dict) else {}
        if name not in _CHANNELS and name != SELECT:
            if _NAME.fullmatch(name) is None:
                raise Malformed("Cognito sent a challenge without a name")
            raise FinishInApp(f"The sign-in waits for {name}")
        user = text(parameters.get("USER_ID_FOR_SRP")) or user
        user = user or text(parameters.get("USERNAME"))
        choices = _choices(parameters.get("MFAS_CAN_CHOOSE")) if name == SELECT else ()
        if name == SELECT and not choices:
            raise FinishInApp("The sign-in offers no known second factor")
        return cls(name, user, text(answer.get("Session")), choices)


class SecondFactor(CodeHandler[Login]):
    """One login attempt that waits for a code."""

    def __init__(
        self,
        cognito: Cognito,
        pending: Pending,
        complete: Callable[[Mapping[str, Any]], Awaitable[Login]],
    ) -> None:
        """Take the attempt, and what makes a login of the last answer."""
        self._cognito = cognito
        self._pending = pending
        self._complete = complete
        self._is_over = False

    @override
    async def deliveries(self) -> list[Delivery]:
        """List what the user may choose from; empty where Cognito has chosen."""
        if self._is_over:
            raise CodeExpired("This attempt has ended")
        return [
            Delivery(id=choice, channel=_CHANNELS[choice], masked="")
            for choice in self._pending.choices
        ]

    @override
    async def send(self, delivery: Delivery) -> None:
        """Choose a second factor; Cognito sends the code then."""
        if self._pending.name != SELECT:
            raise CodeExpired("This attempt has already sent its code")
        answer = await self._respond("ANSWER", delivery.id)
        chosen = Pending.read(answer, self._pending.user)
        self._pending = replace(chosen, choices=self._pending.choices)

    @override
    async def submit(self, code: str) -> Login:
        """Finish the login with the code that the user typed."""
        if self._pending.name == SELECT:
            raise CodeRejected("No code was sent yet", exhausted=True)
        answer = await self._respond(f"{self._pending.name}_CODE", code)
        if answer.get("ChallengeName"):
            self._pending = Pending.read(answer, self._pending.user)
            raise CodeRejected("Another code is required", exhausted=True)
        return await self._complete(answer)

    async def _respond(self, key: str, value: str) -> dict[str, Any]:
        pending = self._pending
        responses = {"USERNAME": pending.user, key: value}
        try:
            return await self._cognito.respond(pending.name, responses, pending.session)
        except WrongCode as err:
            # Without a new session the old one may still do: its next use will show.
            self._pending = replace(pending, session=err.session or pending.session)
            raise
        except CodeExpired as err:
            if isinstance(err, StaleCode) and pending.name == _BY_APP:
                # The app shows the next one in a moment.
                raise CodeRejected("This code is no longer shown") from None
            self._is_over = True
            raise


def _choices(value: object) -> tuple[str, ...]:
    """Read the list of second factors, which is sent as a JSON text."""
    try:
        found = parse_json(value) if isinstance(value, str) else value
    except ValueError:
        return ()
    items = found if isinstance(found, list) else []
    return tuple(item for item in items if item in _CHANNELS)
