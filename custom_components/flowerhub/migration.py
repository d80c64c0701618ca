"""Entries of the earlier integration of the same domain (wire 6.1).

It kept username and password in its entries and nothing else, began the unique ids of
its entities with the entry's id, and had one device with that id.
"""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)

from custom_components.cloud_energy.installer.adoption import refuse_second_entry

from .api import FlowerhubClient, NoAssetOwner
from .api.parsers import require_asset_id
from .const import CONF_ASSET_ID, DOMAIN
from .entry_data import id_data

_OLD_KEYS: Final = frozenset(
    {
        "status",
        "status_message",
        "last_updated",
        "inverter_name",
        "battery_name",
        "power_capacity",
        "energy_capacity",
        "fuse_size",
        "is_installed",
        "inverter_manufacturer",
        "inverter_battery_stacks",
        "battery_manufacturer",
        "battery_max_modules",
        "battery_power_capacity",
        "monthly_uptime_ratio",
        "monthly_uptime_ratio_total",
        "monthly_uptime",
        "monthly_downtime",
    }
)


def is_adopted(data: Mapping[str, Any]) -> bool:
    """Return whether an entry knows its ids."""
    return CONF_ASSET_ID in data


async def async_adopt_entry(
    hass: HomeAssistant, entry: ConfigEntry, client: FlowerhubClient
) -> None:
    """Give an entry its ids if it has none yet; its entities continue as they are.

    :raises ConfigEntryError: the account is set up by another entry.
    :raises CloudError: the portal can't report the ids now.
    """
    if is_adopted(entry.data):
        return
    await client.sign_in()
    owner_id = client.asset_owner_id
    if owner_id is None:
        raise NoAssetOwner("The account owns no system")
    asset_id = require_asset_id(await client.get_asset_id())
    # An id counts only once its hub has answered.
    await client.get_asset(asset_id)
    refuse_second_entry(hass, entry, str(owner_id))
    _adopt_entities(hass, entry, str(asset_id))
    _adopt_device(hass, entry, str(asset_id))
    _forget_issues(hass)
    hass.config_entries.async_update_entry(
        entry,
        unique_id=str(owner_id),
        data={**entry.data, **id_data(owner_id, asset_id)},
    )


@callback
def _adopt_entities(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    """Rename unique ids; entity ids, and with them history and dashboards, stay."""
    registry = er.async_get(hass)
    prefix = f"{entry.entry_id}_"
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        old = entity.unique_id.removeprefix(prefix)
        if old in _OLD_KEYS:
            registry.async_update_entity(entity.entity_id, new_unique_id=f"{key}_{old}")


@callback
def _adopt_device(hass: HomeAssistant, entry: ConfigEntry, key: str) -> None:
    registry = dr.async_get(hass)
    device = registry.async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    if device:
        registry.async_update_device(device.id, new_identifiers={(DOMAIN, key)})


@callback
def _forget_issues(hass: HomeAssistant) -> None:
    """Clear what the earlier integration raised, and sometimes never cleared."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
