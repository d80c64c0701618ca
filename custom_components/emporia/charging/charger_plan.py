"""The plan of one charger, and the commands that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.prices.sources import PriceSource
from custom_components.emporia.api.models.channels import MAINS
from custom_components.emporia.const import CONF_CONTIGUOUS
from custom_components.emporia.coordinators.channels import EmporiaCoordinator
from custom_components.emporia.coordinators.status import StatusCoordinator
from custom_components.emporia.status import ChargerState

from .charger_switch import ChargerSwitch, is_controlled
from .plan import Block, Plan, Task, make_plan, priced_blocks, steady, total_cost
from .price_source import KnownPrices
from .session import (
    EARLIER,
    MIN_POWER,
    Taken,
    expected_power,
    first_ready,
    running_session,
    usual_power,
)
from .wishes import Wishes, WishList

_MARGIN: Final = timedelta(minutes=1)
"""What it takes until a command has its effect, and more."""
_ENOUGH: Final = 0.02
"""kWh that may be missing when a charge ends,"""
_TOO_LITTLE: Final = 0.05
"""and those that none is begun for."""
_SETTLED: Final = timedelta(minutes=3)
"""What is measured so long after the beginning is of a whole minute."""
_REFUSED: Final = timedelta(minutes=10)


class PlanStatus(StrEnum):
    """What becomes of a plan."""

    OFF = "off"
    NO_CAR = "no_car"
    UNAVAILABLE = "unavailable"
    BY_HAND = "by_hand"
    CONTROLLED = "controlled"
    DONE = "done"
    WAITING = "waiting"
    CHARGING = "charging"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class ChargingState:
    """What is planned for a charger, as entities show it."""

    status: PlanStatus = PlanStatus.OFF
    blocks: Sequence[Block] = ()
    """Of the session: what was charged, and what is going to be."""
    ready_by: datetime | None = None
    needs_full_power: bool = False
    currency: str | None = None
    source: str | None = None

    @property
    def cost(self) -> float | None:
        """What the session costs: nothing without a plan; None if a price is unknown."""
        return total_cost(self.blocks)


class ChargerPlan:
    """Plans and switches one charger."""

    def __init__(
        self,
        hass: HomeAssistant,
        gid: int,
        wishes: WishList,
        status: StatusCoordinator,
        measured: EmporiaCoordinator,
        source: PriceSource,
        options: Mapping[str, Any],
    ) -> None:
        """Begin with no memory of what was before."""
        self._hass = hass
        self._gid = gid
        self._wishes = wishes
        self._status = status
        self._switch = ChargerSwitch(gid, wishes, status)
        self._measured = measured
        self._prices = KnownPrices(source)
        self._contiguous: bool = options.get(CONF_CONTIGUOUS, False)
        self.shown = ChargingState()
        self.next_time: datetime | None = None
        """When to look again, whatever happens."""
        self._came: datetime | None = None
        self._was_there: bool | None = None
        self._session_start: datetime | None = None
        self._taken = Taken()
        self._seen: tuple[float, float] | None = None
        """The kW that the car took, and at which current."""
        self._flow: tuple[bool, int | None] = False, None
        self._flows_since: datetime | None = None
        self._snapshot: object = None
        self._measured_at: datetime | None = None
        self._runs_since: datetime | None = None
        self._done: list[Block] = []

    async def async_update(self, now: datetime, *, are_prices_due: bool) -> None:
        """Make the plan again, and do what it says."""
        self.next_time = None
        state = self._status.data.chargers.get(self._gid)
        if state is None or self._status.data_from is not None:
            # What an earlier run knew is nothing to judge or switch by
            return
        self._follow_car(state, now)
        self._follow_run(state, now)
        await self._switch.async_follow(state, self._start(state), now)
        wishes = self._own
        if idle := self._idle(state, wishes):
            self._show(idle, Plan(), now)
            if idle in (PlanStatus.OFF, PlanStatus.NO_CAR):
                await self._switch.async_release(state, now)
            self.next_time = self._switch.next_time
            return
        await self._prices.async_read(self._hass, now, is_due=are_prices_due)
        ready_by = self._ready_by(state, wishes, now)
        plan = self._make(state, wishes, ready_by, now)
        self._show(self._status_of(plan, ready_by, now), plan, now, ready_by)
        await self._switch.async_switch(state, plan, now)
        times = (plan.next_change(now), self._switch.next_time)
        self.next_time = min((time for time in times if time), default=None)

    @property
    def _own(self) -> Wishes:
        return self._wishes.of(self._gid)

    def _idle(self, state: ChargerState, wishes: Wishes) -> PlanStatus | None:
        """Return why nothing is planned, if nothing is."""
        if not wishes.is_smart:
            return PlanStatus.OFF
        if state.plugged_in is False:
            return PlanStatus.NO_CAR
        if state.offline or state.charger.on is None:
            return PlanStatus.UNAVAILABLE
        if wishes.by_hand is not None:
            return PlanStatus.BY_HAND
        return PlanStatus.CONTROLLED if is_controlled(state) else None

    def _status_of(self, plan: Plan, ready_by: datetime, now: datetime) -> PlanStatus:
        if not plan.blocks:
            return PlanStatus.DONE
        if plan.is_late and plan.blocks[-1].end > ready_by:
            return PlanStatus.LATE
        return PlanStatus.CHARGING if plan.charges_at(now) else PlanStatus.WAITING

    def _follow_car(self, state: ChargerState, now: datetime) -> None:
        """See whether the car came or left, and what it has taken."""
        if state.plugged_in is False:
            self._came, self._session_start = None, None
            self._forget_session()
        elif self._was_there is False and state.plugged_in:
            self._came = now
        if state.plugged_in is not None:
            self._was_there = state.plugged_in
        session = running_session(state, self._came)
        self._follow_session(session.plug_in if session else None)
        flow = state.charging, state.charger.rate
        if flow != self._flow:
            self._flow, self._flows_since = flow, now
        if self._measured.data is not self._snapshot:
            self._snapshot, self._measured_at = self._measured.data, now
        if state.plugged_in is not False:
            reported = session.energy if session else None
            self._taken.add(reported, self._measured_power(state), now)

    def _follow_session(self, start: datetime | None) -> None:
        """See whether another car came so soon that the plug was never seen empty."""
        before = self._session_start
        if start and before and start > before + EARLIER:
            self._forget_session()
        self._session_start = start or before

    def _forget_session(self) -> None:
        self._taken = Taken()
        self._done, self._runs_since, self._seen = [], None, None

    def _measured_power(self, state: ChargerState) -> float:
        """Return the kW that flow: as measured, else as they are expected to.

        What is measured is the last minute: nothing yet of what has just begun.
        """
        if not state.charging:
            return 0.0
        snapshot, rate = self._measured.data, state.charger.rate
        channel = snapshot.channels.get((self._gid, MAINS)) if snapshot else None
        watts = channel.watts if channel else None
        since, measured = self._flows_since, self._measured_at
        is_settled = since and measured and measured - since >= _SETTLED
        if watts is None or not is_settled:
            return self._expected_power(state, rate)
        power = watts / 1000
        if rate and power >= MIN_POWER:
            self._seen = power, rate
        return power

    def _expected_power(self, state: ChargerState, rate: float | None) -> float:
        if self._seen:
            return expected_power(rate, *self._seen)
        return expected_power(rate, usual_power(state.sessions), None)

    def _start(self, state: ChargerState) -> datetime | None:
        session = running_session(state, self._came)
        return session.plug_in if session else self._came

    def _ready_by(self, state: ChargerState, wishes: Wishes, now: datetime) -> datetime:
        """Return the first time of day that is meant since car and wishes are there."""
        session = running_session(state, self._came)
        times = (session and session.plug_in, self._came, wishes.since)
        since = max((time for time in times if time), default=now)
        zone = dt_util.get_default_time_zone()
        return first_ready(wishes.ready_by, min(since, now), zone)

    def _make(
        self, state: ChargerState, wishes: Wishes, ready_by: datetime, now: datetime
    ) -> Plan:
        energy = wishes.energy - self._taken.energy
        if energy < (_ENOUGH if state.charger.on else _TOO_LITTLE):
            return Plan()
        most = state.charger.max_rate or state.charger.rate
        task = Task(
            energy=energy,
            power=self._expected_power(state, state.charger.rate),
            full_power=self._expected_power(state, most),
            now=now,
            ready_by=ready_by - _MARGIN,
            is_running=self._own.expected is True,
        )
        known = self._prices.intervals
        plan = make_plan(task, known, contiguous=self._contiguous)
        if plan.needs_full_power or plan.is_late:
            # The margin is there to be used before anything else is
            task = replace(task, ready_by=ready_by)
            plan = make_plan(task, known, contiguous=self._contiguous)
        return plan

    def _follow_run(self, state: ChargerState, now: datetime) -> None:
        """Keep what was charged so far, at its prices."""
        if state.charging and self._runs_since is None:
            self._runs_since = now
        elif self._runs_since and not state.charging:
            if now - self._runs_since >= _MARGIN:
                self._done += self._run(self._runs_since, now)
            self._runs_since = None

    def _run(self, since: datetime, now: datetime) -> list[Block]:
        return priced_blocks(self._prices.intervals, since, now, self._power)

    @property
    def _power(self) -> float:
        return self._seen[0] if self._seen else expected_power(None, None, None)

    def _show(
        self,
        status: PlanStatus,
        plan: Plan,
        now: datetime,
        ready_by: datetime | None = None,
    ) -> None:
        running = self._run(self._runs_since, now) if self._runs_since else []
        blocks = steady([*self._done, *running, *plan.blocks], self.shown.blocks)
        if status in (PlanStatus.OFF, PlanStatus.NO_CAR):
            blocks = []
        elif self._is_refused(now):
            # A car that is full takes nothing: else its blocks moved with the time
            blocks = list(self.shown.blocks)
        self.shown = ChargingState(
            status=status,
            blocks=blocks,
            ready_by=ready_by,
            needs_full_power=plan.needs_full_power or self._is_raised,
            currency=self._prices.currency,
            source=self._prices.name,
        )

    @property
    def _is_raised(self) -> bool:
        return self._own.rate_before is not None

    def _is_refused(self, now: datetime) -> bool:
        """Tell whether the car has not taken anything for long although it may."""
        is_charging, _ = self._flow
        since = self._flows_since
        may_charge = self._own.expected is True and not is_charging
        return bool(may_charge and since and now - since >= _REFUSED)
