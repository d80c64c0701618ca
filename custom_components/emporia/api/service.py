"""Requests to the legacy and the modern API (wire 2, 4)."""

from collections.abc import Mapping
from typing import Any, Final

from custom_components.cloud_energy.client.call import Body, Call, Reply
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import read_list
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, WireModel

from .auth import Authenticator
from .const import Endpoints

_ACCEPT: Final = {"Accept": "application/json"}

type Query = Mapping[str, str]


class Service:
    """Sends the requests of one account with its token."""

    def __init__(
        self,
        transport: Transport,
        endpoints: Endpoints,
        auth: Authenticator,
        attempts: int | None = None,
    ) -> None:
        """Take the parts that all kinds of requests share."""
        self._attempts = attempts
        self.transport = transport
        self.endpoints = endpoints
        self.auth = auth
        self.drift = Drift()

    async def legacy(
        self, path: str, query: Query | None = None, *, urgent: bool = False
    ) -> Any:
        """Return the parsed answer of the legacy API; `urgent`: the user waits."""
        call = Call(
            method="GET",
            base=self.endpoints.legacy,
            path=path,
            query=query or {},
            headers=_ACCEPT,
            attempts=None if urgent else self._attempts,
            urgent=urgent,
        )
        return await read_json(await self.send(call))

    async def capi(self, path: str, query: Query | None = None) -> Any:
        """Return the parsed answer of the modern API."""
        call = Call(
            method="GET",
            base=self.endpoints.capi,
            path=path,
            query=query or {},
            headers=_ACCEPT,
            attempts=self._attempts,
        )
        return await read_json(await self.send(call))

    async def command(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a command of the user to the legacy host; an answer may be empty."""
        call = Call(
            method=method,
            base=self.endpoints.legacy,
            path=path,
            params=params or {},
            headers=_ACCEPT,
            json=body,
            body=Body.TEXT,
            # Each command names a state: sending it twice does no harm.
            idempotent=True,
            urgent=True,
        )
        reply = await self.send(call)
        return await read_json(reply) if reply.body.strip() else None

    async def send(self, call: Call) -> Reply:
        """Send a call with the account's token."""
        return await self.transport.send(call, self.auth)

    def read[ModelT: WireModel](self, answer: object, model: type[ModelT]) -> ModelT:
        """Read an answer, counting what is new in it.

        :raises Malformed: it has another shape.
        """
        with self.drift.watching():
            return model.read(answer)

    def read_list[ModelT: WireModel](
        self, answer: object, model: type[ModelT]
    ) -> list[ModelT]:
        """Read an answer that is a bare list.

        :raises Malformed: it has another shape.
        """
        if not isinstance(answer, list):
            raise Malformed(f"{model.__name__}: a list was expected")
        with self.drift.watching():
            return read_list(answer, model)
