"""What the portal answers, in Python's names."""

from .asset import Asset, AssetOwner, Battery, FlowerHubStatus, Inverter, Manufacturer
from .billing import ConsumptionRecord, Invoice, InvoiceLine, Revenue
from .owner import (
    AgreementState,
    AssetInfo,
    AssetModel,
    AssetOwnerDetails,
    AssetOwnerProfile,
    Compensation,
    ElectricityAgreement,
    InstallerInfo,
    PostalAddress,
    SimpleDistributor,
    SimpleInstaller,
)
from .uptime import UptimeHistoryEntry, UptimeMonth, UptimePie
from .user import LoginResponse, User

__all__ = [
    "AgreementState",
    "Asset",
    "AssetInfo",
    "AssetModel",
    "AssetOwner",
    "AssetOwnerDetails",
    "AssetOwnerProfile",
    "Battery",
    "Compensation",
    "ConsumptionRecord",
    "ElectricityAgreement",
    "FlowerHubStatus",
    "InstallerInfo",
    "Inverter",
    "Invoice",
    "InvoiceLine",
    "LoginResponse",
    "Manufacturer",
    "PostalAddress",
    "Revenue",
    "SimpleDistributor",
    "SimpleInstaller",
    "UptimeHistoryEntry",
    "UptimeMonth",
    "UptimePie",
    "User",
]
