"""Vehicles, tariffs and the provider's own controllers (wire 4.15, 4.17, 4.18)."""

from dataclasses import dataclass, field
from typing import Any

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_id,
    as_int,
    as_name,
    as_number,
    as_parts,
    as_text,
    read_by,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, members


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
    """Where cars are charged with the sun's surplus."""

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
    """Whether a device runs the newest firmware."""

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    up_to_date: bool | None = field(default=None, metadata=as_flag("firmwareUpToDate"))


@dataclass(frozen=True, kw_only=True)
class TimeOfUse(WireModel):
    """Tariffs by time and the schedules that follow them, as the cloud has them."""

    devices: list[Any] = field(
        default_factory=list, metadata=read_by(members, "touDevices")
    )
    schedules: list[Any] = field(
        default_factory=list, metadata=read_by(members, "touSchedules")
    )
