"""What the cloud needs of a broker."""

from dataclasses import dataclass
from typing import Protocol

from .certificate import Certificate


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told on a topic."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


class Broker(Protocol):
    """A broker that lets in whom its door lets in."""

    port: int

    async def start(self, port: int, certificate: Certificate) -> None:
        """Serve on `localhost`; port 0 takes a free one.

        :raises OSError: the port is taken
        """

    async def stop(self) -> None:
        """Cut everybody off; `start` may follow."""

    async def tell(self, message: Message) -> None:
        """Give a message to those who may hear it."""

    async def update(self) -> None:
        """Take up what has changed about guests and topics; who is no longer welcome is cut off."""

    async def kick(self, client_id: str) -> None:
        """Cut a client off."""
