"""A real broker behind the simulated cloud: a mosquitto process with the same certificate and the same guests.

It knows no client ids that belong to user names, accepts every subscription and stays silent on those that are not allowed.
"""

import asyncio
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from pathlib import Path
import signal
import socket
from typing import Final

from aiomqtt import Client

from tests.clouds.elecnova.broker import Message
from tests.clouds.elecnova.certificate import Certificate
from tests.clouds.elecnova.door import Door, Guest
from tests.programs import require_program

HERE: Final = "127.0.0.1"
CLOUD: Final = Guest("cloud", "cloud", "secret of the cloud", frozenset())


class MosquittoBroker:
    """See `tests.clouds.elecnova.broker.Broker`."""

    def __init__(self, door: Door, folder: Path) -> None:
        """Let in whom `door` lets in; files go into `folder`."""
        self._door = door
        self._folder = folder
        self._program = require_program("mosquitto")
        self._hashing = require_program("mosquitto_passwd")
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._cloud: Client | None = None
        self._certificate: Certificate | None = None
        self.port = 0

    async def start(self, port: int, certificate: Certificate) -> None:
        """See `Broker`."""
        self.port = port or _free_port()
        self._certificate = certificate
        await self._write_guests()
        arguments = (self._program, "-c", str(self._configuration()))
        self._process = await asyncio.create_subprocess_exec(*arguments, stderr=PIPE)
        await self._hear("running")
        self._cloud = await self._stack.enter_async_context(self._client(CLOUD))

    async def stop(self) -> None:
        """See `Broker`."""
        if self._process is None:
            return
        process, self._process = self._process, None
        await self._stack.aclose()
        process.terminate()
        await process.communicate()

    async def tell(self, message: Message) -> None:
        """See `Broker`."""
        if self._process is not None:
            await self._cloud_client.publish(
                message.topic, message.payload, message.qos, message.retain
            )

    async def update(self) -> None:
        """See `Broker`."""
        async with self._turn:
            if self._process is not None:
                await self._write_guests()
                self._process.send_signal(signal.SIGHUP)
                await self._hear("Reloading config")
                # It does one thing after the other: an answer means that it has read the files.
                await self._cloud_client.publish("cloud/ready", qos=1)

    async def kick(self, client_id: str) -> None:
        """See `Broker`: a second client with an id ends the first one."""
        (guest,) = [x for x in self._door.guests() if x.client_id == client_id]
        async with self._client(guest):
            pass

    @property
    def _cloud_client(self) -> Client:
        assert self._cloud is not None
        return self._cloud

    def _client(self, guest: Guest) -> Client:
        assert self._certificate is not None
        return Client(
            HERE,
            self.port,
            identifier=guest.client_id,
            username=guest.username,
            password=guest.password,
            tls_context=self._certificate.client_context(),
        )

    async def _hear(self, text: str) -> None:
        """Read the log up to a line with that text."""
        assert self._process is not None
        assert self._process.stderr is not None
        async with asyncio.timeout(60):
            async for line in self._process.stderr:
                if text in line.decode():
                    return
        raise RuntimeError(f"mosquitto has ended before {text!r}")

    def _configuration(self) -> Path:
        assert self._certificate is not None
        certificate, key = self._certificate.write(self._folder)
        path = self._folder / "mosquitto.conf"
        path.write_text(
            f"listener {self.port} {HERE}\n"
            f"certfile {certificate}\n"
            f"keyfile {key}\n"
            f"password_file {self._folder / 'passwords'}\n"
            f"acl_file {self._folder / 'topics'}\n"
            "allow_anonymous false\n"
            "connection_messages false\n"
            # Started by root, it would become a user who may not read these files.
            "user root\n"
        )
        return path

    async def _write_guests(self) -> None:
        guests = [CLOUD, *self._door.guests()]
        passwords = _new_file(
            self._folder / "passwords.new",
            "".join(f"{each.username}:{each.password}\n" for each in guests),
        )
        hashing = await asyncio.create_subprocess_exec(
            self._hashing, "-U", str(passwords)
        )
        assert await hashing.wait() == 0
        topics = _new_file(
            self._folder / "topics.new", "".join(_rules(each) for each in guests)
        )
        for path in (passwords, topics):
            path.rename(path.with_suffix(""))


def _new_file(path: Path, text: str) -> Path:
    path.touch(0o600)
    path.write_text(text)
    return path


def _rules(guest: Guest) -> str:
    rules = [f"topic read {each}" for each in sorted(guest.topics)]
    if guest is CLOUD:
        rules = ["topic write #"]
    return "\n".join([f"user {guest.username}", *rules, ""])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        return int(listener.getsockname()[1])
