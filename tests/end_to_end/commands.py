"""Commands over a websocket of Home Assistant."""

import asyncio
from itertools import count
from typing import Any

from aiohttp import ClientWebSocketResponse


class Commands:
    """Sends commands, and reads all the time.

    Home Assistant asks now and then whether anybody is there. It hangs up on whoever
    reads nothing for two minutes, however much there is to do elsewhere.
    """

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Take a websocket that is logged in; it is closed with this."""
        self._socket = socket
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def send(self, command: str, parts: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its whole answer.

        :raises ConnectionError: Home Assistant has hung up.
        """
        number = next(self._ids)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            if self._reader.done():
                raise ConnectionError("Home Assistant has hung up")
            await self._socket.send_json({"id": number, "type": command, **parts})
            found: dict[str, Any] = await answer
        finally:
            del self._waiting[number]
        return found

    async def close(self) -> None:
        """Close the websocket."""
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        async for message in self._socket:
            answer = message.json()
            if waiting := self._waiting.get(answer["id"]):
                waiting.set_result(answer)
        for waiting in self._waiting.values():
            waiting.set_exception(ConnectionError("Home Assistant has hung up"))
