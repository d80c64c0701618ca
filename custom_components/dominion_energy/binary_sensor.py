"""Binary sensors of a meter: its tariff, its kind, what stands out."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    CloudBinarySensor,
    CloudBinarySensorDescription,
    async_add_as_supported,
)

from .api.models import Account, BillExtension, BillForecast, Meter
from .calculations.usage import Insight
from .entities.entity import candidates
from .runtime import DominionConfigEntry
from .snapshot import Period

PARALLEL_UPDATES = 0

TARIFF: tuple[CloudBinarySensorDescription[BillForecast], ...] = (
    CloudBinarySensorDescription(
        key="time_of_use",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda forecast: forecast.time_of_use,
    ),
)

METER: tuple[CloudBinarySensorDescription[Meter], ...] = (
    CloudBinarySensorDescription(
        key="net_metering",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda meter: meter.net_metering,
    ),
    CloudBinarySensorDescription(
        key="ami",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda meter: meter.has_ami,
    ),
)

ACCOUNT: tuple[CloudBinarySensorDescription[Account], ...] = (
    CloudBinarySensorDescription(
        key="ebill_enrolled",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda account: account.ebill_enrolled,
    ),
)

INSIGHT: tuple[CloudBinarySensorDescription[Insight], ...] = (
    CloudBinarySensorDescription(
        key="unusual_usage",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_registry_enabled_default=False,
        value_fn=lambda insight: insight.unusual,
    ),
)

PERIOD: tuple[CloudBinarySensorDescription[Period], ...] = (
    CloudBinarySensorDescription(
        key="over_budget_pace",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_supported_fn=lambda period: period.budget is not None,
        value_fn=lambda period: period.over_budget_pace,
    ),
)

EXTENSION: tuple[CloudBinarySensorDescription[BillExtension], ...] = (
    CloudBinarySensorDescription(
        key="autopay",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda extension: extension.autopay,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DominionConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this meter has, now or as soon as it is seen to have it."""
    all_candidates = [
        *candidates(entry, CloudBinarySensor, TARIFF, lambda s: s.forecast),
        *candidates(entry, CloudBinarySensor, METER, lambda s: s.meter),
        *candidates(entry, CloudBinarySensor, ACCOUNT, lambda s: s.account),
        *candidates(entry, CloudBinarySensor, INSIGHT, lambda s: s.insight),
        *candidates(entry, CloudBinarySensor, PERIOD, lambda s: s.period),
        *candidates(entry, CloudBinarySensor, EXTENSION, lambda s: s.bill_extension),
    ]
    async_add_as_supported(
        entry,
        entry.runtime_data.coordinator,
        async_add_entities,
        lambda _: all_candidates,
    )
