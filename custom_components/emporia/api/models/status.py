"""What chargers, plugs and batteries are doing (wire 4.4, 4.5)."""

from dataclasses import dataclass, field
from datetime import datetime

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_id,
    as_int,
    as_number,
    as_parts,
    as_text,
    as_time,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, known


@dataclass(frozen=True, kw_only=True)
class Connection(WireModel):
    """Whether a device is in touch with the cloud."""

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    connected: bool | None = field(default=None, metadata=as_flag("connected"))
    offline_since: str = field(default="", metadata=as_text("offlineSince"))
    """A time, or prose."""


@dataclass(frozen=True, kw_only=True)
class Outlet(WireModel):
    """A smart plug."""

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    on: bool | None = field(default=None, metadata=as_flag("outletOn"))
    load_gid: int | None = field(default=None, repr=False, metadata=as_int("loadGid"))


@dataclass(frozen=True, kw_only=True)
class Charger(WireModel):
    """A charger as the legacy API reports it."""

    unread = keys("customSchedules offPeakSchedulesEnabled")

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    load_gid: int | None = field(default=None, repr=False, metadata=as_int("loadGid"))
    on: bool | None = field(default=None, metadata=as_flag("chargerOn"))
    """Whether charging is allowed, not whether it happens."""
    rate: int | None = field(default=None, metadata=as_int("chargingRate"))
    """The setpoint in amperes, not the draw."""
    max_rate: int | None = field(default=None, metadata=as_int("maxChargingRate"))
    status: str = field(
        default="",
        metadata=as_text("status") | known("Standby", "Charging", "DeviceNotConnected"),
    )
    message: str = field(default="", metadata=as_text("message"))
    icon: str = field(
        default="", metadata=as_text("icon") | known("CarConnected", "CarNotConnected")
    )
    """The only reliable sign of a car that is plugged in."""
    icon_label: str = field(default="", metadata=as_text("iconLabel"))
    icon_detail: str = field(default="", metadata=as_text("iconDetailText"))
    debug_code: str = field(default="", metadata=as_text("debugCode"))
    fault: str = field(default="", metadata=as_text("faultText"))
    pro_control_code: str = field(default="", metadata=as_text("proControlCode"))
    breaker_pin: str = field(default="", repr=False, metadata=as_text("breakerPIN"))
    slider_hidden: str = field(default="", metadata=as_text("hideChargeRateSliderText"))
    load_management: bool | None = field(
        default=None, metadata=as_flag("loadManagementEnabled")
    )


@dataclass(frozen=True, kw_only=True)
class Load(WireModel):
    """Which of the provider's controllers may drive a load."""

    load_gid: int = field(repr=False, metadata=as_id("loadGid"))
    schedules: bool | None = field(default=None, metadata=as_flag("schedulesEnabled"))
    next_event: str = field(default="", metadata=as_text("nextScheduledEventText"))
    peak_demand: bool | None = field(
        default=None, metadata=as_flag("peakDemandEnabled")
    )
    excess_solar: bool | None = field(
        default=None, metadata=as_flag("excessGenerationEnabled")
    )
    text: str = field(default="", metadata=as_text("energyManagementText"))
    overridden: bool | None = field(
        default=None, metadata=as_flag("energyManagementOverridden")
    )
    warning: str = field(default="", metadata=as_text("warningText"))


@dataclass(frozen=True, kw_only=True)
class Battery(WireModel):
    """A home battery; powers in kW, the state of charge in per cent."""

    unread = keys(
        "allowExport batteryControllable batteryIcon batteryPowerKW emsSN"
        " emsVersion gridIcon gridPowerKW hasSolar inverterMaxPowerKW"
        " inverterPowerKW inverterSN inverterVersion maxActivePowerKW"
        " maxGridPowerKW offPeakEndChargeDuration offPeakEndChargeRateKW"
        " offPeakRateKW offPeakStatus onlyChargeFromExcessSolar peakRateKW"
        " peakStatus powerFlow solarIcon"
    )

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    load_gid: int | None = field(default=None, repr=False, metadata=as_int("loadGid"))
    capacity: float | None = field(default=None, metadata=as_number("capacityKWh"))
    status: str = field(default="", metadata=as_text("status"))
    state_of_charge: float | None = field(
        default=None, metadata=as_number("stateOfCharge")
    )
    reserve: float | None = field(
        default=None, metadata=as_number("reserveStateOfCharge")
    )
    charge_power: float | None = field(
        default=None, metadata=as_number("chargePowerKW")
    )
    discharge_power: float | None = field(
        default=None, metadata=as_number("dischargePowerKW")
    )
    grid_import: float | None = field(
        default=None, metadata=as_number("powerFromGridKW")
    )
    grid_export: float | None = field(default=None, metadata=as_number("powerToGridKW"))
    solar_power: float | None = field(default=None, metadata=as_number("pvPowerKW"))
    load_power: float | None = field(default=None, metadata=as_number("loadPowerKW"))


@dataclass(frozen=True, kw_only=True)
class Status(WireModel):
    """The legacy status of all devices; any list may be missing."""

    connections: list[Connection] = field(
        default_factory=list, metadata=as_parts("devicesConnected", Connection)
    )
    outlets: list[Outlet] = field(
        default_factory=list, metadata=as_parts("outlets", Outlet)
    )
    batteries: list[Battery] = field(
        default_factory=list, metadata=as_parts("batteries", Battery)
    )
    chargers: list[Charger] = field(
        default_factory=list, metadata=as_parts("evChargers", Charger)
    )
    loads: list[Load] = field(default_factory=list, metadata=as_parts("loads", Load))


@dataclass(frozen=True, kw_only=True)
class EnergyManagement(WireModel):
    """A controller of the provider that drives, or would drive, a charger."""

    unread = keys("override_expires_at")

    type: str = field(
        default="",
        metadata=as_text("type") | known("POWER_SMART", "EXCESS_SOLAR", "PEAK_DEMAND"),
    )
    active_since: datetime | None = field(
        default=None, metadata=as_time("active_since")
    )


@dataclass(frozen=True, kw_only=True)
class ModernConnection(WireModel):
    """Whether a device is in touch with the cloud."""

    unread = keys("offline_since")

    gid: int = field(repr=False, metadata=as_id("device_gid"))
    connected: bool | None = field(default=None, metadata=as_flag("connected"))


@dataclass(frozen=True, kw_only=True)
class Evse(WireModel):
    """A charger as the modern API and the stream report it."""

    unread = keys("next_scheduled_event offline_since override")

    gid: int = field(repr=False, metadata=as_id("device_gid"))
    serial: str = field(default="", repr=False, metadata=as_text("device_id"))
    load_gid: int | None = field(default=None, repr=False, metadata=as_int("load_gid"))
    connected: bool | None = field(default=None, metadata=as_flag("connected"))
    status: str = field(
        default="",
        metadata=as_text("charger_status")
        | known("CHARGING", "IDLE", "READY", "DISCONNECTED", "DISCONNECTED_ON"),
    )
    rate: int | None = field(default=None, metadata=as_int("charging_rate"))
    max_rate: int | None = field(default=None, metadata=as_int("max_charging_rate"))
    derated: bool | None = field(default=None, metadata=as_flag("temperature_derated"))
    active: list[EnergyManagement] = field(
        default_factory=list,
        metadata=as_parts("active_energy_managements", EnergyManagement),
    )
    overridden: list[EnergyManagement] = field(
        default_factory=list,
        metadata=as_parts("overridden_energy_managements", EnergyManagement),
    )


@dataclass(frozen=True, kw_only=True)
class ModernStatus(WireModel):
    """The modern status; on the stream, only what has changed."""

    unread = keys("appliances batteries monitors outlets thermostats vehicles")

    connections: list[ModernConnection] = field(
        default_factory=list, metadata=as_parts("devices_connected", ModernConnection)
    )
    evses: list[Evse] = field(default_factory=list, metadata=as_parts("evses", Evse))
