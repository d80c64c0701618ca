"""Diagnostics of one account, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from custom_components.cloud_energy.entry.diagnostics_data import Diagnostics

from .api.models import Cabinet, Component, Site
from .const import (
    CONF_CABINETS,
    CONF_MQTT_HOST,
    CONF_PV_ROWS,
    CONF_PV_UNITS,
    CONF_ROLES,
    CONF_ZONES,
)
from .live.report import report
from .runtime import ElecnovaConfigEntry, ElecnovaRuntime
from .snapshot import PvState, Snapshot


def _snapshot(runtime: ElecnovaRuntime) -> dict[str, Any]:
    return {
        **_reported(runtime.coordinator.data),
        "pv_factors": runtime.coordinator.units.factors,
        **runtime.history.days.notes.diagnostics,
        "live": report(runtime.live) if runtime.live else None,
    }


def _reported(snapshot: Snapshot) -> dict[str, Any]:
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


def _secrets(entry: ElecnovaConfigEntry) -> Iterator[object]:
    runtime = entry.runtime_data
    snapshot = runtime.coordinator.data
    for site in snapshot.sites.values():
        yield from (site.id, site.name, site.addr)
    for cabinet in runtime.coordinator.owned.values():
        yield from (cabinet.id, cabinet.sn, cabinet.name)
    for part in snapshot.components:
        # Ids of statistics and entities have them in small letters.
        yield from (part.id, part.sn, part.sn.lower())
    if login := runtime.client.login:
        yield from (login.token, login.id, login.username, login.password)


async_get_config_entry_diagnostics = Diagnostics(
    snapshot=_snapshot,
    secrets=_secrets,
    secret_keys=(
        CONF_CABINETS,
        CONF_MQTT_HOST,
        CONF_ROLES,
        CONF_PV_ROWS,
        CONF_PV_UNITS,
        CONF_ZONES,
        "id",
        "sn",
        "cabinet_sn",
        "addr",
    ),
).async_get
