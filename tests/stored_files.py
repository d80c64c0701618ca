"""Files of ours that come back broken, whichever provider they are of."""

from collections.abc import Iterator
from copy import deepcopy
import os
from random import Random
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .entries import reauths, settle

ROUNDS: Final = int(os.environ.get("BROKEN_FILES", "4"))
"""How many of them each provider meets; a run by hand can have many more."""

_ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    7,
    -1,
    1e308,
    2**62,
    "",
    "odd",
    "1e999",
    "nan",
    "-inf",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59+00:00",
    "2026-11-01T10:00:00",
    [],
    [None],
    {},
    {"odd": 1},
)


def ours(storage: dict[str, Any], entry: MockConfigEntry) -> list[str]:
    """Return the names of the files that are ours."""
    return sorted(
        name
        for name in storage
        if entry.entry_id in name or name.startswith("cloud_energy.")
    )


def break_file(stored: dict[str, Any], draw: Random) -> str:
    """Break what is stored at one place, or as a whole; returns in words how."""
    if draw.random() < 0.1:
        stored["version"] = draw.choice([0, 99])
        return f"version {stored['version']}"
    at: Any = stored
    key: Any = "data"
    path = [key]
    while isinstance(at[key], (dict, list)) and at[key] and draw.random() < 0.8:
        at = at[key]
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw.choice(keys)
        path.append(key)
    if isinstance(at, dict) and at is not stored and draw.random() < 0.2:
        del at[key]
        return f"{path} is missing"
    at[key] = draw.choice(_ODD)
    return f"{path} is {at[key]!r}"


async def assert_starts_with_broken_files(
    hass: HomeAssistant,
    storage: dict[str, Any],
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Start with one broken file after the other: each costs only itself.

    The entry is set up, nobody is asked to log in, and nothing unexpected is caught.
    """
    assert await hass.config_entries.async_unload(entry.entry_id)
    true = deepcopy(storage)
    found = []
    for seed in range(ROUNDS):
        draw = Random(seed)
        storage.clear()
        storage.update(deepcopy(true))
        name = draw.choice(ours(storage, entry))
        how = break_file(storage[name], draw)
        caplog.clear()
        await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass, entry)
        if wrong := list(_wrong(hass, entry, caplog)):
            found.append(f"{seed} {name}: {how}: {wrong}")
        await hass.config_entries.async_unload(entry.entry_id)
    assert not found, "\n".join(found)


def _wrong(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> Iterator[str]:
    if entry.state is ConfigEntryState.LOADED:
        yield from entry.runtime_data.connection.net.caught
    else:
        yield str(entry.state)
    yield from (
        each.getMessage()
        for each in caplog.records
        # What is deleted now is what an earlier test's Home Assistant has left.
        if each.exc_info and each.funcName != "__del__"
    )
    if reauths(hass, entry):
        yield "reauth"
