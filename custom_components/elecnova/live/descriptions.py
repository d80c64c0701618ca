"""How the values of each role are shown (wire 6.3)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntityDescription,
)
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory

from .derived import SIGNED_POWERS
from .roles import FAULT, FIRE_ALARM, ROLES, STATE_OF_CHARGE, Quantity
from .values import BATTERY_STATES

_CLASSES: Final = {
    Quantity.POWER: SensorDeviceClass.POWER,
    Quantity.ENERGY: SensorDeviceClass.ENERGY,
    Quantity.VOLTAGE: SensorDeviceClass.VOLTAGE,
    Quantity.CURRENT: SensorDeviceClass.CURRENT,
    Quantity.FREQUENCY: SensorDeviceClass.FREQUENCY,
    Quantity.REACTIVE_POWER: SensorDeviceClass.REACTIVE_POWER,
    Quantity.TEMPERATURE: SensorDeviceClass.TEMPERATURE,
    Quantity.FACTOR: SensorDeviceClass.POWER_FACTOR,
    Quantity.STATE: SensorDeviceClass.ENUM,
}
_DIGITS: Final = {
    Quantity.PERCENT: 1,
    Quantity.POWER: 2,
    Quantity.ENERGY: 2,
    Quantity.VOLTAGE: 1,
    Quantity.CURRENT: 1,
    Quantity.FREQUENCY: 2,
    Quantity.REACTIVE_POWER: 2,
    Quantity.TEMPERATURE: 1,
    Quantity.FACTOR: 2,
}
_SPECIAL: Final[dict[str, dict[str, Any]]] = {
    STATE_OF_CHARGE: {"device_class": SensorDeviceClass.BATTERY},
    "humidity": {"device_class": SensorDeviceClass.HUMIDITY},
    "battery_soh": {"entity_category": EntityCategory.DIAGNOSTIC},
    **{
        f"cell_{kind}_{end}": {"entity_category": EntityCategory.DIAGNOSTIC}
        | ({"suggested_display_precision": 3} if kind == "voltage" else {})
        for kind in ("voltage", "temperature")
        for end in ("max", "min")
    },
}


def _described(key: str, quantity: Quantity) -> SensorEntityDescription:
    """Describe a sensor by its quantity, with what is special about its role."""
    if quantity is Quantity.STATE:
        return SensorEntityDescription(
            key=key,
            translation_key=key,
            device_class=SensorDeviceClass.ENUM,
            options=list(BATTERY_STATES),
        )
    is_counter = quantity is Quantity.ENERGY
    described = SensorEntityDescription(
        key=key,
        translation_key=key,
        device_class=_CLASSES.get(quantity),
        native_unit_of_measurement=None
        if quantity is Quantity.FACTOR
        else quantity.value,
        state_class=SensorStateClass.TOTAL_INCREASING
        if is_counter
        else SensorStateClass.MEASUREMENT,
        suggested_display_precision=_DIGITS[quantity],
    )
    return replace(described, **_SPECIAL.get(key, {}))


SENSORS: Final[Mapping[str, SensorEntityDescription]] = {
    **{
        role.key: _described(role.key, role.quantity)
        for role in ROLES.values()
        if role.quantity is not Quantity.FLAG
    },
    **{
        each.calculated: _described(each.calculated, Quantity.ENERGY)
        for signed in SIGNED_POWERS
        for each in signed.directions
    },
}

BINARY_SENSORS: Final[Mapping[str, BinarySensorEntityDescription]] = {
    FIRE_ALARM: BinarySensorEntityDescription(
        key=FIRE_ALARM,
        translation_key=FIRE_ALARM,
        device_class=BinarySensorDeviceClass.SMOKE,
    ),
    FAULT: BinarySensorEntityDescription(
        key=FAULT,
        translation_key=FAULT,
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
}
