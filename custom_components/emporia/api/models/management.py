"""Vehicles, tariffs and the provider's own controllers (wire 4.15, 4.17, 4.18)."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_id,
    as_int,
    as_model,
    as_name,
    as_number,
    as_parts,
    as_text,
    read_by,
    whole,
)
from custom_components.cloud_energy.client.wire import (
    WireModel,
    keys,
    known,
    members,
    number,
)

_SURELY_CENTS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Vehicle(WireModel):
    """A car that was linked to the account."""

    unread = keys("apiId loadGid vendor")

    gid: int = field(repr=False, metadata=as_id("vehicleGid"))
    name: str = field(default="", metadata=as_name("displayName"))
    make: str = field(default="", metadata=as_text("make"))
    model: str = field(default="", metadata=as_text("model"))
    year: int | None = field(default=None, metadata=as_int("year"))


@dataclass(frozen=True, kw_only=True)
class VehicleSettings(WireModel):
    """A car's battery; asking may wake the car."""

    unread = keys("chargeCurrentRequest chargeCurrentRequestMax")

    gid: int = field(repr=False, metadata=as_id("vehicleGid"))
    state: str = field(default="", metadata=as_text("vehicleState"))
    battery_level: float | None = field(
        default=None, metadata=as_number("batteryLevel")
    )
    battery_range: float | None = field(
        default=None, metadata=as_number("batteryRange")
    )
    charging_state: str = field(default="", metadata=as_text("chargingState"))
    charge_limit: float | None = field(
        default=None, metadata=as_number("chargeLimitPercent")
    )
    minutes_to_full: float | None = field(
        default=None, metadata=as_number("minutesToFullCharge")
    )


@dataclass(frozen=True, kw_only=True)
class MonitorSwitch(WireModel):
    """Whether a controller is on for a monitor."""

    serial: str = field(default="", repr=False, metadata=as_text("device_id"))
    monitor_gid: int | None = field(
        default=None, repr=False, metadata=as_int("monitor_gid")
    )
    enabled: bool | None = field(default=None, metadata=as_flag("enabled"))


@dataclass(frozen=True, kw_only=True)
class ExcessGeneration(WireModel):
    """Where cars are charged with solar surplus."""

    unread = keys("unavailable_monitors")

    monitors: list[MonitorSwitch] = field(
        default_factory=list, metadata=as_parts("monitors", MonitorSwitch)
    )


@dataclass(frozen=True, kw_only=True)
class PowerSmart(WireModel):
    """Where loads are held below the breaker's limit."""

    monitors: list[MonitorSwitch] = field(
        default_factory=list, metadata=as_parts("monitors", MonitorSwitch)
    )


@dataclass(frozen=True, kw_only=True)
class PeakDemandGoal(WireModel):
    """What demand is not to be exceeded, in kW."""

    serial: str = field(default="", repr=False, metadata=as_text("device_id"))
    enabled: bool | None = field(default=None, metadata=as_flag("enabled"))
    goal: float | None = field(default=None, metadata=as_number("demand_goal_kwatts"))


@dataclass(frozen=True, kw_only=True)
class Firmware(WireModel):
    """Whether a device runs the latest firmware."""

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    up_to_date: bool | None = field(default=None, metadata=as_flag("firmwareUpToDate"))


def _read_clock(value: object) -> time | None:
    """Read a time of day; a last minute, such as 23:59, is the hour's end."""
    found = value if isinstance(value, dict) else {}
    hour, minute = whole(found.get("hour")), whole(found.get("minute"))
    if hour is None or not 0 <= hour < 24 or not 0 <= (minute or 0) < 60:
        return None
    return time((hour + 1) % 24) if minute == 59 else time(hour, minute or 0)


def _read_cost(value: object) -> float | None:
    """Read a price per kWh; no kWh costs so much that it could not be cents."""
    found = number(value)
    return found / 100 if found is not None and abs(found) >= _SURELY_CENTS else found


@dataclass(frozen=True, kw_only=True)
class RatePeriod(WireModel):
    """A part of the day with a price; from midnight to midnight if both are alike."""

    kind: str = field(
        default="",
        metadata=as_text("ratePeriod") | known("OffPeak", "Peak", "FlatRate"),
    )
    cost: float | None = field(default=None, metadata=read_by(_read_cost, "cost"))
    """Per kWh, in the currency of the account."""
    start: time | None = field(
        default=None, metadata=read_by(_read_clock, "intervalStart")
    )
    end: time | None = field(default=None, metadata=read_by(_read_clock, "intervalEnd"))


@dataclass(frozen=True, kw_only=True)
class RatePlan(WireModel):
    """What a kWh costs by day of the week and time of day (local)."""

    unread = keys("utilityRateGid")

    name: str = field(default="", metadata=as_name("utilityRateName"))
    weekday: list[RatePeriod] = field(
        default_factory=list, metadata=as_parts("weekdayPeriods", RatePeriod)
    )
    weekend: list[RatePeriod] = field(
        default_factory=list, metadata=as_parts("weekendPeriods", RatePeriod)
    )

    @property
    def has_times(self) -> bool:
        """Whether not every kWh costs the same."""
        return len({each.cost for each in (*self.weekday, *self.weekend)}) > 1


@dataclass(frozen=True, kw_only=True)
class PlannedDevice(WireModel):
    """A device that is charged by a plan."""

    unread = keys("deviceName loadType touSchedulesEnabled")

    load_gid: int | None = field(default=None, repr=False, metadata=as_int("loadGid"))
    plan: RatePlan | None = field(
        default=None, metadata=as_model("touRatePlan", RatePlan)
    )


@dataclass(frozen=True, kw_only=True)
class TimeOfUse(WireModel):
    """Tariffs by time and the schedules that follow them, as the cloud has them."""

    devices: list[PlannedDevice] = field(
        default_factory=list, metadata=as_parts("touDevices", PlannedDevice)
    )
    schedules: list[Any] = field(
        default_factory=list, metadata=read_by(members, "touSchedules")
    )
