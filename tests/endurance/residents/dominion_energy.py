"""Dominion Energy in a run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.api import const
from tests.clouds.dominion_energy import DominionCloud
from tests.dominion_energy import helpers
from tests.end_to_end import dominion_energy as truth
from tests.end_to_end.truth import Known

from .resident import Accident, Resident, Told, a_span, an_hour

_RATE = 0.15
"""USD per kWh."""


class Dominion(Resident):
    """A home with sun."""

    domain: ClassVar[str] = "dominion_energy"
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "solar_home"
    cloud: DominionCloud

    @classmethod
    @override
    def make_cloud(cls, seed: int) -> DominionCloud:
        return DominionCloud(seed=seed)

    @property
    @override
    def needs_user(self) -> bool:
        # The device is trusted for a month; a login then needs a code.
        ends = self.cloud.gigya._trusted.values()
        return self.is_rejected or max(ends, default=0) <= self.cloud.clock.timestamp()

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        options = {"cost_mode": "fixed", "fixed_rate": _RATE}
        return await helpers.make_entry(hass, self.cloud, self.account, options=options)

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        return await truth.known(Told(self.cloud), self.person, now, rate=_RATE)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            "late": self._late,
            "correct": self._correct,
            "hole": self._hole,
            "found": self._found,
            "revoke_access": self._revoke_access,
            "revoke": self._revoke,
            "reject": self._reject,
        }

    def _meter(self) -> dict[str, Any]:
        return {"account": self.account}

    def _late(self, rng: Random, now: datetime) -> None:
        hours = rng.randrange(5, 60)
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2))
        self.cloud.apply(
            {"late_day": {**self._meter(), "day": f"{day}", "hours": hours}}
        )

    def _correct(self, rng: Random, now: datetime) -> None:
        correction = {
            "start": an_hour(rng, now, 30, 20 * 24).isoformat(),
            "value": rng.choice((0, 0.25, 7.5)),
            "series": rng.choice(("consumption", "return")),
        }
        self.cloud.apply({"correct": {**self._meter(), **correction}})

    def _hole(self, rng: Random, now: datetime) -> None:
        start, end = a_span(rng, now, 1, 60)
        span = {"start": start.isoformat(), "end": end.isoformat()}
        self.cloud.apply({"hole": {**self._meter(), **span}})

    def _found(self, rng: Random, now: datetime) -> None:
        """Everything that was lost is found again."""
        self.cloud.readings.holes.clear()

    def _revoke_access(self, rng: Random, now: datetime) -> None:
        self.cloud.apply(
            {"revoke_tokens": {"account": self.account, "tokens": "access"}}
        )

    def _revoke(self, rng: Random, now: datetime) -> None:
        """The stored password signs in again, as the device is known."""
        self.cloud.apply({"revoke_tokens": self.account})

    def _reject(self, rng: Random, now: datetime) -> None:
        login = self.cloud.customers.login(self.account)
        login.password = f"new-{rng.randrange(10**6)}-secret"
        self.cloud.apply({"revoke_tokens": self.account})
        self.is_rejected = True
