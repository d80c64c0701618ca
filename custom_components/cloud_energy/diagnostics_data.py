"""What the diagnostics of every provider tell, with nothing personal in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .client.redact import Redactor
from .runtime import CloudRuntime
from .statistics import async_stored_range

_SECRET_KEYS = (
    "access_token",
    "code",
    "cookies",
    "email",
    "id_token",
    "password",
    "refresh_token",
    "serial_number",
    "title",
    "tokens",
    "unique_id",
    "username",
)


async def async_build_diagnostics(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    runtime: CloudRuntime[Any],
    *,
    secrets: Iterable[object],
    secret_keys: Iterable[str] = (),
    snapshot: Mapping[str, Any],
    parts: Mapping[str, Any],
) -> dict[str, Any]:
    """Gather what helps to find a fault; secrets go by key and by value."""
    secrets = list(secrets)
    redactor = Redactor([*_SECRET_KEYS, *secret_keys], secrets)
    coordinator = runtime.coordinator
    budget = runtime.account.budget
    report = {
        "entry": {"data": dict(entry.data), "options": dict(entry.options)},
        "connection": {
            "last_success": coordinator.last_success,
            "last_error": coordinator.last_exception
            and str(coordinator.last_exception),
            "requests_today": budget.used,
            "requests_left": budget.left,
            "daily_requests": budget.limit,
            "unexpected": dict(runtime.account.net.caught),
        },
        "drift": dict(runtime.drift.seen),
        "parts": parts,
        "statistics": await _stored(hass, runtime),
        "import": _import(runtime),
        "snapshot": snapshot,
    }
    redacted: dict[str, Any] = redactor.data(report)  # type: ignore[assignment]  # a mapping stays one
    # Shapes hold no values: under a secret key, too, they tell what is there.
    endpoints = runtime.account.transport.described()
    redacted["connection"]["endpoints"] = Redactor(values=secrets).data(endpoints)
    return redacted


def _import(runtime: CloudRuntime[Any]) -> dict[str, Any]:
    history = runtime.history
    return {
        "not_stored": dict(runtime.feed.failed),
        "faults": history.faults if history else None,
        "missing": [hole.as_dict() for hole in history.holes.open] if history else None,
    }


async def _stored(
    hass: HomeAssistant, runtime: CloudRuntime[Any]
) -> list[dict[str, Any]]:
    stored = []
    for source in runtime.energy_sources:
        for statistic_id in source.statistic_ids:
            found = await async_stored_range(hass, statistic_id)
            first, last = found or (None, None)
            stored.append({"id": statistic_id, "first": first, "last": last})
    return stored
