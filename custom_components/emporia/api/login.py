"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from mashumaro import DataClassDictMixin

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.tokens import STORED_TOKEN, read_token
from custom_components.cloud_energy.client.wire import number

_LIFETIME: Final = timedelta(hours=1)
_MARGIN: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Credentials:
    """What the user signs in with; the email is sent in lower case (wire 3.1)."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Login(DataClassDictMixin):
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
        if found.get("RefreshToken") is not None:
            refresh_token = read_token(found["RefreshToken"])
        if not (id_token and refresh_token):
            raise Malformed("The login was answered without tokens")
        seconds = number(found.get("ExpiresIn"))
        now = datetime.now(UTC)
        usable = seconds and 0 < seconds <= timedelta(days=1).total_seconds()
        lifetime = timedelta(seconds=seconds or 0) if usable else _LIFETIME
        return cls(id_token, refresh_token, now, now + lifetime)

    @property
    def is_fresh(self) -> bool:
        """Whether the id token lasts for another request."""
        return datetime.now(UTC) < self.expires_at - _MARGIN

    @property
    def is_new(self) -> bool:
        """Whether it came so lately that another one would fare no better."""
        age = datetime.now(UTC) - self.issued_at
        return timedelta(0) <= age < _MARGIN
