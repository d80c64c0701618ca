"""The hub with its inverter and battery (wire 4.1, 4.2)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_name,
    as_text,
    personal,
)
from custom_components.cloud_energy.client.wire import WireModel, known
from custom_components.flowerhub.api.values import humanized

from .fields import as_float, as_int, as_part


@dataclass(frozen=True, kw_only=True)
class Manufacturer:
    """Who has made an inverter or a battery."""

    manufacturer_id: int | None
    manufacturer_name: str


@dataclass(frozen=True, kw_only=True)
class _Made(WireModel):
    manufacturer_id: int | None = field(default=None, metadata=as_int("manufacturerId"))
    manufacturer_name: str = field(default="", metadata=as_name("manufacturerName"))
    name: str = field(default="", metadata=as_name("name"))
    """The name of the model."""
    capacity_id: int | None = field(default=None, metadata=as_int("capacityId"))
    power_capacity: float | None = field(
        default=None, metadata=as_float("powerCapacity")
    )
    """In kW."""

    @property
    def manufacturer(self) -> Manufacturer:
        """Who has made it."""
        return Manufacturer(
            manufacturer_id=self.manufacturer_id,
            manufacturer_name=self.manufacturer_name,
        )


@dataclass(frozen=True, kw_only=True)
class Inverter(_Made):
    """A hybrid inverter."""

    inverter_model_id: int | None = field(
        default=None, metadata=as_int("inverterModelId")
    )
    battery_stacks: int | None = field(
        default=None, metadata=as_int("numberOfBatteryStacksSupported")
    )
    """How many it can have."""


@dataclass(frozen=True, kw_only=True)
class Battery(_Made):
    """A home battery."""

    battery_model_id: int | None = field(
        default=None, metadata=as_int("batteryModelId")
    )
    min_modules: int | None = field(
        default=None, metadata=as_int("minNumberOfBatteryModules")
    )
    max_modules: int | None = field(
        default=None, metadata=as_int("maxNumberOfBatteryModules")
    )
    energy_capacity: float | None = field(
        default=None, metadata=as_float("energyCapacity")
    )
    """In kWh."""


@dataclass(frozen=True, kw_only=True)
class FlowerHubStatus:
    """Whether the hub is connected, as the portal sees it; no closed set of words."""

    status: str
    message: str = ""
    """A code in CamelCase; may be empty."""
    updated_at: datetime | None = field(default=None, compare=False)
    """When the answer came (UTC): the portal itself sends no time."""

    @property
    def is_connected(self) -> bool:
        """Whether it says so."""
        return self.status.casefold() == "connected"

    @property
    def readable_message(self) -> str:
        """The message in words."""
        return humanized(self.message)

    @property
    def updated_timestamp(self) -> datetime | None:
        """The same as `updated_at`."""
        return self.updated_at

    def age_seconds(self) -> float | None:
        """Return how old the answer is; None if nobody has noted when it came."""
        if self.updated_at is None:
            return None
        return (datetime.now(UTC) - self.updated_at).total_seconds()


@dataclass(frozen=True, kw_only=True)
class WireStatus(WireModel):
    """The status as the wire has it."""

    status: str = field(
        default="", metadata=as_text("status") | known("Connected", "Disconnected")
    )
    message: str = field(default="", metadata=as_text("message"))


@dataclass(frozen=True, kw_only=True)
class WireAsset(WireModel):
    """The asset as the wire has it."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    inverter: Inverter | None = field(
        default=None, metadata=as_part("inverter", Inverter)
    )
    battery: Battery | None = field(default=None, metadata=as_part("battery", Battery))
    fuse_size: float | None = field(default=None, metadata=as_float("fuseSize"))
    status: WireStatus | None = field(
        default=None, metadata=as_part("flowerHubStatus", WireStatus)
    )
    is_installed: bool | None = field(default=None, metadata=as_flag("isInstalled"))


@dataclass(frozen=True, kw_only=True)
class Asset:
    """The one system of an owner."""

    id: int | None = field(repr=False)
    inverter: Inverter
    battery: Battery
    fuse_size: float | None
    """In A; None if it is not configured."""
    is_installed: bool | None
    status: FlowerHubStatus


@dataclass(frozen=True, kw_only=True)
class AssetOwner(WireModel):
    """The answer to the discovery."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    asset_id: int | None = field(default=None, repr=False, metadata=as_int("assetId"))
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
