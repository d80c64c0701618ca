"""Which device has which entities: the one thing that the code does not tell.

A test sets the providers up and compares (`tests/docs`).
"""

from fnmatch import fnmatchcase

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.helpers.entity import EntityDescription

CHANNEL_KINDS = {
    "mains": True,
    "channel": True,
    "circuit": True,
    "grid_import": True,
    "grid_export": True,
    "balance": True,
    "total_usage": False,
    "device": True,
}
"""What can be measured, which gives an entity its name; and whether it shows at first."""

MADE_AS_SEEN: dict[str, dict[str, EntityDescription]] = {
    "elecnova": {
        "live.sensor.PointSensor": SensorEntityDescription(
            key="point",
            translation_key="point",
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
        )
    }
}
"""Entities that are described only once the cloud has named them."""

_USING = {"mains", "channel", "circuit", "device"}
NAMED_BY_CHANNEL = {
    "channel_sensors.CHANNEL_SENSORS": set(CHANNEL_KINDS),
    "channel_sensors.CIRCUIT_COSTS": set(CHANNEL_KINDS)
    - {"mains", "balance", "total_usage"},
    "channel_habits.SENSORS": _USING,
    "channel_habits.ALARMS": _USING,
}
"""What is described once for channels of several kinds, and for which."""

_METER = "Meter"
_LOGIN = "Login"
_CONTRACT = "Contract"
_HUB = "Hub"
_MONITOR = "Monitor"
_LOAD = "Charger and smart plug, both"
_CHARGER = "Charger"
_ACCOUNT = "Account"
_LIVE = "Cabinet or component, as its values come"
_BILLING = "Electricity account"

DEVICES: dict[str, dict[str, str]] = {
    "dominion_energy": {"*": _METER},
    "elecnova": {
        "sensor.SITE_SENSORS": "Site",
        "*.CABINET_*": "Cabinet",
        "pv_sensors.*": "Inverter",
        "live.descriptions.*": _LIVE,
        "live.sensor.PointSensor": _LIVE,
        "binary_sensor.COMPONENT_ONLINE": "Component: EMS, BMS, PCS, inverter, meter",
        "binary_sensor.LESSER_COMPONENT_ONLINE": "Any other component",
        "*": _ACCOUNT,
    },
    "emporia": {
        "channel_sensors.CHANNEL_SENSORS.device": _LOAD,
        "channel_sensors.CIRCUIT_COSTS.device": _LOAD,
        "channel_habits.*.device": _LOAD,
        "channel_habits.*": _MONITOR,
        "leg_sensors.*": _MONITOR,
        "rate_sensors.*": _CHARGER,
        "vehicle_sensors.*": "Linked car",
        "channel_sensors.*": _MONITOR,
        "peak_sensors.*": _MONITOR,
        "*.CHARGER*": _CHARGER,
        "number.*": _CHARGER,
        "time.*": _CHARGER,
        "calendar.*": _CHARGER,
        "plan_sensors.*": _CHARGER,
        "button.*": _CHARGER,
        "switch.OUTLET": "Smart plug",
        "status_sensors.BATTERY_SENSORS": "Battery",
        "status_sensors.BATTERY_COUNTERS": "Battery",
        "binary_sensor.CONTACT": "Every device",
        "health": _ACCOUNT,
        "refresh": _ACCOUNT,
    },
    "flowerhub": {
        "hub_sensors.HUB_SENSORS": _HUB,
        "hub_sensors.INVERTER_SENSORS": "Inverter",
        "hub_sensors.BATTERY_SENSORS": "Battery",
        "account_sensors.COMPENSATION_SENSORS": _HUB,
        "account_sensors.DETAILS_SENSORS": _HUB,
        "account_sensors.REVENUE_SENSORS": _HUB,
        "account_sensors.*": _BILLING,
        "binary_sensor.LATEST_INVOICE": _BILLING,
        "binary_sensor.ZAVANN_NOTICE": _BILLING,
        "event.INVOICE": _BILLING,
        "*": _HUB,
    },
    "iec": {
        "contract_sensors.*": _CONTRACT,
        "binary_sensor.*": _CONTRACT,
        "event.*": _CONTRACT,
        "calendar.*": _CONTRACT,
        "meter_sensors.METER_SENSORS": _METER,
        "habit_entities.*": _METER,
        "meter_sensors.SOLAR_SENSORS": "Meter for both ways",
        "account_sensors.*": _LOGIN,
        "health": _LOGIN,
        "refresh": _LOGIN,
    },
}
"""Devices by patterns of the descriptions' places, the first that fits; in the order
in which they are documented."""


class Homeless(Exception):
    """Nobody has said yet which device has an entity."""


def device_of(domain: str, place: str) -> str:
    """Return the device of a description, by its module and name.

    :raises Homeless: the table above does not have it
    """
    for pattern, device in DEVICES.get(domain, {}).items():
        if fnmatchcase(place, pattern):
            return device
    raise Homeless(f"{domain}: add {place} to scripts/docs_tables/places.py")
