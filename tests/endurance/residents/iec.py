"""Israel Electric in a run."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iec.api import const
from tests.clouds import Cloud
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
    cloud_kind: ClassVar[type[Cloud]] = IecCloud
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "plain_home"
    cloud: IecCloud

    @property
    @override
    def needs_user(self) -> bool:
        # A login is renewed for three months; then a code is needed
        ends = [each.expires for each in self.cloud.tokens._refresh.values()]
        return self.is_rejected or max(ends) <= self.cloud.clock.timestamp()

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        return await helpers.make_entry(
            hass, self.cloud, self.account, history_days=_DAYS_BEFORE
        )

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        first = self.began.astimezone(truth.ZONE).date() - timedelta(days=_DAYS_BEFORE)
        return await truth.known_since(Told(self.cloud), self.person_at_first, first)

    @override
    def reach(self, now: datetime) -> datetime | None:
        day = now.astimezone(truth.ZONE).date() - timedelta(days=_DAYS_BEFORE)
        return datetime.combine(day, time(), truth.ZONE)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            **super().accidents(),
            "replace": self._replace_meter,
            "revoke_access": self._revoke_access,
        }

    def _meter(self) -> dict[str, Any]:
        return {"account": self.account}

    @override
    def _late(self, rng: Random, now: datetime) -> None:
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2))
        hours = rng.randrange(10, 60)
        self.cloud.apply(
            {"late_day": {**self._meter(), "day": f"{day}", "hours": hours}}
        )

    @override
    def _correct(self, rng: Random, now: datetime) -> None:
        day = now.astimezone(truth.ZONE).date() - timedelta(days=rng.randrange(2, 6))
        factor = rng.choice((0.5, 1.1, 3))
        self.cloud.apply(
            {"correct": {**self._meter(), "day": f"{day}", "factor": factor}}
        )

    @override
    def _hole(self, rng: Random, now: datetime) -> None:
        span = a_span(rng, now, 1, 90)
        self.cloud.apply({"hole": {**self._meter(), **span}})

    @override
    def _found(self, rng: Random, now: datetime) -> None:
        self.cloud.readings.holes.clear()

    @override
    def _change_password(self, password: str) -> None:
        # There is none: who signs in gets a code
        del password
