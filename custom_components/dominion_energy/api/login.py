"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mashumaro import DataClassDictMixin

from custom_components.cloud_energy.client import jwt
from custom_components.cloud_energy.client.tokens import STORED_TOKEN, Expiring

LIFETIME: Final = timedelta(minutes=30)
"""The lifetime of an access token that doesn't state its own (wire 2)."""


@dataclass(frozen=True)
class Credentials:
    """What the user signs in with at the portal."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Tokens(Expiring, DataClassDictMixin):
    """The tokens of the data service; both change with every refresh."""

    margin = timedelta(seconds=30)

    access: str = field(repr=False, metadata=STORED_TOKEN)
    refresh: str = field(repr=False, metadata=STORED_TOKEN)
    expires_at: datetime
    """When the access token ends (aware), by the clock of this machine."""

    @classmethod
    def issued(cls, access: str, refresh: str, minutes: float | None = None) -> Tokens:
        """Take tokens that were issued just now.

        Without a life in minutes the token's own claim counts, then the usual life.
        The minutes come first since a wrong clock of this machine does them no harm.
        """
        now = datetime.now(UTC)
        if minutes and 0 < minutes <= timedelta(days=1) / timedelta(minutes=1):
            return cls(access, refresh, now + timedelta(minutes=minutes))
        return cls(access, refresh, jwt.expiry(access) or now + LIFETIME)


@dataclass(frozen=True)
class Login(DataClassDictMixin):
    """All that is stored to stay signed in, and replaced as a whole."""

    tokens: Tokens
    uid: str = field(default="", repr=False)
    """The portal's user id: 32 hexadecimal digits; empty if it is not known."""
    cookies: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """The cookies that make this a trusted device, see `cookies.export`."""

    @property
    def uuid(self) -> str:
        """The user id as the data service wants it, with dashes; may be empty."""
        claimed = jwt.claims(self.tokens.access).get("Uuid")
        if isinstance(claimed, str) and claimed:
            return claimed
        try:
            return str(UUID(self.uid))
        except ValueError:
            return self.uid


def plain_uid(uuid: object) -> str:
    """Return a user id in its form without dashes; empty for no text."""
    return uuid.replace("-", "").lower() if isinstance(uuid, str) else ""
