"""Polls and switches chargers and plugs; the stream brings polls forward."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.entry.connection import CloudConnection
from custom_components.cloud_energy.entry.coordinator import CloudCoordinator
from custom_components.cloud_energy.entry.policy import needs_user
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.models import ModernStatus, PlugInSession, Status
from custom_components.emporia.const import DOMAIN
from custom_components.emporia.entities.battery_energy import BatteryEnergy
from custom_components.emporia.status import (
    ChargerState,
    StatusSnapshot,
    Wanted,
    build_status,
    merge_event,
)

from .channels import EmporiaCoordinator
from .inventory import Switchable

_LOGGER = logging.getLogger(__name__)

_POLL = timedelta(minutes=6)
_GRACE = timedelta(minutes=20)
_WITH_STREAM = timedelta(minutes=10)
_MODERN_EVERY = timedelta(minutes=30)
_SESSIONS_EVERY = timedelta(hours=1)
_SESSIONS_BACK = timedelta(days=30)
_AFTER_EVENT = 3.0
_AFTER_COMMAND = 10.0


class StatusCoordinator(CloudCoordinator[StatusSnapshot]):
    """Knows what the switchable devices are doing."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        connection: CloudConnection,
        client: EmporiaClient,
        measured: EmporiaCoordinator,
    ) -> None:
        """Poll the account of an entry; `measured` knows its devices."""
        super().__init__(
            hass,
            entry,
            connection,
            name=f"{DOMAIN} status",
            interval=_POLL,
            grace=_GRACE,
        )
        self.client = client
        self.battery_energy = BatteryEnergy(hass, entry)
        self.data = StatusSnapshot(
            connections={}, chargers={}, outlets={}, batteries={}
        )
        self._measured = measured
        self._switchable = Switchable()
        self._status: Status | None = None
        self._modern: ModernStatus | None = None
        self._sessions: Mapping[str, list[PlugInSession]] = {}
        self._polled: Mapping[int, ChargerState] = {}
        """The chargers at the last poll: events have changed what is shown since."""
        self._wanted: dict[int, Wanted] = {}
        self.unheeded: dict[int, Wanted] = {}
        """Commands that were accepted and had no effect."""
        self.overruled: set[int] = set()
        """Chargers whose rate was set while a controller sets it, too."""
        self._forgotten: dict[int, int] = {}
        """Rates that a charger did not take while it was off (old firmware)."""
        self._resend: dict[int, int] = {}
        self._planned: CALLBACK_TYPE | None = None
        self._plan_at: datetime | None = None

    @callback
    def async_set_streaming(self, *, is_streaming: bool) -> None:
        """Poll more rarely while the stream reports every change."""
        self.async_set_interval(_WITH_STREAM if is_streaming else _POLL)
        if is_streaming:
            # No event tells what has changed before it was open
            self.async_plan_refresh(_AFTER_EVENT)

    @callback
    def async_apply_event(self, event: ModernStatus) -> None:
        """Show a change from the stream at once, and request the rest soon after."""
        if self._status is None:
            return
        self._status = merge_event(self._status, event)
        if event.evses and self._modern:
            known = {evse.gid: evse for evse in self._modern.evses}
            known |= {e.gid: e for e in event.evses if e.active or e.overridden}
            self._modern = ModernStatus(evses=list(known.values()))
        self._async_show()
        self.async_plan_refresh(_AFTER_EVENT)

    def is_awaited(self, gid: int) -> bool:
        """Tell whether what is shown is a command that the cloud does not show yet."""
        return gid in self._wanted or gid in self.data.awaited

    @callback
    def async_plan_refresh(self, seconds: float) -> None:
        """Request the status after some seconds; several plans become one."""
        at = dt_util.utcnow() + timedelta(seconds=seconds)
        if self._planned and self._plan_at and self._plan_at <= at:
            return
        self.async_forget_plan()

        @callback
        def refresh(_: datetime) -> None:
            self._planned = None
            # In the background: nobody waits for it when Home Assistant stops
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{self.name} as planned"
            )

        self._plan_at = at
        job = HassJob(refresh, cancel_on_shutdown=True)
        self._planned = async_call_later(self.hass, seconds, job)

    @callback
    def async_forget_plan(self) -> None:
        """Call a planned refresh off."""
        if self._planned:
            self._planned()
            self._planned = None

    async def async_set_charger(
        self, gid: int, *, on: bool | None = None, rate: int | None = None
    ) -> None:
        """Switch a charger and set its rate in one request.

        :raises CloudError: it was not done.
        """
        state = self.data.chargers.get(gid)
        is_rate_set = rate is not None
        if on and rate is None:
            rate = self._forgotten.get(gid)
        # The cloud still reports the state before a recent command, and all of it is
        # sent back: that command would be undone.
        pending = self._wanted.get(gid)
        await self.client.charging.set_charger(
            gid,
            on=pending.on if pending and on is None else on,
            rate=pending.rate if pending and rate is None else rate,
        )
        self._resend.pop(gid, None)
        if rate is not None:
            self._forgotten.pop(gid, None)
        if is_rate_set and state and state.rate_is_taken:
            self.overruled.add(gid)
        self._want(gid, on=on, rate=rate)
        if on and state and not state.charger.on and not state.rate_is_taken:
            # Some firmware forgets, on being switched on, the rate it was given.
            wanted = state.charger.rate if rate is None else rate
            if wanted is not None:
                self._resend[gid] = wanted
        self.async_plan_refresh(_AFTER_COMMAND)

    async def async_charge_at_full_power(self, gid: int) -> None:
        """Have a controller of the provider step back for three hours.

        :raises CloudError: it was not done.
        """
        serial = self.data.chargers[gid].serial
        await self.client.charging.control(serial, "CHARGE_AT_FULL_POWER")
        self.answers.due("modern")
        self.async_plan_refresh(_AFTER_COMMAND)

    async def async_set_outlet(self, gid: int, *, on: bool) -> None:
        """Switch a plug.

        :raises CloudError: it was not done.
        """
        await self.client.charging.set_outlet(self.data.outlets[gid].outlet, on=on)
        self._want(gid, on=on)
        self.async_plan_refresh(_AFTER_COMMAND)

    @override
    async def _async_fetch(self) -> StatusSnapshot:
        self._status = await self.answers.need("status", self._async_ask)
        if not self.answers.is_offline:
            self._forget_met(self._status)
            self.battery_energy.take(self._status.batteries, dt_util.utcnow())
        if self._status.chargers:
            self._modern = await self.answers.get(
                "modern", self.client.get_modern_status, every=_MODERN_EVERY
            )
            if self.failures or self._car_moved(self._polled):
                # What flowed while nobody saw it counts as well
                self.answers.due("sessions")
            self._sessions = (
                await self.answers.get(
                    "sessions", self._async_sessions, every=_SESSIONS_EVERY
                )
                or {}
            )
        snapshot = self._snapshot(self._status)
        if not self.answers.is_offline:
            self._polled = snapshot.chargers
            self.overruled &= {
                gid for gid, each in snapshot.chargers.items() if each.rate_is_taken
            }
            await self._async_resend(snapshot)
        return snapshot

    async def _async_ask(self) -> Status:
        return self._switchable.take(await self.client.get_status())

    def _snapshot(self, status: Status) -> StatusSnapshot:
        home = self._measured.home
        snapshot = build_status(
            status, self._modern, self._sessions, home, self._wanted
        )
        return replace(snapshot, battery_energy=self.battery_energy.counted)

    @callback
    def _async_show(self) -> None:
        if self._status is not None:
            self.data = self._snapshot(self._status)
            self.async_update_listeners()

    async def _async_sessions(self) -> Mapping[str, list[PlugInSession]]:
        serials = [
            state.serial
            for state in self._snapshot(self._status or Status()).chargers.values()
            if state.serial
        ]
        now = dt_util.utcnow()
        if not serials:
            return {}
        return await self.client.charging.get_sessions(
            serials, now - _SESSIONS_BACK, now
        )

    def _car_moved(self, before: Mapping[int, ChargerState]) -> bool:
        """Return whether a car came, left, began or ceased to charge."""
        now = self._snapshot(self._status or Status()).chargers
        return any(
            gid in before
            and (state.plugged_in, state.charging)
            != (before[gid].plugged_in, before[gid].charging)
            for gid, state in now.items()
        )

    def _want(
        self, gid: int, *, on: bool | None = None, rate: int | None = None
    ) -> None:
        """Show what was commanded until the cloud does, or the time is up."""
        before = self._wanted.get(gid)
        self.unheeded.pop(gid, None)
        self._wanted[gid] = Wanted(
            dt_util.utcnow(),
            before.on if before and on is None else on,
            before.rate if before and rate is None else rate,
        )
        self._async_show()

    def _forget_met(self, status: Status) -> None:
        now = dt_util.utcnow()
        shown: dict[int, tuple[bool | None, int | None]] = {
            outlet.gid: (outlet.on, None) for outlet in status.outlets
        }
        shown |= {
            charger.gid: (charger.on, charger.rate) for charger in status.chargers
        }
        for gid, wanted in list(self._wanted.items()):
            is_on, rate = shown.get(gid, (None, None))
            if wanted.is_met(is_on, rate):
                del self._wanted[gid]
            elif wanted.is_over(now):
                del self._wanted[gid]
                self._give_up(gid, wanted, is_on=is_on)
            else:
                self.async_plan_refresh(_AFTER_COMMAND)
        for gid, wanted in list(self.unheeded.items()):
            if wanted.is_met(*shown.get(gid, (None, None))):
                del self.unheeded[gid]

    def _give_up(self, gid: int, wanted: Wanted, *, is_on: bool | None) -> None:
        """Note a command without effect; a rate can wait until it is switched on."""
        self.logger.warning("A command was accepted but had no effect")
        if wanted.rate is not None and is_on is False:
            self._forgotten[gid] = wanted.rate
            wanted = replace(wanted, rate=None)
        if not wanted.is_met(is_on, None):
            self.unheeded[gid] = wanted

    async def _async_resend(self, snapshot: StatusSnapshot) -> None:
        """Give a charger its rate again after it was switched on.

        What can't be sent now is sent after the next poll; this one has its answer.

        :raises AuthFailed: the user must sign in again.
        """
        for gid, rate in list(self._resend.items()):
            state = snapshot.chargers.get(gid)
            if gid in self._wanted or state is None:
                continue
            if state.charger.on and state.charger.rate != rate:
                try:
                    await self.client.charging.set_charger(gid, rate=rate)
                except CloudError as err:
                    if needs_user(err):
                        raise
                    self.logger.debug("A charger gets its rate later: %s", err)
                    continue
                self._want(gid, rate=rate)
                self.async_plan_refresh(_AFTER_COMMAND)
            self._resend.pop(gid, None)
