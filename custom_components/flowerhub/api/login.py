"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from .models import LoginResponse

_MARGIN: Final = timedelta(seconds=60)
_NEAR: Final = timedelta(days=1)
_NEW: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Credentials:
    """What the user signs in with."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Login:
    """A login as it is now. The tokens themselves are cookies of the session.

    Times are by the clock of this machine.
    """

    response: LoginResponse = field(repr=False)
    asset_owner_id: int | None = field(repr=False)
    """Of the login, or of the latest refresh that had one."""
    signed_in_at: datetime
    issued_at: datetime
    """When the latest access token came."""
    access_life: timedelta | None
    """How long that is good; None if it does not say so."""
    refresh_until: datetime | None
    """When the refresh token ends; None if nobody has said so."""

    @property
    def is_fresh(self) -> bool:
        """Whether the access token lasts for another request, as far as is known."""
        if self.access_life is None:
            return True
        margin = min(_MARGIN, self.access_life / 4)
        return datetime.now(UTC) < self.issued_at + self.access_life - margin

    @property
    def is_new(self) -> bool:
        """Whether the access token came so lately that it should be good."""
        return _age(self.issued_at) < _NEW

    @property
    def can_be_refreshed(self) -> bool:
        """Whether the refresh token is some time from its end, as far as is known."""
        if self.refresh_until is None:
            return True
        return datetime.now(UTC) < self.refresh_until - _NEAR

    @property
    def age(self) -> timedelta:
        """How long ago the password was sent."""
        return _age(self.signed_in_at)


def _age(moment: datetime) -> timedelta:
    return abs(datetime.now(UTC) - moment)
