"""What users want of their chargers, kept on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.client.fields import read_time
from custom_components.cloud_energy.client.wire import flag, number
from custom_components.cloud_energy.helpers.own_store import (
    OwnStore,
    own_store,
    readable,
)
from custom_components.emporia.const import DOMAIN

_VERSION: Final = 1
MAX_ENERGY: Final = 200.0
"""kWh: more than any car takes."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is wanted of one charger."""

    energy: float = 20.0
    """kWh that a session shall take."""
    ready_by: time = time(7)
    """Local time."""
    is_smart: bool = False
    """Whether the plan switches the charger."""
    since: datetime | None = None
    """When that was wished: the car is to be ready at the first such time after it."""
    by_hand: datetime | None = None
    """When the car was plugged in during whose session a hand has overruled the plan."""
    is_held: bool = False
    """Whether the plan has switched the charger off, and it has not been on since."""
    expected: bool | None = None
    """What the plan has switched the charger to; None if nobody knows that."""
    commanded: datetime | None = None
    """When it has done so last."""
    rate_before: int | None = None
    """The current (A) that the user had set before the plan needed full power."""

    @property
    def is_changed(self) -> bool:
        """Whether the charger is off, or at another current, because of the plan."""
        return self.is_held or self.rate_before is not None

    def stored(self) -> dict[str, Any]:
        """Return them as JSON."""
        return {
            "energy": self.energy,
            "ready_by": self.ready_by.isoformat(),
            "is_smart": self.is_smart,
            "since": self.since and self.since.isoformat(),
            "by_hand": self.by_hand and self.by_hand.isoformat(),
            "is_held": self.is_held,
            "expected": self.expected,
            "commanded": self.commanded and self.commanded.isoformat(),
            "rate_before": self.rate_before,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Self:
        """Read JSON; what can't be read is what it is at first."""
        energy, rate = number(stored.get("energy")), number(stored.get("rate_before"))
        return cls(
            energy=cls.energy if energy is None else min(max(0.0, energy), MAX_ENERGY),
            ready_by=_read_clock(stored.get("ready_by")) or cls.ready_by,
            is_smart=stored.get("is_smart") is True,
            since=read_time(stored.get("since")),
            by_hand=read_time(stored.get("by_hand")),
            is_held=stored.get("is_held") is True,
            expected=flag(stored.get("expected")),
            commanded=read_time(stored.get("commanded")),
            rate_before=None if rate is None else int(rate),
        )


def _read_wishes(gid: str, stored: Mapping[str, Any]) -> tuple[int, Wishes]:
    return int(gid), Wishes.restored(stored)


def _read_clock(value: object) -> time | None:
    try:
        return time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


class WishList:
    """The wishes of all chargers of an entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing; `async_load` reads what there is."""
        self._store = _store(hass, entry)
        self._wishes: dict[int, Wishes] = {}

    async def async_load(self) -> None:
        """Read what is stored."""
        stored = await self._store.async_load()
        self._wishes = dict(readable(stored, _read_wishes))

    def of(self, gid: int) -> Wishes:
        """Return what is wanted of a charger."""
        return self._wishes.get(gid, Wishes())

    @property
    def changed(self) -> list[int]:
        """The chargers that are off, or at another current, because of the plan."""
        return [gid for gid, each in self._wishes.items() if each.is_changed]

    @property
    def are_kept(self) -> bool:
        """Whether all of them are on disk."""
        return self._store.is_kept

    async def async_change(self, gid: int, **changes: Any) -> bool:
        """Change wishes, and keep them; return whether any has changed."""
        before = self.of(gid)
        after = replace(before, **changes)
        if after == before:
            return False
        self._wishes[gid] = after
        await self._store.async_save(
            {str(gid): each.stored() for gid, each in self._wishes.items()}
        )
        return True


async def async_forget_wishes(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what was stored for an entry that is removed."""
    await _store(hass, entry).async_remove()


def _store(hass: HomeAssistant, entry: ConfigEntry) -> OwnStore:
    return own_store(hass, _VERSION, f"{DOMAIN}.{entry.entry_id}.charging")
