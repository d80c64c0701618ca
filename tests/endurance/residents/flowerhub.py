"""Flowerhub in a run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar, override

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.flowerhub.api import const
from tests.clouds import Cloud
from tests.clouds.flowerhub import FlowerhubCloud
from tests.end_to_end import flowerhub as truth
from tests.end_to_end.truth import Known
from tests.flowerhub import helpers

from .resident import Accident, Resident, Told


class Flowerhub(Resident):
    """A hub, and sun on the roof."""

    domain: ClassVar[str] = "flowerhub"
    cloud_kind: ClassVar[type[Cloud]] = FlowerhubCloud
    limit: ClassVar[int] = const.REQUESTS_PER_DAY
    account: ClassVar[str] = "solar_home"
    cloud: FlowerhubCloud

    @override
    async def add(self, hass: HomeAssistant) -> MockConfigEntry:
        return helpers.make_entry(hass, self.cloud, self.account)

    @override
    async def known(self, now: datetime) -> Mapping[str, Known]:
        return await truth.known(Told(self.cloud), self.person_at_first, now)

    @override
    def accidents(self) -> Mapping[str, Accident]:
        return {
            **super().accidents(),
            "replace": self._replace,
            "correct_invoice": self._correct_invoice,
            "disconnect": self._disconnect,
            "reconnect": self._reconnect,
            "revoke_access": self._revoke_access,
            "revoke": self._revoke,
        }

    def _month(self, rng: Random, now: datetime) -> dict[str, Any]:
        first = now.replace(day=1) - timedelta(days=1)
        for _ in range(rng.randrange(3)):
            first = first.replace(day=1) - timedelta(days=1)
        return {"account": self.account, "month": f"{first:%Y-%m}"}

    @override
    def _late(self, rng: Random, now: datetime) -> None:
        days = rng.randrange(1, 6)
        self.cloud.apply({"late_month": {**self._month(Random(0), now), "days": days}})

    @override
    def _correct(self, rng: Random, now: datetime) -> None:
        volume = rng.randrange(100, 900)
        self.cloud.apply({"correct": {**self._month(rng, now), "volume": volume}})

    def _correct_invoice(self, rng: Random, now: datetime) -> None:
        total = rng.randrange(-100, 900)
        self.cloud.apply({"correct_invoice": {**self._month(rng, now), "total": total}})

    @override
    def _hole(self, rng: Random, now: datetime) -> None:
        self.cloud.apply({"withdraw": self._month(rng, now)})

    @override
    def _found(self, rng: Random, now: datetime) -> None:
        self.cloud.billing.withdrawn.clear()

    def _disconnect(self, rng: Random, now: datetime) -> None:
        self.cloud.apply({"disconnect": self.account})

    def _reconnect(self, rng: Random, now: datetime) -> None:
        self.cloud.apply({"reconnect": self.account})

    def _replace(self, rng: Random, now: datetime) -> None:
        """Somebody installs a new hub."""
        self.cloud.apply({"replace_hub": self.account})

    @override
    def _change_password(self, password: str) -> None:
        change = {"account": self.account, "password": password}
        self.cloud.apply({"password": change})
