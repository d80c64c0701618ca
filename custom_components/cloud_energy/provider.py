"""A provider as one declaration: it states what differs, the rest is built from it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import ConfigType

from .dashboard.pending import async_add_pending
from .entities.health import (
    ConnectionDescription,
    ConnectionSensor,
    health_descriptions,
)
from .entities.refresh import RefreshButton, async_refresh
from .entry.actions import ENTRY_FIELDS, Action, async_register_actions, entry_of
from .entry.connection import CloudConnection, async_forget_connection
from .entry.devices import Device, DeviceSync, device_link, keys_of
from .entry.issues import RepairIssue, async_clear_issues, async_watch_issues
from .entry.runtime import CloudRuntime
from .flow.open_flows import async_end_flows


@dataclass(frozen=True, kw_only=True)
class Provider[RuntimeT: CloudRuntime[Any]]:
    """What one provider is. Home Assistant calls the methods that are built from it.

    Where a field is a function of an entry, that one is loaded.
    """

    domain: str
    platforms: Sequence[Platform]
    requests_per_day: int
    async_open: Callable[
        [HomeAssistant, ConfigEntry[RuntimeT], CloudConnection], Awaitable[RuntimeT]
    ]
    """Sign in, poll for the first time, and return the runtime data."""
    key: Callable[[ConfigEntry[RuntimeT]], str]
    """Of the device that shows how the connection is; ids of its entities begin so."""
    devices: Callable[[ConfigEntry[RuntimeT]], Iterable[Device]]
    """What the account has now, each behind the device that it is reached through."""
    is_removable: Callable[[str], bool] = lambda _: True
    """Whether the device of a key is removed when the cloud no longer has it."""
    repair_issues: Callable[[ConfigEntry[RuntimeT]], Iterable[RepairIssue]]
    """What is wrong now, and the user can put right."""
    actions: Sequence[Action]
    async_forget: (
        Callable[[HomeAssistant, ConfigEntry[Any]], Awaitable[None]] | None
    ) = None
    """Remove what the provider itself has stored for an entry that is removed."""

    async def async_setup(self, hass: HomeAssistant, config: ConfigType) -> bool:
        """Set up the actions."""
        refresh = Action(
            name="refresh", handler=self._async_refresh, fields=ENTRY_FIELDS
        )
        async_register_actions(hass, self.domain, (refresh, *self.actions))
        return True

    async def async_setup_entry(
        self, hass: HomeAssistant, entry: ConfigEntry[RuntimeT]
    ) -> bool:
        """Set up an entry."""
        connection = await CloudConnection.async_open(
            hass, entry, daily_requests=self.requests_per_day
        )
        runtime = await self.async_open(hass, entry, connection)
        entry.runtime_data = runtime
        for coordinator in runtime.coordinators:
            coordinator.async_poll_without_listeners()
        DeviceSync(hass, entry, self.devices, self.is_removable)
        async_watch_issues(hass, entry, self.repair_issues)
        await hass.config_entries.async_forward_entry_setups(entry, self.platforms)
        await runtime.async_start()
        runtime.bill_checks.async_start(hass, entry)
        runtime.habits.async_start(hass, entry)
        async_add_pending(hass, entry)
        return True

    async def async_unload_entry(
        self, hass: HomeAssistant, entry: ConfigEntry[RuntimeT]
    ) -> bool:
        """Unload an entry."""
        await entry.runtime_data.async_close()
        return await hass.config_entries.async_unload_platforms(entry, self.platforms)

    async def async_remove_entry(
        self, hass: HomeAssistant, entry: ConfigEntry[RuntimeT]
    ) -> None:
        """Forget what was stored; the statistics stay."""
        async_end_flows(hass, entry)
        async_clear_issues(hass, entry)
        if self.async_forget:
            await self.async_forget(hass, entry)
        await async_forget_connection(hass, entry)

    async def async_remove_config_entry_device(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[RuntimeT],
        device: dr.AnyDeviceEntry,
    ) -> bool:
        """Let the user remove a device that the account no longer has."""
        if entry.state is not ConfigEntryState.LOADED:
            return False
        current = {each.key for each in self.devices(entry)}
        return not current & keys_of(self.domain, device)

    async def async_setup_buttons(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[RuntimeT],
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        """Add the button that refreshes everything."""
        key = self.key(entry)
        link = device_link(self.domain, key)
        async_add_entities([RefreshButton(entry.runtime_data, key, link)])

    def health_sensors(
        self, entry: ConfigEntry[RuntimeT], *more: ConnectionDescription
    ) -> list[ConnectionSensor]:
        """Make the sensors of an entry's connection, and `more` of the provider's."""
        key, runtime = self.key(entry), entry.runtime_data
        link = device_link(self.domain, key)
        return [
            ConnectionSensor(runtime, key, link, each)
            for each in (*health_descriptions(runtime), *more)
        ]

    async def _async_refresh(self, call: ServiceCall) -> None:
        """Ask the cloud for everything now.

        :raises HomeAssistantError: not everything could be fetched.
        """
        await async_refresh(entry_of(call).runtime_data)
