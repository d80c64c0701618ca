"""What is no token takes no token's place; a new one is stored before it is used."""

import asyncio
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.cloud_energy.client.jwt import read_jwt
from custom_components.cloud_energy.client.tokens import (
    TokenStore,
    read_stored,
    read_token,
)
from custom_components.emporia.api.login import Login

NOW = datetime(2026, 7, 1, tzinfo=UTC)

NO_TOKENS: tuple[object, ...] = (
    None,
    True,
    7,
    ["access-token"],
    "",
    "x",
    "with space",
    "new\nline-token",
    "nul\0-token-1234",
    "half\ud83d-token",
    "ключ-доступа",
    "x" * 20_000,
)


@pytest.mark.parametrize("value", NO_TOKENS, ids=ascii)
def test_what_is_no_token(value: object) -> None:
    """It is nothing, then."""
    assert read_token(value) == ""
    assert read_jwt(value) == ""


def test_tokens() -> None:
    """Opaque ones are tokens, and only those with claims are web tokens."""
    claims = urlsafe_b64encode(b'{"sub": "somebody"}').decode().rstrip("=")
    for token in ("b3BhcXVl/+==", f"head.{claims}.signature"):
        assert read_token(token) == token
    assert read_jwt(f"head.{claims}.signature")
    assert not read_jwt("b3BhcXVl/+==")
    assert not read_jwt("head.bm90aGluZw.signature")


async def test_nobody_uses_what_is_not_stored() -> None:
    """Neither those who wait for it, nor those who come meanwhile."""
    stored, gate = list[str](), asyncio.Event()

    async def persist(token: str) -> None:
        await gate.wait()
        stored.append(token)

    async def renew(_: str | None) -> str:
        return "new"

    keeper = TokenStore(
        "old", is_fresh=lambda token: token == "new", renew=renew, persist=persist
    )
    waiting = [asyncio.create_task(keeper.fresh()) for _ in range(2)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert keeper.tokens == "old"
    assert not any(each.done() for each in waiting)
    gate.set()
    assert await asyncio.gather(*waiting) == ["new", "new"]
    assert stored == ["new"]


@pytest.mark.parametrize("value", NO_TOKENS, ids=ascii)
def test_stored_token(value: object) -> None:
    """A login with what is no token is none."""
    login = Login("id-token-1234", "refresh-token-1234", NOW, NOW)
    assert read_stored(Login, login.to_dict()) == login
    for name in ("id_token", "refresh_token"):
        assert read_stored(Login, {**login.to_dict(), name: value}) is None


@pytest.mark.parametrize("stored", [None, {}, {"login": 7}, ["login"], "login", 7])
def test_stored_nonsense(stored: Any) -> None:
    """It is no login either."""
    assert read_stored(Login, stored) is None
