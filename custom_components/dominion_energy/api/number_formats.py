"""Which cells of an Excel file hold dates, by their number format."""

import re
from typing import Final

from .archive import Attributes

_BUILT_IN: Final = frozenset(
    {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
)
_NO_CODE: Final = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE
)
_DATE_CODE: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_LONGEST_FORMAT: Final = 255


class NumberFormats:
    """Takes the events of the styles."""

    def __init__(self) -> None:
        """Start with no styles."""
        self._dates = set(map(str, _BUILT_IN))
        self._styles: list[bool] = []
        self._is_inside = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take a format, or a style that refers to one."""
        number = attributes.get("numFmtId", "0")
        if name == "numFmt":
            code = attributes.get("formatCode", "")
            if _is_date(code):
                self._dates.add(number)
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside:
            self._styles.append(number in self._dates)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "cellXfs":
            self._is_inside = False

    def text(self, text: str) -> None:
        """Styles have no text."""

    def is_date(self, style: int | None) -> bool:
        """Return whether numbers of a style are dates."""
        return style is not None and style < len(self._styles) and self._styles[style]


def _is_date(code: str) -> bool:
    """Return whether a format such as `yyyy-mm-dd` shows a date or a time."""
    first = code[:_LONGEST_FORMAT].partition(";")[0]
    return bool(_DATE_CODE.search(_NO_CODE.sub("", first)))
