"""Requests to the data service (wire 4)."""

from collections.abc import Callable, Mapping
from typing import Any

from custom_components.cloud_energy.client.call import MAX_FILE_BYTES, Body, Call, Reply
from custom_components.cloud_energy.client.errors import Malformed
from custom_components.cloud_energy.client.fields import read_list
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, WireModel

from .auth import Authenticator
from .const import DATA_HEADERS, Endpoints
from .envelope import status_inside, unwrap

type Texts = Mapping[str, str]


class Service:
    """Sends the requests of one login with its tokens."""

    def __init__(
        self, transport: Transport, endpoints: Endpoints, auth: Authenticator
    ) -> None:
        """Take the parts that all requests share."""
        self._transport = transport
        self._base = endpoints.data
        self._auth = auth
        self.drift = Drift()

    async def get(
        self, path: str, query: Texts | None = None, *, params: Texts | None = None
    ) -> Any:
        """Return what is in the envelope of an answer."""
        call = self._call("GET", path, query=query or {}, params=params or {})
        return await unwrap(await self._send(call))

    async def post(self, path: str, body: object) -> Any:
        """Return the same, of a request with a body; it only reads."""
        return await unwrap(await self._send(self._call("POST", path, json=body)))

    async def download(
        self, path: str, body: object, *, is_file: Callable[[bytes], bool]
    ) -> bytes:
        """Return a file, recognized by its content.

        :raises CloudError: something else came; an envelope says what is wrong.
        """
        call = self._call(
            "POST", path, json=body, body=Body.BYTES, max_bytes=MAX_FILE_BYTES
        )
        reply = await self._send(call)
        if not is_file(reply.body):
            await unwrap(reply)
            raise Malformed(f"{call.where} answered with no file")
        return reply.body

    async def _send(self, call: Call) -> Reply:
        return await self._transport.send(call, self._auth)

    def _call(self, method: str, path: str, **parts: Any) -> Call:
        """Build a call; all of them only read, so each may be repeated."""
        return Call(
            method=method,
            base=self._base,
            path=path,
            headers=DATA_HEADERS,
            idempotent=True,
            status_inside=status_inside,
            **parts,
        )

    def read[ModelT: WireModel](self, data: Any, model: type[ModelT]) -> ModelT:
        """Read a model, counting what is new in it; nothing at all is an empty one.

        :raises Malformed: it has another shape.
        """
        with self.drift.watching():
            return model.read({} if data is None else data)

    def read_list[ModelT: WireModel](
        self, data: Any, model: type[ModelT]
    ) -> list[ModelT]:
        """Read a list of models, leaving out those that can't be read.

        :raises Malformed: it is no list.
        """
        with self.drift.watching():
            return read_list(data, model)
