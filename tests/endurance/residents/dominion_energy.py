"""Dominion Energy in a run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dominion_energy.api import const
from tests.clouds import Cloud
from tests.clouds.dominion_energy import DominionCloud
from tests.dominion_energy import helpers
from tests.end_to_end import dominion_energy as truth
from tests.end_to_end.truth import Known

from .resident import Accident, Resident, Told, a_span, an_hour

_RATE = 0.15
"""USD per kWh."""

_SETTLED = timedelta(days=100)
"""What is older stays as it is."""


class Dominion(Resident):
    """A home with sun."""

    domain: ClassVar[str] = "dominion_energy"
    cloud_kind: ClassVar[type[Cloud]] = DominionCloud
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "solar_home"
    cloud: DominionCloud

    def __init__(self, cloud: DominionCloud, began: datetime) -> None:
        """Live in a home of which the bills of the last year are known."""
        super().__init__(cloud, began)
        self._told = Told(cloud, began - _SETTLED)

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
        return await truth.known(self._told, self.person_at_first, now, rate=_RATE)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            **super().accidents(),
            "replace": self._replace_meter,
            "revoke_access": self._revoke_access,
            "revoke": self._revoke,
        }

    def _meter(self) -> dict[str, Any]:
        return {"account": self.account}

    @override
    def _late(self, rng: Random, now: datetime) -> None:
        hours = rng.randrange(5, 60)
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2))
        self.cloud.apply(
            {"late_day": {**self._meter(), "day": f"{day}", "hours": hours}}
        )

    @override
    def _correct(self, rng: Random, now: datetime) -> None:
        correction = {
            "start": an_hour(rng, now, 30, 20 * 24).isoformat(),
            "value": rng.choice((0, 0.25, 7.5)),
            "series": rng.choice(("consumption", "return")),
        }
        self.cloud.apply({"correct": {**self._meter(), **correction}})

    @override
    def _hole(self, rng: Random, now: datetime) -> None:
        span = a_span(rng, now, 1, 60)
        self.cloud.apply({"hole": {**self._meter(), **span}})

    @override
    def _found(self, rng: Random, now: datetime) -> None:
        self.cloud.readings.holes.clear()

    @override
    def _change_password(self, password: str) -> None:
        self.cloud.customers.login(self.account).password = password
