"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mashumaro import DataClassDictMixin

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.login import Channel
from custom_components.cloud_energy.client.tokens import (
    STORED_TOKEN,
    Issued,
    read_token,
    rotated,
    token_life,
)
from custom_components.cloud_energy.client.wire import number


@dataclass(frozen=True)
class Credentials:
    """Who signs in; there is no password (wire 3)."""

    user_id: str = field(repr=False)
    """The ID number, nine digits."""
    preferred: Channel = Channel.SMS
    """How to get the code if the user does not choose."""


@dataclass(frozen=True)
class Login(Issued, DataClassDictMixin):
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
        refresh_token = rotated(found.get("refresh_token"), refresh_token)
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


def _lifetime(id_token: str, seconds: float | None) -> timedelta:
    """Return the id token's life; `expires_in` is that of the access token."""
    if claimed := jwt.lifetime(id_token):
        return claimed
    return token_life(seconds)
