"""Emporia in the demo: its login flow, and what it has to import."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .api import Answers, HomeAssistantApi
from .simulator import Simulator
from .truth import HOUR, Known, Teller, published

_INSTALLED_DAYS = 25
_LATE = timedelta(minutes=5)
_RATE = 0.15
"""USD per kWh, as the simulated customers have it."""
_MAINS = "1,2,3"
_CHARGER = 4054
"""The charger of the first account."""
_COMPUTED = "Balance"
"""What the cloud can't chart."""


def answers(person: Mapping[str, Any]) -> Answers:
    """Return what to type to log in and to make an entry."""
    return {
        "user": {"next_step_id": "sign_in"},
        "sign_in": {"username": person["username"], "password": person["password"]},
        "code": {"code": person["code"]},
        "dashboard": {"next_step_id": "dashboard_add"},
    }


def _period(kind: str, cost: float, start: int, end: int) -> dict[str, Any]:
    times = {"intervalStart": start, "intervalEnd": end}
    clock = {"minute": 0, "second": 0, "nano": 0}
    hours = {name: {"hour": hour, **clock} for name, hour in times.items()}
    return {"ratePeriod": kind, "cost": cost, **hours}


async def offer_night_rate(clouds: Mapping[str, Simulator]) -> None:
    """Have energy be cheap at night, and a car that waits for it."""
    if simulator := clouds.get("emporia"):
        plan = [_period("Peak", 0.31, 7, 23), _period("OffPeak", 0.08, 23, 7)]
        await simulator.change(rate_plan=plan, plug_in={"device_gid": _CHARGER})


async def plan_a_charge(api: HomeAssistantApi) -> None:
    """Have the car charged by a plan until the morning."""
    if not await api.entries("emporia"):
        return
    for platform, key, action, data in (
        ("number", "energy_wanted", "set_value", {"value": 25}),
        ("time", "ready_by", "set_value", {"time": "06:30:00"}),
        ("switch", "smart_charging", "turn_on", {}),
    ):
        entity_id = await api.entity_id("emporia", f"{_CHARGER}_{key}")
        await api.call_action(platform, action, entity_id=entity_id, **data)


async def shorten(simulator: Simulator, person: Mapping[str, Any]) -> None:
    """Let the devices of a person be some weeks old: history is read slowly."""
    installed = _hour(datetime.now(UTC)) - timedelta(days=_INSTALLED_DAYS)
    for device in person["devices"]:
        span = {"start": "2024-01-01T00:00:00+00:00", "end": installed.isoformat()}
        await simulator.change(outage={"device_gid": device["device_gid"], **span})


async def finish(api: HomeAssistantApi, _: Simulator) -> None:
    """Wait until all is imported, also an hour that becomes due meanwhile."""
    due = None
    while due != (due := _newest(datetime.now(UTC))):
        await api.call_action("emporia", "import_history")


async def known(
    simulator: Teller, person: Mapping[str, Any], now: datetime
) -> dict[str, Known]:
    """Return what the cloud tells of a person's home now, by statistic id.

    The home has no sun: all is consumed, and the monitor's mains come from the grid.
    """
    start = now - timedelta(days=_INSTALLED_DAYS + 1)
    return await known_since(simulator, person, start, now)


async def known_since(
    simulator: Teller, person: Mapping[str, Any], start: datetime, now: datetime
) -> dict[str, Known]:
    """Return the same from a time on."""
    truth = await simulator.truth(person["name"], start)
    found: dict[str, Known] = {}
    for name, intervals in truth["series"].items():
        gid, channel = name.split("/")
        if channel == _COMPUTED:
            continue
        hours = {
            start: abs(value)
            for start, value in published(intervals)
            if start < _newest(now)
        }
        found[f"emporia:{gid}_{_slug(channel)}_energy"] = Known(hours)
    grid = f"emporia:{person['device_gid']}_mains"
    return found | {f"{grid}_cost": found[f"{grid}_energy"].times(_RATE)}


def _slug(channel: str) -> str:
    return "mains" if channel == _MAINS else f"circuit_{channel.replace(',', '_')}"


def _newest(now: datetime) -> datetime:
    """Return the end of the newest hour that is read at a time."""
    return _hour(now - _LATE)


def _hour(time: datetime) -> datetime:
    return time - (time - datetime.min.replace(tzinfo=UTC)) % HOUR
