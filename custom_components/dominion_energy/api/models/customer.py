"""The customer, the accounts and the meters (wire 4.1, 4.2, 4.5)."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import override

from custom_components.cloud_energy.client.fields import (
    as_list,
    as_text,
    personal,
    read_by,
)
from custom_components.cloud_energy.client.wire import FLAGS, WireModel, flag, known

from .fields import as_date, as_flag, as_id, as_is


def _known_flag(value: object) -> bool | None:
    return None if value is None else bool(flag(value))


@dataclass(frozen=True, kw_only=True)
class ServiceAddress(WireModel):
    """Where the power is delivered."""

    house_number: str = field(
        default="", repr=False, metadata=personal(as_text("houseNum1"))
    )
    street: str = field(default="", repr=False, metadata=personal(as_text("street")))
    city: str = field(default="", repr=False, metadata=personal(as_text("city")))
    state: str = field(default="", repr=False, metadata=as_text("state"))
    zip_code: str = field(default="", repr=False, metadata=personal(as_text("zipCode")))
    country: str = field(default="", repr=False, metadata=as_text("country"))

    @override
    def __str__(self) -> str:
        """Return it in one line, e.g. `123 Main St, Richmond, VA 23219`."""
        street = f"{self.house_number} {self.street}".strip()
        place = f"{self.state} {self.zip_code.partition('-')[0]}".strip()
        return ", ".join(part for part in (street, self.city, place) if part)


@dataclass(frozen=True, kw_only=True)
class Meter(WireModel):
    """One meter of an account."""

    number: str = field(repr=False, metadata=as_id("device"))
    """18 digits with leading zeros."""
    contract: str = field(default="", repr=False, metadata=as_text("contract"))
    is_active: bool = field(default=False, metadata=as_flag("isActive"))
    has_ami: bool = field(default=False, metadata=as_flag("amiFlag"))
    """Whether it is a smart meter: only those have intervals."""
    net_metering: bool | None = field(
        default=None,
        metadata=read_by(_known_flag, "netMetering") | known(*FLAGS),
    )
    """Whether exported energy is credited; None if the service does not say."""


@dataclass(frozen=True, kw_only=True)
class Account(WireModel):
    """One account (contract) of a customer."""

    number: str = field(repr=False, metadata=as_id("account"))
    """12 digits with leading zeros."""
    premise_number: str = field(
        default="", repr=False, metadata=as_text("premiseNumber")
    )
    is_active: bool = field(default=False, metadata=as_flag("accountActive"))
    is_default: bool = field(default=False, metadata=as_flag("default"))
    nickname: str = field(default="", repr=False, metadata=as_text("nickName"))
    ebill_enrolled: bool = field(default=False, metadata=as_flag("ebillStatus"))
    closing_date: date | None = field(default=None, metadata=as_date("closingDate"))
    service_address: ServiceAddress | None = field(
        default=None, repr=False, metadata=personal(as_is("serviceAddress"))
    )
    meters: list[Meter] = field(default_factory=list, metadata=as_list("conDev", Meter))

    @property
    def display_name(self) -> str:
        """The number, with what helps the user recognize the account."""
        hint = self.nickname or ("Default" if self.is_default else "")
        return f"{self.number} ({hint})" if hint else self.number

    @property
    def primary_meter(self) -> Meter | None:
        """The first active meter, else the first one."""
        active = (meter for meter in self.meters if meter.is_active)
        return next(active, self.meters[0] if self.meters else None)

    @property
    def interval_meters(self) -> list[Meter]:
        """The meters that have interval usage."""
        return [meter for meter in self.meters if meter.is_active and meter.has_ami]


@dataclass(frozen=True, kw_only=True)
class _Enrollment(WireModel):
    accounts: list[Account] = field(
        default_factory=list, metadata=as_list("results", Account)
    )


@dataclass(frozen=True, kw_only=True)
class Customer(WireModel):
    """The business partner behind a login."""

    number: str = field(default="", repr=False)
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    email: str = field(
        default="", repr=False, metadata=personal(as_text("primaryEmail"))
    )
    enrollment: _Enrollment | None = field(
        default=None, metadata=as_is("zbpMaintRegEnroll_nav")
    )

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def accounts(self) -> list[Account]:
        """All accounts, closed ones too."""
        return self.enrollment.accounts if self.enrollment else []

    @property
    def active_accounts(self) -> list[Account]:
        """The accounts that are not closed."""
        return [account for account in self.accounts if account.is_active]

    @property
    def default_account(self) -> Account | None:
        """The account flagged as default, else the first active one."""
        flagged = (account for account in self.accounts if account.is_default)
        return next(flagged, next(iter(self.active_accounts), None))

    def with_number(self, number: str) -> Customer:
        """Return the same customer with the number, which comes by another call."""
        return replace(self, number=number)


@dataclass(frozen=True, kw_only=True)
class MeterInfo(WireModel):
    """A meter as the account management knows it (wire 4.5)."""

    account_number: str = field(
        default="", repr=False, metadata=as_text("accountNumber")
    )
    meter_number: str = field(default="", repr=False, metadata=as_text("meterNumber"))
    meter_id: str = field(default="", repr=False, metadata=as_text("meterId"))
    meter_type: str = field(default="", repr=False, metadata=as_text("meterType"))
    has_ami: bool = field(default=False, metadata=as_flag("amiMeter"))
