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

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.entry.actions import Action
from custom_components.cloud_energy.services import ACTIONS as SHARED_ACTIONS
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

    None of them sends requests without end. At last they are called once more while
    the entry is not loaded. `known`: values that fields do take.
    """
    true = _true_values(hass, entry) | {
        name: list(values) for name, values in (known or {}).items()
    }
    all_actions = [
        *((entry.domain, each) for each in actions),
        *((DOMAIN, each) for each in SHARED_ACTIONS),
    ]
    found = []
    for domain, action in all_actions:
        for seed in range(ROUNDS):
            data = dict(_drawn(action, true, Random(f"{action.name} {seed}")))
            before = requests(cloud)
            found.append(await complaint(hass, f"{domain}.{action.name}", data))
            await settle(hass, entry)
            if (count := requests(cloud) - before) > MAX_REQUESTS:
                found.append(f"{action.name} {data!r:.200}: {count} requests")
    found += entry.runtime_data.connection.net.caught
    await hass.config_entries.async_unload(entry.entry_id)
    for domain, action in all_actions:
        data = {name: true[name][0] for name, _ in names_of(action) if name in true}
        found.append(await complaint(hass, f"{domain}.{action.name}", data))
    assert not any(found), "\n".join(filter(None, found))


def _true_values(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, list[Any]]:
    """Return what fields take: of this entry, but also of another, and of none."""
    registry = dr.async_get(hass)
    other = MockConfigEntry(domain="sun")
    other.add_to_hass(hass)
    own = dr.async_entries_for_config_entry(registry, entry.entry_id)
    foreign, removed = (
        registry.async_get_or_create(
            config_entry_id=other.entry_id, identifiers={("sun", name)}
        )
        for name in ("other", "removed")
    )
    registry.async_remove_device(removed.id)
    return {
        "config_entry_id": [*[entry.entry_id] * 4, other.entry_id],
        "device_id": [*(each.id for each in own), foreign.id, removed.id],
        "path": ["/nowhere/odd"],
        "confirm": [False],
    }


async def complaint(hass: HomeAssistant, action: str, data: dict[str, Any]) -> str:
    """Call an action; return what nobody can understand of how it ended, or nothing."""
    domain, _, name = action.partition(".")
    responds = hass.services.supports_response(domain, name)
    try:
        await hass.services.async_call(
            domain,
            name,
            data,
            blocking=True,
            return_response=responds is not SupportsResponse.NONE,
        )
    except HomeAssistantError, vol.Invalid:
        return ""
    except Exception as err:  # noqa: BLE001  # just these are looked for
        return f"{action} {data!r:.200}: {err!r:.100}"
    return ""


def _drawn(
    action: Action, true: Mapping[str, list[Any]], draw: Random
) -> Iterator[tuple[str, Any]]:
    for name, is_needed in names_of(action):
        if name in true and draw.random() < 0.9:
            yield name, draw.choice(true[name])
        elif is_needed or draw.random() < 0.7:
            yield name, draw.choice(ODD_FIELDS)
