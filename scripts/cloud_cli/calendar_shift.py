"""Other days for the days in an answer, with the same distance between them."""

from datetime import UTC, date, datetime, timedelta
from random import Random
import re
from typing import Any, Final

_YEAR: Final = timedelta(days=364)
"""A whole number of weeks: days of the week and changes of the clock stay in place."""
_NEAR: Final = timedelta(days=5 * 365)
_NEVER: Final = (1971, 2099)
"""Years before and behind these stand for no date at all."""
_CLOCK: Final = r"(?P<rest>(?:[T ].*)?)"
_ISO: Final = re.compile(
    rf"(?P<year>\d{{4}})(?P<a>-)(?P<month>\d\d)(?P<b>-)(?P<day>\d\d){_CLOCK}"
)
_OTHERS: Final = (
    re.compile(
        rf"(?P<month>\d\d?)(?P<a>/)(?P<day>\d\d?)(?P<b>/)(?P<year>\d{{4}}){_CLOCK}"
    ),
    re.compile(
        rf"(?P<day>\d\d?)(?P<a>[./])(?P<month>\d\d?)(?P<b>[./])(?P<year>\d{{4}}){_CLOCK}"
    ),
)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_TIME: Final = re.compile(
    r"(?:[T ][\d:.,]+(?: ?[AP]M)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?", re.IGNORECASE
)


class CalendarShift:
    """Moves all days by some years, old ones by more."""

    def __init__(self, random: Random) -> None:
        """Draw by how much."""
        self._shift = random.randrange(2, 8) * _YEAR
        self._further = random.randrange(50, 500) * timedelta(days=7)

    def shifted(self, text: str) -> str | None:
        """Return a date, a date with a time or a month moved; None for other texts."""
        if found := _MONTH.fullmatch(text):
            moved = self._moved(int(found[1]), int(found[2]), 15)
            return f"{moved:%Y-%m}" if moved else None
        for form in (_ISO, *_OTHERS):
            if (found := form.fullmatch(text)) and _TIME.fullmatch(found["rest"]):
                parts = {name: int(found[name]) for name in ("year", "month", "day")}
                if moved := self._moved(**parts):
                    return _written(form, found, moved)
        return None

    def cell(self, value: Any) -> Any:
        """Return a day of a spreadsheet moved, and anything else as it is."""
        if not isinstance(value, date):
            return value
        moved = self._moved(value.year, value.month, value.day)
        if moved is None:
            return value
        return value.replace(year=moved.year, month=moved.month, day=moved.day)

    def _moved(self, year: int, month: int, day: int) -> date | None:
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if not _NEVER[0] <= year <= _NEVER[1]:
            return found
        is_near = abs(datetime.now(UTC).date() - found) < _NEAR
        return found - self._shift - (timedelta() if is_near else self._further)


def _written(form: re.Pattern[str], found: re.Match[str], day: date) -> str:
    """Write a day as another one was written."""
    order = sorted(("year", "month", "day"), key=found.start)
    numbers = [
        str(getattr(day, name)).rjust(len(found[name]), "0")
        if len(found[name]) > 1
        else str(getattr(day, name))
        for name in order
    ]
    first, second, third = numbers
    return f"{first}{found['a']}{second}{found['b']}{third}{found['rest']}"
