"""Plans the charge of each charger, and switches it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import (
    async_track_point_in_utc_time,
    async_track_state_change_event,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from custom_components.emporia.coordinators.channels import EmporiaCoordinator
from custom_components.emporia.coordinators.status import StatusCoordinator

from .charger_plan import ChargerPlan, ChargingState
from .price_source import price_source
from .wishes import Wishes, WishList

_DUE: Final = ("energy", "ready_by", "is_smart")
"""Wishes that a plan follows from."""


class ChargingPlanner:
    """The plans of all chargers of an entry.

    They are made again whenever something changes at the chargers or in what is
    measured, when a price or a wish changes, and when a block begins or ends.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        wishes: WishList,
        status: StatusCoordinator,
        measured: EmporiaCoordinator,
    ) -> None:
        """Plan by what the coordinators know; `async_start` begins."""
        self._hass = hass
        self._entry = entry
        self.wish_list = wishes
        self._status = status
        self._measured = measured
        self._plans: dict[int, ChargerPlan] = {}
        self._listeners: dict[int, list[Callable[[], None]]] = {}
        self._removals: list[CALLBACK_TYPE] = []
        self._timer: CALLBACK_TYPE | None = None
        self._watched: set[str] = set()
        self._is_busy = False
        self._is_due = False
        self._are_prices_due = False

    @callback
    def async_start(self) -> None:
        """Begin, once other integrations have had the time to tell of prices."""
        self._removals.append(async_at_started(self._hass, self._async_begin))

    async def _async_begin(self, _: HomeAssistant) -> None:
        for coordinator in (self._status, self._measured):
            self._removals.append(coordinator.async_add_listener(self.async_plan))
        self.async_plan()

    @callback
    def async_close(self) -> None:
        """Switch nothing any more."""
        for remove in self._removals:
            remove()
        self._removals.clear()
        self._forget_timer()

    @callback
    def async_add_listener(
        self, gid: int, listener: Callable[[], None]
    ) -> CALLBACK_TYPE:
        """Be told whenever what is planned for a charger may have changed."""
        listeners = self._listeners.setdefault(gid, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def wishes(self, gid: int) -> Wishes:
        """Return what the user wants of a charger."""
        return self.wish_list.of(gid)

    def state(self, gid: int) -> ChargingState:
        """Return what is planned for a charger."""
        plan = self._plans.get(gid)
        return plan.shown if plan else ChargingState()

    @property
    def next_time(self) -> datetime | None:
        """When a block begins or ends next, or a command is tried again."""
        there = self._status.data.chargers
        times = [plan.next_time for gid, plan in self._plans.items() if gid in there]
        return min((time for time in times if time), default=None)

    async def async_wish(self, gid: int, **changes: object) -> None:
        """Take what the user wants now."""
        if any(key in changes for key in _DUE):
            changes["since"] = dt_util.utcnow()
        if "is_smart" in changes:
            changes["by_hand"] = None
        if await self.wish_list.async_change(gid, **changes):
            self._async_notify(gid)
            self.async_plan()

    @callback
    def async_plan(self) -> None:
        """Make the plans again; what comes while that is done is seen to afterwards."""
        self._is_due = True
        if not self._is_busy:
            self._is_busy = True
            self._entry.async_create_background_task(
                self._hass, self._async_plan(), f"Charging plan {self._entry.entry_id}"
            )

    async def _async_plan(self) -> None:
        try:
            while self._is_due:
                self._is_due = False
                await self._async_plan_all()
        finally:
            self._is_busy = False

    async def _async_plan_all(self) -> None:
        are_due, self._are_prices_due = self._are_prices_due, False
        for gid in self._status.data.chargers:
            is_planned = False
            # What goes wrong at one charger must not keep the others from their plans
            with self._status.connection.net.passed_over("charging plan"):
                await self._async_plan_one(gid, are_prices_due=are_due)
                is_planned = True
            self._are_prices_due |= are_due and not is_planned
        self._set_timer()

    async def _async_plan_one(self, gid: int, *, are_prices_due: bool) -> None:
        plan = self._plans.get(gid)
        if plan is None:
            plan = self._plans[gid] = self._make(gid)
        before = plan.shown
        await plan.async_update(dt_util.utcnow(), are_prices_due=are_prices_due)
        if plan.shown != before:
            self._async_notify(gid)

    def _make(self, gid: int) -> ChargerPlan:
        options = self._entry.options
        source = price_source(options, self._measured, gid)
        new = set(source.entities) - self._watched
        if new:
            self._watched |= new
            self._removals.append(
                async_track_state_change_event(
                    self._hass, new, self._async_price_changed
                )
            )
        return ChargerPlan(
            self._hass,
            gid,
            self.wish_list,
            self._status,
            self._measured,
            source,
            options,
        )

    @callback
    def _async_price_changed(self, _: Event[EventStateChangedData]) -> None:
        self._are_prices_due = True
        self.async_plan()

    @callback
    def _async_notify(self, gid: int) -> None:
        for listener in list(self._listeners.get(gid, ())):
            listener()

    def _set_timer(self) -> None:
        """Wake up when a block begins or ends, or a command is to be tried again."""
        self._forget_timer()
        time = self.next_time
        if time and self._removals:
            self._timer = async_track_point_in_utc_time(
                self._hass, self._async_time_has_come, time
            )

    @callback
    def _async_time_has_come(self, _: datetime) -> None:
        self._timer = None
        self.async_plan()

    def _forget_timer(self) -> None:
        if self._timer:
            self._timer()
            self._timer = None
