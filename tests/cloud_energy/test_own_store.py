"""A file of ours that can't be read is set aside."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.cloud_energy.helpers.own_store import OwnStore, readable


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[HomeAssistant]:
    """Start no more of Home Assistant than its files need: the usual one has none."""
    made = HomeAssistant(str(tmp_path))
    yield made
    await made.async_stop(force=True)


def store(hass: HomeAssistant) -> OwnStore:
    """Return a store as a start finds it."""
    return OwnStore(hass, 1, "ours", private=True)


@pytest.mark.parametrize(
    "content",
    [
        b'{"version": 2, "data": {}}',
        b'{"version": 0, "data": {}}',
        b'{"version": "1", "data": {}}',
        b'{"version": 1, "data": [1]}',
        b'{"version": 1, "data": "text"}',
        b'{"version": 1}',
        b'{"data": {}}',
        b"[1]",
        b"7",
        b"null",
        b'{"version": 1, "da\xff"',
    ],
)
async def test_set_aside(bare: HomeAssistant, content: bytes) -> None:
    """The start is a fresh one, and what was there can still be looked at."""
    path = Path(store(bare).path)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert await store(bare).async_load() is None
    [aside] = path.parent.iterdir()
    assert aside.read_bytes() == content
    await store(bare).async_save({"a": 1})
    assert await store(bare).async_load() == {"a": 1}
    await store(bare).async_remove()
    assert not path.exists()
    # What is no JSON at all Home Assistant itself sets aside, for good.
    assert aside.exists() is (".corrupt." in aside.name)


async def test_what_can_not_be_set_aside(
    bare: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """The start is a fresh one all the same, and nobody is told that it is kept."""
    path = Path(store(bare).path)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"[1]")
    in_the_way = path.with_name(f"{path.name}.unreadable")
    in_the_way.mkdir()
    assert await store(bare).async_load() is None
    assert "it is going to be replaced" in caplog.text
    await store(bare).async_save({"a": 1})
    assert await store(bare).async_load() == {"a": 1}


async def test_nothing_yet(bare: HomeAssistant) -> None:
    """Where there is no file there is nothing to set aside."""
    assert await store(bare).async_load() is None
    assert not Path(store(bare).path).parent.exists()


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ([1, "odd", None, "2", 10**400], [1, 2, 10**400]),
        ({"a": 1}, []),
        ("12", []),
        (None, []),
    ],
)
def test_readable(stored: Any, found: list[int]) -> None:
    """What can't be read costs only itself."""
    assert readable(stored, int) == found


def test_readable_members() -> None:
    """An object has names and values."""
    stored = {"a": 1, "b": "odd", "c": "3"}
    pairs = readable(stored, lambda name, value: (name, int(value)))
    assert pairs == [("a", 1), ("c", 3)]
