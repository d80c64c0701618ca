"""The last step of every flow: the Energy dashboard, on the user's word."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.translation import async_get_translations

from custom_components.cloud_energy.const import DOMAIN
from custom_components.cloud_energy.dashboard.grid_connections import async_other_grids
from custom_components.cloud_energy.dashboard.pending import pending_data
from custom_components.cloud_energy.dashboard.sources import (
    DashboardSource,
    EnergySource,
)
from custom_components.cloud_energy.provider_texts import (
    DashboardChoice,
    DashboardResult,
    SignInStep,
)


class DashboardStep(ConfigFlow):
    """Offers to add the new entry's statistics to the Energy dashboard.

    The sources are added once the entry runs: only then there are the entities that
    show their power, and batteries that only live values report.
    """

    _pending: dict[str, Any] | None = None

    @abstractmethod
    def energy_sources(self, data: dict[str, Any]) -> Sequence[EnergySource]:
        """Return what an entry with these data has for the Energy dashboard."""

    @abstractmethod
    def new_entry_data(self) -> dict[str, Any]:
        """Return the data of the entry that is about to be made."""

    @abstractmethod
    def finish(self, **texts: Any) -> ConfigFlowResult:
        """Make the entry, showing the texts."""

    @property
    def finds_sources_later(self) -> bool:
        """Whether live values may bring batteries and grid connections."""
        return False

    @property
    def dashboard_data(self) -> dict[str, Any]:
        """What the new entry keeps of the answer, besides its own data."""
        return self._pending or {}

    async def async_step_dashboard(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add to the Energy dashboard."""
        offered = self._offered()
        if not offered and not self.finds_sources_later:
            return self.finish()
        grids = [each for each in offered if each.is_grid]
        others = []
        if grids or self.finds_sources_later:
            others = await async_other_grids(self.hass, grids)
        has_rest = len(grids) < len(offered) or self.finds_sources_later
        return self.async_show_menu(
            step_id=SignInStep.DASHBOARD,
            menu_options=[
                DashboardChoice.DASHBOARD_ADD,
                *(
                    [DashboardChoice.DASHBOARD_ADD_WITHOUT_GRID]
                    if others and has_rest
                    else []
                ),
                DashboardChoice.DASHBOARD_SKIP,
            ],
            description_placeholders={"notes": await self._notes(grids, others)},
        )

    async def async_step_dashboard_add(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Remember to add to the Energy dashboard what it does not have yet."""
        self._pending = pending_data(without_grid=False)
        return self.finish(description=DashboardResult.ADDED_TO_DASHBOARD)

    async def async_step_dashboard_add_without_grid(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Remember to add all but grid connections."""
        self._pending = pending_data(without_grid=True)
        return self.finish(description=DashboardResult.ADDED_TO_DASHBOARD)

    async def async_step_dashboard_skip(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Leave the dashboard alone and show which statistics to pick."""
        currency = self.hass.config.currency
        ids = [
            statistic_id
            for source in self._offered()
            for statistic_id in source.in_currency(currency).statistic_ids
        ]
        if not ids:
            return self.finish()
        return self.finish(
            description=DashboardResult.PICK_STATISTICS,
            description_placeholders={"statistics": ", ".join(ids)},
        )

    async def _notes(
        self, grids: Sequence[DashboardSource], others: Sequence[str]
    ) -> str:
        """Return what adding these grid connections beside others would mean."""
        language = self.hass.config.language
        texts = await async_get_translations(self.hass, language, "selector", {DOMAIN})
        prefix = f"component.{DOMAIN}.selector.dashboard_note.options."
        currency = self.hass.config.currency
        foreign = {each for grid in grids for each in grid.foreign_currencies(currency)}
        notes = []
        if others:
            text = texts[f"{prefix}second_grid"]
            notes.append(text.format(grids=", ".join(others)))
        if foreign:
            text, costs = texts[f"{prefix}other_currency"], ", ".join(sorted(foreign))
            notes.append(text.format(currency=currency, cost_currency=costs))
        return "".join(f"\n\n{note}" for note in notes)

    def _offered(self) -> Sequence[EnergySource]:
        return self.energy_sources(self.new_entry_data())
