"""One connection to the broker, from the handshake to its end (wire 4.7)."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import batched
import logging
import ssl
from ssl import SSLContext
from types import TracebackType
from typing import Any, Final, Self, override

from aiomqtt import Client, MqttCodeError, MqttError, Wildcard
from homeassistant.util.ssl import client_context, client_context_no_verify

from custom_components.elecnova.api.login import Login

_KEEPALIVE: Final = 60
_REFUSED: Final = range(133, 136)
"""Codes of a refused client id, username, password or permission."""
_MAX_TOPICS: Final = 8
"""In one request; some brokers take no more."""
_FAILED: Final = 128
"""Codes from here on are failures."""

# The library logs client ids and topics, which hold serials.
_SILENT: Final = logging.getLogger(f"{__name__}.wire")
_SILENT.disabled = True


class BrokerError(Exception):
    """The connection could not be made, or it broke."""


class Unreachable(BrokerError):
    """Nothing answers at the broker's address, or nothing that is understood."""


class Untrusted(BrokerError):
    """The broker has a certificate that can't be verified."""


class Refused(BrokerError):
    """The broker does not accept the credentials, or none of the topics."""


class CutOff(BrokerError):
    """The broker has ended the connection."""


def tls_context(*, verify: bool) -> SSLContext:
    """Return Home Assistant's own context: nothing is read from disk for it."""
    return client_context() if verify else client_context_no_verify()


class _Client(Client):
    """A client that leaves nothing behind: no open socket, no unheard error."""

    @override
    async def __aenter__(self) -> Self:
        ended = self._disconnected
        connecting = asyncio.ensure_future(super().__aenter__())
        try:
            await asyncio.wait([connecting])
            return connecting.result()
        except BaseException:
            # A thread opens the socket; what it is doing can't be called off.
            if self._client.socket() is not None:
                self._hear_nothing()
                connecting.cancel()
            with suppress(MqttError, asyncio.CancelledError):
                await connecting
            self._hear_nothing()
            self._client.disconnect()
            raise
        finally:
            _hear(ended)

    def _hear_nothing(self) -> None:
        """Be deaf to what comes, since nobody waits for it any more."""
        self._client.on_connect = self._client.on_disconnect = None

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            await super().__aexit__(exc_type, exc, tb)
        finally:
            _hear(self._disconnected)


def _hear(ended: asyncio.Future[None]) -> None:
    """Retrieve how a connection ended, so that its error isn't logged as unhandled."""
    if ended.done() and not ended.cancelled():
        ended.exception()


@asynccontextmanager
async def connected(
    host: str, port: int, login: Login, *, verify: bool
) -> AsyncIterator[Client]:
    """Connect with the credentials that came with a token.

    :raises Unreachable: there is no broker.
    :raises Untrusted: its certificate can't be verified.
    :raises Refused: the credentials are not accepted.
    :raises CutOff: the connection has ended.
    """
    client = _Client(
        host,
        port,
        identifier=login.id,
        username=login.username,
        password=login.password,
        clean_session=True,
        keepalive=_KEEPALIVE,
        tls_context=tls_context(verify=verify),
        logger=_SILENT,
    )
    try:
        await client.__aenter__()
    except MqttError as err:
        raise _connect_error(err) from err
    except ValueError as err:
        raise Unreachable("the address is invalid") from err
    try:
        yield client
    except MqttError as err:
        raise CutOff(_reason(err)) from err
    finally:
        with suppress(MqttError):
            await client.__aexit__(None, None, None)


async def subscribe(client: Client, topics: Iterable[str]) -> int:
    """Subscribe to topics, and return how many of them are refused.

    :raises Refused: all of them are.
    """
    wanted = [topic for topic in topics if _is_topic(topic)]
    refused = await _refused(client, wanted, quality=1)
    if refused:
        refused = await _refused(client, refused, quality=0)
    if len(refused) == len(wanted):
        raise Refused("no topic is permitted")
    return len(refused)


async def _refused(client: Client, topics: Iterable[str], quality: int) -> list[str]:
    found: list[str] = []
    for some in batched(topics, _MAX_TOPICS, strict=False):
        codes = await client.subscribe([(topic, quality) for topic in some])
        pairs = zip(some, codes, strict=True)
        found += [topic for topic, code in pairs if _number(code) >= _FAILED]
    return found


def _is_topic(topic: str) -> bool:
    try:
        Wildcard(topic)
    except ValueError:
        return False
    return True


def _connect_error(error: MqttError) -> BrokerError:
    if isinstance(error, MqttCodeError) and _number(error.rc) in _REFUSED:
        return Refused(_reason(error))
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        return Untrusted("its certificate can't be verified")
    return Unreachable(_reason(error))


def _reason(error: MqttError) -> str:
    """Return why, in words that hold no names."""
    if isinstance(error, MqttCodeError):
        return f"code {_number(error.rc)}"
    cause = error.__cause__ or error.__context__
    return type(cause).__name__ if cause else str(error)


def _number(code: Any) -> int:
    # The library's own class has the number inside; a plain number is itself.
    return int(getattr(code, "value", code) or 0)
