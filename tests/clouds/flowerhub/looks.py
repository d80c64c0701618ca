"""How answers look: what is known to happen, and what nobody knows (wire 8, 9)."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal

import voluptuous as vol

_BOOLS: Final = (
    "null_asset_id",
    "null_status",
    "blank_status",
    "null_parts",
    "zero_fuse",
    "no_production",
    "no_agreement",
    "no_revenue",
    "null_lines",
    "decimal_comma",
    "meter_index",
    "extra_keys",
)
SCHEMA: Final = vol.Schema(
    {
        **dict.fromkeys(_BOOLS, bool),
        "refresh_body": vol.In(["flat", "wrapped", "ok", "empty"]),
        "foreign": vol.In([403, 404]),
        "numbers": vol.In(["mixed", "text", "number"]),
        "calculated": vol.In(["estimate", "both", "none"]),
        "unknown_period": vol.In(["zeros", "empty"]),
        "reset": bool,
    }
)


@dataclass(slots=True)
class Looks:
    """The look of all answers of one cloud.

    - `null_asset_id`: the hub is not installed, says `withAssetId`
    - `null_status`, `blank_status`: of the hub; `null_parts`: neither inverter nor battery
    - `no_agreement`: an empty body; `no_revenue`: the same; `no_production`: that half is null
    - `null_lines`: `invoice_lines` and `sub_group_invoices` are null
    - `meter_index`: volumes of type `Reading` are an ever growing index
    - `extra_keys`: in each object
    - `refresh_body`: of the refresh; `foreign`: the status for somebody else's ids
    - `numbers`: of billing, some as text, all as text, or all as numbers
    - `calculated`: a month that is over but not read yet is told as `Calculated`; `both` tells it beside its reading, too
    - `unknown_period`: the pie of a month that is not available
    """

    null_asset_id: bool = False
    null_status: bool = False
    blank_status: bool = False
    null_parts: bool = False
    zero_fuse: bool = False
    no_production: bool = False
    no_agreement: bool = False
    no_revenue: bool = False
    null_lines: bool = False
    decimal_comma: bool = False
    meter_index: bool = False
    extra_keys: bool = False
    refresh_body: Literal["flat", "wrapped", "ok", "empty"] = "flat"
    foreign: int = 403
    numbers: Literal["mixed", "text", "number"] = "mixed"
    calculated: Literal["estimate", "both", "none"] = "estimate"
    unknown_period: Literal["zeros", "empty"] = "zeros"

    def change(self, value: Any) -> dict[str, Any]:
        """The switch `look`.

        :raises voluptuous.Invalid: no such field or value
        """
        wanted = SCHEMA(value)
        if wanted.pop("reset", False):
            for each in fields(self):
                setattr(self, each.name, each.default)
        for name, setting in wanted.items():
            setattr(self, name, setting)
        return asdict(self)

    def number(self, value: float, *, text: bool = True) -> str | float:
        """A number of the billing backend: as text, unless all are numbers."""
        if self.numbers == "number" or (self.numbers == "mixed" and not text):
            return value
        written = f"{value:.2f}"
        return written.replace(".", ",") if self.decimal_comma else written

    def object(self, **members: Any) -> dict[str, Any]:
        """An object as it is, or with a key that nobody knows."""
        return members | ({"brandNew": {"value": 1}} if self.extra_keys else {})
