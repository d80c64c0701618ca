"""Commands that have no effect."""

from collections.abc import Iterator

from custom_components.cloud_energy.entry.issues import RepairIssue

from .charging.charger_switch import is_controlled
from .runtime import EmporiaConfigEntry
from .status import Manager
from .texts import Issue


def repair_issues(entry: EmporiaConfigEntry) -> Iterator[RepairIssue]:
    """Yield what is wrong now with chargers and plugs."""
    status = entry.runtime_data.status
    for gid in status.overruled:
        state = status.data.chargers.get(gid)
        if state and state.rate_is_taken:
            controller = (state.manager or Manager.OTHER).replace("_", " ")
            yield _repair_issue(
                entry, gid, Issue.RATE_IS_CONTROLLED, controller=controller
            )
    for gid, state in status.data.chargers.items():
        if entry.runtime_data.planner.wishes(gid).is_smart and is_controlled(state):
            controller = (state.manager or Manager.OTHER).replace("_", " ")
            key = Issue.PLAN_IS_OVERRULED
            yield _repair_issue(entry, gid, key, controller=controller)
    for gid in status.unheeded:
        if gid in status.data.chargers or gid in status.data.outlets:
            yield _repair_issue(entry, gid, Issue.COMMAND_WITHOUT_EFFECT)


def _repair_issue(
    entry: EmporiaConfigEntry, gid: int, key: Issue, **texts: str
) -> RepairIssue:
    device = entry.runtime_data.coordinator.home.get(gid)
    return RepairIssue(
        key=key,
        about=gid,
        placeholders={"name": device.name if device else str(gid)} | texts,
    )
