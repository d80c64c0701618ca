"""The owner: details, profile, electricity agreement (wire 4.3 to 4.5)."""

from dataclasses import dataclass, field
from datetime import date

from custom_components.cloud_energy.client.fields import as_text, personal
from custom_components.cloud_energy.client.wire import WireModel, known

from .fields import as_day, as_int, as_part


@dataclass(frozen=True, kw_only=True)
class SimpleInstaller(WireModel):
    """Who has installed the system."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    name: str = field(default="", repr=False, metadata=as_text("name"))


@dataclass(frozen=True, kw_only=True)
class SimpleDistributor(WireModel):
    """Who has sold the system."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    name: str = field(default="", repr=False, metadata=as_text("name"))


@dataclass(frozen=True, kw_only=True)
class AssetModel(WireModel):
    """The kind of hub."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    name: str = field(default="", metadata=as_text("name"))
    manufacturer: str = field(default="", metadata=as_text("manufacturer"))


@dataclass(frozen=True, kw_only=True)
class AssetInfo(WireModel):
    """The hub itself."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    serial_number: str = field(default="", repr=False, metadata=as_text("serialNumber"))
    asset_model: AssetModel | None = field(
        default=None, metadata=as_part("assetModel", AssetModel)
    )


@dataclass(frozen=True, kw_only=True)
class Compensation(WireModel):
    """Whether the owner gets compensation; no closed set of words."""

    status: str = field(default="", metadata=as_text("status") | known("Qualified"))
    message: str = field(default="", metadata=as_text("message"))

    @property
    def is_qualified(self) -> bool:
        """Whether it says so."""
        return self.status.casefold() == "qualified"


@dataclass(frozen=True, kw_only=True)
class AssetOwnerDetails(WireModel):
    """What the portal knows of an owner and the hub."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    installer: SimpleInstaller | None = field(
        default=None, metadata=as_part("installer", SimpleInstaller)
    )
    distributor: SimpleDistributor | None = field(
        default=None, metadata=as_part("distributor", SimpleDistributor)
    )
    asset: AssetInfo | None = field(default=None, metadata=as_part("asset", AssetInfo))
    compensation: Compensation | None = field(
        default=None, metadata=as_part("compensation", Compensation)
    )
    compensation_start: date | None = field(
        default=None, metadata=as_day("bessCompensationStartDate")
    )


@dataclass(frozen=True, kw_only=True)
class PostalAddress(WireModel):
    """An address."""

    street: str = field(default="", repr=False, metadata=personal(as_text("street")))
    postal_code: str = field(default="", repr=False, metadata=as_text("postalCode"))
    city: str = field(default="", repr=False, metadata=personal(as_text("city")))


@dataclass(frozen=True, kw_only=True)
class InstallerInfo(SimpleInstaller):
    """Who has installed the system, and where to find them."""

    address: PostalAddress | None = field(
        default=None, repr=False, metadata=personal(as_part("address", PostalAddress))
    )


@dataclass(frozen=True, kw_only=True)
class AssetOwnerProfile(WireModel):
    """The person, of whom nothing but the account's status is ever shown."""

    id: int | None = field(default=None, repr=False, metadata=as_int("id"))
    first_name: str = field(
        default="", repr=False, metadata=personal(as_text("firstName"))
    )
    last_name: str = field(
        default="", repr=False, metadata=personal(as_text("lastName"))
    )
    main_email: str = field(
        default="", repr=False, metadata=personal(as_text("mainEmail"))
    )
    contact_email: str = field(
        default="", repr=False, metadata=personal(as_text("contactEmail"))
    )
    phone: str = field(default="", repr=False, metadata=personal(as_text("phone")))
    address: PostalAddress | None = field(
        default=None, repr=False, metadata=personal(as_part("address", PostalAddress))
    )
    account_status: str = field(
        default="", metadata=as_text("accountStatus") | known("Verified")
    )
    installer: InstallerInfo | None = field(
        default=None, repr=False, metadata=as_part("installer", InstallerInfo)
    )


@dataclass(frozen=True, kw_only=True)
class AgreementState(WireModel):
    """One half of an agreement: consumption, or production."""

    state_category: str = field(
        default="", metadata=as_text("stateCategory") | known("Active")
    )
    state_id: int | None = field(default=None, metadata=as_int("stateId"))
    site_id: int | None = field(default=None, repr=False, metadata=as_int("siteId"))
    start: date | None = field(default=None, metadata=as_day("startDate"))
    termination: date | None = field(default=None, metadata=as_day("terminationDate"))


@dataclass(frozen=True, kw_only=True)
class ElectricityAgreement(WireModel):
    """The owner's agreement with Flower as the electricity retailer."""

    consumption: AgreementState | None = field(
        default=None, metadata=as_part("consumption", AgreementState)
    )
    production: AgreementState | None = field(
        default=None, metadata=as_part("production", AgreementState)
    )
