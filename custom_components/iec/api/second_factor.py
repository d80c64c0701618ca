"""The one-time code of a login, by SMS or email (wire 3.1 to 3.5)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
import re
from typing import Any, Final, override

from custom_components.cloud_energy.client.errors import (
    CodeExpired,
    CodeRejected,
    SessionExpired,
)
from custom_components.cloud_energy.client.login import Channel, CodeHandler, Delivery

from .errors import NoCodeMethod
from .login import Login
from .okta import Attempt, Factor, Okta
from .pkce import Proof

_SMS_GATEWAY: Final = "@sns.iec.co.il"
_CHANNELS: Final = {
    "sms": Channel.SMS,
    "call": Channel.VOICE,
    "email": Channel.EMAIL,
    "token:software:totp": Channel.APP,
}


@dataclass
class _Progress:
    """How far a right code has come; it is taken once, the rest may be repeated."""

    session_token: str = field(repr=False)
    proof: Proof = field(default_factory=Proof.draw, repr=False)
    authorization_code: str = field(default="", repr=False)


class SecondFactor(CodeHandler[Login]):
    """One login that waits for a code."""

    def __init__(
        self,
        okta: Okta,
        username: str,
        attempt: Attempt,
        *,
        preferred: Channel,
        complete: Callable[[dict[str, Any]], Awaitable[Login]],
    ) -> None:
        """Take the attempt, and what makes a login of tokens.

        :raises NoCodeMethod: there is no way to send a code.
        """
        self._okta = okta
        self._username = username
        self._attempt = attempt
        self._preferred = preferred
        self._complete = complete
        self._is_over = False
        self._chosen: Factor | None = None
        self._progress: _Progress | None = None
        self._login: Login | None = None
        if not self._usable:
            raise NoCodeMethod("The login has no way to send a code")

    @override
    async def deliveries(self) -> list[Delivery]:
        """List the ways to get the code, the preferred one first."""
        found = [
            Delivery(id=str(at), channel=channel_of(factor), masked=_masked(factor))
            for at, factor in enumerate(self._usable)
        ]
        return sorted(found, key=lambda each: each.channel is not self._preferred)

    @override
    async def send(self, delivery: Delivery) -> None:
        """Request a new code; an attempt that is too old is begun again."""
        self._progress, self._login = None, None
        if self._is_over:
            self._attempt = await self._okta.begin(self._username)
            self._is_over = False
        at = int(delivery.id)
        if at >= len(self._usable):
            raise CodeExpired("The ways to get a code have changed")
        self._chosen = self._usable[at]
        try:
            await self._okta.send_code(self._attempt, self._chosen)
        except CodeExpired:
            self._is_over = True
            raise

    @override
    async def submit(self, code: str) -> Login:
        """Finish the login with the code that the user typed.

        After a failure behind the check of the code the same call carries on
        where it stopped, and a finished login stays finished.
        """
        if self._login:
            return self._login
        if self._chosen is None or self._is_over:
            raise CodeExpired("This attempt is not waiting for a code")
        if self._progress is None:
            self._progress = _Progress(await self._verify(self._chosen, code))
        try:
            answer = await self._tokens(self._progress)
        except CodeExpired, SessionExpired:
            self._is_over = True
            raise CodeExpired("The finished attempt is refused") from None
        self._login = await self._complete(answer)
        return self._login

    @property
    def channel(self) -> Channel:
        """The way that was chosen last, or else the preferred one."""
        return channel_of(self._chosen) if self._chosen else self._preferred

    @property
    def _usable(self) -> list[Factor]:
        return [factor for factor in self._attempt.factors if factor.kind in _CHANNELS]

    async def _verify(self, factor: Factor, code: str) -> str:
        digits = re.sub(r"\D", "", code, flags=re.ASCII)
        if not digits:
            raise CodeRejected("The code has no digits")
        try:
            return await self._okta.verify(self._attempt, factor, digits)
        except CodeExpired:
            self._is_over = True
            raise

    async def _tokens(self, progress: _Progress) -> dict[str, Any]:
        if not progress.authorization_code:
            progress.authorization_code = await self._okta.authorize(
                progress.session_token, progress.proof
            )
        return await self._okta.exchange(progress.authorization_code, progress.proof)


def channel_of(factor: Factor) -> Channel:
    """Return how a code comes: text messages are sent as email to a gateway."""
    if _SMS_GATEWAY in factor.address.lower():
        return Channel.SMS
    return _CHANNELS[factor.kind]


def _masked(factor: Factor) -> str:
    return factor.address.replace(_SMS_GATEWAY, "")
