"""Nights in which a car is charged by its plan, at the simulated charger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.blueprints.night import cheapest
from tests.clouds.emporia import EmporiaCloud
from tests.emporia.helpers import gid_of
from tests.entries import HOUR, MINUTE, attributes, entity_id, requests, settle

KW: Final = 7.68
"""32 A at 240 V."""
STEP: Final = 8 * MINUTE
IDLE_STEP: Final = 24 * MINUTE
"""While the charger is off, what does something is the plan alone."""
PRICES: Final = "sensor.spot_price"
OPTIONS: Final[Mapping[str, Any]] = {
    "price_source": "entities",
    "price_entities": [PRICES],
}


class Home:
    """A home with a charger, and prices by the hour."""

    def __init__(
        self,
        hass: HomeAssistant,
        cloud: EmporiaCloud,
        freezer: FrozenDateTimeFactory,
        entry: MockConfigEntry,
        gid: int | None = None,
    ) -> None:
        """Begin without prices and without a car; `gid`: of another charger."""
        self.hass = hass
        self.cloud = cloud
        self.freezer = freezer
        self.entry = entry
        self.gid = gid or gid_of(cloud, "solar_home", "charger")
        self.prices: dict[datetime, float] = {}
        self.idle_step = IDLE_STEP

    async def set(self, domain: str, action: str, key: str, **data: Any) -> None:
        """Call an action on an entity of the charger."""
        target = {"entity_id": entity_id(self.hass, f"{self.gid}_{key}", domain)}
        await self.hass.services.async_call(
            domain, action, target | data, blocking=True
        )
        await settle(self.hass, self.entry)

    async def wish(self, energy: float, ready_by: str = "07:00:00") -> None:
        """Want so many kWh at a time, by the plan."""
        await self.set("number", "set_value", "energy_wanted", value=energy)
        await self.set("time", "set_value", "ready_by", time=ready_by)
        await self.set("switch", "turn_on", "smart_charging")

    async def show_prices(self, start: datetime, prices: Sequence[float]) -> None:
        """Tell the prices of hours from one on, in the shape of Nord Pool's sensor."""
        for n, price in enumerate(prices):
            self.prices[start + n * HOUR] = price
        rows = [
            {"start": hour, "end": hour + HOUR, "value": price}
            for hour, price in sorted(self.prices.items())
        ]
        attributes = {"raw_today": rows, "raw_tomorrow": [], "currency": "USD"}
        self.hass.states.async_set(PRICES, str(prices[0]), attributes)
        await settle(self.hass, self.entry)

    async def plug_in(self, need: float = 60) -> None:
        """Bring a car, which the stream would tell at once."""
        self.cloud.apply({"plug_in": {"device_gid": self.gid, "need": need}})
        await self.entry.runtime_data.status.async_refresh()
        await settle(self.hass, self.entry)
        await self.pass_some(15)

    async def plug_out(self) -> None:
        """Take the car away."""
        self.cloud.apply({"plug_out": self.gid})
        await self.entry.runtime_data.status.async_refresh()
        await settle(self.hass, self.entry)
        await self.pass_some(15)

    async def pass_some(self, seconds: float) -> None:
        """Let seconds pass."""
        self.freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass, dt_util.utcnow())
        await settle(self.hass, self.entry)

    async def until(self, end: datetime, step: timedelta = STEP) -> None:
        """Let time pass, with a stop whenever the plan has something to do."""
        while (now := dt_util.utcnow()) < end:
            planned = self.entry.runtime_data.planner.next_time
            gap = step if self.is_on() else max(step, self.idle_step)
            is_switching = planned is not None and now < planned < now + gap
            stop = planned if is_switching and planned else now + gap
            await self.pass_some((min(stop, end) - now).total_seconds())
            if is_switching:
                await self.pass_some(11)

    async def night(self, energy: float, need: float = 60) -> Night:
        """Plug a car in that is to have an energy at seven, and leave it for the night."""
        start = dt_util.utcnow()
        await self.plug_in(need)
        local = dt_util.as_local(start)
        ready = (local + timedelta(days=1)).replace(hour=7, minute=0, second=0)
        return Night(self, energy, start, dt_util.as_utc(ready))

    @property
    def status(self) -> str:
        """What becomes of the plan."""
        return str(attributes(self.hass, f"{self.gid}_planned_cost")["plan_status"])

    @property
    def commands(self) -> int:
        """How many have been sent."""
        return requests(self.cloud, "/devices/evcharger")

    def is_on(self) -> bool:
        """Whether the charger was told to charge."""
        charger = self.cloud.customers.charger(self.gid).charger
        assert charger
        return charger.on.final()

    @property
    def rate(self) -> int:
        """The current that the charger was told."""
        charger = self.cloud.customers.charger(self.gid).charger
        assert charger
        return charger.amps.final()

    def taken(self, start: datetime, end: datetime) -> float:
        """Return the kWh that cars have really taken between two times."""
        charger = self.cloud.customers.charger(self.gid).charger
        assert charger
        return charger.energy(start.timestamp(), end.timestamp())

    def cost(self, start: datetime, end: datetime) -> float:
        """Return what that really cost."""
        return fsum(
            self.taken(max(hour, start), min(hour + HOUR, end)) * price
            for hour, price in self.prices.items()
            if hour < end and hour + HOUR > start
        )

    def optimum(self, energy: float, start: datetime, end: datetime) -> float:
        """Return the least that an energy can cost between two times."""
        slots = [
            (price, (min(hour + HOUR, end) - max(hour, start)) / HOUR)
            for hour, price in self.prices.items()
            if hour < end and hour + HOUR > start
        ]
        return cheapest(energy, slots, KW)


@dataclass(frozen=True)
class Night:
    """From a car's coming until it has to be ready."""

    home: Home
    energy: float
    start: datetime
    ready: datetime

    async def pass_until(self, hour: int, minute: int = 0) -> datetime:
        """Let time pass until a time of the night, and return it."""
        local = dt_util.as_local(self.ready)
        moment = local.replace(hour=hour, minute=minute)
        if moment > local:
            moment -= timedelta(days=1)
        await self.home.until(moment)
        return dt_util.as_utc(moment)

    async def end(self) -> None:
        """Let the rest of it pass, and take the full car away."""
        await self.home.until(self.ready)
        taken = self.home.taken(self.start, self.ready)
        assert taken == pytest.approx(self.energy, abs=0.1)
        await self.home.pass_some(1800)
        await self.home.plug_out()
        assert self.home.is_on()

    def is_cheap(self, share: float = 0.01, since: datetime | None = None) -> bool:
        """Tell whether it cost hardly more than the best that there is."""
        start = since or self.start
        taken = self.home.taken(start, self.ready)
        best = self.home.optimum(taken, start, self.ready)
        return self.home.cost(start, self.ready) <= (1 + share) * best
