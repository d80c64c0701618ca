"""Emporia: monitors, plugs, batteries and car chargers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, override

import click

from custom_components.cloud_energy.client.errors import SessionExpired
from custom_components.cloud_energy.client.transport import Transport
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.const import REQUESTS_PER_DAY, Endpoints
from custom_components.emporia.api.energy import Scale
from custom_components.emporia.api.errors import NotFound, RateOutOfRange
from custom_components.emporia.api.home import Channel, Device
from custom_components.emporia.api.login import Credentials, Login
from custom_components.emporia.api.models import ModernStatus
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.failures import WRONG_USE, Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask, ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import chosen, local, rows_of

_CHART: Final = "/AppAPI"
_SCALES: Final = {"quarter": (Scale.QUARTER, 15), "hour": (Scale.HOUR, 60)}
_MOST_DAYS: Final = timedelta(days=7)


class Emporia(Provider[EmporiaClient]):
    """Signed in by a refresh token; the password is forgotten after the login.

    An empty password means that a token of a Google or Apple account follows.
    """

    domain = "emporia"
    title = "Emporia Energy"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()

    @override
    def connect(self, transport: Transport, access: Access) -> EmporiaClient:
        session = access.session
        typed = access.credentials
        return EmporiaClient(
            transport,
            endpoints=access.endpoints,
            credentials=typed if isinstance(typed, Credentials) else None,
            login=Login.from_dict(session["login"]) if session else None,
            persist=lambda login: access.save({"login": login.to_dict()}),
        )

    @override
    def ask_credentials(self) -> Any:
        username = ask("E-mail address")
        password = ask_secret("Password (empty for a Google or Apple account)")
        if password:
            return Credentials(username, password)
        return ask_secret("Refresh token")

    @override
    async def log_in(self, link: Link[EmporiaClient], access: Access) -> None:
        if isinstance(access.credentials, Credentials):
            await link.client.log_in()
        else:
            await link.client.use_refresh_token(access.credentials)

    @override
    async def refresh(self, client: EmporiaClient) -> None:
        if client.login is None:
            raise SessionExpired("There is no session")
        await client.use_refresh_token(client.login.refresh_token)


PROVIDER = Emporia()
group = provider_group(PROVIDER)

type _Link = Link[EmporiaClient]


@command(PROVIDER, group)
async def accounts(link: _Link) -> None:
    """List devices and their channels."""
    home = await link.client.get_home()
    rows: list[Row] = [
        {
            "device": device.gid,
            "name": device.name,
            "model": device.model,
            "time_zone": device.time_zone,
            "channel": channel.number,
            "channel_name": channel.name,
            "cents_per_kwh": device.cents_per_kwh,
        }
        for device in home.values()
        for channel in device.channels.values()
    ]
    link.output.show("Devices", rows)


@command(PROVIDER, group)
@click.option("--device", help="Number of the device; the first if left out.")
@click.option("--channel", help="Channel; the mains if left out.")
@range_options
@click.option(
    "--resolution",
    type=click.Choice(sorted(_SCALES)),
    default="hour",
    show_default=True,
)
async def usage(
    link: _Link,
    device: str | None,
    channel: str | None,
    start: date | None,
    end: date | None,
    resolution: str,
) -> None:
    """Tell what a channel has used, in kWh; what is returned is negative."""
    home = await link.client.get_home()
    found = chosen(list(home.values()), device, "gid", "device", "--device")
    which = chosen(
        list(found.channels.values()), channel, "number", "channel", "--channel"
    )
    raw = link.keep_raw(_CHART)
    days = days_of(start, end, found.zone)
    rows = await _buckets(link, found, which, days, resolution)
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
    else:
        link.output.show("Usage", rows)


async def _buckets(
    link: _Link, device: Device, channel: Channel, days: list[date], resolution: str
) -> list[Row]:
    """Ask for a week at a time: the cloud limits the length of a chart."""
    scale, minutes = _SCALES[resolution]
    begin = datetime.combine(days[0], time(), device.zone)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), device.zone)
    starts = [begin]
    while starts[-1] + _MOST_DAYS < end:
        starts.append(starts[-1] + _MOST_DAYS)
    found: dict[datetime, float] = {}
    for first in link.output.progress(starts, "Reading"):
        last = min(first + _MOST_DAYS, end)
        chart = await link.client.energy.get_chart(
            device.gid, channel.number, first, last, scale
        )
        found |= dict(chart.buckets(timedelta(minutes=minutes)))
    return [
        {"start": local(at, device.zone), "kwh": found[at]}
        for at in sorted(found)
        if begin <= at < end
    ]


@command(PROVIDER, group)
async def chargers(link: _Link) -> None:
    """Tell what the car chargers are doing."""
    found = await link.client.charging.get_chargers()
    columns = ("gid", "on", "rate", "max_rate", "status", "message", "icon_label")
    link.output.show("Chargers", rows_of(found, *columns))


@command(PROVIDER, group)
@click.argument("number", type=int)
@click.option("--on/--off", "on", default=None, help="Switch it.")
@click.option("--rate", type=int, help="Charge at so many amperes.")
async def charger(link: _Link, number: int, on: bool | None, rate: int | None) -> None:
    """Switch the charger NUMBER and set its rate."""
    if on is None and rate is None:
        raise Failure("Say --on, --off or --rate.", WRONG_USE)
    try:
        await link.client.charging.set_charger(number, on=on, rate=rate)
    except NotFound as err:
        raise Failure("There is no such charger: see `chargers`.", WRONG_USE) from err
    except RateOutOfRange as err:
        sentence = f"The charger takes {err.least} to {err.most} A."
        raise Failure(sentence, WRONG_USE) from err
    link.output.say("The charger was told; `chargers` shows it in a few seconds.")


@command(PROVIDER, group)
@range_options
async def sessions(link: _Link, start: date | None, end: date | None) -> None:
    """List when cars were plugged in, and what they took, in kWh."""
    days = days_of(start, end, UTC)
    begin = datetime.combine(days[0], time(), UTC)
    until = datetime.combine(days[-1] + timedelta(days=1), time(), UTC)
    home = await link.client.get_home()
    serials = [each.serial for each in home.values() if each.is_charger]
    found = await link.client.charging.get_sessions(serials, begin, until)
    rows: list[Row] = [
        {
            "charger": serial,
            "plug_in": session.plug_in,
            "plug_out": session.plug_out,
            "kwh": round(session.energy, 3),
        }
        for serial, plugged in found.items()
        for session in plugged
    ]
    link.output.show("Sessions", rows)


@command(PROVIDER, group)
@click.argument("number", type=int)
@click.option("--on/--off", "on", required=True, help="Switch it.")
async def plug(link: _Link, number: int, on: bool) -> None:
    """Switch the plug NUMBER."""
    outlets = (await link.client.get_status()).outlets
    found = chosen(outlets, str(number), "gid", "plug", "NUMBER")
    await link.client.charging.set_outlet(found, on=on)
    link.output.say("The plug was told.")


@command(PROVIDER, group)
@click.option("--count", type=click.IntRange(1), help="End after so many changes.")
@click.option("--seconds", type=click.FloatRange(0), help="End after this time.")
async def events(link: _Link, count: int | None, seconds: float | None) -> None:
    """Tell changes of chargers as they happen, until Ctrl-C."""
    try:
        async with asyncio.timeout(seconds), link.client.stream_status() as changes:
            link.output.say("Waiting for changes ...")
            await _tell(link, changes, count)
    except TimeoutError:
        link.output.say("The time is over.")


async def _tell(
    link: _Link, changes: AsyncIterator[ModernStatus], count: int | None
) -> None:
    seen = 0
    async for change in changes:
        if rows := _changes(change):
            link.output.show(f"{datetime.now(UTC):%H:%M:%S} UTC", rows)
            seen += 1
        if seen == count:
            return


def _changes(change: ModernStatus) -> list[Row]:
    connected: list[Row] = rows_of(change.connections, "gid", "connected")
    columns = ("gid", "connected", "status", "rate", "max_rate", "derated")
    return [*connected, *rows_of(change.evses, *columns)]
