"""Contracts and what belongs to them (wire 5.4 to 5.6, 5.19 to 5.21).

GET customer/contract/{bp}?count=N&contractNumber=..., in an envelope
    {"contracts": [{"address": "Demo 22, Demo City", "contractId": "000340000001",
      "dueDate": "2026-02-24", "totalDebt": 194.04, "frequency": 2, "status": 1,
      "fromPativteProducer": false, "cityCode": "000000005000",
      "cityName": "Demo City", "streetCode": "000000001162", "streetName": "Demo",
      "houseNumber": "22", "debtForInvoicesDueDateNotPassed": 194.04,
      "isTouz": false, "smartMeter": true, "producerType": 1, "isDomestic": true}],
     "contractAmount": 1, "totalToPay": 194.04}

GET customer/checkContract/{contract}/6, in an envelope
    {"contractNumber": "340000001", "deviceNumber": "24000001", "bpKind": "0001",
     "bp": "100000001", "address": "Demo 22", "city": "Demo City",
     "cityCode": "000000005000", "streetCode": "000000001162", "houseNumber": "22",
     "bpType": "01", "isPrivate": "", "hasDirectDebit": false, "isMatam": false,
     "frequency": 2}

POST customer/efs {"contractNumber": "340000001", "processType": 1,
                   "serviceCode": "EFS004"}, in an envelope
    [{"serviceDescription": "Planned outage notice", "partner": "0100000001",
      "contractNumber": "000340000001", "service": "EFS004",
      "subscribeDate": "2023-06-30T00:00:00", "subscribeTime": "0001-01-01T13:00:01",
      "isActive": true, "bpSubscription": false, "isSms": false,
      "communicationMethod": 1, "email": "", "sms": "0500000000",
      "fax": "0000000000", "unsubscribeDate": "0001-01-01T00:00:00",
      "registrationStatus": 0}]

GET SocialDiscount/{bp}
    {"discountExists": false, "discountStatusCode": 99,
     "contractNumber": "000340000001",
     "discountStartDate": "0001-01-01T00:00:00",
     "discountEndDate": "0001-01-01T00:00:00"}

GET calculator/touz/{contract}/{bp}/compatible
    {"status": 2, "isCompatible": false}

GET Mobility/{contract}/{device}, in an envelope
    {"isMobilityRequestExist": false, "isMobilityInRange": false}
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from custom_components.cloud_energy.client.fields import (
    as_flag,
    as_int,
    as_list,
    as_number,
    as_text,
    personal,
)
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_day, as_number_text, as_required_number

_ACTIVE: Final = 1


@dataclass(frozen=True, kw_only=True)
class Contract(WireModel):
    """One contract: a place that takes power, or takes it no more."""

    id: str = field(repr=False, metadata=as_required_number("contractId"))
    address: str = field(default="", repr=False, metadata=personal(as_text("address")))
    due_date: date | None = field(default=None, metadata=as_day("dueDate"))
    total_debt: float | None = field(default=None, metadata=as_number("totalDebt"))
    """In ILS."""
    debt_not_due: float | None = field(
        default=None, metadata=as_number("debtForInvoicesDueDateNotPassed")
    )
    """The part of it whose day of payment has not passed."""
    frequency: int | None = field(
        default=None, metadata=as_int("frequency") | known(0, 1, 2)
    )
    """Months per bill."""
    status: int | None = field(default=None, metadata=as_int("status") | known(0, 1, 2))
    """1: active, 2: ended; 0 where the contract comes with its customer."""
    is_producer: bool | None = field(
        default=None, metadata=as_flag("fromPativteProducer")
    )
    """Whether a private producer, that is solar, feeds in here."""
    city_code: str = field(default="", repr=False, metadata=as_text("cityCode"))
    city: str = field(default="", repr=False, metadata=personal(as_text("cityName")))
    street_code: str = field(default="", repr=False, metadata=as_text("streetCode"))
    street: str = field(
        default="", repr=False, metadata=personal(as_text("streetName"))
    )
    house_number: str = field(
        default="", repr=False, metadata=personal(as_text("houseNumber"))
    )
    is_touz: bool | None = field(default=None, metadata=as_flag("isTouz"))
    """Whether it has the time-of-use tariff."""
    smart_meter: bool | None = field(default=None, metadata=as_flag("smartMeter"))
    producer_type: int | None = field(default=None, metadata=as_int("producerType"))
    is_domestic: bool | None = field(default=None, metadata=as_flag("isDomestic"))

    @property
    def is_active(self) -> bool:
        """Whether power is taken; contracts of former homes stay in the list."""
        return self.status == _ACTIVE


@dataclass(frozen=True, kw_only=True)
class ContractList(WireModel):
    """The contracts of a partner."""

    contracts: list[Contract] = field(
        default_factory=list, metadata=as_list("contracts", Contract)
    )
    amount: int | None = field(default=None, metadata=as_int("contractAmount"))
    total_to_pay: float | None = field(default=None, metadata=as_number("totalToPay"))

    @property
    def default(self) -> Contract | None:
        """The first active contract, else the first one."""
        active = (contract for contract in self.contracts if contract.is_active)
        return next(active, next(iter(self.contracts), None))


@dataclass(frozen=True, kw_only=True)
class ContractCheck(WireModel):
    """A contract as the payment service knows it."""

    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )
    device: str = field(default="", repr=False, metadata=as_number_text("deviceNumber"))
    bp_kind: str = field(default="", metadata=as_text("bpKind"))
    bp_number: str = field(default="", repr=False, metadata=as_text("bp"))
    bp_type: str = field(default="", metadata=as_text("bpType"))
    address: str = field(default="", repr=False, metadata=personal(as_text("address")))
    city: str = field(default="", repr=False, metadata=personal(as_text("city")))
    city_code: str = field(default="", repr=False, metadata=as_text("cityCode"))
    street_code: str = field(default="", repr=False, metadata=as_text("streetCode"))
    house_number: str = field(
        default="", repr=False, metadata=personal(as_text("houseNumber"))
    )
    is_producer: bool | None = field(default=None, metadata=as_flag("isPrivate"))
    has_direct_debit: bool | None = field(
        default=None, metadata=as_flag("hasDirectDebit")
    )
    is_matam: bool | None = field(default=None, metadata=as_flag("isMatam"))
    frequency: int | None = field(default=None, metadata=as_int("frequency"))


@dataclass(frozen=True, kw_only=True)
class NoticeSubscription(WireModel):
    """A subscription to notices by text message, email or fax (EFS)."""

    service: str = field(default="", metadata=as_text("service"))
    """`EFS004` is the notice of planned interruptions."""
    description: str = field(default="", metadata=as_text("serviceDescription"))
    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )
    bp_number: str = field(default="", repr=False, metadata=as_text("partner"))
    subscribed_on: date | None = field(default=None, metadata=as_day("subscribeDate"))
    subscribed_at: str = field(
        default="", repr=False, metadata=as_text("subscribeTime")
    )
    unsubscribed_on: date | None = field(
        default=None, metadata=as_day("unsubscribeDate")
    )
    is_active: bool | None = field(default=None, metadata=as_flag("isActive"))
    is_of_partner: bool | None = field(default=None, metadata=as_flag("bpSubscription"))
    is_sms: bool | None = field(default=None, metadata=as_flag("isSms"))
    method: int | None = field(default=None, metadata=as_int("communicationMethod"))
    email: str = field(default="", repr=False, metadata=personal(as_text("email")))
    phone: str = field(default="", repr=False, metadata=personal(as_text("sms")))
    fax: str = field(default="", repr=False, metadata=as_text("fax"))
    registration: int | None = field(
        default=None, metadata=as_int("registrationStatus")
    )


@dataclass(frozen=True, kw_only=True)
class SocialDiscount(WireModel):
    """Whether a partner gets the social discount."""

    exists: bool | None = field(default=None, metadata=as_flag("discountExists"))
    status: int | None = field(default=None, metadata=as_int("discountStatusCode"))
    contract: str = field(
        default="", repr=False, metadata=as_number_text("contractNumber")
    )
    start: date | None = field(default=None, metadata=as_day("discountStartDate"))
    end: date | None = field(default=None, metadata=as_day("discountEndDate"))


@dataclass(frozen=True, kw_only=True)
class TouzCompatibility(WireModel):
    """Whether a contract may have the time-of-use tariff."""

    status: int | None = field(default=None, metadata=as_int("status"))
    is_compatible: bool | None = field(default=None, metadata=as_flag("isCompatible"))


@dataclass(frozen=True, kw_only=True)
class MobilityStatus(WireModel):
    """Whether a contract is on its way to another supplier."""

    request_exists: bool | None = field(
        default=None, metadata=as_flag("isMobilityRequestExist")
    )
    is_in_range: bool | None = field(
        default=None, metadata=as_flag("isMobilityInRange")
    )
