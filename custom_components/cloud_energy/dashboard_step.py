"""The last step of every flow: the Energy dashboard, on the user's word."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .energy_dashboard import EnergySource, async_add_to_energy_dashboard
from .provider_texts import DashboardChoice, DashboardResult, SignInStep


class DashboardStep(ConfigFlow):
    """Offers to add the new entry's statistics to the Energy dashboard."""

    @abstractmethod
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        """Return what an entry with these data has for the Energy dashboard."""

    @abstractmethod
    def new_entry_data(self) -> dict[str, Any]:
        """Return the data of the entry that is about to be made."""

    @abstractmethod
    def finish(self, **texts: Any) -> ConfigFlowResult:
        """Make the entry, showing the texts."""

    async def async_step_dashboard(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add to the Energy dashboard."""
        if not self._offered():
            return self.finish()
        return self.async_show_menu(
            step_id=SignInStep.DASHBOARD,
            menu_options=[
                DashboardChoice.DASHBOARD_ADD,
                DashboardChoice.DASHBOARD_SKIP,
            ],
        )

    async def async_step_dashboard_add(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add to the Energy dashboard what it does not have yet."""
        await async_add_to_energy_dashboard(self.hass, self._offered())
        return self.finish(description=DashboardResult.ADDED_TO_DASHBOARD)

    async def async_step_dashboard_skip(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Leave the dashboard alone and tell which statistics to pick."""
        ids = [
            statistic_id
            for source in self._offered()
            for statistic_id in source.statistic_ids
        ]
        return self.finish(
            description=DashboardResult.PICK_STATISTICS,
            description_placeholders={"statistics": ", ".join(ids)},
        )

    def _offered(self) -> Sequence[EnergySource]:
        return self.energy_sources(self.new_entry_data())
