"""How a workbook can look (wire 4.4, 5, 8): every variant that a client must survive.

`POST state {"layout": {"account": ..., FIELD: VALUE, ...}}` changes fields of one account's workbooks (all accounts' without
`account`); `{"layout": {"reset": true}}` goes back to the ordinary look.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import voluptuous as vol

OVERSIZED_MB: Final = 64

SCHEMA: Final = vol.Schema(
    {
        "columns": vol.In(["normal", "extra", "few", "bad_header", "off_by_one"]),
        "dates": vol.In(["date", "text"]),
        "numbers": vol.In(["number", "text"]),
        "strings": vol.In(["inline", "shared"]),
        "order": vol.In(["ascending", "descending", "shuffled"]),
        "stray_rows": bool,
        "consumption_title": vol.All(str, vol.Length(min=1, max=31)),
        "generation_title": vol.All(str, vol.Length(min=1, max=31)),
        "unpublished": vol.In(["missing", "zeros", "blanks", "sparse", "partial"]),
        "spring": vol.In(["blank", "zero", "filled"]),
        "fall": vol.In(["sum", "first", "two_columns"]),
        "body": vol.In(
            [
                "workbook",
                "header_only",
                "corrupt",
                "oversized",
                "inflating",
                "json_error",
                "html",
            ]
        ),
    }
)


_FEW: Final = (0, 12, 24, 36)
"""The half hours of the wall clock that have a column where few have one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The look of an account's workbooks.

    - `columns`: `extra` puts one more text column in front of the date; `few` has only four time columns; `bad_header` has one
      unreadable time header (12:30 AM); `off_by_one` has the header row one column to the right of its data, so that nothing
      in the file can be trusted.
    - `stray_rows`: rows without a date ("Total") and cells with words ("N/A") among them.
    - `unpublished`: what stands for days that are not published yet: no row, zeros, blanks, three values only, or the first
      20 half hours.
    - `spring` (clocks go forward): the 2:00 and 2:30 AM columns are blank, 0, or hold a part of the 3:00 and 3:30 AM values.
    - `fall` (clocks go back): the 1:00 and 1:30 AM columns hold both hours together, only the first hour, or there are two
      more columns with the same headers.
    - `body`: what is sent in place of a workbook with rows.
    """

    columns: str = "normal"
    dates: str = "date"
    numbers: str = "number"
    strings: str = "inline"
    order: str = "ascending"
    stray_rows: bool = False
    consumption_title: str = "kWH Usage"
    generation_title: str = "kWH Generation"
    unpublished: str = "missing"
    spring: str = "blank"
    fall: str = "sum"
    body: str = "workbook"

    def changed(self, fields: dict[str, Any]) -> Layout:
        """Another layout.

        :raises voluptuous.Invalid: no such field or value
        """
        return replace(self, **SCHEMA(fields))

    def as_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)

    @property
    def labels(self) -> tuple[tuple[int, int], ...]:
        """The time columns in order, as (half hour of the wall clock 0..47, fold)."""
        if self.columns == "few":
            return tuple((half_hour, 0) for half_hour in _FEW)
        if self.fall == "two_columns":
            again = ((2, 1), (3, 1))
            first, rest = range(4), range(4, 48)
            return (*((n, 0) for n in first), *again, *((n, 0) for n in rest))
        return tuple((half_hour, 0) for half_hour in range(48))

    def readable(self, half_hour: int) -> bool:
        """Whether a client can know what stands in the column of this half hour."""
        if self.columns == "off_by_one":
            return False
        if self.columns == "bad_header":
            return half_hour != 1
        return self.columns != "few" or half_hour in _FEW


def header(half_hour: int, suffix: str) -> str:
    """The header of a time column, such as `12:30 AM kWH`."""
    hour, minute = half_hour // 2, half_hour % 2 * 30
    return f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'} {suffix}"
