"""A strange cloud, as a whole Home Assistant lives through it (see `tests.strange`)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import prepare_save_json
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clouds import Cloud
from tests.clouds.strange import BODIES, FLOODS, KINDS

from .entries import DAY, HOUR, pass_time, reauths, settle
from .strange import unstorable

_LIES: Final = frozenset(
    {
        "negative",
        "fractions",
        "tiny numbers",
        "minus one",
        "numbers for texts",
        "offset of a day",
    }
)
"""Kinds that nobody can tell from the truth: what they say is believed."""
_STEPS: Final = 8

UNREADABLE: Final = (*BODIES, *FLOODS, "teapot", "status of nobody", "no gzip")
"""Kinds that nobody can take for an answer."""

HOME_KINDS: Final = tuple(
    kind for kind in KINDS if kind not in _LIES and not kind.startswith("pause")
)
"""Kinds that leave no trace; how long pauses last is another matter."""


def make_strange(cloud: Cloud, step: int, endpoints: Sequence[str] = ()) -> None:
    """Let every endpoint be strange in a way of its own, each time in another one."""
    for at, endpoint in enumerate(endpoints or _endpoints(cloud)):
        kind = HOME_KINDS[(5 * at + 11 * step) % len(HOME_KINDS)]
        cloud.faults.add(endpoint=endpoint, kind="strange", strange=kind, seed=None)


def _endpoints(cloud: Cloud) -> list[str]:
    return sorted({f"{method} {path}" for method, path in cloud.endpoints()})


def shown(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the entities of an entry that have a value."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    states = {each.entity_id: hass.states.get(each.entity_id) for each in entities}
    nothing = (STATE_UNAVAILABLE, STATE_UNKNOWN)
    return {
        key for key, state in states.items() if state and state.state not in nothing
    }


def assert_can_be_saved(hass: HomeAssistant) -> None:
    """Have Home Assistant's own writers take all that there is."""
    entries = hass.config_entries
    for keeper in (dr.async_get(hass), er.async_get(hass), entries):
        prepare_save_json({"data": keeper._data_to_save()})
    for state in hass.states.async_all():
        assert state.as_compressed_state_json
        assert not list(unstorable(dict(state.attributes), state.entity_id))
    for entry in entries.async_entries():
        assert not list(unstorable(dict(entry.data), entry.title))


async def live_through(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    entry: MockConfigEntry,
    poll: timedelta,
) -> None:
    """Have all endpoints be strange, poll after poll; then be well.

    Nobody is asked to log in, everything can be saved, and all is as before.
    """
    before = shown(hass, entry)
    assert before
    for step in range(_STEPS):
        make_strange(cloud, step)
        entry.runtime_data.coordinator.answers.all_due()
        await pass_time(hass, freezer, entry, poll)
        cloud.faults.clear()
        assert reauths(hass, entry) == 0, step
        assert entry.state is ConfigEntryState.LOADED
        assert_can_be_saved(hass)
    assert not entry.runtime_data.connection.net.caught
    await pass_time(hass, freezer, entry, HOUR, HOUR)
    entry.runtime_data.coordinator.answers.all_due()
    await pass_time(hass, freezer, entry, poll, DAY, poll)
    assert before <= shown(hass, entry)


async def lose_nothing(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    entry: MockConfigEntry,
    poll: timedelta,
    inventories: Iterable[str] = (),
) -> None:
    """Have one endpoint of those in use after the other say what nobody can read.

    What it has said before still counts, and all else goes on: no entity is without
    a value at any time. Live power has no last value. The `inventories` also say once
    that there is nothing.
    """
    before = _lasting(hass, shown(hass, entry))
    assert before
    asked = {f"{each.method} {each.path}" for each in cloud.requests.entries}
    unreadable = enumerate(sorted(asked))
    cases = [(each, UNREADABLE[at % len(UNREADABLE)]) for at, each in unreadable]
    for endpoint, kind in (*cases, *((each, "empty lists") for each in inventories)):
        cloud.faults.add(endpoint=endpoint, kind="strange", strange=kind, seed=None)
        entry.runtime_data.coordinator.answers.all_due()
        await pass_time(hass, freezer, entry, poll)
        cloud.faults.clear()
        assert sorted(before - shown(hass, entry)) == [], (endpoint, kind)
        assert reauths(hass, entry) == 0, (endpoint, kind)
    assert not entry.runtime_data.connection.net.caught


def _lasting(hass: HomeAssistant, entities: set[str]) -> set[str]:
    states = [state for key in entities if (state := hass.states.get(key))]
    return {
        state.entity_id
        for state in states
        if state.attributes.get("unit_of_measurement") not in ("W", "kW", "A", "V")
    }


async def start_through(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    cloud: Cloud,
    entry: MockConfigEntry,
    step: int,
) -> None:
    """Set an entry up while a third of the endpoints is strange; then be well."""
    make_strange(cloud, step, _endpoints(cloud)[step % 3 :: 3])
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass, entry)
    cloud.faults.clear()
    assert entry.state in (ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY)
    assert reauths(hass, entry) == 0
    assert_can_be_saved(hass)
    await pass_time(hass, freezer, entry, HOUR, HOUR, DAY)
    assert entry.state is ConfigEntryState.LOADED
    assert not entry.runtime_data.connection.net.caught
