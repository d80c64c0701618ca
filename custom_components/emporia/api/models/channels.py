"""The names of channels: the two APIs spell them differently (wire 4.2, 4.9)."""

import re
from typing import Final

MAINS: Final = "mains"
GRID_IMPORT: Final = "grid_import"
GRID_EXPORT: Final = "grid_export"
BALANCE: Final = "balance"
TOTAL_USAGE: Final = "total_usage"
MAINS_NUMBER: Final = "1,2,3"

_NAMED: Final = {
    MAINS_NUMBER: MAINS,
    "mains": MAINS,
    "mainsfromgrid": GRID_IMPORT,
    "mainstogrid": GRID_EXPORT,
    "balance": BALANCE,
    "totalusage": TOTAL_USAGE,
    "mains_a": "leg_a",
    "mains_b": "leg_b",
    "mains_c": "leg_c",
}


def channel_slug(number: str) -> str:
    """Return the one name of a channel: `mains`, `circuit_7`, `grid_import`..."""
    folded = re.sub(r"\s", "", number).lower()
    if named := _NAMED.get(folded):
        return named
    digits = re.fullmatch(r"(?:branch_)?(\d+(?:[,_]\d+)*)", folded)
    if digits:
        return "circuit_" + digits[1].replace(",", "_")
    return re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
