"""What points belong to (wire 1)."""

from enum import StrEnum
from typing import Final

from custom_components.elecnova.api.models import Component


class ComponentKind(StrEnum):
    """What a point belongs to."""

    ACCOUNT = "account"
    """Nothing says whose the point is."""
    CABINET = "cabinet"
    EMS = "ess.ems"
    BMS = "ess.bms"
    PCS = "ess.pcs"
    PV = "pv.inv"
    METER = "ess.meter"
    BATTERY = "ess.battery"
    FIRE = "ess.fire"
    CLIMATE = "ess.ac"
    OTHER = "other"


_OLD_TYPES: Final = {
    "ems": ComponentKind.EMS,
    "bms": ComponentKind.BMS,
    "pcs": ComponentKind.PCS,
    "pv": ComponentKind.PV,
    "meter": ComponentKind.METER,
    "battery": ComponentKind.BATTERY,
    "fire": ComponentKind.FIRE,
    "ac": ComponentKind.CLIMATE,
}


def kind_of(component: Component) -> ComponentKind:
    """Return what a component is, by its code or its older type."""
    try:
        return ComponentKind(component.component.lower())
    except ValueError:
        return _OLD_TYPES.get(component.type.lower(), ComponentKind.OTHER)
