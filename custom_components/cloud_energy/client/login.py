"""What a login that needs a one-time code offers to whoever drives it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """The way a one-time code reaches the user."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    APP = "app"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One way to have the code delivered, as the cloud offers it."""

    id: str
    channel: Channel
    masked: str = field(repr=False)
    """The address as the cloud masks it, e.g. `+########123`; may be empty."""


class CodeHandler[LoginT](Protocol):
    """One login attempt that waits for a one-time code.

    It belongs to one attempt and keeps that attempt's session: the same handler
    can send again, or take another code, until the cloud calls it expired.
    """

    async def deliveries(self) -> Sequence[Delivery]:
        """List the ways to get the code; empty if it needs no sending.

        :raises CodeExpired: the attempt is too old, sign-in has to start over.
        :raises CloudError: the cloud can't be asked now.
        """

    async def send(self, delivery: Delivery) -> None:
        """Request a new code; an earlier one stops working.

        :raises CodeExpired: the attempt is too old, sign-in has to start over.
        :raises RateLimited: too many codes were requested.
        :raises CloudError: the cloud can't be asked now.
        """

    async def submit(self, code: str) -> LoginT:
        """Finish the login with the code that the user typed.

        :raises CodeRejected: wrong; another code may be tried, after a new
            `send` if the error says `exhausted`.
        :raises CodeExpired: the code is too old; choose a delivery again.
        :raises AccountLocked: too many wrong codes.
        :raises CloudError: the cloud can't be asked now.
        """
