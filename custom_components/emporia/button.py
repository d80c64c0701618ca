"""Asking for everything now, and charging past the provider's own controllers."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from custom_components.cloud_energy.entities.entity import (
    Candidate,
    CloudDescription,
    async_add_as_supported,
)

from .entities.entity import CommandEntity, device_errors, status_candidates
from .provider import PROVIDER
from .runtime import EmporiaConfigEntry
from .status import ChargerState, StatusSnapshot

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ButtonDescription(CloudDescription[ChargerState], ButtonEntityDescription):
    """A button of a charger."""


FULL_POWER = ButtonDescription(
    key="charge_full_power",
    entity_registry_enabled_default=False,
    is_supported_fn=lambda state: bool(state.serial),
    available_fn=lambda state: not state.offline,
)


class FullPowerButton(CommandEntity[ChargerState], ButtonEntity):
    """Has the provider's controllers step back for some hours."""

    @override
    async def async_press(self) -> None:
        with device_errors(self.coordinator.config_entry):
            await self.coordinator.async_charge_at_full_power(self.gid)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EmporiaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what this account has, now or as soon as it is seen to have it."""
    await PROVIDER.async_setup_buttons(hass, entry, async_add_entities)
    status = entry.runtime_data.status
    async_add_as_supported(entry, status, async_add_entities, _candidates)


def _candidates(snapshot: StatusSnapshot) -> list[Candidate[StatusSnapshot]]:
    return status_candidates(
        FullPowerButton,
        [FULL_POWER],
        snapshot.chargers,
        lambda s, gid: s.chargers.get(gid),
    )
