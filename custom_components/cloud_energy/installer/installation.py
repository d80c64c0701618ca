"""Keeps the chosen providers' copies in step with the release that is installed."""

import asyncio
from collections.abc import Callable
from importlib import invalidate_caches
import logging
from pathlib import Path

from homeassistant.config_entries import ConfigEntry, ConfigEntryChange
from homeassistant.core import CoreState, Event, HomeAssistant, callback
from homeassistant.loader import (
    DATA_CUSTOM_COMPONENTS,
    DATA_INTEGRATIONS,
    Integration,
    async_get_custom_components,
    async_get_loaded_integration,
)
from homeassistant.setup import async_setup_component
from homeassistant.util.hass_dict import HassKey

from custom_components.cloud_energy.const import CONF_PROVIDERS, DOMAIN
from custom_components.cloud_energy.texts import Obstacle

from .bundle import Bundle, Outcome
from .copy_issues import Copy, CopyIssues

_LOGGER = logging.getLogger(__name__)

_INSTALLATION: HassKey[Installation] = HassKey("cloud_energy_installation")
_HOME = Path(__file__).parent.parent


@callback
def async_get_installation(hass: HomeAssistant) -> Installation:
    """Return the one installation, also before this integration is set up."""
    if _INSTALLATION not in hass.data:
        hass.data[_INSTALLATION] = Installation(hass)
    return hass.data[_INSTALLATION]


class Installation:
    """The release that runs, and the copies of its providers."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take the release that is loaded."""
        integration = async_get_loaded_integration(hass, DOMAIN)
        self._hass = hass
        self._version = str(integration.version)
        self._bundle = Bundle(_HOME, integration.issue_tracker)
        self._issues = CopyIssues(hass, self._version)
        self._lock = asyncio.Lock()
        self._known: set[str] = set()
        self._need_restart: set[str] = set()

    async def async_obstacle(self) -> Obstacle | None:
        """Return why there is nothing to choose now, as the reason of an abort."""
        return await self._hass.async_add_executor_job(self._obstacle)

    async def async_was_removed_too_early(self) -> bool:
        """Return whether this integration is gone from the disk before its copies."""
        return await self._hass.async_add_executor_job(
            lambda: self._bundle.version is None and bool(self._bundle.placed())
        )

    async def async_offered(self) -> dict[str, str]:
        """Return domain and name of the providers of the release."""
        return await self._hass.async_add_executor_job(self._bundle.providers)

    async def async_placed(self) -> dict[str, str]:
        """Return domain and name of the copies that are there."""
        return await self._hass.async_add_executor_job(self._bundle.placed)

    @callback
    def async_in_use(self) -> set[str]:
        """Return the domains of all entries."""
        return {entry.domain for entry in self._hass.config_entries.async_entries()}

    async def async_synchronize(self) -> None:
        """Bring the copies to what is chosen and in use, and report what is wrong.

        Only while the release on the disk is the one that runs: the files of an update
        are placed when Home Assistant stops. It never fails, since every provider
        depends on this integration.
        """
        async with self._lock:
            outcome = await self._async_run(self._synchronization())
            if outcome is None:
                return
            self._note_restarts(outcome)
            if outcome.has_changed:
                await self._async_make_known()
            await self._async_report(outcome)
        self._async_set_up_again(outcome.placed)

    async def async_finish(self, _: Event) -> None:
        """Place an update when Home Assistant stops: nothing is loaded then any more.

        The next start finds everything new, and raises what went wrong. Without
        this integration no copy can be loaded nor its entries be deleted, so that
        they go with it.
        """
        synchronize = self._synchronization(is_stopping=True)

        def finish() -> Outcome | None:
            if self._bundle.version is None:
                return self._bundle.withdraw()
            return synchronize()

        async with self._lock:
            await self._async_run(finish)

    @callback
    def async_entry_changed(
        self, change: ConfigEntryChange, entry: ConfigEntry
    ) -> None:
        """Look at the copies again when an entry of a provider has come or gone."""
        if change is not ConfigEntryChange.UPDATED and entry.domain in self._known:
            self._hass.async_create_task(
                self.async_synchronize(), f"{DOMAIN}: {entry.domain} {change}"
            )

    def _obstacle(self) -> Obstacle | None:
        version = self._bundle.version
        if version is None:
            return Obstacle.REMOVED
        if version != self._version:
            return Obstacle.RESTART_FIRST
        return None if self._bundle.exists else Obstacle.INSTALLED_BY_HAND

    def _synchronization(
        self, *, is_stopping: bool = False
    ) -> Callable[[], Outcome | None]:
        """Return the blocking part, with what only the event loop may look at."""
        chosen, in_use = self._chosen(), self.async_in_use()
        is_running = self._hass.state is CoreState.running and not is_stopping
        loaded = set(self._hass.config.components) if is_running else set()

        def synchronize() -> Outcome | None:
            if is_stopping or self._bundle.version == self._version:
                return self._bundle.synchronize(chosen, in_use, loaded)
            return None

        return synchronize

    async def _async_run(self, target: Callable[[], Outcome | None]) -> Outcome | None:
        try:
            return await self._hass.async_add_executor_job(target)
        except Exception:
            # Whatever is wrong with the disk, the providers that are there run.
            _LOGGER.exception("The providers could not be updated")
            return None

    def _chosen(self) -> set[str]:
        entries: list[ConfigEntry] = self._hass.config_entries.async_entries(DOMAIN)
        return {domain for entry in entries for domain in entry.options[CONF_PROVIDERS]}

    @callback
    def _note_restarts(self, outcome: Outcome) -> None:
        """Note which new files run only in part, as old ones have been read already.

        That is so at start, for manifests and texts, and when a provider comes into the
        place of another project's while that is running.
        """
        if self._hass.state is not CoreState.running:
            self._need_restart |= outcome.updated
        known = self._hass.data[DATA_INTEGRATIONS]
        for domain in outcome.placed & known.keys():
            integration = known[domain]
            if isinstance(integration, Integration) and self._is_other(integration):
                self._need_restart.add(domain)

    def _is_other(self, integration: Integration) -> bool:
        """Return whether a loaded integration is not that of the release."""
        own = async_get_loaded_integration(self._hass, DOMAIN)
        return (integration.version, integration.issue_tracker) != (
            own.version,
            own.issue_tracker,
        )

    async def _async_make_known(self) -> None:
        """Have Home Assistant look at its custom integrations again."""
        invalidate_caches()
        self._hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        await async_get_custom_components(self._hass)

    async def _async_report(self, outcome: Outcome) -> None:
        chosen, in_use = self._chosen(), self.async_in_use()

        def look() -> list[Copy]:
            placed, versions = self._bundle.placed(), self._bundle.versions()
            return [
                Copy(
                    domain,
                    version=versions.get(domain),
                    trouble=outcome.troubles.get(domain),
                    reason=outcome.reasons.get(domain, ""),
                    is_ours=domain in placed,
                    is_chosen=domain in chosen,
                    is_in_use=domain in in_use,
                    needs_restart=domain in self._need_restart,
                )
                for domain in {*self._bundle.providers(), *versions, *placed, *chosen}
            ]

        copies = await self._hass.async_add_executor_job(look)
        self._known = {copy.domain for copy in copies}
        self._issues.async_report(copies)

    @callback
    def _async_set_up_again(self, domains: set[str]) -> None:
        """Set up the entries of copies that are back, as nothing else does it."""
        for domain in domains & self.async_in_use():
            self._hass.async_create_task(
                async_setup_component(self._hass, domain, {}), f"{DOMAIN}: {domain}"
            )
