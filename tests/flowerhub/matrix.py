"""All endpoints, and what a fault of one of them may cost."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.const import DOMAIN
from tests.clouds.flowerhub import FlowerhubCloud
from tests.entries import HOUR, MINUTE, pass_time, reauths, requests

from .helpers import POLL, assert_statistics_are_true, state

LOGIN, REFRESH = "POST /auth/login", "GET /auth/refresh-token"
ASSET: Final = "GET /asset/{assetId}"
OWNER: Final = "GET /asset-owner/{assetOwnerId}"
UPTIME: Final = "GET /asset-effective-uptime"
STATUS: Final = frozenset({"connected", "energy_capacity"})
BINARY: Final = frozenset({"connected", "qualified", "flower_notice"})

SHOWN_BY: Final[dict[str, frozenset[str]]] = {
    LOGIN: frozenset(),
    REFRESH: frozenset(),
    OWNER: frozenset({"qualified"}),
    f"{OWNER}/withAssetId": frozenset(),
    f"{OWNER}/profile": frozenset(),
    f"{OWNER}/electricity-agreement": frozenset(
        {"consumption_agreement_state", "monthly_consumption"}
    ),
    f"{OWNER}/invoice": frozenset({"last_invoice_amount"}),
    f"{OWNER}/consumption": frozenset({"monthly_consumption"}),
    ASSET: STATUS,
    "GET /asset/{assetId}/revenue": frozenset({"compensation"}),
    f"{UPTIME}/available-months/{{assetId}}": frozenset(),
    f"{UPTIME}/bar-chart/history/{{assetId}}": frozenset({"last_month_uptime"}),
    f"{UPTIME}/pie-chart/{{assetId}}": frozenset({"monthly_uptime_ratio"}),
    "GET /system-notification/{slug}": frozenset({"flower_notice"}),
}
"""All fourteen endpoints, and entities that show what each of them tells."""


def availability(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, bool]:
    """Return which of the entities above have a value."""
    found = {}
    for key in frozenset[str]().union(*SHOWN_BY.values()):
        platform = "binary_sensor" if key in BINARY else "sensor"
        value = state(hass, entry, key, platform)
        found[key] = value not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
    return found


async def check_faults(
    hass: HomeAssistant,
    cloud: FlowerhubCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    faults: Iterable[dict[str, Any]],
) -> None:
    """Let one endpoint fail in all these ways, a month apart, while a month is billed.

    It costs its own entities only, late, and all is well when it is over.
    """
    months = (date(2026 + at // 12, at % 12 + 1, 5) for at in count(11))
    for month, fault in zip(months, faults, strict=False):
        at_noon.move_to(datetime(month.year, month.month, 5, 4, tzinfo=UTC))
        await pass_time(hass, at_noon, entry, MINUTE)
        cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
        cloud.requests.clear()
        await pass_time(hass, at_noon, entry, *[POLL] * 3)
        assert reauths(hass, entry) == 0, fault
        shown = availability(hass, entry)
        missing = {key for key, is_there in shown.items() if not is_there}
        assert missing == (STATUS if endpoint == ASSET else set()), fault
        assert requests(cloud) < 50, fault
        cloud.faults.clear()
        await pass_time(hass, at_noon, entry, 25 * HOUR)
        assert all(availability(hass, entry).values()), fault
    await assert_statistics_are_true(hass, cloud)
    issue = (DOMAIN, f"server_update_failures_{entry.entry_id}")
    assert issue not in ir.async_get(hass).issues
