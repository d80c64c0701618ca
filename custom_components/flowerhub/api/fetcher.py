"""Asks one path after the other and has the answers read (wire 4.14)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
import logging
from typing import Any, Unpack

from aiohttp import ClientTimeout

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.errors import AuthFailed, CloudError
from custom_components.cloud_energy.client.parsing import read_json
from custom_components.cloud_energy.client.storable import parse_json
from custom_components.cloud_energy.client.wire import Drift

from .auth import Authenticator
from .const import HEADERS, REQUEST_TIMEOUT
from .options import CallOptions, FetchOptions

_LOGGER = logging.getLogger(__name__)


@dataclass
class Callbacks:
    """Called with each failure before it is raised."""

    on_auth_failed: Callable[[], None] | None = None
    """The username or the password is wrong."""
    on_api_error: Callable[[CloudError], None] | None = None
    """Anything else; `error_details` has status, address and body."""


class Fetcher:
    """Sends GET requests with the login of one account."""

    def __init__(
        self,
        auth: Authenticator,
        base: str,
        *,
        attempts: int | None,
        callbacks: Callbacks,
    ) -> None:
        """Take how often a request is tried at most; None: as the transport does it."""
        self.drift = Drift()
        self.request_timeout_total: float = REQUEST_TIMEOUT
        self._auth = auth
        self._base = base
        self._attempts = attempts
        self._callbacks = callbacks

    async def get[T](
        self,
        path: str,
        params: Mapping[str, object],
        parse: Callable[[Any], T],
        *,
        query: Mapping[str, str] | None = None,
        allow_text: bool = False,
        **options: Unpack[FetchOptions],
    ) -> T | None:
        """Ask a path and return what its answer says.

        `allow_text`: a body that is no JSON is not an error, but a text.

        :raises AuthFailed: the username or the password is wrong.
        :raises CloudError: it failed; with `raise_on_error=False` None is returned.
        """
        call = self._call(path, params, query or {}, options)
        reply: Reply | None = None
        try:
            reply = await self._auth.send(call)
            data = await _data(reply, allow_text=allow_text)
            with self.drift.watching():
                return parse(data)
        except AuthFailed:
            self.report_auth_failed()
            raise
        except CloudError as err:
            err.reply = err.reply or reply
            self._report(self._callbacks.on_api_error, err)
            if options.get("raise_on_error", True):
                raise
            return None

    def report_auth_failed(self) -> None:
        """Report that a sign-in was rejected."""
        self._report(self._callbacks.on_auth_failed)

    def _call(
        self,
        path: str,
        params: Mapping[str, object],
        query: Mapping[str, str],
        options: CallOptions,
    ) -> Call:
        retries = options.get("retry_5xx_attempts")
        total = options.get("timeout_total")
        seconds = self.request_timeout_total if total is None else total
        return Call(
            method="GET",
            base=self._base,
            path=path,
            params={name: str(value) for name, value in params.items()},
            query=query,
            headers=HEADERS,
            attempts=self._attempts if retries is None else 1 + max(0, retries),
            timeout=ClientTimeout(total=seconds or None),
        )

    @staticmethod
    def _report[**P](
        callback: Callable[P, None] | None, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call back; what goes wrong there is not the caller's trouble."""
        if callback is None:
            return
        try:
            callback(*args, **kwargs)
        except Exception:
            _LOGGER.exception("Error in a callback")


async def _data(reply: Reply, *, allow_text: bool) -> Any:
    """Return the parsed body; None for an empty one (wire 3.5).

    :raises Malformed: it is no JSON.
    """
    if not reply.body.strip():
        return None
    if allow_text:
        return await asyncio.to_thread(_loosely, reply.text())
    return await read_json(reply)


def _loosely(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return text
