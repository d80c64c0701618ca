"""Diagnostics of one account, with nothing personal in them."""

from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.diagnostics_data import (
    async_build_diagnostics,
    report_unloaded,
)

from .const import CONF_LOGIN, CONF_NETTED_PANELS, CONF_TURNED_CIRCUITS
from .entry_data import stored_login
from .runtime import EmporiaConfigEntry
from .snapshot import Snapshot

_SECRET_KEYS = (
    CONF_LOGIN,
    CONF_NETTED_PANELS,
    CONF_TURNED_CIRCUITS,
    "breaker_pin",
    "breakerPIN",
    "gid",
    "latitudeLongitude",
    "load_gid",
    "monitor_gid",
    "name",
    "parent_gid",
    "serial",
    "sourceIp",
    "zipCode",
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: EmporiaConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return report_unloaded(entry, _SECRET_KEYS)
    runtime = entry.runtime_data
    measured, status = runtime.coordinator, runtime.status
    return await async_build_diagnostics(
        hass,
        entry,
        runtime,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot={
            "devices": [
                {**asdict(device), "measured": _channels(measured.data, gid)}
                for gid, device in measured.home.items()
            ],
            "status": {
                kind: list(found.values())
                for kind, found in asdict(status.data).items()
            },
            "stream": {
                "is_open": runtime.stream.is_open,
                "failures": runtime.stream.failures,
            },
        },
        parts={**measured.parts.diagnostics, **status.parts.diagnostics},
    )


def _channels(snapshot: Snapshot, gid: int) -> dict[str, Any]:
    """Return what the channels of a device show."""
    return {
        slug: {
            "watts": state.watts,
            "today": state.today and asdict(state.today),
            "month": state.month and asdict(state.month),
        }
        for (owner, slug), state in snapshot.channels.items()
        if owner == gid
    }


def _secrets(entry: EmporiaConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    data, runtime = entry.data, entry.runtime_data
    secrets: list[object] = [
        entry.title,
        entry.unique_id,
        data.get(CONF_USERNAME),
        data.get(CONF_PASSWORD),
    ]
    home, status = runtime.coordinator.home, runtime.status.data
    secrets += [device.serial for device in home.values()]
    secrets += [*home, *(device.parent_gid for device in home.values())]
    secrets += [each.charger.load_gid for each in status.chargers.values()]
    secrets += [each.outlet.load_gid for each in status.outlets.values()]
    secrets += [each.load_gid for each in status.batteries.values()]
    secrets += [s.charger.breaker_pin for s in runtime.status.data.chargers.values()]
    if login := stored_login(data):
        secrets += [login.id_token, login.refresh_token]
    return [secret for secret in secrets if secret]
