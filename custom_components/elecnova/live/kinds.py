"""What points belong to (wire 1)."""

from enum import StrEnum
from typing import Final

from custom_components.elecnova.api.models import Component


class Kind(StrEnum):
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
    "ems": Kind.EMS,
    "bms": Kind.BMS,
    "pcs": Kind.PCS,
    "pv": Kind.PV,
    "meter": Kind.METER,
    "battery": Kind.BATTERY,
    "fire": Kind.FIRE,
    "ac": Kind.CLIMATE,
}


def kind_of(component: Component) -> Kind:
    """Return what a component is, by its code or its older type."""
    try:
        return Kind(component.component.lower())
    except ValueError:
        return _OLD_TYPES.get(component.type.lower(), Kind.OTHER)
