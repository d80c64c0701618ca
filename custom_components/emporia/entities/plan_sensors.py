"""What a planned charge costs."""

from typing import override

from homeassistant.components.sensor import SensorEntity

from custom_components.cloud_energy.entities.entity import (
    CloudSensorDescription,
    SensorValue,
)
from custom_components.cloud_energy.entities.measures import Measure, money
from custom_components.emporia.status import ChargerState

from .planned_entity import PlannedEntity

_MONEY = Measure(money("").device_class, digits=2)

PLANNED_COST: CloudSensorDescription[ChargerState] = CloudSensorDescription(
    key="planned_cost",
    measure=_MONEY,
    # The plan's, not a part of the snapshot
    value_fn=lambda _: None,
)


class PlannedCost(PlannedEntity, SensorEntity):
    """What the session costs by its plan, in the currency of the prices."""

    @property
    @override
    def native_value(self) -> float | None:
        cost = self.planned.cost
        return None if cost is None else round(cost, 2) + 0.0

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        return self.planned.currency or self.hass.config.currency

    @property
    @override
    def extra_state_attributes(self) -> dict[str, SensorValue] | None:
        planned = self.planned
        return {
            "plan_status": planned.status,
            "ready_by": planned.ready_by and planned.ready_by.isoformat(),
            "needs_full_power": planned.needs_full_power,
            "price_source": planned.source,
        }
