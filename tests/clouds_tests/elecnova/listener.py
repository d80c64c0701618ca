"""A client of the broker, written with plain aiomqtt."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
import ssl
from typing import Any

from aiomqtt import Client, MqttCodeError, MqttError

from .wire import Wire


@dataclass
class Listener:
    """Somebody who has asked for topics, connected, and subscribed."""

    client: Client
    topics: list[str]
    _messages: AsyncIterator[Any] = field(init=False)

    def __post_init__(self) -> None:
        """Begin to listen."""
        self._messages = aiter(self.client.messages)

    async def subscribe(self, *topics: str) -> list[int]:
        """Subscribe; returns the codes of the answers."""
        codes = [await self.client.subscribe(each, qos=1) for each in topics]
        return [each.value for (each,) in codes]  # type: ignore[union-attr]  # MQTT 3.1.1 has codes only

    async def raw(self) -> tuple[str, bytes]:
        """The next message: topic and payload."""
        async with asyncio.timeout(60):
            message = await anext(self._messages)
        return str(message.topic), bytes(message.payload)

    async def take(self, count: int) -> list[tuple[str, Any]]:
        """The next messages, read as JSON."""
        messages = [await self.raw() for _ in range(count)]
        return [(topic, json.loads(payload)) for topic, payload in messages]

    async def one(self) -> Any:
        """The payload of the next message, read as JSON."""
        ((_, payload),) = await self.take(1)
        return payload

    async def cut_off(self) -> None:
        """Wait until the broker ends the connection; what comes until then does not matter."""
        try:
            while True:
                await self.raw()
        except MqttError:
            return


async def ask(wire: Wire, *serials: str, mode: int = 1) -> list[str]:
    """Ask for the topics of devices."""
    mqtt_id = wire.cloud.customers.account(wire.account["name"]).mqtt_id
    path = f"/api/v1/dev/topic/{mqtt_id}"
    return [
        row["topic"]
        for serial in serials
        for row in await wire.get(f"{path}/{serial}", mode=mode)
    ]


@asynccontextmanager
async def connected(
    wire: Wire, topics: Iterable[str] = (), **changes: Any
) -> AsyncIterator[Listener]:
    """Connect with the credentials of an account, or others, and subscribe."""
    account = wire.cloud.customers.account(wire.account["name"])
    options: dict[str, Any] = {
        "hostname": "127.0.0.1",
        "port": int(wire.cloud.hosts["mqtt"].rpartition(":")[2]),
        "identifier": account.mqtt_id,
        "username": account.mqtt_username,
        "password": account.mqtt_password,
        "tls_context": ssl.create_default_context(cadata=wire.cloud.announcement["ca"]),
        "timeout": 10,
    }
    async with Client(**options | changes) as client:
        listener = Listener(client, list(topics))
        await listener.subscribe(*listener.topics)
        yield listener


@asynccontextmanager
async def listening(wire: Wire, mode: int = 1) -> AsyncIterator[Listener]:
    """Get credentials, ask for the first cabinet's topics (or its components'), connect and subscribe."""
    await wire.sign_in()
    serials = [wire.account["cabinet"]]
    if mode == 2:
        serials = wire.account["sites"][0]["cabinets"][0]["components"]
    async with connected(wire, await ask(wire, *serials, mode=mode)) as listener:
        yield listener


async def refusal(wire: Wire, **changes: Any) -> str | None:
    """The answer with which a connection is refused; None if it is not."""
    try:
        async with connected(wire, **changes):
            return None
    except MqttCodeError as error:
        return str(error.rc)
