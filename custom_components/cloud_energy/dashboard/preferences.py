"""Brings sources into the preferences of the Energy dashboard, on the user's word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

from homeassistant.components.energy.data import (
    DEVICE_CONSUMPTION_SCHEMA,
    ENERGY_SOURCE_SCHEMA,
    EnergyPreferences,
    EnergyPreferencesUpdate,
    async_get_manager,
)
from homeassistant.core import HomeAssistant
import voluptuous as vol

from custom_components.cloud_energy.recorder.series import ensure_declared

from .sources import ENERGY_KEYS, POWER_KEYS, EnergySource

_MONEY_KEYS = ("stat_cost", "stat_compensation")

type _Preference = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What has become of sources, by the ids of statistics and entities."""

    added: Sequence[str]
    completed: Sequence[str]
    """Entities of power that sources of ours have got."""
    left_out: Sequence[str]
    """What Home Assistant would refuse together with what is there."""


async def async_add_to_energy_dashboard(
    hass: HomeAssistant, sources: Iterable[EnergySource]
) -> Outcome:
    """Add what the dashboard does not have yet, and give sources of ours their power.

    Nothing that is in it is changed otherwise.
    """
    offered = list(sources)
    return await async_update_dashboard(hass, add=offered, complete=offered)


async def async_update_dashboard(
    hass: HomeAssistant,
    *,
    add: Iterable[EnergySource],
    complete: Iterable[EnergySource],
) -> Outcome:
    """Add some sources, and give some that are there the power that they lack."""
    manager = await async_get_manager(hass)
    draft = _Draft.of(manager.data)
    for source in complete:
        draft.complete(source)
    for source in add:
        local = source.in_currency(hass.config.currency)
        draft.add(local)
        for series in local.series:
            ensure_declared(hass, series)
    if draft.added or draft.completed:
        await manager.async_update(draft.update)
    return Outcome(sorted(draft.added), draft.completed, draft.left_out)


def statistics_of(
    preferences: Iterable[Mapping[str, Any]], *, costs: bool = False
) -> frozenset[str]:
    """Return the statistics of energy in preferences, and those of its costs."""
    keys = (*ENERGY_KEYS, *_MONEY_KEYS) if costs else ENERGY_KEYS
    return frozenset(
        value for item in preferences for key in keys if (value := item.get(key))
    )


class _Draft:
    """Preferences that are being changed; Home Assistant accepts them at any time."""

    def __init__(self, sources: list[_Preference], devices: list[_Preference]) -> None:
        self._sources = sources
        self._devices = devices
        self.added: set[str] = set()
        self.completed: list[str] = []
        self.left_out: list[str] = []

    @classmethod
    def of(cls, data: EnergyPreferences | None) -> Self:
        """Begin with what is there."""
        if data is None:
            return cls([], [])
        sources: list[_Preference] = [{**each} for each in data["energy_sources"]]
        return cls(sources, [{**each} for each in data["device_consumption"]])

    @property
    def update(self) -> EnergyPreferencesUpdate:
        """What is to be stored."""
        update = {"energy_sources": self._sources, "device_consumption": self._devices}
        return cast("EnergyPreferencesUpdate", update)

    def complete(self, source: EnergySource) -> None:
        """Give the source its power where it is shown without any."""
        items, power = self._items(source), source.power_preference()
        for index, item in enumerate(items):
            if not power or not source.is_shown_by(item) or _has_power(item):
                continue
            others = [*items[:index], *items[index + 1 :]]
            if self._is_valid(source, [*others, item | power]):
                items[index] = item | power
                self.completed += source.power_ids
            else:
                self.left_out += source.power_ids
            return

    def add(self, source: EnergySource) -> None:
        """Add what is not shown yet, as far as Home Assistant accepts it."""
        items = self._items(source)
        used = statistics_of([*self._sources, *self._devices])
        preference = source.preference(used)
        if preference is None:
            return
        bare: _Preference = {**preference}
        power = source.power_preference()
        ways = [bare | power, bare] if power else [bare]
        way = next((x for x in ways if self._is_valid(source, [*items, x])), None)
        if way is None:
            self.left_out += sorted(statistics_of([bare], costs=True))
            return
        if power and way is bare:
            self.left_out += source.power_ids
        items.append(way)
        self.added |= statistics_of([way], costs=True)

    def _items(self, source: EnergySource) -> list[_Preference]:
        return self._devices if source.is_device else self._sources

    @staticmethod
    def _is_valid(source: EnergySource, items: list[_Preference]) -> bool:
        """Return whether Home Assistant would let a user save these."""
        schema = vol.Schema(
            [DEVICE_CONSUMPTION_SCHEMA] if source.is_device else ENERGY_SOURCE_SCHEMA
        )
        try:
            schema(items)
        except vol.Invalid:
            return False
        return True


def _has_power(item: _Preference) -> bool:
    return any(item.get(key) for key in POWER_KEYS)
