"""The table of channel types (wire 4.2)."""

from typing import Any, Final

_DESCRIPTIONS: Final = (
    "Air Conditioner",
    "Battery",
    "Boiler",
    "Clothes Dryer",
    "Clothes Washer",
    "Computer/Network",
    "Cooktop/Range/Oven/Stove",
    "Dishwasher",
    "Electric Vehicle/RV",
    "Fridge/Freezer",
    "Furnace",
    "Garage/Shop/Barn/Shed",
    "Solar/Generation",
    "Hot Tub/Spa",
    "Humidifier/Dehumidifier",
    "Kitchen",
    "Microwave",
    "Other",
    "Pump",
    "Room/Multi-use Circuit",
    "Sub Panel",
    "Water Heater",
    "Smart Outlet",
    "Heat Pump",
    "EV Charger",
    "Lights",
)
_BIDIRECTIONAL: Final = {2, 9, 12, 13, 18, 21, 24}
_NOT_SELECTABLE: Final = {23, 25}


def _directionality(gid: int) -> str:
    if gid == 13:
        return "GENERATION_ONLY"
    return "BIDIRECTIONAL" if gid in _BIDIRECTIONAL else "CONSUMPTION_ONLY"


CHANNEL_TYPES: Final[list[dict[str, Any]]] = [
    {
        "channelTypeGid": gid,
        "description": description,
        "selectable": gid not in _NOT_SELECTABLE,
        "allowsBidirectional": gid in _BIDIRECTIONAL,
        "directionality": _directionality(gid),
    }
    for gid, description in enumerate(_DESCRIPTIONS, start=1)
]
