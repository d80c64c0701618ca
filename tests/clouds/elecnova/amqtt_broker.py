"""A broker in this process: TLS and the door in front of `amqtt` (wire 4.7, 8).

What `amqtt` lacks is done in front of it: credentials are checked before an older session of the same client id is touched, a
second client with that id cuts the first one off, and sessions that end are forgotten at once.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
import socket
from typing import Any, Final, override

from amqtt.adapters import BufferReader, StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.contexts import Action, BrokerConfig, ListenerConfig, ListenerType
from amqtt.errors import AMQTTError
from amqtt.mqtt.connack import UNACCEPTABLE_PROTOCOL_VERSION, ConnackPacket
from amqtt.mqtt.connect import ConnectPacket
from amqtt.mqtt.packet import CONNECT
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from tests.clouds.cloud import HOST

from .broker import Message
from .certificate import Certificate
from .door import ACCEPTED, Door

LISTENER: Final = "default"
PROTOCOL_LEVEL: Final = 4
"""That of MQTT 3.1.1."""


class DoorPlugin(BaseTopicPlugin, BaseAuthPlugin):
    """Has `amqtt` ask the door what may be heard. Who comes that far has been let in."""

    @dataclass
    class Config:
        """The settings of the plugin: the door that it asks."""

        door: Any

    @override
    async def authenticate(self, *, session: Session) -> bool:
        return True

    @override
    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool:
        door: Door = self.config.door
        assert session is not None
        assert session.client_id is not None
        assert topic is not None
        match action:
            case Action.SUBSCRIBE:
                return door.may_subscribe(session.client_id, topic)
            case Action.RECEIVE:
                return door.may_hear(session.client_id, topic)
            case _:
                return False


class _Replay(StreamReaderAdapter):
    """A stream whose first packet is read once more."""

    def __init__(self, packet: bytes, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._packet = BytesIO(packet)

    @override
    async def read(self, n: int = -1) -> bytes:
        return self._packet.read(n) or await super().read(n)


@dataclass(eq=False, slots=True)
class _Connection:
    writer: asyncio.StreamWriter
    connect: ConnectPacket | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def client_id(self) -> str | None:
        return self.connect.client_id if self.connect else None


class AmqttBroker:
    """See `broker.Broker`."""

    def __init__(self, door: Door) -> None:
        """Let in whom `door` lets in."""
        self._door = door
        self._server: asyncio.Server | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._amqtt: Broker | None = None
        self._connections: set[_Connection] = set()
        self.port = 0

    async def start(self, port: int, certificate: Certificate) -> None:
        """See `broker.Broker`."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._stopping = None
        self._amqtt = Broker(_config(self._door))
        await self._amqtt.start()
        self._server = await asyncio.start_server(
            self._connected, sock=listener, ssl=certificate.server_context()
        )

    async def stop(self) -> None:
        """See `broker.Broker`."""
        if self._amqtt is not None and self._stopping is None:
            self._stopping = asyncio.create_task(self._shut_down(self._amqtt))
        if self._stopping is not None:
            # Half a stop would leave tasks behind: who gives up waiting does not end it.
            await asyncio.shield(self._stopping)

    async def _shut_down(self, amqtt: Broker) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            server.abort_clients()
            await self._leave(list(self._connections))
            await server.wait_closed()
        await amqtt.shutdown()

    async def tell(self, message: Message) -> None:
        """See `broker.Broker`."""
        if self._server is None or self._amqtt is None:
            return
        topic, payload = message.topic, message.payload
        # Without a quality of the message's own, each subscription's is taken.
        qos = None if message.qos else 0
        await self._amqtt.internal_message_broadcast(topic, payload, qos)
        if message.retain:
            await self._amqtt.retain_message(None, topic, payload, message.qos)

    async def update(self) -> None:
        """See `broker.Broker`."""
        await self._leave(
            [each for each in self._connections if not self._is_welcome(each)]
        )

    async def kick(self, client_id: str) -> None:
        """See `broker.Broker`."""
        await self._leave([x for x in self._connections if x.client_id == client_id])

    async def _leave(self, connections: list[_Connection]) -> None:
        for each in connections:
            each.writer.transport.abort()
        for each in connections:
            await each.gone.wait()

    def _is_welcome(self, connection: _Connection) -> bool:
        connect = connection.connect
        return connect is None or self._door.is_welcome(
            connect.client_id, connect.username, connect.password
        )

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connection = _Connection(writer)
        self._connections.add(connection)
        try:
            # Who goes away, or speaks something else, is not missed.
            with suppress(asyncio.IncompleteReadError, OSError, AMQTTError):
                await self._receive(reader, connection)
        finally:
            writer.transport.abort()
            self._connections.discard(connection)
            connection.gone.set()

    async def _receive(
        self, reader: asyncio.StreamReader, connection: _Connection
    ) -> None:
        """Serve one client until it is gone."""
        if self._door.mute:
            await reader.read()
            return
        packet = await _first_packet(reader)
        connect = await ConnectPacket.from_stream(BufferReader(packet))
        adapter = StreamWriterAdapter(connection.writer)
        if (code := self._answer(connect)) != ACCEPTED:
            await ConnackPacket.build(0, code).to_stream(adapter)
            await adapter.close()
            return
        older = [x for x in self._connections if x.client_id == connect.client_id]
        connection.connect = connect
        await self._leave(older)
        await self._converse(connect, _Replay(packet, reader), adapter)

    async def _converse(
        self, connect: ConnectPacket, reader: _Replay, writer: StreamWriterAdapter
    ) -> None:
        assert self._amqtt is not None
        assert connect.client_id is not None
        try:
            await self._amqtt.external_connected(reader, writer, LISTENER)
        finally:
            self._stop_timer(connect.client_id)
            if connect.clean_session_flag:
                # Left to `amqtt`, this happens a second later, and a message that is just going out gets lost.
                await self._amqtt._delete_session(connect.client_id)

    def _stop_timer(self, client_id: str) -> None:
        """End the timer of a connection: a message that is just going out would start it once more."""
        assert self._amqtt is not None
        _, handler = self._amqtt._sessions.get(client_id, (None, None))
        if handler is not None:
            handler.keepalive_timeout = None
            if handler._keepalive_task is not None:
                handler._keepalive_task.cancel()

    def _answer(self, connect: ConnectPacket) -> int:
        if connect.proto_level != PROTOCOL_LEVEL:
            return UNACCEPTABLE_PROTOCOL_VERSION
        return self._door.knock(connect.client_id, connect.username, connect.password)


def _config(door: Door) -> BrokerConfig:
    plugin = f"{DoorPlugin.__module__}.{DoorPlugin.__qualname__}"
    return BrokerConfig(
        listeners={LISTENER: ListenerConfig(type=ListenerType.EXTERNAL)},
        plugins={plugin: {"door": door}},
    )


async def _first_packet(reader: asyncio.StreamReader) -> bytes:
    """The bytes of a packet: its kind, its length in groups of seven bits, and as many bytes more.

    :raises AMQTTError: it is another kind than the first one must be
    """
    packet = await reader.readexactly(2)
    if packet[0] != CONNECT << 4:
        raise AMQTTError("The first packet is no CONNECT")
    while packet[-1] & 0x80:
        packet += await reader.readexactly(1)
    length = sum((byte & 0x7F) << 7 * n for n, byte in enumerate(packet[1:]))
    return packet + await reader.readexactly(length)
