"""What the end-to-end tests share."""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession
import pytest

from tests.whole_programs import give_second_try, spread


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give whole programs a second try, and time to wait in."""
    give_second_try(items, Path(__file__).parent)
    spread(items, Path(__file__).parent)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session that reaches the real programs of a test."""
    async with ClientSession() as session:
        yield session
