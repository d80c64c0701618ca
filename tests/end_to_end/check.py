"""Compares what Home Assistant holds with what the simulated clouds know."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set as AbstractSet
from datetime import UTC, date, datetime, tzinfo
from math import fsum, inf
from pathlib import Path
import re
from typing import Any

from .api import HomeAssistantApi
from .truth import Known, Rows

_GREETING = "We found a custom integration"
# By the machine's speed, not by what it does
_SLOW = "Updating state for"
_TOLERANCE = 1e-4
_DAY_TOLERANCE = 1e-3
_LIVE_TOLERANCE = 0.06
"""Percent are told with one digit, and kW with three."""
_SHOWN = 3
_ADDED_SECONDS = 120


async def differences(api: HomeAssistantApi, known: Mapping[str, Known]) -> list[str]:
    """Return what is wrong with statistics, given by their ids."""
    wrong: list[str] = []
    for statistic_id, series in known.items():
        rows = await api.statistic(statistic_id)
        value = "mean" if series.is_mean else "state"
        certain = [row for row in rows if _hour(row) not in series.maybe]
        problems = [*_wrong_amounts(certain, series.rows(), value)]
        problems += [] if series.is_mean else _wrong_sums(rows)
        wrong += [f"{statistic_id}: {problem}" for problem in problems]
    return wrong


async def day_differences(
    api: HomeAssistantApi, known: Mapping[str, Known], zone: tzinfo
) -> list[str]:
    """Return what is wrong with days as the Energy dashboard asks for them.

    `zone`: where Home Assistant is: its days have 23 or 25 hours twice a year.
    """
    wrong: list[str] = []
    for statistic_id, series in known.items():
        if series.is_mean:
            continue
        expected = _days(series.rows(), zone)
        unsure = {hour.astimezone(zone).date() for hour in series.maybe}
        shown = {
            _hour(row).astimezone(zone).date(): row["change"]
            for row in await api.statistic(statistic_id, "day", "change")
        }
        wrong += [
            f"{statistic_id}: the dashboard shows {shown.get(day)} on {day}, "
            f"not {expected.get(day)}"
            for day in sorted((shown.keys() | expected.keys()) - unsure)
            if abs(shown.get(day, inf) - expected.get(day, inf)) > _DAY_TOLERANCE
        ][:_SHOWN]
    return wrong


def _days(rows: Rows, zone: tzinfo) -> dict[date, float]:
    days = defaultdict[date, list[float]](list)
    for hour, amount in rows.items():
        days[hour.astimezone(zone).date()].append(amount)
    return {day: fsum(amounts) for day, amounts in days.items()}


async def dashboard_differences(
    api: HomeAssistantApi, ids: Collection[str]
) -> list[str]:
    """Return what is wrong with the Energy dashboard: its content and its health.

    `ids`: all statistics of integrations that belong there, and entities.
    """
    texts = await _on_dashboard(api, set(ids))
    statistics = {text for text in texts if ":" in text}
    verdict = await api.command("energy/validate")
    issues = [issue for lists in verdict.values() for issue in lists if issue]
    return [
        *(f"the Energy dashboard lacks {one}" for one in set(ids) - texts),
        *(f"the Energy dashboard invents {one}" for one in statistics - set(ids)),
        *(
            f"the Energy dashboard complains: {issue}"
            for found in issues
            for issue in found
            if not _is_early(issue)
        ),
    ]


async def _on_dashboard(api: HomeAssistantApi, ids: AbstractSet[str]) -> set[str]:
    """Return all texts of the Energy dashboard.

    What has turned up late is added some seconds after that.
    """
    deadline = asyncio.get_running_loop().time() + _ADDED_SECONDS
    texts = set(_texts(await api.command("energy/get_prefs")))
    while not ids <= texts and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(1)
        texts = set(_texts(await api.command("energy/get_prefs")))
    return texts


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts within preferences."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _is_early(issue: Mapping[str, Any]) -> bool:
    """Tell whether only the statistics of entities are missing.

    Home Assistant makes them every five minutes.
    """
    return issue["type"] == "statistics_not_defined" and all(
        entity_id.startswith("sensor.") for entity_id, _ in issue["affected_entities"]
    )


async def live_differences(
    api: HomeAssistantApi, domain: str, expected: Mapping[str, float]
) -> list[str]:
    """Return which entities, given by unique id, show something else."""
    states = await api.states_of(domain, expected)
    return [
        f"{unique_id} shows {states[unique_id]} instead of {value:.3f}"
        for unique_id, value in expected.items()
        if not _is_near(states[unique_id], value)
    ]


def _is_near(state: str | None, value: float) -> bool:
    try:
        return abs(float(state or "") - value) <= _LIVE_TOLERANCE
    except ValueError:
        return False


def log_differences(log: Path) -> list[str]:
    """Return the warnings and errors in a log that are about the integrations."""
    lines = log.read_text("utf-8").splitlines()
    return [
        f"in the log: {line}"
        for line in lines
        if re.search(r"\b(WARNING|ERROR|CRITICAL)\b", line)
        and re.search(r"custom_components|custom integration", line)
        and _GREETING not in line
        and _SLOW not in line
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
