"""Diagnostics of one account, with nothing personal in them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from custom_components.cloud_energy.entry.diagnostics_data import Diagnostics

from .const import CONF_LOGIN, CONF_NETTED_PANELS, CONF_TURNED_CIRCUITS
from .entry_data import stored_login
from .runtime import EmporiaConfigEntry, EmporiaRuntime
from .snapshot import Snapshot


def _snapshot(runtime: EmporiaRuntime) -> dict[str, Any]:
    measured, status = runtime.coordinator, asdict(runtime.status.data)
    awaited = status.pop("awaited")
    return {
        "devices": [
            {**asdict(device), "measured": _channels(measured.data, gid)}
            for gid, device in measured.home.items()
        ],
        "status": {
            **{kind: list(found.values()) for kind, found in status.items()},
            "awaited": len(awaited),
        },
        "stream": {
            "is_open": runtime.stream.is_open,
            "failures": runtime.stream.failures,
        },
    }


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


def _secrets(entry: EmporiaConfigEntry) -> Iterator[object]:
    runtime = entry.runtime_data
    status = runtime.status.data
    for gid, device in runtime.coordinator.home.items():
        yield from (gid, device.serial, device.parent_gid)
    for charger in status.chargers.values():
        yield from (charger.charger.load_gid, charger.charger.breaker_pin)
    for outlet in status.outlets.values():
        yield outlet.outlet.load_gid
    for battery in status.batteries.values():
        yield battery.load_gid
    if login := stored_login(entry.data):
        yield from (login.id_token, login.refresh_token)


async_get_config_entry_diagnostics = Diagnostics(
    snapshot=_snapshot,
    secrets=_secrets,
    secret_keys=(
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
    ),
).async_get
