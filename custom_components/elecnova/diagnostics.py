"""Diagnostics of one account, with nothing personal in them."""

from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.diagnostics_data import (
    async_build_diagnostics,
    report_unloaded,
)

from .api.models import Cabinet, Component, Site
from .const import (
    CONF_CABINETS,
    CONF_MQTT_HOST,
    CONF_PV_ROWS,
    CONF_PV_UNITS,
    CONF_ROLES,
)
from .runtime import ElecnovaConfigEntry
from .snapshot import PvState, Snapshot

_SECRET_KEYS = (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CABINETS,
    CONF_MQTT_HOST,
    CONF_ROLES,
    CONF_PV_ROWS,
    CONF_PV_UNITS,
    "id",
    "sn",
    "cabinet_sn",
    "addr",
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ElecnovaConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return report_unloaded(entry, _SECRET_KEYS)
    runtime = entry.runtime_data
    coordinator = runtime.coordinator
    return await async_build_diagnostics(
        hass,
        entry,
        runtime,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot={
            **_told(coordinator.data),
            "pv_factors": coordinator.units.factors,
            **runtime.history.days.diagnostics,
            "live": runtime.live.diagnostics if runtime.live else None,
        },
        parts=coordinator.parts.diagnostics,
    )


def _told(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "sites": [_site(site) for site in snapshot.sites.values()],
        "devices": [
            {
                **_device(state.cabinet),
                "time_zone": state.cabinet.time_zone,
                "last_seen": state.cabinet.last_seen,
                "has_site": state.site_id is not None,
                "components": [
                    {**_device(part), "component": part.component}
                    for part in state.components or ()
                ],
            }
            for state in snapshot.cabinets.values()
        ],
        "pv": [_pv(pv) for pv in snapshot.pv.values()],
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "rated_power": site.rated_power,
        "rated_capacity": site.rated_capacity,
        "time_zone": site.time_zone,
        "begin_at": site.begin_at,
    }


def _device(device: Cabinet | Component) -> dict[str, Any]:
    return {"model": device.model, "online": device.online}


def _pv(pv: PvState) -> dict[str, Any]:
    return {**asdict(pv), "points": len(pv.points)}


def _secrets(entry: ElecnovaConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    runtime = entry.runtime_data
    snapshot = runtime.coordinator.data
    secrets: list[object] = [
        entry.title,
        entry.data[CONF_CLIENT_ID],
        entry.data[CONF_CLIENT_SECRET],
    ]
    for site in snapshot.sites.values():
        secrets += [site.id, site.name, site.addr]
    for cabinet in runtime.coordinator.owned.values():
        secrets += [cabinet.id, cabinet.sn, cabinet.name]
    for part in snapshot.components:
        # Ids of statistics and entities have them in small letters.
        secrets += [part.id, part.sn, part.sn.lower()]
    if login := runtime.client.login:
        secrets += [login.token, login.id, login.username, login.password]
    return [secret for secret in secrets if secret]
