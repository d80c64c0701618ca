"""MASA's static lists (wire 6.5, 6.6, 6.10, 6.11). The values are examples; only their shapes were seen."""

from typing import Any, Final

from .numbers import identifier
from .places import CITIES

LOW_VOLTAGE: Final = 279830001
SIZES: Final = {
    "1X6": (279830001, "6", "single phase 6 A (1X6)"),
    "1X25": (279830002, "25", "single phase 25 A (1X25)"),
    "1X40": (279830003, "40", "single phase 40 A (1X40)"),
    "3X25": (279830006, "3X25", "three phase 25 A (3X25)"),
    "3X40": (279830007, "3X40", "three phase 40 A (3X40)"),
    "3X63": (279830008, "3X63", "three phase 63 A (3X63)"),
}
"""Connection -> size type, name and description; single phases go without their number."""
PURPOSES: Final = (("Home", 1), ("Business and others", 4), ("Other", None))


def order_categories() -> dict[str, Any]:
    """Kinds of orders."""
    names = ("New connection", "Larger connection")
    categories = [
        {"name": name, "typeCodeInt": n, "id": identifier("order_category", name)}
        for n, name in enumerate(names, start=1)
    ]
    return {"orderCategories": categories}


def volt_levels() -> dict[str, Any]:
    """Voltages in kV and V."""
    levels = (("0.4", 0, 16), ("22", 17, 400))
    return {
        "dataCollection": [
            {
                "name": name,
                "minVoltLevel": low,
                "maxVoltLevel": high,
                "id": identifier("volt_level", name),
            }
            for name, low, high in levels
        ]
    }


def everything() -> dict[str, Any]:
    """`lookup/all`."""
    regions = {city.region: city.region_code for city in CITIES}
    return {
        "regions": [
            {"regionId": identifier("region", name), "name": name, "code": code}
            for name, code in regions.items()
        ],
        "connectionSizeTypes": [_size(*each) for each in SIZES.values()],
        "siteTypes": _choices({18: "_18", 20: "_20"}),
        "orderStatusState": _choices({279830000: "Not begun", 279830001: "Begun"}),
        "actionCodes": _choices({1: "New connections", 2: "Changes"}),
        "phonePrefixes": _choices({50: "050", 52: "052", 54: "054"}),
        "orderPurposes": [_purpose(*each) for each in PURPOSES],
        "meterSetupTypes": [
            {
                "id": identifier("meter_setup", "Z1"),
                "name": "At the entrance",
                "desc": "All meters at the entrance of the building",
                "code": "Z1",
            }
        ],
        "stateMachineForOrderStage": None,
    }


def building_options() -> dict[str, Any]:
    """`lookup/newConnection/buildingOptions`."""
    sizes = [
        {"id": identifier("size", name), "name": name} for _, name, _ in SIZES.values()
    ]
    lists = {
        f"{kind}Options": [{"orderPurpose": _purpose(*each), "connectionSizes": sizes}]
        for kind, each in zip(
            ("residence", "commercial", "temp"), PURPOSES, strict=True
        )
    }
    kinds = ("residence", "commercial", "public", "parking")
    return lists | {f"{kind}SizeTypes": sizes for kind in kinds}


def _size(size_type: int, name: str, description: str) -> dict[str, Any]:
    return {
        "id": identifier("size", name),
        "name": name,
        "sizeType": size_type,
        "voltType": LOW_VOLTAGE,
        "code": f"Z{size_type % 100:02}",
        "description": description,
        "index": size_type % 100,
        "isEnlargeable": True,
        "isAllowResidence": None if name == "3X63" else name != "6",
    }


def _choices(values: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": value, "index": index}
        for index, (key, value) in enumerate(values.items())
    ]


def _purpose(name: str, building: int | None) -> dict[str, Any]:
    return {
        "desc": name,
        "buildingType": building,
        "id": identifier("order_purpose", name),
        "name": name,
    }
