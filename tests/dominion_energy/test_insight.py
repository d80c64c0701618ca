"""What stands out in the last weeks of a meter, as it does for the other providers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from custom_components.cloud_energy.readings import local_midnight
from custom_components.cloud_energy.summary.habits import habits_of
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.api.intervals import HALF_HOUR, IntervalUsage
from custom_components.dominion_energy.calculations.usage import Insight, summarize

DAY = timedelta(days=1)
LATEST = date(2026, 11, 20)


def usage(
    day: date, *, night: float = 0.2, evening: float = 1.0, missing: int = 0
) -> list[IntervalUsage]:
    """Return a day's half hours; the last ones may be missing."""
    start, end = local_midnight(day, SITE_ZONE), local_midnight(day + DAY, SITE_ZONE)
    found = []
    for n in range((end - start) // HALF_HOUR):
        at = start + n * HALF_HOUR
        hour = at.astimezone(SITE_ZONE).hour
        used = night if hour < 6 else evening if hour == 18 else 0.3
        # The lowest hour of the night; a short power cut takes one half of another
        used = 0.0 if hour == 2 and at.minute and day.day % 5 == 0 else used
        used = night / 2 if hour == 4 else used
        found.append(IntervalUsage(at.astimezone(UTC), used, None))
    return found[: len(found) - missing]


def insight(*days: list[IntervalUsage]) -> Insight | None:
    """Return what stands out in these days."""
    found = summarize([each for day in days for each in day])
    assert found
    return found.insight


def weeks(days: int = 14) -> list[list[IntervalUsage]]:
    """Return the days before the latest one, as others are."""
    return [usage(LATEST - n * DAY) for n in range(days, 0, -1)]


def test_the_definition_is_that_of_all_providers() -> None:
    """The lowest hour of a usual night, and the days of two weeks before the latest."""
    days = [*weeks(), usage(LATEST)]
    found = insight(*days)
    hours: dict[datetime, float] = {}
    for each in (each for day in days for each in day):
        hour = each.start.replace(minute=0)
        hours[hour] = hours.get(hour, 0.0) + (each.consumption or 0.0)
    habits = habits_of(hours, SITE_ZONE)
    assert found == Insight(busiest_hour=18, baseline=200, unusual=False)
    assert found.baseline == pytest.approx(habits.base_load)
    # What lies before the two weeks does not count
    older = [usage(LATEST - n * DAY, night=5) for n in range(40, 14, -1)]
    assert insight(*older, *days) == found


@pytest.mark.parametrize(
    ("evening", "is_unusual"), [(1.0, False), (1.2, False), (2.0, True)]
)
def test_an_unusual_day(evening: float, is_unusual: bool) -> None:
    """A day that is hardly above others that are all alike is not unusual."""
    found = insight(*weeks(), usage(LATEST, evening=evening))
    assert found
    assert found.unusual is is_unusual


def test_days_that_are_not_complete() -> None:
    """They are no usual days; and with too few of those nothing is said."""
    found = insight(*weeks(), usage(LATEST, evening=9, missing=2))
    assert found
    assert not found.unusual
    assert insight(*weeks(6), usage(LATEST)) is None
    assert insight(*weeks(7), usage(LATEST))
    # The night on which the clock goes back, and the one on which it goes forward
    for day in (date(2026, 11, 1), date(2026, 3, 8)):
        around = [usage(day + n * DAY) for n in range(-9, 3)]
        changed = insight(*around)
        assert changed
        assert (changed.baseline, changed.unusual) == (200, False)
