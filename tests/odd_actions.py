"""Actions that are called with anything, whichever provider they are of."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
import os
from random import Random
from typing import Any, Final

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cloud_energy.entry.actions import Action
from tests.clouds import Cloud

from .entries import requests, settle

MAX_REQUESTS: Final = 450
ROUNDS: Final = int(os.environ.get("ODD_ACTIONS", "2"))
"""How often each of them is called; a run by hand can do it more often."""

ODD_FIELDS: Final[tuple[Any, ...]] = (
    None,
    "",
    "odd",
    "a\0b",
    "\ud83d",
    "x" * 100_000,
    True,
    0,
    -1,
    7,
    1e308,
    float("inf"),
    float("nan"),
    10**400,
    "1e999",
    [],
    {},
    [1],
    date(1, 1, 1),
    date(9999, 12, 31),
    date(2026, 11, 1),
    "0001-01-01",
    "1901-01-01",
    "1971-01-01",
    "2026-11-01",
    "2026-11-31",
    "2199-12-31",
    "9999-12-31",
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    "0001-01-01T00:00:00",
    "1901-01-01 00:00:00",
    "2026-11-01 00:00:00",
    "2026-11-01T00:00:00+23:59",
    "2199-12-31 23:59:59",
    "9999-12-31T23:59:59-12:00",
)
"""What a script may put into any field."""


def names_of(action: Action) -> Iterator[tuple[str, bool]]:
    """Yield the fields of an action, and whether each of them has to be there."""
    for marker in action.fields:
        yield str(marker.schema), isinstance(marker, vol.Required)


async def assert_refuses_clearly(
    hass: HomeAssistant,
    cloud: Cloud,
    entry: MockConfigEntry,
    actions: Iterable[Action],
    known: Mapping[str, Iterable[Any]] | None = None,
) -> None:
    """Call each action with true and odd fields: it does it, or says what is wrong.

    None of them sends requests without end. `known`: values that fields do take.
    """
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    true: dict[str, list[Any]] = {
        "config_entry_id": [entry.entry_id],
        "device_id": [device.id for device in devices],
        "path": ["/nowhere/odd"],
        "confirm": [False],
        **{name: list(values) for name, values in (known or {}).items()},
    }
    found = []
    for action in actions:
        for seed in range(ROUNDS):
            data = dict(_drawn(action, true, Random(f"{action.name} {seed}")))
            before = requests(cloud)
            try:
                await hass.services.async_call(
                    entry.domain,
                    action.name,
                    data,
                    blocking=True,
                    return_response=action.response is not SupportsResponse.NONE,
                )
            except HomeAssistantError, vol.Invalid:
                pass
            except Exception as err:  # noqa: BLE001  # just these are looked for
                found.append(f"{action.name} {data!r:.200}: {err!r:.100}")
            await settle(hass, entry)
            if (count := requests(cloud) - before) > MAX_REQUESTS:
                found.append(f"{action.name} {data!r:.200}: {count} requests")
    found += entry.runtime_data.connection.net.caught
    assert not found, "\n".join(found)


def _drawn(
    action: Action, true: Mapping[str, list[Any]], draw: Random
) -> Iterator[tuple[str, Any]]:
    for name, is_needed in names_of(action):
        if name in true and draw.random() < 0.9:
            yield name, draw.choice(true[name])
        elif is_needed or draw.random() < 0.7:
            yield name, draw.choice(ODD_FIELDS)
