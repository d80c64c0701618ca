"""Public tariffs and appliances (wire 8.1 to 8.4).

GET content/he-IL/calculators/gadget
    {"gadget_Calculator_Rates": {"lastUpdated": "2025-01-01T00:00:00Z",
       "homeRate": 0.5425, "generalRate": 0.5425, "vat": 18.0},
     "gadget_Calculator_Actions": {...}, "electric_Devices": [
       {"name": "מכונת כביסה", "calculationResolution": 1, "powerUnit": 4,
        "power": 1.5, "avarageDurationTimeOfOperationInMinutes": 60.0}],
     "title": "...", "seoModel": {...}, "unavailable_Service_Alerts": []}

GET content/he-IL/calculators/period
    {"period_Calculator_Rates": {"homeRate": 0.5425, "kvaRate": 5.19, "vat": 18.0,
       "connectionToPowerSize": {"1X25": 5.77, "3X25": 17.32}}}

GET content/he-IL/content/tariffs/contentpages/homeelectricitytariff
    {"components": [{...}, {"table": [[{"rowIndex": 0, "columnIndex": 0,
       "value": "<base64>"}]], "componentType": "rteTableComponent"}]}
    Each value is base64 of UTF-8, some of it HTML. See `tariffs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from custom_components.cloud_energy.client.fields import (
    as_int,
    as_list,
    as_model,
    as_number,
    as_text,
    read_by,
)
from custom_components.cloud_energy.client.wire import (
    WireModel,
    keys,
    known,
    members,
    number,
    text,
)

from .fields import as_local_time


class PowerUnit(Enum):
    """The units of power, by their factor to kW."""

    KILOWATT = 1.0
    WATT = 0.001
    HORSEPOWER = 0.736
    AMPERE = 0.23


UNITS: Final[Mapping[int, PowerUnit]] = {
    1: PowerUnit.HORSEPOWER,
    2: PowerUnit.AMPERE,
    3: PowerUnit.WATT,
    4: PowerUnit.KILOWATT,
}
"""As they are seen on the wire: 3 and 4 are sure, 1 and 2 may be swapped."""


@dataclass(frozen=True, kw_only=True)
class Appliance(WireModel):
    """A household appliance with its usual use."""

    name: str = field(default="", metadata=as_text("name"))
    power: float | None = field(default=None, metadata=as_number("power"))
    unit_code: int | None = field(
        default=None, metadata=as_int("powerUnit") | known(*UNITS)
    )
    minutes: float | None = field(
        default=None, metadata=as_number("avarageDurationTimeOfOperationInMinutes")
    )
    resolution: int | None = field(
        default=None, metadata=as_int("calculationResolution")
    )
    """1: minutes, 2: hours; for those who draw a form."""

    @property
    def unit(self) -> PowerUnit | None:
        """The unit of its power; None for a code that nobody knows."""
        return UNITS.get(self.unit_code) if self.unit_code is not None else None

    @property
    def kilowatts(self) -> float | None:
        """Its power in kW."""
        unit = self.unit
        return None if unit is None or self.power is None else self.power * unit.value


def _read_sizes(value: object) -> dict[str, float]:
    known = value if isinstance(value, dict) else {}
    return {
        text(label): size
        for label, kva in known.items()
        if (size := number(kva)) is not None
    }


@dataclass(frozen=True, kw_only=True)
class Rates(WireModel):
    """Prices without VAT, and the VAT in percent."""

    updated: datetime | None = field(
        default=None, metadata=as_local_time("lastUpdated")
    )
    home: float | None = field(default=None, metadata=as_number("homeRate"))
    """In ILS per kWh."""
    general: float | None = field(default=None, metadata=as_number("generalRate"))
    kva: float | None = field(default=None, metadata=as_number("kvaRate"))
    vat: float | None = field(default=None, metadata=as_number("vat"))
    power_sizes: dict[str, float] = field(
        default_factory=dict,
        metadata=read_by(_read_sizes, "connectionToPowerSize"),
    )
    """The kVA of each size of connection."""

    @property
    def kwh_price(self) -> float | None:
        """The price of a kWh with VAT, in ILS."""
        if self.home is None or self.vat is None:
            return None
        return self.home * (1 + self.vat / 100)


@dataclass(frozen=True, kw_only=True)
class UsageCalculator(WireModel):
    """The appliance calculator."""

    unread = keys("gadget_Calculator_Actions seoModel title unavailable_Service_Alerts")

    rates: Rates | None = field(
        default=None, metadata=as_model("gadget_Calculator_Rates", Rates)
    )
    appliances: list[Appliance] = field(
        default_factory=list, metadata=as_list("electric_Devices", Appliance)
    )

    def appliance(self, name: str) -> Appliance | None:
        """Return an appliance by its name, if there is one."""
        wanted = name.strip().casefold()
        return next((a for a in self.appliances if a.name.casefold() == wanted), None)


@dataclass(frozen=True, kw_only=True)
class PeriodCalculator(WireModel):
    """The bill calculator."""

    rates: Rates | None = field(
        default=None, metadata=as_model("period_Calculator_Rates", Rates)
    )


@dataclass(frozen=True, kw_only=True)
class TariffComponent(WireModel):
    """A part of the tariff page; only some are tables."""

    unread = keys("text")

    kind: str = field(default="", metadata=as_text("componentType"))
    table: list[Any] = field(
        default_factory=list, repr=False, metadata=read_by(members, "table")
    )


@dataclass(frozen=True, kw_only=True)
class TariffPage(WireModel):
    """The tariff page."""

    components: list[TariffComponent] = field(
        default_factory=list, metadata=as_list("components", TariffComponent)
    )
