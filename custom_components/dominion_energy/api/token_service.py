"""Issue and refresh of the data service's tokens (wire 3.11, 3.12)."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import Malformed, ProviderError
from custom_components.cloud_energy.client.tokens import read_token
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import number, text

from .const import DATA_HEADERS, Endpoints
from .envelope import status_inside, unwrap
from .login import Tokens

# Only 401 is known to mean a dead token; the others are handled as if they might.
_REFUSALS: Final = frozenset({400, 401, 403})


class Refused(ProviderError):
    """The service does not take the token that it was given."""


@dataclass(frozen=True)
class Issued:
    """Fresh tokens, and whose they are (may be empty)."""

    tokens: Tokens
    uuid: str = field(default="", repr=False)


class TokenService:
    """The two calls that give tokens; neither is ever sent twice."""

    def __init__(self, transport: Transport, endpoints: Endpoints) -> None:
        """Take the transport of one account."""
        self._transport = transport
        self._endpoints = endpoints

    async def exchange(self, id_token: str) -> Issued:
        """Trade the id_token of a finished sign-in, good for a minute, for tokens.

        :raises Refused: the id_token is too old or not accepted.
        :raises CloudError: the service can't be asked now.
        """
        headers = {
            **DATA_HEADERS,
            "pt": "",
            "st": "PL",
            "e2eid": str(uuid4()),
            "Authorization": f"Bearer {id_token}",
        }
        device = dict.fromkeys(
            ("client", "version", "deviceId", "deviceName", "os"), ""
        )
        body = {
            "username": "",
            "password": "",
            "guestToken": id_token,
            "customattributes": device,
        }
        return await self._send("/UsermanagementAPI/api/1/Login/auth", headers, body)

    async def refresh(self, tokens: Tokens) -> Issued:
        """Trade the tokens for new ones; the old refresh token is dead afterwards.

        :raises Refused: the refresh token is dead; proven only by status 401.
        :raises CloudError: the service can't be asked now, or its answer was lost,
            and then the refresh token may be dead as well.
        """
        headers = {**DATA_HEADERS, "Authorization": f"Bearer {tokens.access}"}
        body = {"refreshToken": tokens.refresh}
        path = "/UsermanagementAPI/api/1/login/auth/refresh"
        return await self._send(path, headers, body)

    async def _send(self, path: str, headers: dict[str, str], body: object) -> Issued:
        call = Call(
            method="POST",
            base=self._endpoints.data,
            path=path,
            headers=headers,
            json=body,
            good={200, *_REFUSALS},
            status_inside=status_inside,
            idempotent=False,
            urgent=True,
        )
        reply = await self._transport.send(call)
        _check(reply)
        data = await unwrap(reply)
        if not isinstance(data, dict):
            raise Malformed(f"{call.where} answered without tokens")
        return _issued(call.where, data)


def _check(reply: Reply) -> None:
    status = reply.status
    if status in _REFUSALS:
        raise Refused(f"{reply.call.where} refuses the token ({status})", status=status)


def _issued(where: str, data: dict[str, Any]) -> Issued:
    access = read_token(data.get("accessToken"))
    refresh = read_token(data.get("refreshToken"))
    if not (access and refresh):
        raise Malformed(f"{where} answered without tokens")
    user = data.get("user")
    return Issued(
        tokens=Tokens.issued(access, refresh, number(data.get("expiresIn"))),
        uuid=text(user.get("uuid")) if isinstance(user, dict) else "",
    )
