"""Binary sensors: power, bills, what a contract is."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudBinarySensor,
    CloudBinarySensorDescription,
    SensorValue,
    async_add_as_supported,
)

from .api.models.contract import (
    Contract,
    ContractCheck,
    SocialDiscount,
    TouzCompatibility,
)
from .api.models.invoice import Invoice
from .api.outages import Outage
from .coordinators.outages import Supplied
from .entities.entity import contract_candidates, outage_candidates
from .entities.habit_entities import habit_alarms
from .runtime import IecConfigEntry
from .snapshot import Snapshot

PARALLEL_UPDATES = 0

INVOICE: tuple[CloudBinarySensorDescription[Invoice], ...] = (
    CloudBinarySensorDescription(
        key="last_iec_invoice_paid",
        translation_key="last_invoice_paid",
        value_fn=lambda invoice: invoice.is_paid,
    ),
)

CONTRACT: tuple[CloudBinarySensorDescription[Contract], ...] = (
    CloudBinarySensorDescription(
        key="is_touz",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda contract: contract.is_touz,
    ),
)

CHECK: tuple[CloudBinarySensorDescription[ContractCheck], ...] = (
    CloudBinarySensorDescription(
        key="direct_debit",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda check: check.has_direct_debit,
    ),
)

DISCOUNT: tuple[CloudBinarySensorDescription[SocialDiscount], ...] = (
    CloudBinarySensorDescription(
        key="social_discount",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda discount: discount.exists,
    ),
)

TOUZ: tuple[CloudBinarySensorDescription[TouzCompatibility], ...] = (
    CloudBinarySensorDescription(
        key="touz_compatible",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda touz: touz.is_compatible,
    ),
)

OUTAGE: tuple[CloudBinarySensorDescription[Supplied], ...] = (
    CloudBinarySensorDescription(
        key="outage",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda supplied: supplied.going_on is not None,
        attributes_fn=lambda supplied: _describe(supplied.going_on),
    ),
)


def _describe(outage: Outage | None) -> dict[str, SensorValue]:
    return {
        "kind": outage.kind if outage else None,
        "start": outage.start if outage else None,
        "estimate": (outage.end or outage.estimate) if outage else None,
    }


async def async_setup_entry(
    hass: HomeAssistant,
    entry: IecConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this login has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    async_add_as_supported(
        entry,
        runtime.coordinator,
        async_add_entities,
        lambda snapshot: [*_candidates(snapshot), *habit_alarms(runtime, snapshot)],
    )
    if runtime.outages:
        async_add_as_supported(
            entry,
            runtime.outages,
            async_add_entities,
            lambda snapshot: outage_candidates(snapshot, CloudBinarySensor, OUTAGE),
        )


def _candidates(snapshot: Snapshot) -> list[Candidate[Snapshot]]:
    kind = CloudBinarySensor
    return [
        *contract_candidates(snapshot, kind, INVOICE, lambda s: s.last_invoice),
        *contract_candidates(snapshot, kind, CONTRACT, lambda s: s.supply.details),
        *contract_candidates(snapshot, kind, CHECK, lambda s: s.check),
        *contract_candidates(snapshot, kind, DISCOUNT, lambda s: s.discount),
        *contract_candidates(snapshot, kind, TOUZ, lambda s: s.touz),
    ]
