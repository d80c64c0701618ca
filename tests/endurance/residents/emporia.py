"""Emporia Energy in a run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.emporia.api import const
from tests.clouds import Cloud
from tests.clouds.emporia import EmporiaCloud
from tests.emporia import helpers
from tests.end_to_end import emporia as truth
from tests.end_to_end.truth import Known

from .resident import Accident, Resident, Told, an_hour, some_hours

_DAYS_BEFORE = 2
_DUE = timedelta(hours=2)
"""So old is an hour at most when it is read."""


class Emporia(Resident):
    """A monitor with circuits, and a charger."""

    domain: ClassVar[str] = "emporia"
    cloud_kind: ClassVar[type[Cloud]] = EmporiaCloud
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "plain_home"
    cloud: EmporiaCloud

    def __init__(self, cloud: EmporiaCloud, began: datetime) -> None:
        """Live in a home whose devices are some days old."""
        super().__init__(cloud, began)
        self._installed = began.replace(minute=0) - timedelta(days=_DAYS_BEFORE)
        before = {
            "start": "2024-01-01T00:00:00+00:00",
            "end": self._installed.isoformat(),
        }
        for device in self.person["devices"]:
            cloud.apply({"outage": {"device_gid": device["device_gid"], **before}})

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        return await helpers.make_entry(hass, self.cloud, self.account, days=400)

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        first = self._installed - timedelta(days=1)
        known = await truth.known_since(Told(self.cloud), self.person, first, now)
        # Each home has minutes of its own at which it asks
        return {
            statistic_id: replace(
                each,
                maybe=frozenset(hour for hour in each.hours if now - hour < _DUE),
            )
            for statistic_id, each in known.items()
        }

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            **super().accidents(),
            "delay": self._delay,
            "refuse_charts": self._refuse_charts,
            "revoke_access": self._revoke_access,
            "revoke": self._revoke,
        }

    @override
    def recover(self) -> None:
        super().recover()
        self.cloud.apply({"data_delay_seconds": 0})
        self.cloud.usage.refused_charts.clear()

    def _device(self) -> int:
        return int(self.person["device_gid"])

    @override
    def _late(self, rng: Random, now: datetime) -> None:
        self._gap(rng, now, {"due": (now + some_hours(rng, 60)).isoformat()}, "late")

    @override
    def _hole(self, rng: Random, now: datetime) -> None:
        self._gap(rng, now, {}, "outage")

    def _gap(
        self, rng: Random, now: datetime, due: Mapping[str, str], switch: str
    ) -> None:
        # What has not been told yet: emporia never takes anything back
        start = now.replace(minute=0, second=0, microsecond=0)
        start += some_hours(rng, 5)
        span = {
            "start": start.isoformat(),
            "end": (start + some_hours(rng, 9)).isoformat(),
        }
        self.cloud.apply({switch: {"device_gid": self._device(), **span, **due}})

    @override
    def _correct(self, rng: Random, now: datetime) -> None:
        correction = {
            "device_gid": self._device(),
            "channel": "1",
            "start": an_hour(rng, now, 3, 20).isoformat(),
            "value": rng.choice((0, 0.25, 7.5)),
        }
        self.cloud.apply({"correct": correction})

    @override
    def _found(self, rng: Random, now: datetime) -> None:
        for gaps in self.cloud.records.gaps.values():
            gaps[1:] = []

    def _delay(self, rng: Random, now: datetime) -> None:
        seconds = rng.choice((0, 30, 240))
        self.cloud.apply({"data_delay_seconds": seconds})

    def _refuse_charts(self, rng: Random, now: datetime) -> None:
        status = rng.choice((None, 400, 403, 404, 405))
        self.cloud.apply({"refuse_charts": {"status": status}})

    @override
    def _change_password(self, password: str) -> None:
        self.cloud.customers.login(self.account).password = password
