"""Elecnova in the demo: its login flow, what it has to import, and what is live."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from yarl import URL

from .api import Answers, HomeAssistantApi
from .simulator import Simulator
from .truth import HOUR, Known, Teller, moment, published, whole_hours
from .waiting import wait_for_import

DOMAIN: Final = "elecnova"
_FIVE_MINUTES: Final = timedelta(minutes=5)
_PARTS: Final = HOUR // _FIVE_MINUTES
_SETTLED: Final = timedelta(minutes=10)
_LIVE_SECONDS: Final = 60


def answers(person: Mapping[str, Any]) -> Answers:
    """Return what to type to log in and to make an entry; the certificate is checked."""
    broker = URL(person["hosts"]["mqtt"])
    return {
        "user": {
            "client_id": person["client_id"],
            "client_secret": person["client_secret"],
            "base_url": person["hosts"]["api"],
        },
        "settings": {
            "mqtt": True,
            "mqtt_host": broker.host,
            "mqtt_port": broker.port,
            "mqtt_verify": True,
        },
        "dashboard": {"next_step_id": "dashboard_add"},
    }


async def shorten(simulator: Simulator, person: Mapping[str, Any], days: int) -> None:
    """Let the inverters of a person have begun to tell some days ago.

    A whole history is ten thousand hours, each of twelve points.
    """
    for site in person["sites"]:
        zone = ZoneInfo(site["time_zone"])
        first = date.fromisoformat(site["since"])
        # A whole day: where one begins later the integration knows that it was dark
        last = datetime.now(zone).date() - timedelta(days=days)
        span = {"start": _midnight(first, zone), "end": _midnight(last, zone)}
        for serial in _inverters(site):
            await simulator.change(outage={"inverter": serial, **span})


async def finish(api: HomeAssistantApi, simulator: Simulator) -> None:
    """Wait for history and live values.

    :raises TimeoutError: there are no live values within a minute.
    """
    person = simulator.accounts[0]
    await wait_for_live(api, simulator, live_keys(person).values())
    due = None
    while due != (due := _newest(datetime.now(UTC))):
        await wait_for_import(api, DOMAIN)
        await _import(api, person["meter"], due.date() - timedelta(days=1))
    await wait_for_import(api, DOMAIN)


async def known(
    simulator: Teller, person: Mapping[str, Any], now: datetime
) -> dict[str, Known]:
    """Return what the cloud tells of a person's sun now, by statistic id."""
    since = min(site["since"] for site in person["sites"])
    start = moment(f"{since}T00:00:00+00:00") - timedelta(days=1)
    return await known_since(simulator, person, start, now)


async def known_since(
    simulator: Teller, person: Mapping[str, Any], start: datetime, now: datetime
) -> dict[str, Known]:
    """Return the same from a time on."""
    found = {}
    for serial in [each for site in person["sites"] for each in _inverters(site)]:
        name = f"pv_energy/{serial}"
        truth = await simulator.truth(person["name"], start, only=name)
        hours = whole_hours(published(truth["series"][name]), _PARTS)
        settled = {hour: kwh for hour, kwh in hours.items() if hour < _newest(now)}
        found[f"{DOMAIN}:{serial.lower()}_pv_energy"] = Known(
            settled, maybe=frozenset(hours.keys() - settled.keys())
        )
    return found


def _inverters(site: Mapping[str, Any]) -> list[str]:
    """Return the serials of the inverters of a person's site."""
    return [each["meter"] for each in site["cabinets"] if each["meter"]]


def live_keys(person: Mapping[str, Any]) -> dict[str, str]:
    """Return the unique ids of the main live values of a person's first cabinet."""
    serial = person["cabinet"]
    return {
        "state_of_charge": f"BMS{serial}_battery_soc",
        "battery": f"PCS{serial}_battery_power",
        "grid": f"METER{serial}_grid_power",
    }


def dashboard_keys(person: Mapping[str, Any]) -> set[str]:
    """Return the unique ids of what the Energy dashboard has of a person's entities."""
    cabinet = person["cabinet"]
    counters = {
        f"PCS{cabinet}_battery_charge_energy",
        f"PCS{cabinet}_battery_discharge_energy",
        f"METER{cabinet}_grid_import_energy",
        f"METER{cabinet}_grid_export_energy",
    }
    return {*live_keys(person).values(), *counters}


async def live(
    simulator: Simulator, person: Mapping[str, Any], now: datetime
) -> dict[str, float]:
    """Return what is live at a moment, by unique id: percent, and kW.

    Power is the mean of the five minutes, the charge moves evenly within them.
    """
    begin = now - (now - datetime.min.replace(tzinfo=UTC)) % _FIVE_MINUTES
    truth = await simulator.truth(person["name"], begin, begin + 2 * _FIVE_MINUTES)
    serial = person["cabinet"]
    five = {
        name: [each["value"] for each in truth["series"][f"{name}/{serial}"]]
        for name in (
            "state_of_charge",
            "battery_charge",
            "battery_discharge",
            "consumption",
            "return",
        )
    }
    power = {name: values[0] * _PARTS for name, values in five.items()}
    before, after = five["state_of_charge"]
    keys = live_keys(person)
    return {
        keys["state_of_charge"]: before
        + (after - before) * ((now - begin) / _FIVE_MINUTES),
        keys["battery"]: power["battery_discharge"] - power["battery_charge"],
        keys["grid"]: power["consumption"] - power["return"],
    }


async def wait_for_live(
    api: HomeAssistantApi,
    simulator: Simulator,
    unique_ids: Collection[str],
    seconds: float = _LIVE_SECONDS,
) -> None:
    """Wait until all of some live values are there; the broker tells them meanwhile.

    :raises TimeoutError: they don't come.
    """
    async with asyncio.timeout(seconds):
        while not await _are_known(api, unique_ids):
            await simulator.change(publish=True)
            await asyncio.sleep(0.5)


async def _are_known(api: HomeAssistantApi, unique_ids: Iterable[str]) -> bool:
    states = await api.states_of(DOMAIN, unique_ids)
    return all(
        state not in (None, "unknown", "unavailable") for state in states.values()
    )


async def _import(api: HomeAssistantApi, serial: str, first: date) -> None:
    """Have the newest days of an inverter read again, after all that came before."""
    for device in await api.command("config/device_registry/list"):
        if [DOMAIN, serial] in device["identifiers"]:
            await api.call_action(
                DOMAIN,
                "import_history",
                device_id=device["id"],
                start=first.isoformat(),
                end=(first + timedelta(days=2)).isoformat(),
            )


def _newest(now: datetime) -> datetime:
    """Return the end of the newest hour that counts at a time."""
    return (now - _SETTLED).replace(minute=0, second=0, microsecond=0)


def _midnight(day: date, zone: tzinfo) -> str:
    return datetime.combine(day, time(), zone).isoformat()
