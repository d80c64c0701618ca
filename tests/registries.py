"""What users build on: ids of entities, devices and statistics, and actions.

A snapshot of them is kept for each provider. A change of the code leaves it as it is;
`--snapshot-update` takes what was added on purpose.
"""

from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.recorder import get_instance
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)


async def promised(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, list[str]]:
    """Return all that an entry has put where users find it, a line for each."""
    await async_wait_recording_done(hass)
    found = {
        "devices": _devices(hass, entry),
        "entities": _entities(hass, entry),
        "statistics": await _statistics(hass, entry),
        "actions": list(hass.services.async_services_for_domain(entry.domain)),
    }
    # A new one with each test
    return {
        kind: sorted(line.replace(entry.entry_id, "<entry>") for line in lines)
        for kind, lines in found.items()
    }


def _devices(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    registry = dr.async_get(hass)
    return [
        _line(
            *_identifiers(each),
            name=each.name,
            manufacturer=each.manufacturer,
            model=each.model,
            model_id=each.model_id,
            serial=each.serial_number,
            version=each.sw_version,
            url=each.configuration_url,
            type=each.entry_type,
            via=_via(registry, each),
        )
        for each in dr.async_entries_for_config_entry(registry, entry.entry_id)
        if isinstance(each, dr.DeviceEntry)
    ]


def _identifiers(device: dr.DeviceEntry) -> list[str]:
    return sorted("/".join(each) for each in device.identifiers)


def _via(registry: dr.DeviceRegistry, device: dr.DeviceEntry) -> str | None:
    via = device.via_device_id and registry.async_get(device.via_device_id)
    return ",".join(_identifiers(via)) if isinstance(via, dr.DeviceEntry) else None


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    registry = er.async_get(hass)
    devices = dr.async_get(hass)
    lines = []
    for each in er.async_entries_for_config_entry(registry, entry.entry_id):
        device = devices.async_get(each.device_id) if each.device_id else None
        assert isinstance(device, dr.DeviceEntry)
        capabilities = each.capabilities or {}
        lines.append(
            _line(
                each.entity_id,
                each.unique_id,
                text=each.translation_key,
                device=",".join(_identifiers(device)),
                category=each.entity_category,
                disabled=each.disabled_by,
                device_class=each.original_device_class,
                state_class=capabilities.get("state_class"),
                unit=each.unit_of_measurement,
                options=each.options or None,
            )
        )
    return lines


async def _statistics(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    found = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    return [
        _line(
            each["statistic_id"],
            name=each["name"],
            unit=each["statistics_unit_of_measurement"],
            unit_class=each["unit_class"],
            sum=each["has_sum"] or None,
        )
        for each in found
        if each["source"] == entry.domain
    ]


def _line(*names: str, **facts: object) -> str:
    told = [f"{name}={value}" for name, value in facts.items() if value is not None]
    return " | ".join((*names, *told))
