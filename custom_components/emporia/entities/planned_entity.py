"""What the entities of a plan have in common."""

from typing import override

from custom_components.cloud_energy.entities.entity import CloudDescription, Place
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.emporia.charging.charger_plan import ChargingState
from custom_components.emporia.charging.planner import ChargingPlanner
from custom_components.emporia.charging.wishes import Wishes
from custom_components.emporia.status import ChargerState, StatusSnapshot

from .entity import CommandEntity


class PlannedEntity(CommandEntity[ChargerState]):
    """A part of a charger's plan: it is there without the cloud, too."""

    def __init__(
        self,
        planner: ChargingPlanner,
        coordinator: CloudCoordinator[StatusSnapshot],
        place: Place[StatusSnapshot, ChargerState],
        description: CloudDescription[ChargerState],
    ) -> None:
        """Show what the planner knows of a charger."""
        super().__init__(coordinator, place, description)
        self._planner = planner

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(
            self._planner.async_add_listener(self.gid, self.async_write_ha_state)
        )

    @property
    @override
    def available(self) -> bool:
        return self.part is not None

    @property
    def wishes(self) -> Wishes:
        """What the user wants."""
        return self._planner.wishes(self.gid)

    @property
    def planned(self) -> ChargingState:
        """The charger's plan, and what becomes of it."""
        return self._planner.state(self.gid)
