"""What the user should know to put right about the broker."""

from collections.abc import Iterator
from typing import Any

from homeassistant.config_entries import ConfigEntry

from custom_components.cloud_energy.entry.issues import RepairIssue
from custom_components.elecnova.entry_data import broker

from .live import Live


def live_issues(entry: ConfigEntry[Any], live: Live) -> Iterator[RepairIssue]:
    """Yield why nothing comes, and what comes without a meaning."""
    host, port = broker(entry.data, entry.options)
    texts = {"host": host, "port": str(port), "count": str(live.unmapped)}
    for key in (live.trouble, *live.findings):
        if key:
            # All of them are fixed in the options, or by somebody else.
            yield RepairIssue(key=key, is_fixable=True, placeholders=texts)
