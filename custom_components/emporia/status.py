"""What the switchable devices are doing, as their entities show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from custom_components.cloud_energy.helpers.marks import is_recent

from .api.home import Home
from .api.models import (
    Battery,
    Charger,
    Evse,
    Load,
    ModernStatus,
    Outlet,
    PlugInSession,
    Status,
)
from .entities.battery_energy import CountedEnergy


class ChargerStatus(StrEnum):
    """The states of a charger (wire 4.4)."""

    FAULT = "fault"
    OFFLINE = "offline"
    CHARGING = "charging"
    NOT_PLUGGED_IN = "not_plugged_in"
    PAUSED = "paused"
    WAITING_FOR_VEHICLE = "waiting_for_vehicle"


class Manager(StrEnum):
    """Who controls the charging rate."""

    MANUAL = "manual"
    EXCESS_SOLAR = "excess_solar"
    PEAK_DEMAND = "peak_demand"
    SCHEDULE = "schedule"
    OVERRIDDEN = "overridden"
    OTHER = "other"


IEC_CODES: Final = {
    ChargerStatus.FAULT: "F",
    ChargerStatus.CHARGING: "C",
    ChargerStatus.NOT_PLUGGED_IN: "A",
    ChargerStatus.PAUSED: "B",
    ChargerStatus.WAITING_FOR_VEHICLE: "B",
}

_PLUGGED: Final = {"carconnected": True, "carnotconnected": False}
_TAKES_THE_RATE: Final = {Manager.EXCESS_SOLAR, Manager.PEAK_DEMAND, Manager.OTHER}


@dataclass(frozen=True, kw_only=True)
class ChargerState:
    """A charger with all that belongs to it."""

    charger: Charger
    serial: str = field(repr=False)
    connected: bool | None = None
    load: Load | None = None
    evse: Evse | None = None
    sessions: tuple[PlugInSession, ...] = ()
    cents_per_kwh: float | None = None

    @property
    def fault(self) -> bool:
        """Whether it reports a fault."""
        status = self.charger.status.lower()
        return bool(self.charger.fault) or "error" in status or "fault" in status

    @property
    def plugged_in(self) -> bool | None:
        """Whether a car is plugged in; None where the cloud does not know."""
        return None if self.offline else _PLUGGED.get(self.charger.icon.lower())

    @property
    def charging(self) -> bool:
        """Whether energy flows into a car."""
        return self.charger.status.lower() == "charging"

    @property
    def offline(self) -> bool:
        """Whether the cloud has lost it."""
        lost = self.charger.status.lower() == "devicenotconnected"
        return self.connected is False or lost

    @property
    def status(self) -> ChargerStatus | None:
        """Its state in one word; None where the cloud does not say enough."""
        if self.fault:
            return ChargerStatus.FAULT
        if self.offline:
            return ChargerStatus.OFFLINE
        if self.charging:
            return ChargerStatus.CHARGING
        if self.plugged_in is None:
            return None
        if not self.plugged_in:
            return ChargerStatus.NOT_PLUGGED_IN
        allowed = self.charger.on
        return ChargerStatus.WAITING_FOR_VEHICLE if allowed else ChargerStatus.PAUSED

    @property
    def manager(self) -> Manager | None:
        """Who controls the rate; None where the cloud does not say so."""
        load, evse = self.load, self.evse
        if (load and load.overridden) or (evse and evse.overridden):
            return Manager.OVERRIDDEN
        if evse and evse.active:
            kind = evse.active[0].type.lower()
            return next((m for m in Manager if m.value in kind), Manager.OTHER)
        if load is None:
            return None
        flags = {
            Manager.EXCESS_SOLAR: load.excess_solar,
            Manager.PEAK_DEMAND: load.peak_demand,
            Manager.SCHEDULE: load.schedules,
        }
        if found := next((m for m, is_on in flags.items() if is_on), None):
            return found
        if load.text:
            return Manager.OTHER
        is_reported = any(is_on is not None for is_on in flags.values())
        return Manager.MANUAL if is_reported else None

    @property
    def rate_is_taken(self) -> bool:
        """Whether a controller of the provider will overwrite a rate."""
        if self.manager in (Manager.OVERRIDDEN, Manager.SCHEDULE):
            return False
        # One that is merely switched on leaves the rate alone for now.
        is_active = (self.evse and self.evse.active) or (self.load and self.load.text)
        is_taken = bool(is_active) and self.manager in _TAKES_THE_RATE
        return is_taken or bool(self.charger.slider_hidden)

    @property
    def session(self) -> PlugInSession | None:
        """The latest plug-in session: the running one, if a car is there."""
        return self.sessions[-1] if self.sessions else None

    @property
    def session_energy(self) -> float | None:
        """The kWh of the latest session; None if a part of them is not known."""
        energy = self.session.energy if self.session else None
        return None if energy is None else round(energy, 4)

    @property
    def session_start(self) -> datetime | None:
        """When the latest session's car was plugged in."""
        return self.session.plug_in if self.session else None

    @property
    def session_cost(self) -> float | None:
        """What the latest session costs at the account's rate."""
        energy = self.session.energy if self.session else None
        if energy is None or self.cents_per_kwh is None:
            return None
        return round(energy * self.cents_per_kwh / 100, 4)

    @property
    def last_session_end(self) -> datetime | None:
        """When a car left last."""
        ends = [session.plug_out for session in self.sessions if session.plug_out]
        return max(ends, default=None)


@dataclass(frozen=True, kw_only=True)
class OutletState:
    """The state of a smart plug."""

    outlet: Outlet
    connected: bool | None


@dataclass(frozen=True, kw_only=True)
class StatusSnapshot:
    """All switchable devices at one time, by gid."""

    connections: Mapping[int, bool | None] = field(repr=False)
    chargers: Mapping[int, ChargerState] = field(repr=False)
    outlets: Mapping[int, OutletState] = field(repr=False)
    batteries: Mapping[int, Battery] = field(repr=False)
    battery_energy: Mapping[int, CountedEnergy] = field(
        default_factory=dict, repr=False
    )
    awaited: frozenset[int] = field(default=frozenset(), repr=False)
    """Those that are shown as they were commanded, which the cloud does not show yet."""


@dataclass(frozen=True)
class Wanted:
    """What was commanded and may not show yet: it takes effect after seconds."""

    at: datetime
    on: bool | None = None
    rate: int | None = None

    LASTS: ClassVar = timedelta(seconds=45)

    def is_over(self, now: datetime) -> bool:
        """Whether it would show by now."""
        return not is_recent(self.at, self.LASTS, now)

    def is_met(self, on: bool | None, rate: int | None) -> bool:
        """Whether the cloud shows what was commanded."""
        return self.on in (None, on) and self.rate in (None, rate)


def build_status(
    status: Status,
    modern: ModernStatus | None,
    sessions: Mapping[str, list[PlugInSession]],
    home: Home,
    wanted: Mapping[int, Wanted],
) -> StatusSnapshot:
    """Bring the answers together, with what was commanded put in."""
    connections = {item.gid: item.connected for item in status.connections}
    loads = {load.load_gid: load for load in status.loads}
    evses = {evse.gid: evse for evse in modern.evses} if modern else {}
    chargers = {}
    for charger in status.chargers:
        evse, device = evses.get(charger.gid), home.get(charger.gid)
        serial = (device.serial if device else "") or (evse.serial if evse else "")
        chargers[charger.gid] = ChargerState(
            charger=_as_wanted(charger, wanted.get(charger.gid)),
            serial=serial,
            connected=connections.get(charger.gid),
            load=loads.get(charger.load_gid) if charger.load_gid else None,
            evse=evse,
            sessions=tuple(sessions.get(serial, ())),
            cents_per_kwh=device.cents_per_kwh if device else None,
        )
    return StatusSnapshot(
        connections=connections,
        chargers=chargers,
        outlets={
            outlet.gid: OutletState(
                outlet=_plug_as_wanted(outlet, wanted.get(outlet.gid)),
                connected=connections.get(outlet.gid),
            )
            for outlet in status.outlets
        },
        batteries={battery.gid: battery for battery in status.batteries},
        awaited=frozenset(wanted),
    )


def _as_wanted(charger: Charger, wanted: Wanted | None) -> Charger:
    if wanted is None:
        return charger
    return replace(
        charger,
        on=charger.on if wanted.on is None else wanted.on,
        rate=charger.rate if wanted.rate is None else wanted.rate,
    )


def _plug_as_wanted(outlet: Outlet, wanted: Wanted | None) -> Outlet:
    if wanted is None or wanted.on is None:
        return outlet
    return replace(outlet, on=wanted.on)


def merge_event(status: Status, event: ModernStatus) -> Status:
    """Put a change from the stream into the last whole status (wire 4.6).

    What the event does not name has not changed.
    """
    connected = {item.gid: item.connected for item in event.connections}
    connected |= {e.gid: e.connected for e in event.evses if e.connected is not None}
    evses = {evse.gid: evse for evse in event.evses}
    return replace(
        status,
        connections=[
            replace(item, connected=connected.get(item.gid, item.connected))
            for item in status.connections
        ],
        chargers=[
            _merged(charger, evses[charger.gid]) if charger.gid in evses else charger
            for charger in status.chargers
        ],
    )


def _merged(charger: Charger, evse: Evse) -> Charger:
    state = evse.status.upper()
    changes: dict[str, str] = {}
    if state == "CHARGING":
        changes = {"status": "Charging", "icon": "CarConnected"}
    elif state.startswith("DISCONNECTED"):
        changes = {"status": "Standby", "icon": "CarNotConnected"}
    elif state in ("READY", "IDLE"):
        changes = {"status": "Standby"}
    rate = charger.rate if evse.rate is None else evse.rate
    maximum = charger.max_rate if evse.max_rate is None else evse.max_rate
    return replace(charger, rate=rate, max_rate=maximum, **changes)  # type: ignore[arg-type]  # only texts in it
