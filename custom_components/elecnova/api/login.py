"""What a login needs and what it yields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.tokens import Expiring, read_token
from custom_components.cloud_energy.client.wire import text

from .const import TOKEN_LIFE, TOKEN_MARGIN


@dataclass(frozen=True)
class Credentials:
    """What the provider has given to its customer."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Login(Expiring):
    """The token, and the credentials for the broker that came with it (wire 3.2)."""

    margin = TOKEN_MARGIN

    token: str = field(repr=False)
    id: str = field(repr=False)
    """The client id at the broker; the topics are requested by it, too."""
    username: str = field(repr=False)
    password: str = field(repr=False)
    expires_at: datetime

    @classmethod
    def issued(cls, answer: object) -> Login:
        """Read the answer to a token request.

        :raises Malformed: one of the four values is missing.
        """
        found = answer if isinstance(answer, dict) else {}
        login = cls(
            token=read_token(found.get("token")),
            id=text(found.get("id")),
            username=text(found.get("username")),
            password=text(found.get("password")),
            expires_at=datetime.now(UTC) + TOKEN_LIFE,
        )
        if not (login.token and login.id and login.username and login.password):
            raise Malformed("The token request was answered without credentials")
        return login
