"""Diagnostics of one account, with nothing personal in them."""

from dataclasses import asdict
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.diagnostics_data import async_build_diagnostics

from .const import CONF_LOGIN
from .entry_data import stored_login
from .runtime import EmporiaConfigEntry

_SECRET_KEYS = (
    CONF_LOGIN,
    "breaker_pin",
    "breakerPIN",
    "latitudeLongitude",
    "name",
    "serial",
    "sourceIp",
    "zipCode",
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: EmporiaConfigEntry
) -> dict[str, Any]:
    """Tell of the connection, the answers and the statistics of an entry."""
    runtime = entry.runtime_data
    measured, status = runtime.coordinator, runtime.status
    return await async_build_diagnostics(
        hass,
        entry,
        runtime,
        secrets=_secrets(entry),
        secret_keys=_SECRET_KEYS,
        snapshot={
            "home": {gid: asdict(device) for gid, device in measured.home.items()},
            "channels": {
                f"{gid}/{slug}": {
                    "watts": state.watts,
                    "today": state.today and asdict(state.today),
                    "month": state.month and asdict(state.month),
                }
                for (gid, slug), state in measured.data.channels.items()
            },
            "status": asdict(status.data),
            "stream": {
                "is_open": runtime.stream.is_open,
                "failures": runtime.stream.failures,
            },
        },
        parts={**measured.parts.diagnostics, **status.parts.diagnostics},
    )


def _secrets(entry: EmporiaConfigEntry) -> list[object]:
    """Return the values that must not show up anywhere, in whatever text."""
    data, runtime = entry.data, entry.runtime_data
    secrets: list[object] = [
        entry.title,
        entry.unique_id,
        data.get(CONF_USERNAME),
        data.get(CONF_PASSWORD),
    ]
    secrets += [device.serial for device in runtime.coordinator.home.values()]
    secrets += [s.charger.breaker_pin for s in runtime.status.data.chargers.values()]
    if login := stored_login(data):
        secrets += [login.id_token, login.refresh_token]
    return [secret for secret in secrets if secret]
