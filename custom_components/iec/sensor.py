"""Sensors of the login, its contracts and its meters."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudSensor,
    async_add_as_supported,
)
from custom_components.cloud_energy.entry.bill_checks import CheckedBill

from .entities.account_sensors import ACCOUNT_SENSORS
from .entities.contract_sensors import (
    BILL_DIFFERENCE,
    BILL_SENSORS,
    DEBT_SENSORS,
    INVOICE_SENSORS,
    OUTAGE_SENSORS,
)
from .entities.entity import (
    account_candidates,
    contract_candidates,
    meter_candidates,
    outage_candidates,
)
from .entities.habit_entities import habit_sensors
from .entities.meter_sensors import METER_SENSORS, SOLAR_SENSORS
from .provider import PROVIDER
from .runtime import IecConfigEntry
from .snapshot import ContractState, Snapshot

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: IecConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this login has, now or as soon as it is seen to have it."""
    runtime = entry.runtime_data

    def bill_check(state: ContractState) -> CheckedBill | None:
        return runtime.bill_checks.bills.get(state.supply.contract)

    def candidates(snapshot: Snapshot) -> list[Candidate[Snapshot]]:
        return [
            *account_candidates(entry, CloudSensor, ACCOUNT_SENSORS),
            *contract_candidates(
                snapshot, CloudSensor, INVOICE_SENSORS, lambda state: state.last_invoice
            ),
            *contract_candidates(snapshot, CloudSensor, (BILL_DIFFERENCE,), bill_check),
            *contract_candidates(
                snapshot, CloudSensor, DEBT_SENSORS, lambda state: state.supply.details
            ),
            *contract_candidates(
                snapshot, CloudSensor, BILL_SENSORS, lambda state: state.bill
            ),
            *meter_candidates(snapshot, CloudSensor, METER_SENSORS),
            *meter_candidates(snapshot, CloudSensor, SOLAR_SENSORS),
            *habit_sensors(runtime, snapshot),
        ]

    async_add_entities(PROVIDER.health_sensors(entry))
    async_add_as_supported(entry, runtime.coordinator, async_add_entities, candidates)
    if runtime.outages:
        async_add_as_supported(
            entry,
            runtime.outages,
            async_add_entities,
            lambda snapshot: outage_candidates(snapshot, CloudSensor, OUTAGE_SENSORS),
        )
