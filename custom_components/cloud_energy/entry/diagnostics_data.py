"""Diagnostics common to all providers, without personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.client.redact import Redactor
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_range

from .runtime import CloudRuntime

_SECRET_DATA: Final = (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_USERNAME,
)
_SECRET_KEYS: Final = (
    "access_token",
    "already_added",
    "client_id",
    "client_secret",
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

_WORDS: Final = re.compile(r"^(?:[a-z]+(?:[_ ]|$))+")
"""What an answer's name begins with: "outages" of "outages_<number>"."""
_SEPARATORS: Final = re.compile(r"[_ ]")


@dataclass(frozen=True, kw_only=True)
class Diagnostics[RuntimeT: CloudRuntime[Any]]:
    """What the diagnostics of a provider add, and what they must leave out."""

    snapshot: Callable[[RuntimeT], Mapping[str, Any]]
    """What is known of the account; secrets in it are taken out."""
    secrets: Callable[[ConfigEntry[RuntimeT]], Iterable[object]]
    """The values that must not show up anywhere, in whatever text; None is none."""
    secret_keys: Sequence[str]
    """Whose values are secret, in the entry's data and in the snapshot."""
    foreign_keys: Sequence[str] = ()
    """The same of entries of other integrations that could not be converted."""

    async def async_get(
        self, hass: HomeAssistant, entry: ConfigEntry[RuntimeT]
    ) -> dict[str, Any]:
        """Report the connection, the answers and the statistics of an entry."""
        if entry.state is not ConfigEntryState.LOADED:
            return _report_unloaded(entry, (*self.secret_keys, *self.foreign_keys))
        runtime = entry.runtime_data
        common = (entry.title, entry.unique_id, *map(entry.data.get, _SECRET_DATA))
        parts = {
            name: facts
            for coordinator in runtime.coordinators
            for name, facts in coordinator.answers.diagnostics.items()
        }
        known = (*common, *self.secrets(entry), *numbers_in(parts))
        secrets = [each for each in known if each]
        report = {
            "entry": {"data": dict(entry.data), "options": dict(entry.options)},
            "connection": _connection(runtime),
            "drift": dict(runtime.drift.seen),
            "parts": parts,
            "statistics": await _stored(hass, runtime),
            "import": _import(runtime),
            "snapshot": self.snapshot(runtime),
        }
        redactor = Redactor([*_SECRET_KEYS, *self.secret_keys], secrets)
        redacted: dict[str, Any] = redactor.data(report)  # type: ignore[assignment]  # a mapping stays one
        # Shapes hold no values, so they are safe even under a secret key.
        endpoints = runtime.connection.transport.described()
        redacted["connection"]["endpoints"] = Redactor(values=secrets).data(endpoints)
        return redacted


def numbers_in(names: Iterable[str]) -> Iterator[str]:
    """Yield the numbers that answers are named after, also of what is long gone."""
    for name in names:
        rest = _WORDS.sub("", name)
        yield from (rest, *_SEPARATORS.split(rest))


def _connection(runtime: CloudRuntime[Any]) -> dict[str, Any]:
    coordinator, budget = runtime.coordinator, runtime.connection.budget
    error = coordinator.last_exception
    return {
        "last_success": coordinator.last_success,
        "last_error": error and str(error),
        "requests_today": budget.used,
        "requests_left": budget.left,
        "daily_requests": budget.limit,
        "unexpected": dict(runtime.connection.net.caught),
    }


def _import(runtime: CloudRuntime[Any]) -> dict[str, Any]:
    history = runtime.history
    return {
        "not_stored": dict(runtime.feed.failed),
        "faults": history.faults if history else None,
        "missing": [hole.as_dict() for hole in history.holes.open] if history else None,
    }


def _report_unloaded(
    entry: ConfigEntry[Any], secret_keys: Iterable[str]
) -> dict[str, Any]:
    """Describe an entry that is not loaded: what is stored, and why it isn't loaded."""
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
    return [
        {"id": statistic_id, **await _range(hass, statistic_id)}
        for source in runtime.energy_sources
        for statistic_id in source.statistic_ids
    ]


async def _range(hass: HomeAssistant, statistic_id: str) -> dict[str, Any]:
    """Return the range of a statistic, or why it can't be read now."""
    try:
        first, last = await async_stored_range(hass, statistic_id) or (None, None)
    except RecorderFailed as err:
        return {"error": err.reason}
    return {"first": first, "last": last}
