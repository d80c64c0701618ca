"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mashumaro import DataClassDictMixin

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.tokens import (
    STORED_TOKEN,
    Issued,
    rotated,
    token_life,
)
from custom_components.cloud_energy.client.wire import number


@dataclass(frozen=True)
class Credentials:
    """What the user signs in with; the email is sent in lower case (wire 3.1)."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Login(Issued, DataClassDictMixin):
    """All that is stored to stay signed in, and replaced as a whole."""

    id_token: str = field(repr=False, metadata=STORED_TOKEN)
    refresh_token: str = field(repr=False, metadata=STORED_TOKEN)
    issued_at: datetime
    """When the id token came (aware), by the clock of this machine."""
    expires_at: datetime

    @classmethod
    def issued(cls, result: object, refresh_token: str = "") -> Login:
        """Read an AuthenticationResult; a missing refresh token is the old one.

        :raises Malformed: it holds no tokens, or what is none.
        """
        found: dict[str, Any] = result if isinstance(result, dict) else {}
        id_token = jwt.read_jwt(found.get("IdToken"))
        refresh_token = rotated(found.get("RefreshToken"), refresh_token)
        if not (id_token and refresh_token):
            raise Malformed("The login was answered without tokens")
        seconds = number(found.get("ExpiresIn"))
        now = datetime.now(UTC)
        return cls(id_token, refresh_token, now, now + token_life(seconds))
