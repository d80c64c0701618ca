"""Elecnova in a run, without its broker."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.elecnova.api import const
from tests.clouds.elecnova import ElecnovaCloud
from tests.elecnova import helpers
from tests.end_to_end import elecnova as truth
from tests.end_to_end.truth import Known

from .resident import Accident, Resident, Told, a_span, an_hour, some_hours

_DAYS_BEFORE = 3
_ZONE = ZoneInfo("Europe/Brussels")


class Elecnova(Resident):
    """A cabinet with sun."""

    domain: ClassVar[str] = "elecnova"
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
        return await truth.known_since(Told(self.cloud), self.person, self._first, now)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            "late": self._late,
            "correct": self._correct,
            "hole": self._hole,
            "found": self._found,
            "revoke": self._revoke,
            "reject": self._reject,
        }

    @property
    def _inverter(self) -> dict[str, Any]:
        return {"inverter": self.person["meter"]}

    def _late(self, rng: Random, now: datetime) -> None:
        start, end = a_span(rng, now, -9, 1)
        due = (end + some_hours(rng, 40)).isoformat()
        span = {"start": start.isoformat(), "end": end.isoformat(), "due": due}
        self.cloud.apply({"late": {**self._inverter, **span}})

    def _correct(self, rng: Random, now: datetime) -> None:
        start = an_hour(rng, now, 1, 30).isoformat()
        watts = rng.choice((0, 100, 5000))
        self.cloud.apply(
            {"correct": {**self._inverter, "start": start, "watts": watts}}
        )

    def _hole(self, rng: Random, now: datetime) -> None:
        start, end = a_span(rng, now, -9, 1)
        span = {"start": start.isoformat(), "end": end.isoformat()}
        self.cloud.apply({"outage": {**self._inverter, **span}})

    def _found(self, rng: Random, now: datetime) -> None:
        """Everything that was lost is found again."""
        self.cloud.records._spans.clear()

    def _revoke(self, rng: Random, now: datetime) -> None:
        self.cloud.apply({"revoke_tokens": self.account})

    def _reject(self, rng: Random, now: datetime) -> None:
        secret = f"new-{rng.randrange(10**6)}-secret"
        self.cloud.apply({"secret": {"account": self.account, "secret": secret}})
        self.is_rejected = True
