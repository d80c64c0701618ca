"""Compares what Home Assistant holds with what the simulated clouds know."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
import re
from typing import Any

from .api import HomeAssistantApi
from .truth import Known, Rows

_GREETING = "We found a custom integration"
_TOLERANCE = 1e-4
_SHOWN = 3


async def differences(api: HomeAssistantApi, known: Mapping[str, Known]) -> list[str]:
    """Return what is wrong with statistics, given by their ids."""
    wrong: list[str] = []
    for statistic_id, series in known.items():
        rows = await api.statistic(statistic_id)
        value = "mean" if series.is_mean else "state"
        problems = [*_wrong_amounts(rows, series.rows(), value)]
        problems += [] if series.is_mean else _wrong_sums(rows)
        wrong += [f"{statistic_id}: {problem}" for problem in problems]
    return wrong


async def dashboard_differences(
    api: HomeAssistantApi, statistic_ids: Collection[str]
) -> list[str]:
    """Return what is wrong with the Energy dashboard: its content and its health."""
    preferences = await api.command("energy/get_prefs")
    shown = {
        value
        for source in (
            *preferences["energy_sources"],
            *preferences["device_consumption"],
        )
        for value in source.values()
        if isinstance(value, str) and ":" in value
    }
    verdict = await api.command("energy/validate")
    issues = [issue for lists in verdict.values() for issue in lists if issue]
    return [
        *(f"the Energy dashboard lacks {one}" for one in set(statistic_ids) - shown),
        *(f"the Energy dashboard invents {one}" for one in shown - set(statistic_ids)),
        *(f"the Energy dashboard complains: {issue}" for issue in issues),
    ]


def log_differences(log: Path) -> list[str]:
    """Return the warnings and errors in a log that are about the integrations."""
    lines = log.read_text("utf-8").splitlines()
    return [
        f"in the log: {line}"
        for line in lines
        if re.search(r"\b(WARNING|ERROR|CRITICAL)\b", line)
        and re.search(r"custom_components|custom integration", line)
        and _GREETING not in line
    ]


def _wrong_amounts(
    rows: list[dict[str, Any]], expected: Rows, value: str
) -> Iterator[str]:
    stored = {_hour(row): row[value] for row in rows}
    if not expected:
        yield "nothing is expected: the check itself is broken"
    yield from _some("missing", sorted(expected.keys() - stored.keys()))
    yield from _some("invented", sorted(stored.keys() - expected.keys()))
    wrong = [
        f"{hour} holds {stored[hour]} instead of {expected[hour]:.6f}"
        for hour in sorted(stored.keys() & expected.keys())
        if abs(stored[hour] - expected[hour]) > _TOLERANCE
    ]
    yield from _some("wrong", wrong)


def _wrong_sums(rows: list[dict[str, Any]]) -> Iterator[str]:
    before, wrong = 0.0, []
    for row in rows:
        if abs(row["sum"] - before - row["state"]) > _TOLERANCE:
            wrong.append(f"{_hour(row)}: {before} + {row['state']} is {row['sum']}")
        before = row["sum"]
    yield from _some("not adding up", wrong)


def _some(what: str, hours: Collection[object]) -> Iterator[str]:
    if hours:
        shown = ", ".join(str(hour) for hour in list(hours)[:_SHOWN])
        more = " ..." if len(hours) > _SHOWN else ""
        yield f"{len(hours)} hours are {what}: {shown}{more}"


def _hour(row: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(row["start"] / 1000, UTC)
