"""Somebody else with the same credentials: brokers throw the older of two clients with one id out (wire 5)."""

import asyncio
from contextlib import suppress
from typing import Final

from aiomqtt import Client, MqttError

from .certificate import TRUSTED
from .customers import Account

PAUSE: Final = 0.2
"""Real seconds before the next attempt."""


class Thieves:
    """Clients that take the places of others, and come again when they are thrown out themselves."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._tasks: dict[Account, asyncio.Task[None]] = {}

    async def come(self, account: Account, port: int) -> None:
        """Take an account's place at the broker; returns when that is done, or refused."""
        await self.leave(account)
        done = asyncio.Event()
        self._tasks[account] = asyncio.create_task(self._stay(account, port, done))
        await done.wait()

    async def leave(self, account: Account) -> None:
        """Go away for good."""
        if task := self._tasks.pop(account, None):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def leave_all(self) -> None:
        """Have all of them go away."""
        for account in list(self._tasks):
            await self.leave(account)

    async def _stay(self, account: Account, port: int, done: asyncio.Event) -> None:
        while True:
            with suppress(MqttError):
                async with Client(
                    "127.0.0.1",
                    port,
                    identifier=account.mqtt_id,
                    username=account.mqtt_username,
                    password=account.mqtt_password,
                    tls_context=TRUSTED.client_context(),
                ) as client:
                    done.set()
                    async for _ in client.messages:
                        pass
            done.set()
            await asyncio.sleep(PAUSE)
