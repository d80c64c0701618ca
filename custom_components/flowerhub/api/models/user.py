"""Who has signed in (wire 3.1)."""

from dataclasses import dataclass, field
from datetime import datetime

from custom_components.cloud_energy.client.fields import as_text, as_time, personal
from custom_components.cloud_energy.client.wire import WireModel

from .fields import as_int, as_part


@dataclass(frozen=True, kw_only=True)
class User(WireModel):
    """A login account; home owners have an asset owner's id."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    role: int | None = field(default=None, metadata=as_int("role"))
    name: str = field(default="", repr=False, metadata=as_text("name"))
    distributor_id: int | None = field(default=None, metadata=as_int("distributorId"))
    installer_id: int | None = field(default=None, metadata=as_int("installerId"))
    asset_owner_id: int | None = field(
        default=None, repr=False, metadata=as_int("assetOwnerId")
    )


@dataclass(frozen=True, kw_only=True)
class LoginResponse(WireModel):
    """The answer to a login."""

    user: User | None = field(default=None, metadata=as_part("user", User))
    refresh_token_expiration: datetime | None = field(
        default=None, metadata=as_time("refreshTokenExpirationDate")
    )
