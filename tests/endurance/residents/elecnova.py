"""Elecnova in a run, without its broker."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar, override
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.api import const
from tests.clouds import Cloud
from tests.clouds.elecnova import ElecnovaCloud
from tests.elecnova import helpers
from tests.end_to_end import elecnova as truth
from tests.end_to_end.truth import HOUR, Known

from .resident import Accident, Resident, Told, a_span, an_hour, some_hours

_DAYS_BEFORE = 3
_ZONE = ZoneInfo("Europe/Brussels")


class Elecnova(Resident):
    """A cabinet with sun."""

    domain: ClassVar[str] = "elecnova"
    cloud_kind: ClassVar[type[Cloud]] = ElecnovaCloud
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "solar_site"
    cloud: ElecnovaCloud

    @classmethod
    @override
    def make_cloud(cls, seed: int) -> ElecnovaCloud:
        cloud = ElecnovaCloud(seed=seed)
        # Its seconds stand still
        cloud.apply({"requests_per_second": None})
        return cloud

    @property
    def _first(self) -> datetime:
        """The local midnight from which on history is wanted."""
        day = self.began.astimezone(_ZONE) - timedelta(days=_DAYS_BEFORE)
        return datetime(day.year, day.month, day.day, tzinfo=_ZONE)

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        start = f"{self._first:%Y-%m-%d}"
        return helpers.make_entry(
            hass, self.cloud, self.account, statistics_start=start
        )

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        known = await truth.known_since(Told(self.cloud), self.person, self._first, now)
        hours = (now - self._first) // HOUR
        every = frozenset(
            self._first.astimezone(UTC) + at * HOUR for at in range(hours)
        )
        # The total of a day that is over may tell what its missing points were
        return {
            statistic_id: replace(each, maybe=each.maybe | every - each.hours.keys())
            for statistic_id, each in known.items()
        }

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {**super().accidents(), "revoke": self._revoke}

    @property
    def _inverter(self) -> dict[str, Any]:
        return {"inverter": self.person["meter"]}

    @override
    def _late(self, rng: Random, now: datetime) -> None:
        span = a_span(rng, now, -9, 1)
        due = datetime.fromisoformat(span["end"]) + some_hours(rng, 40)
        late = {**self._inverter, **span, "due": due.isoformat()}
        self.cloud.apply({"late": late})

    @override
    def _correct(self, rng: Random, now: datetime) -> None:
        start = an_hour(rng, now, 1, 30).isoformat()
        watts = rng.choice((0, 100, 5000))
        self.cloud.apply(
            {"correct": {**self._inverter, "start": start, "watts": watts}}
        )

    @override
    def _hole(self, rng: Random, now: datetime) -> None:
        span = a_span(rng, now, -9, 1)
        self.cloud.apply({"outage": {**self._inverter, **span}})

    @override
    def _found(self, rng: Random, now: datetime) -> None:
        self.cloud.records._spans.clear()

    @override
    def _change_password(self, password: str) -> None:
        change = {"account": self.account, "secret": password}
        self.cloud.apply({"secret": change})
