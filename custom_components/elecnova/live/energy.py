"""What the live values offer to the Energy dashboard (wire 6.4)."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.dashboard.sources import (
    BatterySource,
    EnergySource,
    GridSource,
)
from custom_components.cloud_energy.entities.entity import enabled_sensor
from custom_components.elecnova.const import DOMAIN
from custom_components.elecnova.snapshot import CabinetState, Snapshot

from .derived import BATTERY, GRID, Direction, SignedPower
from .kinds import ComponentKind
from .layout import capacity
from .roles import STATE_OF_CHARGE
from .state import LiveValues

_CHARGE_KINDS = (
    ComponentKind.BMS,
    ComponentKind.EMS,
    ComponentKind.CABINET,
    ComponentKind.BATTERY,
    ComponentKind.PCS,
)


def energy_sources(
    hass: HomeAssistant, state: LiveValues, snapshot: Snapshot
) -> tuple[EnergySource, ...]:
    """Return the batteries and the grid connections of all cabinets."""
    offer = _Offer(hass, state, snapshot)
    sources: list[EnergySource] = []
    for cabinet in snapshot.cabinets.values():
        sources += [*offer.batteries(cabinet), *offer.grids(cabinet)]
    return tuple(sources)


class _Offer:
    """Finds the entities of a cabinet."""

    def __init__(
        self, hass: HomeAssistant, state: LiveValues, snapshot: Snapshot
    ) -> None:
        self._hass = hass
        self._state = state
        self._snapshot = snapshot

    def batteries(self, state: CabinetState) -> Iterator[BatterySource]:
        """Yield a battery for each owner of counters."""
        cabinet = state.cabinet
        owners = self._owners(cabinet.sn, BATTERY)
        size = capacity(cabinet, self._snapshot)
        charges = self._state.derived.sources(
            cabinet.sn, STATE_OF_CHARGE, _CHARGE_KINDS
        )
        for owner in owners:
            discharge = self._counter(owner, BATTERY.forth)
            charge = self._counter(owner, BATTERY.back)
            if discharge and charge:
                yield BatterySource(
                    name=cabinet.name or cabinet.sn,
                    discharge=discharge,
                    charge=charge,
                    power=self._power(cabinet.sn, owner, owners, BATTERY),
                    state_of_charge=self._sensor(charges[0], STATE_OF_CHARGE)
                    if charges
                    else None,
                    capacity=round(size / len(owners), 1) if size else None,
                )

    def grids(self, state: CabinetState) -> Iterator[GridSource]:
        """Yield a connection for each owner of counters."""
        cabinet = state.cabinet
        owners = self._owners(cabinet.sn, GRID)
        for owner in owners:
            if bought := self._counter(owner, GRID.forth):
                yield GridSource(
                    name=cabinet.name or cabinet.sn,
                    consumption=bought,
                    return_=self._counter(owner, GRID.back),
                    power=self._power(cabinet.sn, owner, owners, GRID),
                )

    def _owners(self, cabinet: str, signed: SignedPower) -> list[str]:
        """Return whose counters to take: those of the cloud before calculated ones."""
        derived, forth = self._state.derived, signed.forth
        sent = derived.sources(
            cabinet, forth.energy, (*signed.kinds, ComponentKind.OTHER)
        )
        return sent or derived.sources(cabinet, signed.key, signed.kinds)

    def _counter(self, owner: str, direction: Direction) -> str | None:
        sent = self._sensor(owner, direction.energy)
        return sent or self._sensor(owner, direction.calculated)

    def _power(
        self, cabinet: str, owner: str, owners: list[str], signed: SignedPower
    ) -> str | None:
        """Return the power of an owner, or that of the only one in the cabinet."""
        if self._state.derived.has(owner, signed.key):
            return self._sensor(owner, signed.key)
        others = self._state.derived.sources(cabinet, signed.key, signed.kinds)
        if len(others) == len(owners) == 1:
            return self._sensor(others[0], signed.key)
        return None

    def _sensor(self, owner: str, key: str) -> str | None:
        """Return the id of an entity that is there, and not disabled."""
        return enabled_sensor(self._hass, DOMAIN, f"{owner}_{key}")
