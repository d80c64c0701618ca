"""All endpoints, and what a fault of one of them may cost."""

from collections.abc import Iterable
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.const import DOMAIN
from tests.clouds.elecnova import ElecnovaCloud
from tests.entries import DAY, HOUR, pass_time, person_of, reauths, state

from .helpers import POLL, inverter_of

TOKEN: Final = "GET /comm/client"
CABINETS: Final = "GET /api/v1/dev"
TOPICS: Final = "GET /api/v1/dev/topic/{mqtt_client_id}/{sn}"
_PV: Final = "GET /api/v1/dev/pv"
POINTS: Final = f"{_PV}/power-cap/{{sn}}"
POWER: Final = "{inverter}_pv_power"
"""It is about now: without new points it is soon unknown."""

SHOWN_BY: Final[dict[str, tuple[str, str]]] = {
    TOKEN: ("{account}_token_expires", "sensor"),
    CABINETS: ("{cabinet}_last_seen", "sensor"),
    "GET /api/v1/dev/{sn}": ("{cabinet}_components_offline", "sensor"),
    TOPICS: ("{account}_mqtt_connected", "binary_sensor"),
    POINTS: (POWER, "sensor"),
    f"{_PV}/power-gen/daily/{{sn}}": ("{inverter}_pv_energy_today", "sensor"),
    f"{_PV}/power-gen/monthly/{{sn}}": ("{inverter}_pv_energy_month", "sensor"),
    f"{_PV}/power-gen/yearly/{{sn}}": ("{inverter}_pv_energy_year", "sensor"),
    "GET /api/v2/projects": ("site_{site}_rated_power", "sensor"),
    "GET /api/v2/project/{id}/sites": ("site_{site}_rated_power", "sensor"),
    "GET /api/v2/site/{id}/devices": ("site_{site}_rated_power", "sensor"),
}
"""All eleven endpoints, and an entity that shows what each of them tells."""

_OFF: Final = ("_token_expires", "_mqtt_connected")
"""Disabled, or without what it needs in most of these tests."""


def availability(hass: HomeAssistant, cloud: ElecnovaCloud) -> dict[str, bool]:
    """Return which of the entities above have a value."""
    person = person_of(cloud)
    known = {
        "account": f"account_{person['client_id']}",
        "cabinet": person["cabinet"],
        "inverter": inverter_of(cloud),
        "site": person["sites"][0]["site_id"],
    }
    return {
        key: state(hass, key.format(**known), platform)
        not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        for key, platform in SHOWN_BY.values()
        if not key.endswith(_OFF)
    }


async def check_faults(
    hass: HomeAssistant,
    cloud: ElecnovaCloud,
    entry: MockConfigEntry,
    at_noon: FrozenDateTimeFactory,
    endpoint: str,
    faults: Iterable[dict[str, Any]],
) -> None:
    """Let one endpoint fail in all these ways, a day apart.

    Nobody is asked to log in, what was shown stays, and all is well afterwards.
    """
    for fault in faults:
        await pass_time(hass, at_noon, entry, POLL)
        cloud.faults.add(endpoint=endpoint, times=100_000, **fault)
        # The token has to be asked for again, too.
        cloud.apply({"revoke_tokens": "solar_site"})
        await pass_time(hass, at_noon, entry, *[POLL] * 3)
        assert reauths(hass, entry) == 0, fault
        shown = availability(hass, cloud)
        missing = {key for key, is_there in shown.items() if not is_there}
        if endpoint in (TOKEN, CABINETS):
            # Nothing is asked then, and power is soon too old to show.
            missing.discard(POWER)
        assert missing == ({POWER} if endpoint == POINTS else set()), fault
        cloud.faults.clear()
        await pass_time(hass, at_noon, entry, HOUR)
        assert entry.runtime_data.coordinator.failures == 0, fault
        at_noon.tick(DAY - 2 * HOUR)
    await pass_time(hass, at_noon, entry, HOUR, POLL)
    assert all(availability(hass, cloud).values())
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]
