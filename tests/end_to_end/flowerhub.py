"""Flowerhub in the demo: its login flow, and what it has to import."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .api import Answers
from .truth import Known, Teller, moment

_FIRST = "2020-01-01T00:00:00+00:00"


def answers(person: Mapping[str, Any]) -> Answers:
    """Return what to type to log in and to make an entry."""
    return {
        "user": {"username": person["username"], "password": person["password"]},
        "dashboard": {"next_step_id": "dashboard_add"},
    }


async def known(
    simulator: Teller, person: Mapping[str, Any], now: datetime
) -> dict[str, Known]:
    """Return what the portal tells of a person's months now, by statistic id.

    Each month that is over stands in its first hour. Of the compensation the portal
    tells the last month only.
    """
    truth = await simulator.truth(person["name"], datetime.fromisoformat(_FIRST))
    series = {
        name: {
            moment(each["start"]): each["value"]
            for each in intervals
            if moment(each["end"]) <= now
        }
        for name, intervals in truth["series"].items()
    }
    asset = person["asset_id"]
    earned = series["compensation"]
    known = {
        f"flowerhub:invoiced_{asset}": Known(series["invoiced"]),
        f"flowerhub:compensation_{asset}": Known({max(earned): earned[max(earned)]}),
        f"flowerhub:uptime_{asset}": Known(series["uptime"], is_mean=True),
    }
    for name, months in series.items():
        kind, _, site = name.partition("/")
        if site:
            known[f"flowerhub:{kind}_{site}"] = Known(months)
    return known


def dashboard(person: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the statistics that the home's Energy dashboard has.

    The invoices are in another currency than Home Assistant's.
    """
    return (
        f"flowerhub:consumption_{person['site_id']}",
        f"flowerhub:production_{person['production_site_id']}",
    )
