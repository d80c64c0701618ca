"""In what a source's prices are: by the kWh or MWh, in cents or whole money."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

_PER_ENERGY: Final = {"wh": 1000.0, "kwh": 1.0, "mwh": 0.001}
_CENT: Final = 0.01
_CENTS: Final = frozenset(
    [
        "agorot",
        "c",
        "c€",
        "cent",
        "cents",
        "ct",
        "cts",
        "eurocent",
        "gr",
        "grosz",
        "halíř",
        "p",
        "pence",
        "rp",
        "sent",
        "snt",
        "¢",
        "öre",
        "øre",
    ]
)
_CODE_LENGTH: Final = 3


@dataclass(frozen=True)
class Unit:
    """By what prices are multiplied, to be money per kWh; None where nothing is said."""

    money: float | None = None
    energy: float | None = None

    @classmethod
    def of_key(cls, key: str) -> Self:
        """Read the name of a price, such as `price_ct_per_kwh`."""
        amount, per, energy = key.lower().rpartition("per_")
        if not per or energy not in _PER_ENERGY:
            return cls()
        words = [word for word in amount.split("_") if word and word != "price"]
        return cls(_money(words[-1]) if words else None, _PER_ENERGY[energy])

    @classmethod
    def of_attributes(cls, attributes: Mapping[str, Any]) -> Self:
        """Read what stands beside the prices."""
        amount, energy = _split(attributes.get("unit_of_measurement"))
        _, other = _split(attributes.get("unit"))
        money = _money(amount) if amount else None
        if attributes.get("price_in_cents") is True:
            money = _CENT
        return cls(money, _PER_ENERGY.get(energy or other))

    def or_else(self, other: Unit) -> Unit:
        """Return this, and what it does not say as the other says it."""
        return Unit(
            other.money if self.money is None else self.money,
            other.energy if self.energy is None else self.energy,
        )

    @property
    def factor(self) -> float:
        """What a price is multiplied by; it is by the kWh if nobody says so."""
        money = 1.0 if self.money is None else self.money
        return money * (1.0 if self.energy is None else self.energy)


def currency_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the code of the currency, if the attributes have one."""
    unit = attributes.get("unit_of_measurement")
    amount = unit.partition("/")[0] if isinstance(unit, str) else None
    for text in (attributes.get("currency"), amount):
        code = text.strip() if isinstance(text, str) else ""
        if len(code) == _CODE_LENGTH and code.isascii() and code.isupper():
            return code
    return None


def _money(word: str) -> float:
    return _CENT if word in _CENTS else 1.0


def _split(unit: object) -> tuple[str, str]:
    """Return money and energy of a unit such as `EUR/MWh`; of `MWh`, the latter."""
    text = unit.strip().lower() if isinstance(unit, str) else ""
    amount, _, energy = text.rpartition("/")
    return amount.strip(), energy.strip()
