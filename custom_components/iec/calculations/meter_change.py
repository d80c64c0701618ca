"""What meters that followed one another have counted together (pure functions)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from custom_components.iec.api.models.reading import MeterReport, Period, RunningPeriod


def united(
    report: MeterReport | None, before: Sequence[MeterReport | None]
) -> MeterReport | None:
    """Return the report of a time with what the meters before have counted in it.

    Without one of theirs its days are there, but no totals: they would be of a part.
    """
    if report is None or not before:
        return report
    reports = [*(each for each in reversed(before) if each), report]
    is_whole = None not in before
    return replace(
        report,
        consumption=_sum(r.consumption for r in reports) if is_whole else None,
        return_=_sum(r.return_ for r in reports) if is_whole else None,
        periods=_periods(reports),
    )


def running_of_all(
    running: RunningPeriod | None, before: Sequence[MeterReport | None]
) -> RunningPeriod | None:
    """Return the running period with what the meters before have counted in it.

    The registers stay those of the meter in place.
    """
    if running is None or not before:
        return running
    parts = [running, *(each.valid_running if each else None for each in before)]
    known = [each for each in parts if each]
    is_whole = len(known) == len(parts)
    return replace(
        running,
        consumption=_sum(r.consumption for r in known) if is_whole else None,
        return_=_sum(r.return_ for r in known) if is_whole else None,
    )


def _periods(reports: Iterable[MeterReport]) -> list[Period]:
    """Return the rows of all; on the day of a change both meters have one."""
    found: dict[datetime | None, Period] = {}
    for report in reports:
        for start, period in {each.start: each for each in report.periods}.items():
            before = found.get(start, Period(consumption=0.0, return_=0.0))
            found[start] = replace(
                period,
                consumption=_sum((before.consumption, period.consumption)),
                return_=_sum((before.return_, period.return_)),
            )
    return list(found.values())


def _sum(amounts: Iterable[float | None]) -> float | None:
    """Return a sum to a Wh; unknown if a part of it is."""
    found = list(amounts)
    known = [each for each in found if each is not None]
    return round(sum(known), 3) if len(known) == len(found) else None
