"""What the end-to-end tests share."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
import pytest


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session that reaches the real programs of a test."""
    async with ClientSession() as session:
        yield session
