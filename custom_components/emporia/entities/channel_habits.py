"""What the home and its circuits always draw, and whether their latest day stands out."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from custom_components.cloud_energy.entities.entity import Candidate, Place
from custom_components.cloud_energy.entities.habit import (
    BASE_LOAD,
    UNUSUAL_USAGE,
    HabitBinarySensor,
    HabitSensor,
    base_load_cost,
)
from custom_components.cloud_energy.entry.habit_book import Watched
from custom_components.cloud_energy.prices.money import MoneySensor
from custom_components.emporia.api.models.channels import (
    BALANCE,
    GRID_EXPORT,
    GRID_IMPORT,
    MAINS,
    TOTAL_USAGE,
)
from custom_components.emporia.api.models.usage import ChannelKey
from custom_components.emporia.devices import device_link
from custom_components.emporia.runtime import EmporiaRuntime
from custom_components.emporia.snapshot import ChannelState, Snapshot
from custom_components.emporia.statistics.series import statistic_id

from .channel_sensors import ChannelEntity

_COMPUTED: Final = {BALANCE, TOTAL_USAGE, GRID_IMPORT, GRID_EXPORT}
SENSORS: Final = (BASE_LOAD, base_load_cost(None))
ALARMS: Final = (UNUSUAL_USAGE,)


class ChannelHabit(ChannelEntity[Watched], HabitSensor[Snapshot]):
    """What a channel always draws."""


class ChannelHabitCost(MoneySensor[Snapshot, Watched], ChannelHabit):
    """What that costs per year."""


class ChannelUnusual(ChannelEntity[Watched], HabitBinarySensor[Snapshot]):
    """Whether a channel's latest day stands out."""


def habit_sensors(
    runtime: EmporiaRuntime, snapshot: Snapshot
) -> Iterator[Candidate[Snapshot]]:
    """Yield the base load of all channels that use energy, and its cost."""
    for key, place in _places(runtime, snapshot):
        load, cost = SENSORS
        yield Candidate(partial(ChannelHabit, key=key), place, load)
        yield Candidate(partial(ChannelHabitCost, key=key), place, cost)


def habit_alarms(
    runtime: EmporiaRuntime, snapshot: Snapshot
) -> Iterator[Candidate[Snapshot]]:
    """Yield whether the latest day of these channels stands out."""
    for key, place in _places(runtime, snapshot):
        for description in ALARMS:
            yield Candidate(partial(ChannelUnusual, key=key), place, description)


def _places(
    runtime: EmporiaRuntime, snapshot: Snapshot
) -> Iterator[tuple[ChannelKey, Place[Snapshot, Watched]]]:
    for key, state in snapshot.channels.items():
        if _uses_energy(state) and _is_all_drawn(state, snapshot):
            gid, slug = key
            # With solar, the mains channel is net: what is drawn is one of its own.
            drawn = GRID_IMPORT if slug == MAINS and state.device.solar else slug
            watched = runtime.habits.of(
                statistic_id(gid, drawn),
                partial(runtime.coordinator.coming_prices, gid),
            )
            yield (
                key,
                Place(
                    key=f"{gid}_{slug}",
                    device=device_link(gid),
                    part_fn=_watched_fn(key, watched),
                ),
            )


def _uses_energy(state: ChannelState) -> bool:
    slug, device = state.channel.slug, state.device
    if slug in _COMPUTED or state.channel.is_solar or state.channel.is_battery:
        return False
    return not (slug == MAINS and (device.is_secondary or device.is_battery))


def _is_all_drawn(state: ChannelState, snapshot: Snapshot) -> bool:
    """Return whether all that is used passes the channel.

    Next to a battery a home may use much and draw nothing from the grid all night.
    """
    if state.channel.slug != MAINS or not state.device.is_panel:
        return True
    return not any(
        device.is_battery or any(each.is_battery for each in device.channels.values())
        for device in snapshot.home.values()
    )


def _watched_fn(
    key: ChannelKey, watched: Watched
) -> Callable[[Snapshot], Watched | None]:
    return lambda snapshot: watched if key in snapshot.channels else None
