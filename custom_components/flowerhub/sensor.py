"""Sensors: the hub's status and hardware, uptime, compensation, bills."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    async_add_as_supported,
)
from custom_components.cloud_energy.entities.health import ConnectionDescription
from custom_components.cloud_energy.entities.measures import TIMESTAMP

from .api.models import Asset
from .devices import BATTERY, HUB, INVERTER
from .entities.account_sensors import (
    BILL_DIFFERENCE,
    BILL_SENSORS,
    COMPENSATION_SENSORS,
    CONSUMPTION_AGREEMENT_SENSORS,
    CONSUMPTION_SENSORS,
    DETAILS_SENSORS,
    INVOICE_SENSORS,
    PRODUCTION_AGREEMENT_SENSORS,
    PRODUCTION_SENSORS,
    PROFILE_SENSORS,
    REVENUE_SENSORS,
)
from .entities.entity import account_candidates, hub_candidates
from .entities.hub_sensors import (
    BATTERY_SENSORS,
    HUB_SENSORS,
    INVERTER_SENSORS,
    LAST_MONTH_SENSORS,
    UPTIME_SENSORS,
)
from .provider import PROVIDER
from .runtime import FlowerhubConfigEntry
from .snapshot import Snapshot

PARALLEL_UPDATES = 0

LAST_UPDATED = ConnectionDescription(
    key="last_updated",
    measure=TIMESTAMP,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    value_fn=lambda runtime: runtime.coordinator.last_success,
    rarest=timedelta(0),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FlowerhubConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data
    async_add_entities(PROVIDER.health_sensors(entry, LAST_UPDATED))
    hub, account = list(_of_hub(entry)), list(_of_account(entry))
    async_add_as_supported(
        entry, runtime.coordinator, async_add_entities, lambda _: hub
    )
    async_add_as_supported(
        entry, runtime.account_data, async_add_entities, lambda _: account
    )


def _of_hub(entry: FlowerhubConfigEntry) -> Iterable[Candidate[Asset]]:
    kind = CloudSensor[Asset, Any]
    yield from hub_candidates(entry, kind, HUB_SENSORS, HUB, lambda a: a)
    yield from hub_candidates(
        entry, kind, INVERTER_SENSORS, INVERTER, lambda a: a.inverter
    )
    yield from hub_candidates(
        entry, kind, BATTERY_SENSORS, BATTERY, lambda a: a.battery
    )


def _of_account(entry: FlowerhubConfigEntry) -> Iterable[Candidate[Snapshot]]:
    kind, runtime = CloudSensor[Snapshot, Any], entry.runtime_data
    of_hub: tuple[tuple[Any, Any], ...] = (
        (UPTIME_SENSORS, lambda s: s.uptime),
        (LAST_MONTH_SENSORS, lambda s: s.last_month),
        (COMPENSATION_SENSORS, lambda s: s.compensation),
        (DETAILS_SENSORS, lambda s: s.details),
        (REVENUE_SENSORS, lambda s: s.earned),
    )
    of_account: tuple[tuple[Any, Any], ...] = (
        (INVOICE_SENSORS, lambda s: s.latest_invoice),
        (BILL_SENSORS, lambda s: s.bills),
        ((BILL_DIFFERENCE,), lambda _: runtime.last_bill_check),
        (CONSUMPTION_SENSORS, lambda s: s.consumption),
        (PRODUCTION_SENSORS, lambda s: s.production),
        (CONSUMPTION_AGREEMENT_SENSORS, lambda s: s.consumption_agreement),
        (PRODUCTION_AGREEMENT_SENSORS, lambda s: s.production_agreement),
        (PROFILE_SENSORS, lambda s: s.account_status),
    )
    for sensors, part_fn in of_hub:
        yield from account_candidates(entry, kind, sensors, part_fn, device=HUB)
    for sensors, part_fn in of_account:
        yield from account_candidates(entry, kind, sensors, part_fn)
