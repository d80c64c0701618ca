"""What the diagnostics of every provider tell, with nothing personal in it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .client.redact import Redactor
from .runtime import CloudRuntime
from .statistics import async_stored_range

_SECRET_KEYS = (
    "access_token",
    "already_added",
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


def report_unloaded(
    entry: ConfigEntry[Any], secret_keys: Iterable[str]
) -> dict[str, Any]:
    """Tell of an entry that is not loaded: what is stored, and why it is not."""
    keys = [*_SECRET_KEYS, *secret_keys]
    secrets: list[object] = [entry.title, entry.unique_id]
    secrets += (entry.unique_id or "").split("_")
    for stored in (entry.data, entry.options):
        secrets += _leaves({k: v for k, v in stored.items() if k in keys})
    report: dict[str, Any] = Redactor(keys, secrets).data(  # type: ignore[assignment]  # a mapping stays one
        {
            "entry": {
                "state": entry.state.value,
                "reason": entry.reason,
                "data": dict(entry.data),
                "options": dict(entry.options),
            }
        }
    )
    return report


def _leaves(data: object) -> Iterator[object]:
    """Yield what texts may hold: values, and keys that are numbers of something."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if not str(key).isidentifier():
                yield key
            yield from _leaves(value)
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from _leaves(item)
    else:
        yield data


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
