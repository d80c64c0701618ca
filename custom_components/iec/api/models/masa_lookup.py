"""Lists of the property portal that hardly ever change (wire 6.1, 6.5, 6.6, 6.10, 6.11).

Main portal: GET cities
    {"dataCollection": [{"area": {"name": "Valleys", "shovalAreaCode": 702,
      "id": "<uuid>"}, "region": {"name": "North", "shovalRegionCode": 7,
      "id": "<uuid>"}, "name": "Demo City", "shovalCityCode": "2054",
      "id": "<uuid>", "logicalName": "iec_city"}]}

GET api/orderLookup
    {"orderCategories": [{"name": "...", "typeCodeInt": 1, "id": "<uuid>"}]}

GET api/voltLevels/active
    {"dataCollection": [{"name": "22", "minVoltLevel": 17, "maxVoltLevel": 400,
                         "id": "<uuid>"}]}

GET lookup/all
    {"regions": [{"regionId": "<uuid>", "name": "...", "code": 7}],
     "connectionSizeTypes": [{"id": "<uuid>", "name": "3X25",
       "sizeType": 279830006, "voltType": 279830001, "code": "Z06",
       "description": "three phase 25 A (3X25)", "index": 6,
       "isEnlargeable": true, "isAllowResidence": true}],
     "siteTypes": [{"key": 18, "value": "...", "index": 1}],
     "orderStatusState": [...], "actionCodes": [...], "phonePrefixes": [...],
     "orderPurposes": [{"desc": "...", "buildingType": null, "id": "<uuid>",
                        "name": "..."}],
     "meterSetupTypes": [{"id": "<uuid>", "name": "...", "desc": "...",
                          "code": "..."}],
     "stateMachineForOrderStage": null}

GET lookup/newConnection/buildingOptions
    {"residenceOptions": [{"orderPurpose": {"desc": "...", "buildingType": 1,
       "id": "<uuid>", "name": "..."},
       "connectionSizes": [{"id": "<uuid>", "name": "3X25"}]}],
     "commercialOptions": [...], "tempOptions": [...],
     "residenceSizeTypes": [{"id": "<uuid>", "name": "3X25"}], ...}
"""

from dataclasses import dataclass, field

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_number,
    as_text,
)
from custom_components.cloud_energy.client.wire import WireModel, keys


@dataclass(frozen=True, kw_only=True)
class Region(WireModel):
    """A region or an area of the grid."""

    unread = keys("logicalName shovalAreaCode shovalRegionCode")

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))


@dataclass(frozen=True, kw_only=True)
class City(WireModel):
    """A city."""

    unread = keys("logicalName")

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    code: str = field(default="", metadata=as_text("shovalCityCode"))
    area: Region | None = field(default=None, metadata=as_model("area", Region))
    region: Region | None = field(default=None, metadata=as_model("region", Region))


@dataclass(frozen=True, kw_only=True)
class Cities(WireModel):
    """All cities."""

    cities: list[City] = field(
        default_factory=list, metadata=as_list("dataCollection", City)
    )


@dataclass(frozen=True, kw_only=True)
class OrderCategory(WireModel):
    """What can be ordered."""

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    code: int | None = field(default=None, metadata=as_int("typeCodeInt"))


@dataclass(frozen=True, kw_only=True)
class OrderCategories(WireModel):
    """All that can be ordered."""

    categories: list[OrderCategory] = field(
        default_factory=list, metadata=as_list("orderCategories", OrderCategory)
    )


@dataclass(frozen=True, kw_only=True)
class VoltLevel(WireModel):
    """A voltage level of the grid."""

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    least: float | None = field(default=None, metadata=as_number("minVoltLevel"))
    most: float | None = field(default=None, metadata=as_number("maxVoltLevel"))


@dataclass(frozen=True, kw_only=True)
class VoltLevels(WireModel):
    """All voltage levels."""

    levels: list[VoltLevel] = field(
        default_factory=list, metadata=as_list("dataCollection", VoltLevel)
    )


@dataclass(frozen=True, kw_only=True)
class LookupRegion(WireModel):
    """A region in the list of lists."""

    id: str = field(default="", metadata=as_text("regionId"))
    name: str = field(default="", metadata=as_text("name"))
    code: int | None = field(default=None, metadata=as_int("code"))


@dataclass(frozen=True, kw_only=True)
class ConnectionSizeType(WireModel):
    """A size that a connection may have."""

    unread = keys("index")

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    """As `3X25`, or just `6` for one phase."""
    size_type: int | None = field(default=None, metadata=as_int("sizeType"))
    volt_type: int | None = field(default=None, metadata=as_int("voltType"))
    code: str = field(default="", metadata=as_text("code"))
    description: str = field(default="", metadata=as_text("description"))
    is_enlargeable: bool | None = field(default=None, metadata=as_flag("isEnlargeable"))
    is_residential: bool | None = field(
        default=None, metadata=as_flag("isAllowResidence")
    )


@dataclass(frozen=True, kw_only=True)
class KeyValue(WireModel):
    """A key with its meaning."""

    unread = keys("index")

    key: str = field(default="", metadata=as_text("key"))
    value: str = field(default="", metadata=as_text("value"))


@dataclass(frozen=True, kw_only=True)
class OrderPurpose(WireModel):
    """What an order is for."""

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    description: str = field(default="", metadata=as_text("desc"))
    building: int | None = field(default=None, metadata=as_int("buildingType"))


@dataclass(frozen=True, kw_only=True)
class MeterSetup(WireModel):
    """A way to install a meter."""

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))
    description: str = field(default="", metadata=as_text("desc"))
    code: str = field(default="", metadata=as_text("code"))


@dataclass(frozen=True, kw_only=True)
class Lookup(WireModel):
    """The list of lists."""

    unread = keys("stateMachineForOrderStage")

    regions: list[LookupRegion] = field(
        default_factory=list, metadata=as_list("regions", LookupRegion)
    )
    connection_sizes: list[ConnectionSizeType] = field(
        default_factory=list,
        metadata=as_list("connectionSizeTypes", ConnectionSizeType),
    )
    site_types: list[KeyValue] = field(
        default_factory=list, metadata=as_list("siteTypes", KeyValue)
    )
    order_states: list[KeyValue] = field(
        default_factory=list, metadata=as_list("orderStatusState", KeyValue)
    )
    actions: list[KeyValue] = field(
        default_factory=list, metadata=as_list("actionCodes", KeyValue)
    )
    phone_prefixes: list[KeyValue] = field(
        default_factory=list, metadata=as_list("phonePrefixes", KeyValue)
    )
    purposes: list[OrderPurpose] = field(
        default_factory=list, metadata=as_list("orderPurposes", OrderPurpose)
    )
    meter_setups: list[MeterSetup] = field(
        default_factory=list, metadata=as_list("meterSetupTypes", MeterSetup)
    )


@dataclass(frozen=True, kw_only=True)
class SizeName(WireModel):
    """A size by name."""

    id: str = field(default="", metadata=as_text("id"))
    name: str = field(default="", metadata=as_text("name"))


@dataclass(frozen=True, kw_only=True)
class BuildingOption(WireModel):
    """The sizes that a kind of building may have."""

    purpose: OrderPurpose | None = field(
        default=None, metadata=as_model("orderPurpose", OrderPurpose)
    )
    sizes: list[SizeName] = field(
        default_factory=list, metadata=as_list("connectionSizes", SizeName)
    )


@dataclass(frozen=True, kw_only=True)
class BuildingOptions(WireModel):
    """The sizes that new connections may have."""

    residence: list[BuildingOption] = field(
        default_factory=list, metadata=as_list("residenceOptions", BuildingOption)
    )
    commercial: list[BuildingOption] = field(
        default_factory=list, metadata=as_list("commercialOptions", BuildingOption)
    )
    temporary: list[BuildingOption] = field(
        default_factory=list, metadata=as_list("tempOptions", BuildingOption)
    )
    residence_sizes: list[SizeName] = field(
        default_factory=list, metadata=as_list("residenceSizeTypes", SizeName)
    )
    commercial_sizes: list[SizeName] = field(
        default_factory=list, metadata=as_list("commercialSizeTypes", SizeName)
    )
    public_sizes: list[SizeName] = field(
        default_factory=list, metadata=as_list("publicSizeTypes", SizeName)
    )
    parking_sizes: list[SizeName] = field(
        default_factory=list, metadata=as_list("parkingSizeTypes", SizeName)
    )
