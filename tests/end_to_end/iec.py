"""Israel Electric in the demo: its login flow, and what it has to import."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from .api import Answers
from .truth import Known, Teller, published, whole_hours

ZONE = ZoneInfo("Asia/Jerusalem")
CHECKED: Final = {"history_days": 30}
"""Options for a check: each day of the history is a request a second."""

_QUARTERS = 4
_PRICE = 0.5425 * 1.18
"""ILS per kWh with VAT, as the simulated tariff page has it."""


def answers(person: Mapping[str, Any]) -> Answers:
    """Return what to type to log in and to make an entry of all contracts."""
    return {
        "user": {"user_id": person["user_id"]},
        "delivery": {},
        "code": {"code": person["code"]},
        "contracts": {},
        "dashboard": {"next_step_id": "dashboard_add"},
    }


async def known(
    simulator: Teller, person: Mapping[str, Any], now: datetime
) -> dict[str, Known]:
    """Return what the cloud tells of a person's meter now, by statistic id."""
    first = now.astimezone(ZONE).date() - timedelta(days=CHECKED["history_days"])
    return await known_since(simulator, person, first)


async def known_since(
    simulator: Teller, person: Mapping[str, Any], first: date
) -> dict[str, Known]:
    """Return what the cloud tells of a person's meter from a local day on."""
    start = datetime.combine(first, time(), ZONE).astimezone(UTC)
    truth = await simulator.truth(person["name"], start)
    quarters = published(truth["series"]["consumption"])
    consumption = Known(whole_hours(quarters, _QUARTERS))
    stem = f"iec:iec_meter_{person['meter']}_energy"
    return {
        f"{stem}_consumption": consumption,
        f"{stem}_est_cost": consumption.times(_PRICE),
    }
