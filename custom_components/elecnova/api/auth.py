"""Getting tokens, and signing what is sent with them (wire 3)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
import re
from typing import Final, override

from custom_components.cloud_energy.client.authorizer import Authorizer, Grant
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import AuthFailed, InvalidCredentials
from custom_components.cloud_energy.client.session import LoginSession
from custom_components.cloud_energy.client.transport import Transport

from .answers import status_inside, unwrapped
from .const import Endpoints
from .errors import AddressNotAllowed, ClockSkew
from .login import Credentials, Login
from .signature import signed_headers

_TOKEN_PATH: Final = "/comm/client"  # a path, no token
_REFUSALS: Final = frozenset({400, 401})
_REFUSED: Final = frozenset({400, 401, 403})
_ADDRESS: Final = re.compile(rb"\bip\b|white ?list", re.IGNORECASE)
"""What a refusal may say that is about an address; nobody knows (wire 3.4)."""
_MAX_SKEW: Final = timedelta(minutes=2)


class Authenticator(LoginSession[Login]):
    """Keeps one client supplied with tokens; nothing of them is stored."""

    def __init__(
        self, transport: Transport, endpoints: Endpoints, credentials: Credentials
    ) -> None:
        """Sign on behalf of a client."""
        self._transport = transport
        self._endpoints = endpoints
        self._credentials = credentials
        super().__init__(
            None, is_fresh=lambda login: login.is_fresh, persist=lambda login: None
        )

    @override
    def grant(self, call: Call, login: Login) -> Grant:
        headers = {"Authorization": login.token, **self._signed(call)}
        return Grant(headers, login)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return reply.status == 401 and not reply.is_html

    @override
    def refusal_pause(self, error: AuthFailed) -> timedelta | None:
        return None

    @override
    async def renew(self, login: Login | None) -> Login:
        return await self.sign_in_silently()

    @override
    async def request_login(self) -> Login:
        call = Call(
            method="GET",
            base=self._endpoints.api,
            path=_TOKEN_PATH,
            good={200, *_REFUSED},
            status_inside=status_inside,
        )
        reply = await self._transport.send(call, _Signer(self._signed))
        self._check(reply)
        return Login.issued(await unwrapped(reply))

    def _signed(self, call: Call) -> Mapping[str, str]:
        return signed_headers(
            self._credentials.client_id,
            self._credentials.client_secret,
            call.url.raw_path,
        )

    def _check(self, reply: Reply) -> None:
        """Raise what a refused token request means.

        :raises AddressNotAllowed: it is about where the request came from.
        :raises ClockSkew: this machine's clock is wrong.
        :raises InvalidCredentials: it is about the client.
        """
        where = reply.call.where
        status = reply.status
        if status == 403 or (status in _REFUSALS and _ADDRESS.search(reply.body)):
            raise AddressNotAllowed(f"{where} is not permitted ({status})")
        if status in _REFUSALS:
            if _is_skewed(reply):
                raise ClockSkew(f"{where} rejects the time of this system")
            raise InvalidCredentials(f"{where} refuses the client")


class _Signer(Authorizer):
    """Signs what needs no token: the request for one."""

    replacements = 0

    def __init__(self, sign: Callable[[Call], Mapping[str, str]]) -> None:
        self._sign = sign

    @override
    async def authorize(self, call: Call) -> Grant:
        return Grant(self._sign(call))

    @override
    async def replace(self, call: Call, rejected: Grant) -> Grant:
        return await self.authorize(call)

    @override
    def is_rejection(self, reply: Reply) -> bool:
        return False


def _is_skewed(reply: Reply) -> bool:
    """Return whether the clocks differ too much, by the time of the answer."""
    try:
        theirs = parsedate_to_datetime(reply.headers.get("Date", ""))
    except ValueError:
        return False
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    return abs(datetime.now(UTC) - theirs) > _MAX_SKEW
