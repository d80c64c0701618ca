"""Customer and devices, in the legacy and in the modern spelling (wire 4.1 to 4.3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, override

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_id,
    as_int,
    as_list,
    as_model,
    as_name,
    as_number,
    as_parts,
    as_text,
    as_time,
    personal,
    read_by,
    read_list,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, known

_CIRCUIT_TYPES: Final = range(1, 27)
"""From air conditioner to lights (wire 4.2)."""


@dataclass(frozen=True, kw_only=True)
class Customer(WireModel):
    """The customer that an account belongs to."""

    unread = keys("actor firstName lastName")

    gid: int = field(repr=False, metadata=as_id("customerGid"))
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    created_at: datetime | None = field(default=None, metadata=as_time("createdAt"))


@dataclass(frozen=True, kw_only=True)
class WireChannel(WireModel):
    """A channel of the legacy device tree."""

    unread = keys("channelMultiplier deviceGid parentChannelNum")

    number: str = field(default="", metadata=as_text("channelNum"))
    name: str = field(default="", metadata=as_name("name"))
    channel_id: str = field(default="", metadata=as_text("channelId"))
    type_gid: int | None = field(
        default=None, metadata=as_int("channelTypeGid") | known(*_CIRCUIT_TYPES)
    )
    type: str = field(
        default="",
        metadata=as_text("type") | known("Main", "FiftyAmp", "FiftyAmpBidirectional"),
    )
    merged_id: str = field(default="", metadata=as_text("mergedChannelId"))


@dataclass(frozen=True, kw_only=True)
class LocationProperties(WireModel):
    """Where a device stands and what its energy costs."""

    unread = keys(
        "deviceGid latitudeLongitude locationInformation peakDemandDollarPerKw"
        " utilityRateGid utilityRateMods zipCode"
    )

    display_name: str = field(default="", metadata=as_name("displayName"))
    device_name: str = field(default="", metadata=as_name("deviceName"))
    time_zone: str = field(default="", metadata=as_text("timeZone"))
    billing_day: int | None = field(
        default=None, metadata=as_int("billingCycleStartDay")
    )
    cents_per_kwh: float | None = field(
        default=None, metadata=as_number("usageCentPerKwHour")
    )
    solar: bool | None = field(default=None, metadata=as_flag("solar"))


@dataclass(frozen=True, kw_only=True)
class WireDevice(WireModel):
    """A device of the legacy tree, with the sub-devices that hold its channels."""

    unread = keys("combinedVue deviceConnected parentChannelNum")

    gid: int = field(repr=False, metadata=as_id("deviceGid"))
    serial: str = field(
        default="", repr=False, metadata=as_text("manufacturerDeviceId")
    )
    model: str = field(default="", metadata=as_text("model"))
    firmware: str = field(default="", metadata=as_text("firmware"))
    parent_gid: int | None = field(
        default=None, repr=False, metadata=as_int("parentDeviceGid")
    )
    primary_gid: int | None = field(
        default=None, repr=False, metadata=as_int("primaryVueGid")
    )
    location: LocationProperties | None = field(
        default=None, metadata=as_model("locationProperties", LocationProperties)
    )
    has_outlet: bool = field(default=False, metadata=read_by(bool, "outlet"))
    has_charger: bool = field(default=False, metadata=read_by(bool, "evCharger"))
    has_battery: bool = field(default=False, metadata=read_by(bool, "battery"))
    channels: list[WireChannel] = field(
        default_factory=list, metadata=as_parts("channels", WireChannel)
    )
    devices: list[WireDevice] = field(
        default_factory=list,
        metadata=read_by(
            lambda value: read_list(value, WireDevice, is_part=True), "devices"
        ),
    )

    @property
    def all_channels(self) -> list[WireChannel]:
        """Its channels and those of sub-devices, which share its gid."""
        nested = [
            channel
            for device in self.devices
            if device.gid == self.gid
            for channel in device.all_channels
        ]
        return [*self.channels, *nested]


@dataclass(frozen=True, kw_only=True)
class DeviceList(WireModel):
    """The legacy device tree."""

    unread = keys("actor createdAt customerGid email firstName lastName")

    devices: list[WireDevice] = field(
        default_factory=list, metadata=as_list("devices", WireDevice)
    )


@dataclass(frozen=True, kw_only=True)
class ChannelType(WireModel):
    """What a circuit can be."""

    unread = keys("selectable")

    gid: int = field(metadata=as_id("channelTypeGid"))
    description: str = field(default="", metadata=as_text("description"))
    directionality: str = field(
        default="",
        metadata=as_text("directionality")
        | known("CONSUMPTION_ONLY", "GENERATION_ONLY", "BIDIRECTIONAL"),
    )
    allows_bidirectional: bool | None = field(
        default=None, metadata=as_flag("allowsBidirectional")
    )


@dataclass(frozen=True, kw_only=True)
class ModernChannel(WireModel):
    """A channel of the modern inventory; its list comes in two spellings."""

    unread = keys("multiplier parent_channel_id sub_type")

    channel_id: str = field(default="", metadata=as_text("channel_id"))
    name: str = field(default="", metadata=as_name("name"))
    type_gid: int | None = field(
        default=None, metadata=as_int("channel_type_gid") | known(*_CIRCUIT_TYPES)
    )
    classification: str = field(
        default="",
        metadata=as_text("channel_classification")
        | known("MAIN", "FIFTY_AMP", "FIFTY_AMP_BIDIRECTIONAL"),
    )
    has_data: bool | None = field(default=None, metadata=as_flag("has_data"))

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        """Take the camelCase spelling for the other one."""
        aliases = {
            "channelNum": "channel_id",
            "channelTypeGid": "channel_type_gid",
            "hasData": "has_data",
            "type": "channel_classification",
        }
        renamed = {aliases.get(key, key): value for key, value in d.items()}
        return super().__pre_deserialize__(renamed)


@dataclass(frozen=True, kw_only=True)
class ModernDevice(WireModel):
    """A device of the modern inventory."""

    unread = keys(
        "breaker_pin energy_managements_configured evse_branding evse_color"
        " evse_gun_type evse_model evse_power_source power_smart_monitor_device_id"
        " power_smart_upgraded primary_vehicle_brand supported_energy_managements"
    )

    gid: int = field(repr=False, metadata=as_id("device_gid"))
    serial: str = field(default="", repr=False, metadata=as_text("device_id"))
    name: str = field(default="", metadata=as_name("display_name"))
    model: str = field(default="", metadata=as_text("model"))
    time_zone: str = field(default="", metadata=as_text("time_zone"))
    load_gid: int | None = field(default=None, repr=False, metadata=as_int("load_gid"))
    channels: list[ModernChannel] = field(
        default_factory=list, metadata=as_parts("channels", ModernChannel)
    )
