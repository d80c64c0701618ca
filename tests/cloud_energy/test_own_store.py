"""A file of ours that can't be read is set aside; one that can't be written is in time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
from homeassistant.util.json import load_json_object
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)


@pytest.fixture
async def bare(tmp_path: Path) -> AsyncIterator[HomeAssistant]:
    """Start no more of Home Assistant than its files need: the usual one has none."""
    made = HomeAssistant(str(tmp_path))
    yield made
    await made.async_stop(force=True)


def store(hass: HomeAssistant) -> OwnStore:
    """Return a store as a start finds it."""
    return OwnStore(hass, 1, "ours", private=True)


def folder_at_its_place(file: Path) -> Path:
    """Let the file be written, but not be put at its place."""
    file.parent.mkdir()
    file.mkdir()
    return file


def no_folder(file: Path) -> Path:
    """Let there be no folder, and none that can be made."""
    file.parent.touch()
    return file.parent


class Disk:
    """A disk that takes nothing for a while, and the time that passes."""

    def __init__(
        self,
        hass: HomeAssistant,
        freezer: FrozenDateTimeFactory,
        prevent: Callable[[Path], Path],
    ) -> None:
        """Take nothing from now on."""
        self.hass = hass
        self.file = Path(hass.config.path(".storage", "ours"))
        self._freezer = freezer
        self._obstacle = prevent(self.file)

    def recover(self) -> None:
        """Take everything from now on."""
        if self._obstacle.is_dir():
            self._obstacle.rmdir()
        else:
            self._obstacle.unlink()

    @property
    def content(self) -> Any:
        """What is on it; None if nothing is."""
        if not self.file.is_file():
            return None
        return load_json_object(self.file)["data"]

    async def pass_time(self, seconds: int) -> None:
        """Let time pass, ten seconds at a time."""
        for _ in range(seconds // 10):
            self._freezer.tick(timedelta(seconds=10))
            async_fire_time_changed(self.hass, dt_util.utcnow())
            await self.hass.async_block_till_done()


@pytest.fixture(params=[folder_at_its_place, no_folder])
def disk(
    bare: HomeAssistant, freezer: FrozenDateTimeFactory, request: pytest.FixtureRequest
) -> Disk:
    """Have a disk that takes nothing."""
    return Disk(bare, freezer, request.param)


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


async def test_a_disk_that_recovers(bare: HomeAssistant, disk: Disk) -> None:
    """What it did not take is there within minutes, as it is by then."""
    kept, count = own_store(bare, 1, "ours"), 1
    kept.async_save_within(lambda: {"count": count}, 60)
    await disk.pass_time(600)
    count = 2
    assert not await kept.async_write({"count": 0})
    # A later occasion does not put off what is overdue
    kept.async_save_within(lambda: {"count": count}, 7200)
    disk.recover()
    await disk.pass_time(300)
    assert disk.content == {"count": 2}
    # From then on everything is as it ever was
    count = 3
    kept.async_save_within(lambda: {"count": count}, 60)
    await disk.pass_time(50)
    assert disk.content == {"count": 2}
    await disk.pass_time(20)
    assert disk.content == {"count": 3}


async def test_what_is_written_at_once(bare: HomeAssistant, disk: Disk) -> None:
    """Whoever writes learns that it is not kept; the latest is, in the end."""
    kept = own_store(bare, 1, "ours")
    assert not await kept.async_write({"count": 1})
    await disk.pass_time(100)
    results = await asyncio.gather(*(kept.async_write({"count": n}) for n in (2, 3)))
    assert results == [False, False]
    disk.recover()
    await disk.pass_time(300)
    assert disk.content == {"count": 3}
    assert await kept.async_write({"count": 4})
    assert disk.content == {"count": 4}


async def test_set_up_again_meanwhile(bare: HomeAssistant, disk: Disk) -> None:
    """What could not be written is what the next one finds, and it is not written over."""
    await own_store(bare, 1, "ours").async_save({"count": 1})
    again = own_store(bare, 1, "ours")
    found = await again.async_load()
    assert found == {"count": 1}
    again.async_save_within(lambda: {"count": 2}, 3600)
    assert await again.async_load() == {"count": 2}
    disk.recover()
    await disk.pass_time(300)
    assert disk.content == {"count": 2}


async def test_removed_meanwhile(bare: HomeAssistant, disk: Disk) -> None:
    """What is to be forgotten does not come back with the disk."""
    kept = own_store(bare, 1, "ours")
    await kept.async_save({"count": 1})
    disk.recover()
    await kept.async_remove()
    await disk.pass_time(600)
    assert disk.content is None
    assert kept.is_kept


async def test_what_no_file_can_hold(
    bare: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """It is tried again, and a set-up begins with nothing."""
    kept: OwnStore = own_store(bare, 1, "ours")
    value: Any = 10**400
    kept.async_save_within(lambda: {"value": value}, 0)
    disk = Disk(bare, freezer, lambda file: file)
    await disk.pass_time(60)
    assert await kept.async_load() is None
    value = 7
    await disk.pass_time(300)
    assert disk.content == {"value": 7}


async def test_the_end_comes_first(bare: HomeAssistant, disk: Disk) -> None:
    """A last try when Home Assistant stops, and none after it."""
    kept = own_store(bare, 1, "ours")
    kept.async_save_within(lambda: {"count": 1}, 3600)
    await bare.async_stop(force=True)
    assert disk.content is None
    left = get_scheduled_timer_handles(bare.loop)
    assert all(handle.cancelled() for handle in left)


async def test_what_can_not_be_read_at_all(bare: HomeAssistant) -> None:
    """It keeps nobody from beginning with nothing."""
    kept = own_store(bare, 1, "ours")
    folder = Path(kept.path)
    (folder / "in it").mkdir(parents=True)
    assert await kept.async_load() is None
    assert await kept.async_write({"a": 1})
