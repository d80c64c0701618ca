"""Requests to the hosts that give data (wire 2.1)."""

from collections.abc import Mapping
from typing import Any, Final

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.fields import read_list
from custom_components.cloud_energy.client.transport import Transport
from custom_components.cloud_energy.client.wire import Drift, WireModel

from .auth import Authenticator
from .const import BROWSER_HEADERS, PORTAL_CODE, Endpoints
from .envelope import bare, unwrap

PUBLIC: Final[Mapping[str, str]] = {}
"""The headers of what anybody may read."""

type Texts = Mapping[str, str]


class Service:
    """Sends the requests of one login with its token."""

    def __init__(
        self, transport: Transport, endpoints: Endpoints, auth: Authenticator
    ) -> None:
        """Take the parts that all kinds of requests share."""
        self._transport = transport
        self._auth = auth
        self.main_host = f"{endpoints.api}/api"
        self._property_host = endpoints.masa
        self._portal_host = f"{endpoints.masa_portal}/api"
        self._fault_host = f"{endpoints.faults}/api"
        self.drift = Drift()

    async def data(self, path: str, params: Texts, query: Texts | None = None) -> Any:
        """Return what is in the envelope of an answer of the main service."""
        return await unwrap(await self.get(self.main_host, path, params, query))

    async def bare(self, path: str, params: Texts) -> Any:
        """Return an answer of the main service that has no envelope."""
        return await bare(await self.get(self.main_host, path, params))

    async def property(
        self, path: str, params: Texts, query: Texts | None = None
    ) -> Any:
        """Return an answer of the property service."""
        return await bare(await self.get(self._property_host, path, params, query))

    async def portal(self, path: str, params: Texts) -> Any:
        """Return an answer of the property portal."""
        return await bare(await self.get(self._portal_host, path, params))

    async def faults(self, path: str, params: Texts) -> Any:
        """Return an answer of the fault portal."""
        return await bare(await self.get(self._fault_host, path, params))

    async def public(self, path: str) -> Any:
        """Return what anybody may read."""
        call = Call(method="GET", base=self.main_host, path=path, headers=PUBLIC)
        return await bare(await self._transport.send(call))

    async def get(
        self, base: str, path: str, params: Texts, query: Texts | None = None
    ) -> Reply:
        """Request something with the token."""
        return await self.send(
            Call(
                method="GET",
                base=base,
                path=path,
                params=params,
                query=query or {},
                headers=self.headers(base),
            )
        )

    async def ask(self, path: str, params: Texts, body: object) -> Reply:
        """Ask the main service for something that takes a body; it changes nothing."""
        base = self.main_host
        return await self.send(self._post(base, path, params, body, idempotent=True))

    async def ask_faults(self, path: str, body: object) -> Reply:
        """Ask the fault portal for something that takes a body."""
        base = self._fault_host
        return await self.send(self._post(base, path, {}, body, idempotent=True))

    async def command_portal(self, path: str, body: object) -> Any:
        """Have the property portal change something; never sent twice."""
        base = self._portal_host
        call = self._post(base, path, {}, body, idempotent=False, urgent=True)
        return await bare(await self.send(call))

    async def send(self, call: Call) -> Reply:
        """Send a call with the token."""
        return await self._transport.send(call, self._auth)

    def headers(self, base: str) -> dict[str, str]:
        """Return what a host wants to see besides the token."""
        is_portal = base == self._portal_host
        return BROWSER_HEADERS | PORTAL_CODE if is_portal else dict(BROWSER_HEADERS)

    def _post(
        self, base: str, path: str, params: Texts, body: object, **more: Any
    ) -> Call:
        return Call(
            method="POST",
            base=base,
            path=path,
            params=params,
            headers=self.headers(base),
            json=body,
            **more,
        )

    def read[ModelT: WireModel](self, answer: object, model: type[ModelT]) -> ModelT:
        """Read an answer, counting what is new in it.

        :raises Malformed: it has another shape, or is empty.
        """
        with self.drift.watching():
            return model.read(answer)

    def read_list[ModelT: WireModel](
        self, answer: object, model: type[ModelT]
    ) -> list[ModelT]:
        """Read an answer that is a list; null is an empty one.

        :raises Malformed: it has another shape, or nothing in it can be read.
        """
        with self.drift.watching():
            return read_list(answer, model)
