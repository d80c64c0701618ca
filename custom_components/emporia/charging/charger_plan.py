"""The plan of one charger, and the commands that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.prices.sources import PriceSource
from custom_components.emporia.api.models.channels import MAINS
from custom_components.emporia.const import CONF_CONTIGUOUS
from custom_components.emporia.coordinators.channels import EmporiaCoordinator
from custom_components.emporia.coordinators.status import StatusCoordinator
from custom_components.emporia.status import ChargerState, Manager

from .plan import Block, Plan, Task, make_plan, priced_blocks, steady, total_cost
from .price_source import KnownPrices
from .session import MIN_POWER, Taken, expected_power, running_session, usual_power
from .wishes import Wishes, WishList

_LOGGER = logging.getLogger(__name__)

_MARGIN: Final = timedelta(minutes=1)
"""What it takes until a command has its effect, and more."""
_ENOUGH: Final = 0.02
"""kWh that may be missing when a charge ends,"""
_TOO_LITTLE: Final = 0.05
"""and those that none is begun for."""
_RETRY: Final = timedelta(minutes=2)
_RETRY_UNHEEDED: Final = timedelta(minutes=10)
_SETTLED: Final = timedelta(minutes=3)
"""What is measured so long after the beginning is of a whole minute."""
_REFUSED: Final = timedelta(minutes=10)
_EARLIER: Final = timedelta(minutes=15)
_CONTROLLERS: Final = frozenset(
    {Manager.EXCESS_SOLAR, Manager.PEAK_DEMAND, Manager.SCHEDULE, Manager.OTHER}
)


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


def is_controlled(state: ChargerState) -> bool:
    """Tell whether a controller of the provider decides when the car is charged."""
    return state.manager in _CONTROLLERS


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
        self._measured = measured
        self._prices = KnownPrices(source)
        self._contiguous: bool = options.get(CONF_CONTIGUOUS, False)
        self.shown = ChargingState()
        self.next_time: datetime | None = None
        """When to look again, whatever happens."""
        self._expected: bool | None = None
        """What the plan has switched the charger to."""
        self._came: datetime | None = None
        self._was_there: bool | None = None
        self._taken = Taken()
        self._seen: tuple[float, float] | None = None
        """The kW that the car took, and at which current."""
        self._flow: tuple[bool, int | None] = False, None
        self._flows_since: datetime | None = None
        self._snapshot: object = None
        self._measured_at: datetime | None = None
        self._runs_since: datetime | None = None
        self._done: list[Block] = []
        self._retry_at: datetime | None = None

    async def async_update(self, now: datetime, *, are_prices_due: bool) -> None:
        """Make the plan again, and do what it says."""
        self.next_time = None
        state = self._status.data.chargers.get(self._gid)
        if state is None or self._status.data_from is not None:
            # What an earlier run knew is nothing to judge or switch by
            return
        self._follow_car(state, now)
        self._follow_run(state, now)
        await self._async_follow_hand(state, now)
        wishes = self._wishes.of(self._gid)
        if idle := self._idle(state, wishes):
            self._show(idle, Plan(), now)
            if idle in (PlanStatus.OFF, PlanStatus.NO_CAR):
                await self._async_release(state, now)
            return
        await self._prices.async_read(self._hass, now, is_due=are_prices_due)
        ready_by = self._ready_by(state, wishes, now)
        plan = self._make(state, wishes, ready_by, now)
        self._show(self._status_of(plan, ready_by, now), plan, now, ready_by)
        self.next_time = plan.next_change(now)
        await self._async_switch(state, plan, now)

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
            self._came, self._taken = None, Taken()
            self._done, self._runs_since, self._seen = [], None, None
        elif self._was_there is False and state.plugged_in:
            self._came = now
        if state.plugged_in is not None:
            self._was_there = state.plugged_in
        flow = state.charging, state.charger.rate
        if flow != self._flow:
            self._flow, self._flows_since = flow, now
        if self._measured.data is not self._snapshot:
            self._snapshot, self._measured_at = self._measured.data, now
        power = self._measured_power(state)
        session = running_session(state, self._came)
        if state.plugged_in is not False:
            self._taken.add(session.energy if session else 0.0, power, now)

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

    async def _async_follow_hand(self, state: ChargerState, now: datetime) -> None:
        """See whether somebody else has switched the charger, or a new car has come."""
        wishes, is_on = self._wishes.of(self._gid), state.charger.on
        session = running_session(state, self._came)
        start = session.plug_in if session else self._came
        if wishes.by_hand is not None:
            is_new = start is not None and start > wishes.by_hand + _EARLIER
            if state.plugged_in is False or is_new:
                await self._wishes.async_change(self._gid, by_hand=None)
            return
        is_other = self._expected is not None and is_on not in (None, self._expected)
        if is_other and state.plugged_in and self._gid not in self._status.unheeded:
            self._expected = None
            await self._wishes.async_change(
                self._gid, by_hand=start or now, is_held=False, rate_before=None
            )

    def _ready_by(self, state: ChargerState, wishes: Wishes, now: datetime) -> datetime:
        """Return the first time of day that is meant since car and wishes are there."""
        session = running_session(state, self._came)
        times = (session and session.plug_in, self._came, wishes.since)
        since = max((time for time in times if time), default=now)
        local = dt_util.as_local(since)
        ready = datetime.combine(local.date(), wishes.ready_by, local.tzinfo)
        if ready <= local:
            day = local.date() + timedelta(days=1)
            ready = datetime.combine(day, wishes.ready_by, local.tzinfo)
        return dt_util.as_utc(ready)

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
            is_running=self._expected is True,
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
        return self._wishes.of(self._gid).rate_before is not None

    def _is_refused(self, now: datetime) -> bool:
        """Tell whether the car has not taken anything for long although it may."""
        is_charging, _ = self._flow
        since = self._flows_since
        return bool(
            self._expected and not is_charging and since and now - since >= _REFUSED
        )

    async def _async_switch(
        self, state: ChargerState, plan: Plan, now: datetime
    ) -> None:
        """Have the charger do what the plan says, if it does something else."""
        before = self._wishes.of(self._gid).rate_before
        charges, rate = plan.charges_at(now), None
        if not plan.blocks:
            rate, before = before, None
        elif charges and plan.needs_full_power and self._can_be_raised(state):
            rate, before = state.charger.max_rate, before or state.charger.rate
        if charges != state.charger.on or rate not in (None, state.charger.rate):
            is_on = None if charges == state.charger.on else charges
            if not await self._async_command(now, on=is_on, rate=rate):
                return
        self._expected = charges
        await self._wishes.async_change(
            self._gid, is_held=not charges, rate_before=before
        )

    def _can_be_raised(self, state: ChargerState) -> bool:
        most, rate = state.charger.max_rate, state.charger.rate
        return most is not None and rate is not None and rate < most

    async def _async_release(self, state: ChargerState, now: datetime) -> None:
        """Leave the charger as it was: on, for the next car, and at its current."""
        wishes = self._wishes.of(self._gid)
        self._expected = None
        is_on = True if wishes.is_held and state.charger.on is False else None
        rate = wishes.rate_before
        if is_on or rate not in (None, state.charger.rate):
            if not await self._async_command(now, on=is_on, rate=rate):
                return
        await self._wishes.async_change(self._gid, is_held=False, rate_before=None)

    async def _async_command(
        self, now: datetime, *, on: bool | None, rate: int | None
    ) -> bool:
        """Send a command; tell whether it was accepted. If not, it is tried again."""
        if self._gid in self._status.unheeded and self._retry_at is None:
            self._retry_at = now + _RETRY_UNHEEDED
        if self._retry_at is None or now >= self._retry_at:
            try:
                await self._status.async_set_charger(self._gid, on=on, rate=rate)
            except CloudError as err:
                # It may have been carried out all the same: then it was no hand
                _LOGGER.debug("The charger can't be switched now: %r", err)
                self._expected, self._retry_at = None, now + _RETRY
            else:
                self._retry_at = None
                return True
        times = (self.next_time, self._retry_at)
        self.next_time = min((time for time in times if time), default=None)
        return False
