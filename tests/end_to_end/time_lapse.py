"""The demo's time-lapse: a day at the clouds in some minutes, seen by Home Assistant.

Home Assistant's clock is the real one. The clouds begin a day behind it and catch up in
steps; after each, Home Assistant is told to ask them, as it would have by itself in the
course of the day. Emporia's cloud and Flowerhub's keep the real time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from .api import ApiError, HomeAssistantApi
from .dominion_energy import statistics_stem
from .elecnova import known_since
from .home import TIME_ZONE, Home
from .simulator import Simulator
from .truth import HOUR, Rows

CAUGHT_UP: Final = ("dominion_energy", "iec", "elecnova")
"""The clouds that are a day behind at the beginning."""
BEHIND: Final = timedelta(hours=24)
_GRID: Final = "sensor.1_1_demo_site_meter_grid_power"
AUTOMATION: Final = {
    "alias": "Charge on solar surplus",
    "use_blueprint": {
        "path": "cloud_energy/charge_on_solar_surplus.yaml",
        "input": {
            "grid_power": _GRID,
            "charger_power": "sensor.garage_ev_power",
            "charger_switch": "switch.garage_ev_charging_allowed",
            "charger_current": "number.garage_ev_charge_rate",
            "minimum_on": 0,
            "minimum_off": 0,
        },
    },
}
"""As a user makes it, but without the minutes that it leaves between changes."""

_STEPS: Final = 6
_LATE_HOURS: Final = 2
_LOOK_BACK: Final = timedelta(days=7)
"""Far behind all that happens: a whole history takes its time whenever it is read."""
_TOLERANCE: Final = 1e-4
_PATIENCE: Final = 90
_SWITCH: Final = "switch.garage_ev_charging_allowed"
_CAR: Final = "sensor.garage_ev_power"


@dataclass
class Lapse:
    """The clouds, and the Home Assistant that looks at them."""

    api: HomeAssistantApi
    home: Home
    clouds: Mapping[str, Simulator]
    now: datetime
    """Where the clouds are that catch up."""
    say: Callable[[str], None]
    pause: float
    """Real seconds after each event, to look at it."""
    end: datetime = field(default_factory=lambda: datetime.now(UTC))

    def person(self, domain: str) -> Mapping[str, Any]:
        """Return whose account the demo has."""
        return self.clouds[domain].accounts[0]

    async def tell(self, text: str, look: str) -> None:
        """Print what happens at the clouds, and where it shows."""
        time = self.now.astimezone(ZoneInfo(TIME_ZONE))
        self.say(f"{time:%a %H:%M}  {text}\n           See: {look}")
        await asyncio.sleep(self.pause)

    async def step(self) -> None:
        """Let some hours pass; Home Assistant asks for what is new."""
        self.now = min(self.now + BEHIND / _STEPS, self.end)
        for domain in CAUGHT_UP:
            await self.clouds[domain].set_clock(self.now, frozen=False)
            await self.ask(domain)

    async def ask(self, domain: str) -> None:
        """Have an integration ask its cloud for everything now."""
        for entry in await self.api.entries(domain):
            path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
            await self.api.post(path, {})

    async def rows(self, statistic_id: str) -> Rows:
        """Return the hours that the recorder has of a statistic, of the last days."""
        rows = await self.api.statistic(statistic_id, since=self.end - _LOOK_BACK)
        return {
            datetime.fromtimestamp(row["start"] / 1000, UTC): row["state"]
            for row in rows
        }

    async def state(self, entity_id: str) -> str:
        """Return the state of an entity."""
        found: str = (await self.api.get(f"/api/states/{entity_id}"))["state"]
        return found

    async def see(
        self,
        what: str,
        is_there: Callable[[], Awaitable[bool]],
        seconds: float = _PATIENCE,
    ) -> None:
        """Wait until something has arrived in Home Assistant.

        :raises TimeoutError: it does not come.
        """
        with _naming(what):
            async with asyncio.timeout(seconds):
                while not await is_there():
                    await asyncio.sleep(0.5)
        self.say(f"           Seen: {what}")


async def prepare(clouds: Mapping[str, Simulator]) -> datetime:
    """Put the clouds a day back, before anybody asks them; return the time there."""
    begin = datetime.now(UTC) - BEHIND
    for domain in CAUGHT_UP:
        await clouds[domain].set_clock(begin, frozen=False)
    cloud, noon = clouds["elecnova"], _noon(begin)
    span = {"start": noon.isoformat(), "end": (noon + _LATE_HOURS * HOUR).isoformat()}
    due = (begin + BEHIND / 2).isoformat()
    inverter = cloud.accounts[0]["meter"]
    await cloud.change(late={"inverter": inverter, **span, "due": due, "counted": True})
    return begin


async def play(lapse: Lapse) -> None:
    """Let the day pass, with all that happens in it.

    :raises TimeoutError: something of it does not arrive in Home Assistant.
    """
    before, noon = await _newest(lapse), _noon(lapse.now)
    if await _is_late_sun_there(lapse, noon):
        raise ApiError("What comes late is there already")
    for number in range(1, _STEPS + 1):
        await lapse.tell(
            "Some hours have passed.", "Dominion Energy home; Elecnova site"
        )
        await lapse.step()
        if number == 2:
            await _outage(lapse)
        if number == 3:
            await _bill(lapse)
    await _data(lapse, before)
    await lapse.tell(
        "Two hours of solar have come late.",
        f"Elecnova site, Solar, at {noon:%d %H:%M} UTC",
    )
    await lapse.see(
        "the solar hours that were late", lambda: _is_late_sun_there(lapse, noon)
    )
    await _surplus(lapse)


async def _is_late_sun_there(lapse: Lapse, noon: datetime) -> bool:
    """Tell whether the hours that come late are as they should be."""
    cloud, person = lapse.clouds["elecnova"], lapse.person("elecnova")
    told = await known_since(cloud, person, noon, lapse.end)
    truth, rows = told[_sun(lapse)].rows(), await lapse.rows(_sun(lapse))
    late = [noon + hours * HOUR for hours in range(_LATE_HOURS)]
    return all(
        hour in truth and abs(rows.get(hour, 0) - truth[hour]) < _TOLERANCE
        for hour in late
    )


async def _data(lapse: Lapse, before: Mapping[str, datetime]) -> None:
    """The readings of a day are published."""
    await lapse.tell(
        "The readings of the day are there.", "Dominion Energy home, its three days"
    )
    for statistic_id, newest in before.items():

        async def is_newer(
            statistic_id: str = statistic_id, old: datetime = newest
        ) -> bool:
            return await _newest_hour(lapse, statistic_id) > old

        await lapse.see(f"newer hours of {statistic_id}", is_newer)


async def _outage(lapse: Lapse) -> None:
    """The supply fails, and comes back."""
    cloud, account = lapse.clouds["iec"], {"account": lapse.person("iec")["name"]}
    sensor = "binary_sensor.iec_contract_outage"
    for word, change, state in (
        ("fails", {"outage": account}, "on"),
        ("is back", {"restore": account}, "off"),
    ):
        await cloud.change(**change)
        await lapse.ask("iec")
        await lapse.tell(f"The power {word}.", "Israel Electric home, Power outage")

        async def is_so(state: str = state) -> bool:
            return await lapse.state(sensor) == state

        await lapse.see(f"{sensor} is {state}", is_so)


async def _bill(lapse: Lapse) -> None:
    """A bill comes."""
    sensor = "sensor.iec_contract_last_bill_end"
    before = await lapse.state(sensor)
    account = {"account": lapse.person("iec")["name"]}
    await lapse.clouds["iec"].change(invoice=account)
    await lapse.ask("iec")
    await lapse.tell(
        "A bill has arrived.", "Israel Electric home, Last bill and the calendar"
    )

    async def is_new() -> bool:
        return await lapse.state(sensor) not in (before, "unknown", "unavailable")

    await lapse.see(f"{sensor} is no longer {before}", is_new)


async def _surplus(lapse: Lapse) -> None:
    """A car is charged while there is too much sun; the site's meter tells of it."""
    meter, garage = lapse.clouds["elecnova"], lapse.clouds["emporia"]
    await garage.change(charger={"on": False}, plug_in=None)
    await _see_switch(lapse, "off")
    # What is told before the broker is back, hours later by its clock, is lost
    await lapse.see(f"{_GRID} is known", partial(_is_known, lapse, _GRID))
    await lapse.home.automate(lapse.api, [AUTOMATION])
    look = "Emporia home, Car charger; Automations > Charge on solar surplus"
    for text, kilowatts, state in (
        ("A car is plugged in, and 12 kW of solar are left over.", -12.0, "on"),
        ("The sun is gone: 14 kW are bought.", 14.0, "off"),
    ):
        serial = f"METER{lapse.person('elecnova')['cabinet']}"
        told = {"sn": serial, "data": {"activePower": kilowatts}}
        # Nothing else is told meanwhile: this is the sun of another hour.
        await meter.change(
            delivery={"silent": True}, say={"device": serial, "payload": told}
        )
        await lapse.tell(text, look)
        await _see_switch(lapse, state)
    await meter.change(delivery={"silent": False})


async def _is_known(lapse: Lapse, entity: str) -> bool:
    """Tell whether an entity has a value."""
    return await lapse.state(entity) not in ("unavailable", "unknown")


async def _see_switch(lapse: Lapse, state: str) -> None:
    """Wait until the charger is switched; the car's power is read often meanwhile."""

    async def is_switched() -> bool:
        await lapse.api.call_action(
            "homeassistant", "update_entity", entity_id=[_CAR, _SWITCH]
        )
        return await lapse.state(_SWITCH) == state

    await lapse.see(f"{_SWITCH} is {state}", is_switched, 2 * _PATIENCE)


async def _newest(lapse: Lapse) -> dict[str, datetime]:
    """Return the newest hour of what is going to come."""
    home = statistics_stem(lapse.person("dominion_energy"))
    ids = (f"{home}_consumption", _sun(lapse))
    return {each: await _newest_hour(lapse, each) for each in ids}


async def _newest_hour(lapse: Lapse, statistic_id: str) -> datetime:
    """Return the newest hour with energy.

    A cloud that is a day behind has nothing for the hours of a day that is over.
    """
    rows = await lapse.rows(statistic_id)
    return max(hour for hour, energy in rows.items() if energy)


def _sun(lapse: Lapse) -> str:
    return f"elecnova:{lapse.person('elecnova')['meter'].lower()}_pv_energy"


def _noon(begin: datetime) -> datetime:
    """Return the last noon in Brussels, more or less, of which all is published."""
    noon = begin.replace(hour=11, minute=0, second=0, microsecond=0)
    return noon if noon + 3 * HOUR < begin else noon - timedelta(days=1)


@contextmanager
def _naming(what: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise TimeoutError(f"not seen: {what}") from None
