"""Sites, connections and orders of an account (wire 6.4, 6.7).

GET api/accounts/{account}/orders/titles
    {"orders": [], "id": "<uuid>"}

GET equipments/get?accountId=...&pageNumber=1&pageSize=10
    {"pageSize": 10, "pageNumber": 1, "moreRecords": false, "totalRecords": 1,
     "pageCookie": 0, "items": [{"accountId": "<uuid>", "siteId": "<uuid>",
       "iec_ContractNumber": "340000001", "fullAddress": "Demo 22, Demo City",
       "siteType": 18, "activeConnections": 1, "connections": [
        {"connectionId": "<uuid>", "connectionNumber": "000001",
         "hasOpenOrders": false, "shovalOpenOrder": null,
         "powerConnectionSize": 279830006, "isLowVolte": true,
         "isCanIncrease": false, "meterId": "<uuid>", "meterNumber": "000001",
         "voltType": 279830001, "currentReader": "17.32", "currentAmpere": null,
         "currentVoltLevel": {"id": null, "name": null}}], ...}]}
"""

from dataclasses import dataclass, field
from typing import Any

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_number,
    as_text,
    personal,
    read_by,
)
from custom_components.cloud_energy.client.wire import WireModel, keys, members

from .fields import as_number_text


@dataclass(frozen=True, kw_only=True)
class OrderTitles(WireModel):
    """The orders of an account; their shape is not known."""

    id: str = field(default="", repr=False, metadata=as_text("id"))
    orders: list[Any] = field(
        default_factory=list, repr=False, metadata=read_by(members, "orders")
    )


@dataclass(frozen=True, kw_only=True)
class EquipmentConnection(WireModel):
    """One connection of a site to the grid."""

    unread = keys("currentVoltLevel meterId shovalOpenOrder voltType")

    id: str = field(default="", repr=False, metadata=as_text("connectionId"))
    number: str = field(default="", repr=False, metadata=as_text("connectionNumber"))
    size_type: int | None = field(default=None, metadata=as_int("powerConnectionSize"))
    """A key of `Lookup.connection_sizes`."""
    has_open_orders: bool | None = field(
        default=None, metadata=as_flag("hasOpenOrders")
    )
    is_low_voltage: bool | None = field(default=None, metadata=as_flag("isLowVolte"))
    can_be_enlarged: bool | None = field(
        default=None, metadata=as_flag("isCanIncrease")
    )
    meter: str = field(default="", repr=False, metadata=as_number_text("meterNumber"))
    kva: float | None = field(default=None, metadata=as_number("currentReader"))
    """Its power in kVA, for all that is known; no reading."""
    ampere: float | None = field(default=None, metadata=as_number("currentAmpere"))


@dataclass(frozen=True, kw_only=True)
class EquipmentSite(WireModel):
    """A site with its equipment."""

    unread = keys(
        "accountId accountName accountType addressId areaId backuplineOrder"
        " building hasBackuplineOrders possible2ShiftBit regionId"
    )

    id: str = field(default="", repr=False, metadata=as_text("siteId"))
    contract: str = field(
        default="", repr=False, metadata=as_number_text("iec_ContractNumber")
    )
    address: str = field(
        default="", repr=False, metadata=personal(as_text("fullAddress"))
    )
    kind: int | None = field(default=None, metadata=as_int("siteType"))
    active_connections: int | None = field(
        default=None, metadata=as_int("activeConnections")
    )
    connections: list[EquipmentConnection] = field(
        default_factory=list, metadata=as_list("connections", EquipmentConnection)
    )


@dataclass(frozen=True, kw_only=True)
class EquipmentPage(WireModel):
    """Some of an account's sites."""

    unread = keys("pageCookie pageSize")

    page: int | None = field(default=None, metadata=as_int("pageNumber"))
    has_more: bool | None = field(default=None, metadata=as_flag("moreRecords"))
    total: int | None = field(default=None, metadata=as_int("totalRecords"))
    sites: list[EquipmentSite] = field(
        default_factory=list, metadata=as_list("items", EquipmentSite)
    )
