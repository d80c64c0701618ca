"""Car chargers and plugs: what they do, and switching them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import click

from custom_components.emporia.api.errors import NotFound, RateOutOfRange
from custom_components.emporia.api.home import Device
from custom_components.emporia.api.models import ModernStatus
from scripts.cloud_cli.commands import command
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.failures import WRONG_USE, Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.rows import Choice, chosen, local, rows_of

from .provider import PROVIDER, EmporiaLink, group

_PLUG: Final = Choice("plug", "gid", "NUMBER")


@command(PROVIDER, group)
async def chargers(link: EmporiaLink) -> None:
    """Tell what the car chargers are doing."""
    found = await link.client.charging.get_chargers()
    columns = ("gid", "on", "rate", "max_rate", "status", "message", "icon_label")
    link.output.show("Chargers", rows_of(found, *columns))


@command(PROVIDER, group)
@click.argument("number", type=int)
@click.option("--on/--off", "on", default=None, help="Switch it.")
@click.option("--rate", type=int, help="Charge at so many amperes.")
async def charger(
    link: EmporiaLink, number: int, on: bool | None, rate: int | None
) -> None:
    """Switch the charger NUMBER and set its rate."""
    if on is None and rate is None:
        raise Failure("Say --on, --off or --rate.", WRONG_USE)
    try:
        await link.client.charging.set_charger(number, on=on, rate=rate)
    except NotFound as err:
        raise Failure("There is no such charger: see `chargers`.", WRONG_USE) from err
    except RateOutOfRange as err:
        sentence = f"The charger takes {err.minimum} to {err.maximum} A."
        raise Failure(sentence, WRONG_USE) from err
    link.output.say("Sent. `chargers` shows it in a few seconds.")


@command(PROVIDER, group)
@range_options
async def sessions(link: EmporiaLink, start: date | None, end: date | None) -> None:
    """List when cars were plugged in, and what they took, in kWh."""
    days = days_of(start, end, UTC)
    begin = datetime.combine(days[0], time(), UTC)
    until = datetime.combine(days[-1] + timedelta(days=1), time(), UTC)
    home = await link.client.get_home()
    chargers = {each.serial: each for each in home.values() if each.is_charger}
    found = await link.client.charging.get_sessions(list(chargers), begin, until)
    rows: list[Row] = [
        {
            "charger": serial,
            "plug_in": _at(chargers[serial], session.plug_in),
            "plug_out": _at(chargers[serial], session.plug_out),
            "kwh": session.energy,
        }
        for serial, plugged in found.items()
        for session in plugged
    ]
    link.output.show("Sessions", rows)


def _at(device: Device, moment: datetime | None) -> datetime | None:
    return local(moment, device.zone) if moment else None


@command(PROVIDER, group)
@click.argument("number", type=int)
@click.option("--on/--off", "on", required=True, help="Switch it.")
async def plug(link: EmporiaLink, number: int, on: bool) -> None:
    """Switch the plug NUMBER."""
    outlets = (await link.client.get_status()).outlets
    found = chosen(outlets, str(number), _PLUG)
    await link.client.charging.set_outlet(found, on=on)
    link.output.say("Sent.")


@command(PROVIDER, group)
@click.option("--count", type=click.IntRange(1), help="End after so many changes.")
@click.option("--seconds", type=click.FloatRange(0), help="End after this time.")
async def events(link: EmporiaLink, count: int | None, seconds: float | None) -> None:
    """Tell changes of chargers as they happen, until Ctrl-C."""
    try:
        async with asyncio.timeout(seconds), link.client.stream_status() as changes:
            link.output.say("Waiting for changes ...")
            await _tell(link, changes, count)
    except TimeoutError:
        link.output.say("The time is over.")


async def _tell(
    link: EmporiaLink, changes: AsyncIterator[ModernStatus], count: int | None
) -> None:
    seen = 0
    async for change in changes:
        if rows := _changes(change):
            link.output.show(f"{datetime.now().astimezone():%H:%M:%S}", rows)
            seen += 1
        if seen == count:
            return


def _changes(change: ModernStatus) -> list[Row]:
    connected: list[Row] = rows_of(change.connections, "gid", "connected")
    columns = ("gid", "connected", "status", "rate", "max_rate", "derated")
    return [*connected, *rows_of(change.evses, *columns)]
