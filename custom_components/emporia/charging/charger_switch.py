"""Has one charger do what its plan says, and sees who else switches it."""

from datetime import datetime, timedelta
import logging
from typing import Final

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.helpers.marks import is_recent
from custom_components.emporia.coordinators.status import StatusCoordinator
from custom_components.emporia.status import ChargerState, Manager, Wanted

from .plan import Plan
from .session import EARLIER, restored_rate, settable
from .wishes import Wishes, WishList

_LOGGER = logging.getLogger(__name__)

_RETRY: Final = timedelta(minutes=2)
_RETRY_UNHEEDED: Final = timedelta(minutes=10)
_MOST_ASKED: Final = 3
_CONTROLLERS: Final = frozenset(
    {Manager.EXCESS_SOLAR, Manager.PEAK_DEMAND, Manager.SCHEDULE, Manager.OTHER}
)


def is_controlled(state: ChargerState) -> bool:
    """Tell whether a controller of the provider decides when the car is charged."""
    return state.manager in _CONTROLLERS


class ChargerSwitch:
    """Switches one charger; what has to be undone is kept with the wishes."""

    def __init__(self, gid: int, wishes: WishList, status: StatusCoordinator) -> None:
        """Begin with nothing to do."""
        self._gid = gid
        self._wishes = wishes
        self._status = status
        self.next_time: datetime | None = None
        """When a command is to be tried again."""
        self._retry_at: datetime | None = None
        self._asked_off = 0
        """How often a charger that is off was asked for the current of before."""
        self._earlier = self._own.commanded

    async def async_follow(
        self, state: ChargerState, start: datetime | None, now: datetime
    ) -> None:
        """See what has become of the charger since.

        :param start: of the session that runs
        """
        self.next_time = None
        await self._async_follow_hand(state, start, now)
        if state.charger.on and not self._status.is_awaited(self._gid):
            # Only now: that a command was accepted is no proof
            await self._async_note(is_held=False)

    async def _async_follow_hand(
        self, state: ChargerState, start: datetime | None, now: datetime
    ) -> None:
        """See whether somebody else has switched the charger, or a new car has come."""
        wishes, is_on = self._own, state.charger.on
        if wishes.by_hand is not None:
            is_new = start is not None and start > wishes.by_hand + EARLIER
            if state.plugged_in is False or is_new:
                await self._async_note(by_hand=None)
            return
        if wishes.expected is None or is_on in (None, wishes.expected):
            return
        if state.plugged_in is False or self._gid in self._status.unheeded:
            return
        if self._earlier and is_recent(self._earlier, Wanted.LASTS, now):
            # What was commanded just before a restart may not show yet
            return
        # What a controller of the provider switches is no hand's doing
        by_hand = None if is_controlled(state) else start or now
        is_held = by_hand is None and wishes.is_held
        await self._async_note(expected=None, by_hand=by_hand, is_held=is_held)

    async def async_switch(
        self, state: ChargerState, plan: Plan, now: datetime
    ) -> None:
        """Have the charger do what the plan says, if it does something else."""
        charges, before = plan.charges_at(now), self._own.rate_before
        rate = self._higher_rate(state, plan) if charges else None
        if not plan.blocks:
            rate, before = self._restored_rate(state, now)
        else:
            self._asked_off = 0
            if rate is not None:
                before = before or state.charger.rate
        if charges != state.charger.on or rate not in (None, state.charger.rate):
            if not self._may_send(now):
                return
            # Before it is done: else nobody knew it, if this ends in between
            await self._async_note(
                is_held=not charges or self._own.is_held,
                rate_before=self._own.rate_before or before,
                expected=None,
                commanded=now,
            )
            if not charges and not self._wishes.are_kept:
                # Off, it would stay off for good if this ended in between
                self._retry_at = self.next_time = now + _RETRY
                return
            is_on = None if charges == state.charger.on else charges
            if not await self._async_send(now, on=is_on, rate=rate):
                return
        await self._async_note(
            expected=charges,
            is_held=not charges or self._own.is_held,
            rate_before=before,
        )

    def _higher_rate(self, state: ChargerState, plan: Plan) -> int | None:
        """Return the current that it needs, if it is more than the one that is set."""
        rate, most = state.charger.rate, state.charger.max_rate
        if rate is None or most is None:
            return None
        higher = settable(most if plan.needs_full_power else rate, state.charger)
        return None if higher is None or higher <= rate else higher

    async def async_release(self, state: ChargerState, now: datetime) -> None:
        """Leave the charger as it was: on, for the next car, and at its current."""
        await self._async_note(expected=None)
        is_on = True if self._own.is_held and state.charger.on is False else None
        rate, before = self._restored_rate(state, now)
        if is_on or rate not in (None, state.charger.rate):
            if not self._may_send(now):
                return
            if not await self._async_send(now, on=is_on, rate=rate):
                return
        await self._async_note(rate_before=before)

    def _restored_rate(
        self, state: ChargerState, now: datetime
    ) -> tuple[int | None, int | None]:
        """Return the current to set again now, and what is to be kept for that.

        That it was accepted is no proof. Some chargers take none while they are off, so
        these are not asked for ever.
        """
        before = self._own.rate_before
        if before is None or self._status.is_awaited(self._gid):
            return None, before
        rate, before = restored_rate(before, state.charger)
        if rate is None or state.offline or state.charger.on:
            self._asked_off = 0
            return None if state.offline else rate, before
        if self._asked_off >= _MOST_ASKED:
            return None, before
        if self._asked_off and self._retry_at is None:
            self._retry_at = now + _RETRY_UNHEEDED
        return rate, before

    def _may_send(self, now: datetime) -> bool:
        """Tell whether it is time for a command: not soon after one that failed."""
        if self._gid in self._status.unheeded and self._retry_at is None:
            self._retry_at = now + _RETRY_UNHEEDED
        if self._retry_at is None or now >= self._retry_at:
            return True
        self.next_time = self._retry_at
        return False

    async def _async_send(
        self, now: datetime, *, on: bool | None, rate: int | None
    ) -> bool:
        """Send a command; return whether it was accepted. If not, it is tried again."""
        try:
            await self._status.async_set_charger(self._gid, on=on, rate=rate)
        except CloudError as err:
            # It may have been carried out all the same: then it was no hand
            _LOGGER.debug("The charger can't be switched now: %r", err)
            await self._async_note(expected=None)
            self._retry_at = now + _RETRY
            self.next_time = self._retry_at
            return False
        self._retry_at = None
        if rate is not None:
            self._asked_off += 1
        return True

    @property
    def _own(self) -> Wishes:
        return self._wishes.of(self._gid)

    async def _async_note(self, **changes: object) -> None:
        await self._wishes.async_change(self._gid, **changes)
