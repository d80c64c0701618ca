"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mashumaro import DataClassDictMixin

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.tokens import STORED_TOKEN, read_token
from custom_components.cloud_energy.client.wire import number

_LIFETIME: Final = timedelta(hours=1)
_MARGIN: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Credentials:
    """Who signs in; there is no password (wire 3)."""

    user_id: str = field(repr=False)
    """The ID number, nine digits."""
    preferred: Channel = Channel.SMS
    """How to get the code if the user does not choose."""


@dataclass(frozen=True)
class Login(DataClassDictMixin):
    """All that is stored to stay signed in, and replaced as a whole."""

    id_token: str = field(repr=False, metadata=STORED_TOKEN)
    """The bearer of all data calls: not the access token."""
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False, metadata=STORED_TOKEN)
    issued_at: datetime
    """When the tokens came (aware), by the clock of this machine."""
    expires_at: datetime

    @classmethod
    def issued(cls, answer: object, refresh_token: str = "") -> Login:
        """Read the answer of the token endpoint; it may keep the old refresh token.

        :raises Malformed: it holds no tokens, or what is none.
        """
        found: dict[str, Any] = answer if isinstance(answer, dict) else {}
        id_token = jwt.read_jwt(found.get("id_token"))
        if found.get("refresh_token") is not None:
            refresh_token = read_token(found["refresh_token"])
        if not (id_token and refresh_token):
            raise Malformed("The token endpoint answered without tokens")
        now = datetime.now(UTC)
        return cls(
            id_token=id_token,
            access_token=read_token(found.get("access_token")),
            refresh_token=refresh_token,
            issued_at=now,
            expires_at=now + _lifetime(id_token, number(found.get("expires_in"))),
        )

    @property
    def is_fresh(self) -> bool:
        """Whether the id token lasts for another request."""
        return datetime.now(UTC) < self.expires_at - _MARGIN

    @property
    def is_new(self) -> bool:
        """Whether it came so lately that another one would fare no better."""
        age = datetime.now(UTC) - self.issued_at
        return timedelta(0) <= age < _MARGIN


def _lifetime(id_token: str, seconds: float | None) -> timedelta:
    """Return the id token's life; `expires_in` is that of the access token."""
    if claimed := jwt.lifetime(id_token):
        return claimed
    usable = seconds and 0 < seconds <= timedelta(days=1).total_seconds()
    return timedelta(seconds=seconds or 0) if usable else _LIFETIME
