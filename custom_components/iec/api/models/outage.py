"""Power outages, from both services that report them (wire 5.18, 7).

GET outages/transactions/{account}/2, in an envelope
    [{"transactionsInfo": [{"disconnectDate": "2026-05-17T22:32:16Z",
       "disconnect": {"disconnectKey": "17701DEMO1",
         "disconnectType": {"displayName": "Area fault", "code": 1, "id": "<uuid>"},
         "disconnectTreatmentState": {"displayName": "Supply restored", "code": "6",
           "isConnectIndicationBit": false, "id": "<uuid>"}, "id": "<uuid>",
         "estimateTreatmentDate": null, "energizedDate": "2026-05-18T11:09:41Z"},
       "disconnectType": 1}],
      "site": {"contractNumber": "340000001", "address": {...}, "id": "<uuid>",
               "x": null, "y": null}}]

Fault portal: GET accounts/{account}/tranzactions/2
    {"dataCollection": [{"siteKeyDesc": "340000001",
       "disconnectDate": "2026-05-17T22:32:16Z",
       "disconnect": {"disconnectKey": "17701DEMO1",
         "disconnectTreatmentState": {"displayName": "...", "code": "6",
           "isConnectIndicationBit": false, "disconnectTreatmentStatePortal": 3,
           "id": "<uuid>", "logicalName": "iec_disconnecttreatmentstate"},
         "disconnectType": {"displayName": "...", "code": 1, "id": "<uuid>",
           "logicalName": "iec_disconnecttype"},
         "energizedDate": "2026-05-18T11:09:41Z",
         "disconnectDate": "2026-05-17T22:12:08Z", "id": "<uuid>",
         "logicalName": "iec_disconnect"},
       "site": {"contractNumber": "340000001", "address": {...}, "id": "<uuid>",
                "logicalName": "iec_site"}, "id": "<uuid>",
       "logicalName": "iec_tranzaction", "stateCode": 1}]}

Fault portal: POST accounts/tranzactions {"Accounts": ["<uuid>"], "StateCode": 0}
    {"consumptionOrderViewTypeCode": 1, "logicalName": "account"}
"""

from dataclasses import dataclass, field
from datetime import datetime

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_model,
    as_text,
)
from custom_components.cloud_energy.client.wire import WireModel, keys

from .fields import as_local_time, as_number_text


@dataclass(frozen=True, kw_only=True)
class Named(WireModel):
    """A name with its code."""

    unread = keys("id logicalName")

    name: str = field(default="", metadata=as_text("displayName"))
    code: int | None = field(default=None, metadata=as_int("code"))


@dataclass(frozen=True, kw_only=True)
class TreatmentState(Named):
    """How far the repair has come."""

    is_connected: bool | None = field(
        default=None, metadata=as_flag("isConnectIndicationBit")
    )
    portal_state: int | None = field(
        default=None, metadata=as_int("disconnectTreatmentStatePortal")
    )


@dataclass(frozen=True, kw_only=True)
class Disconnect(WireModel):
    """One interruption in the grid."""

    unread = keys("id logicalName")

    key: str = field(default="", repr=False, metadata=as_text("disconnectKey"))
    kind: Named | None = field(default=None, metadata=as_model("disconnectType", Named))
    state: TreatmentState | None = field(
        default=None, metadata=as_model("disconnectTreatmentState", TreatmentState)
    )
    start: datetime | None = field(
        default=None, metadata=as_local_time("disconnectDate")
    )
    estimate: datetime | None = field(
        default=None, metadata=as_local_time("estimateTreatmentDate")
    )
    end: datetime | None = field(default=None, metadata=as_local_time("energizedDate"))


@dataclass(frozen=True, kw_only=True)
class Site(WireModel):
    """The place that is cut off."""

    unread = keys("address id logicalName x y")

    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )


@dataclass(frozen=True, kw_only=True)
class Transaction(WireModel):
    """An interruption as it touches a place."""

    start: datetime | None = field(
        default=None, metadata=as_local_time("disconnectDate")
    )
    disconnect: Disconnect | None = field(
        default=None, metadata=as_model("disconnect", Disconnect)
    )
    kind_code: int | None = field(default=None, metadata=as_int("disconnectType"))


@dataclass(frozen=True, kw_only=True)
class SiteOutages(WireModel):
    """The interruptions of one place."""

    site: Site | None = field(default=None, metadata=as_model("site", Site))
    transactions: list[Transaction] = field(
        default_factory=list, metadata=as_list("transactionsInfo", Transaction)
    )


@dataclass(frozen=True, kw_only=True)
class PortalOutage(WireModel):
    """An outage as the fault portal reports it."""

    unread = keys("id logicalName")

    site_key: str = field(
        default="", repr=False, metadata=as_number_text("siteKeyDesc")
    )
    start: datetime | None = field(
        default=None, metadata=as_local_time("disconnectDate")
    )
    disconnect: Disconnect | None = field(
        default=None, metadata=as_model("disconnect", Disconnect)
    )
    site: Site | None = field(default=None, metadata=as_model("site", Site))
    state: int | None = field(default=None, metadata=as_int("stateCode"))


@dataclass(frozen=True, kw_only=True)
class PortalOutages(WireModel):
    """The answer that holds them."""

    outages: list[PortalOutage] = field(
        default_factory=list, metadata=as_list("dataCollection", PortalOutage)
    )


@dataclass(frozen=True, kw_only=True)
class TransactionView(WireModel):
    """What the fault portal answers when it is asked about several accounts."""

    view_type: int | None = field(
        default=None, metadata=as_int("consumptionOrderViewTypeCode")
    )
    name: str = field(default="", metadata=as_text("logicalName"))
