"""The flows that somebody has open while their entry is removed."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant, callback


@callback
def async_end_flows(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """End those of an entry that is removed: their next step would find nothing.

    Home Assistant itself ends only those that ask to sign in again.
    """
    options, config = hass.config_entries.options, hass.config_entries.flow
    for flow in options.async_progress_by_handler(entry.entry_id):
        options.async_abort(flow["flow_id"])
    for flow in entry.async_get_active_flows(hass, {SOURCE_RECONFIGURE}):
        config.async_abort(flow["flow_id"])
