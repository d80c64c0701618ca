"""Israel Electric in a run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api import const
from tests.clouds.iec import IecCloud
from tests.end_to_end import iec as truth
from tests.end_to_end.truth import Known
from tests.iec import helpers

from .resident import Accident, Resident, Told, a_span

_DAYS_BEFORE = 30
"""Corrections are looked for in so many days, however late somebody begins."""


class Iec(Resident):
    """A home with one meter."""

    domain: ClassVar[str] = "iec"
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "plain_home"
    cloud: IecCloud

    @classmethod
    @override
    def make_cloud(cls, seed: int) -> IecCloud:
        return IecCloud(seed=seed)

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        return await helpers.make_entry(
            hass, self.cloud, self.account, history_days=_DAYS_BEFORE
        )

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        first = self.began.astimezone(truth.ZONE).date() - timedelta(days=_DAYS_BEFORE)
        return await truth.known_since(Told(self.cloud), self.person, first)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            "late": self._late,
            "correct": self._correct,
            "hole": self._hole,
            "found": self._found,
            "revoke_access": self._revoke_access,
            "reject": self._reject,
        }

    def _meter(self) -> dict[str, Any]:
        return {"account": self.account}

    def _late(self, rng: Random, now: datetime) -> None:
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2))
        hours = rng.randrange(10, 60)
        self.cloud.apply(
            {"late_day": {**self._meter(), "day": f"{day}", "hours": hours}}
        )

    def _correct(self, rng: Random, now: datetime) -> None:
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2, 6))
        factor = rng.choice((0.5, 1.1, 3))
        self.cloud.apply(
            {"correct": {**self._meter(), "day": f"{day}", "factor": factor}}
        )

    def _hole(self, rng: Random, now: datetime) -> None:
        start, end = a_span(rng, now, 1, 90)
        span = {"start": start.isoformat(), "end": end.isoformat()}
        self.cloud.apply({"hole": {**self._meter(), **span}})

    def _found(self, rng: Random, now: datetime) -> None:
        """Everything that was lost is found again."""
        self.cloud.readings.holes.clear()

    def _revoke_access(self, rng: Random, now: datetime) -> None:
        self.cloud.apply(
            {"revoke_tokens": {"account": self.account, "tokens": "access"}}
        )

    def _reject(self, rng: Random, now: datetime) -> None:
        self.cloud.apply({"revoke_tokens": self.account})
        self.is_rejected = True
