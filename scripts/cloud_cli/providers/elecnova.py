"""Elecnova: storage cabinets and their inverters."""

import asyncio
from collections.abc import AsyncIterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, override
from zoneinfo import ZoneInfo

import click

from custom_components.cloud_energy.client.transport import Transport
from custom_components.elecnova.api.client import ElecnovaClient
from custom_components.elecnova.api.const import (
    PV_INVERTER,
    REQUESTS_PER_DAY,
    Endpoints,
)
from custom_components.elecnova.api.login import Credentials
from custom_components.elecnova.api.messages import Directory, Undecodable, decode
from custom_components.elecnova.api.models import Cabinet, Component, PvPoint
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.failures import NO_CONNECTION, Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import Choice, local, rows_of

_KEY = ("client_id", "client_secret")


class Elecnova(Provider[ElecnovaClient]):
    """Its tokens last a day and can't be renewed: the key to the API is kept.

    So is the address that it was good at: the cloud has several.
    """

    domain = "elecnova"
    title = "Elecnova"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()
    name_label = "Client ID"
    selects = "inverter"

    @override
    def connect(self, transport: Transport, access: Access) -> ElecnovaClient:
        key, endpoints = access.credentials, access.endpoints
        if session := access.session:
            key = Credentials(*(session[name] for name in _KEY))
            if endpoints == self.endpoints:
                endpoints = Endpoints(session["api"])
        return ElecnovaClient(transport, credentials=key, endpoints=endpoints)

    @override
    def ask_credentials(self, name: str) -> Credentials:
        return Credentials(name, ask_secret("Client secret"))

    @override
    async def sign_in(self, link: Link[ElecnovaClient], access: Access) -> None:
        await link.client.get_token()
        key: Credentials = access.credentials
        names = dict(zip(_KEY, (key.client_id, key.client_secret), strict=True))
        access.save({**names, "api": access.endpoints.api})

    @override
    async def choices(self, link: Link[ElecnovaClient]) -> list[Row]:
        return [
            {"inverter": part.sn, "cabinet": cabinet.name}
            for part, cabinet in await _inverters(link)
        ]

    @override
    async def refresh(self, client: ElecnovaClient) -> None:
        await client.renew_token()


PROVIDER = Elecnova()
group = provider_group(PROVIDER)

type _Link = Link[ElecnovaClient]

_INVERTER: Final = Choice("inverter", "sn", "--inverter")
_BROKER_PORT: Final = 8883
_POWER = "/api/v1/dev/pv/power-cap/{sn}"


@command(PROVIDER, group)
async def accounts(link: _Link) -> None:
    """List cabinets and their parts."""
    rows: list[Row] = []
    for cabinet in await link.client.get_all_cabinets():
        rows += [
            {
                "cabinet": cabinet.sn,
                "name": cabinet.name,
                "time_zone": cabinet.time_zone,
                "part": part.sn,
                "component": part.component_desc or part.component,
                "online": part.online,
            }
            for part in await link.client.get_components(cabinet.sn)
        ]
    link.output.show("Cabinets", rows)


@command(PROVIDER, group)
async def sites(link: _Link) -> None:
    """List projects and their sites."""
    rows: list[Row] = []
    for project in await link.client.get_projects():
        found = await link.client.get_all_sites(project.id)
        rows += [{"project": project.name, **row} for row in rows_of(found)]
    link.output.show("Sites", rows)


async def _inverter(link: _Link, serial: str | None) -> tuple[Cabinet, Component]:
    """Return an inverter with its cabinet.

    :raises Failure: there is none.
    """
    found = await _inverters(link)
    part = link.choose([part for part, _ in found], serial, _INVERTER)
    return next(cabinet for each, cabinet in found if each is part), part


async def _inverters(link: _Link) -> list[tuple[Component, Cabinet]]:
    """Return all inverters with their cabinets."""
    return [
        (part, cabinet)
        for cabinet in await link.client.get_all_cabinets()
        for part in await link.client.get_components(cabinet.sn)
        if part.component == PV_INVERTER
    ]


def _zone(cabinet: Cabinet) -> ZoneInfo:
    try:
        return ZoneInfo(cabinet.time_zone or "UTC")
    except (OSError, ValueError) as err:
        raise Failure("The cabinet has an unknown time zone.") from err


_which = click.option(
    "-a", "--inverter", help="Serial number; the selected or first one if left out."
)


@command(PROVIDER, group)
@_which
@range_options
async def usage(
    link: _Link, inverter: str | None, start: date | None, end: date | None
) -> None:
    """Tell the power of an inverter every five minutes, in W."""
    cabinet, part = await _inverter(link, inverter)
    zone = _zone(cabinet)
    raw = link.keep_raw(_POWER)
    rows: list[Row] = []
    for day in link.output.progress(days_of(start, end, zone), "Reading"):
        begin = datetime.combine(day, time(), zone)
        following = datetime.combine(day + timedelta(days=1), time(), zone)
        points = await link.client.get_pv_power(part.sn, begin, following, zone)
        rows += [
            {"start": local(point.time, zone), "power": point.value}
            for point in points
            if begin <= point.time < following
        ]
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
    else:
        link.output.show("Power", rows)


@command(PROVIDER, group)
@_which
@click.option("--month", help="The days of this month, such as 2026-11.")
@click.option("--year", type=int, help="The months of this year.")
async def energy(
    link: _Link, inverter: str | None, month: str | None, year: int | None
) -> None:
    """Tell the kWh of an inverter: of the last seven days if nothing is chosen."""
    cabinet, part = await _inverter(link, inverter)
    zone = _zone(cabinet)
    points = await _energy(link, part.sn, zone, month, year)
    rows: list[Row] = [
        {"start": local(point.time, zone), "kwh": point.value} for point in points
    ]
    link.output.show("Energy", rows)


async def _energy(
    link: _Link, sn: str, zone: ZoneInfo, month: str | None, year: int | None
) -> list[PvPoint]:
    if year is not None:
        return await link.client.get_pv_energy_yearly(sn, year, zone)
    if month is not None:
        try:
            first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        except ValueError as err:
            raise click.UsageError("A month is wanted, such as 2026-11.") from err
        return await link.client.get_pv_energy_monthly(sn, first, zone)
    return await link.client.get_pv_energy_daily(sn, zone)


@command(PROVIDER, group)
@click.option("--mqtt-client", help="A client of the broker; that of this session.")
async def topics(link: _Link, mqtt_client: str | None) -> None:
    """Have the topics of the live values opened, and list them."""
    client_id = mqtt_client or (await link.client.get_token()).id
    rows: list[Row] = [
        {"serial": serial, "topic": topic}
        for serial, found in (await _open_topics(link, client_id)).items()
        for topic in found
    ]
    link.output.show("Topics", rows)


async def _open_topics(link: _Link, client_id: str) -> dict[str, list[str]]:
    """Return the topics of each cabinet and each of its components."""
    client, found = link.client, {}
    for cabinet in await client.get_all_cabinets():
        found[cabinet.sn] = await client.get_cabinet_topics(client_id, cabinet.sn)
        for part in await client.get_components(cabinet.sn):
            found[part.sn] = await client.get_component_topics(client_id, part.sn)
    return found


@command(PROVIDER, group)
@click.option("--broker", required=True, help="Host of the broker, or host:port.")
@click.option("--no-verify", is_flag=True, help="Take a self-signed certificate.")
@click.option("--count", type=click.IntRange(1), help="End after so many messages.")
@click.option("--seconds", type=click.FloatRange(0), help="End after this time.")
async def points(
    link: _Link,
    broker: str,
    no_verify: bool,
    count: int | None,
    seconds: float | None,
) -> None:
    """Show live values as the broker sends them, until Ctrl-C."""
    login = await link.client.get_token()
    opened = await _open_topics(link, login.id)
    cabinets = await link.client.get_all_cabinets()
    parts = [x for y in cabinets for x in await link.client.get_components(y.sn)]
    directory = Directory([each.sn for each in cabinets], parts)
    host, _, port = broker.partition(":")
    topics = [topic for found in opened.values() for topic in found]
    # Only here: it takes a part of Home Assistant along
    from custom_components.elecnova.live import broker as brokers  # noqa: PLC0415

    address = (host, int(port or _BROKER_PORT), login)
    try:
        async with (
            asyncio.timeout(seconds),
            brokers.connected(*address, verify=not no_verify) as connection,
        ):
            await brokers.subscribe(connection, topics)
            link.output.say("Waiting for values ...")
            await _show_points(link, connection.messages, directory, count)
    except TimeoutError:
        link.output.say("The time is over.")
    except brokers.BrokerError as err:
        raise Failure(f"The broker can't be used: {err}.", NO_CONNECTION) from err


async def _show_points(
    link: _Link,
    messages: AsyncIterable[Any],
    directory: Directory,
    count: int | None,
) -> None:
    seen = 0
    async for message in messages:
        now = datetime.now(UTC)
        try:
            found = decode(message.topic.value, message.payload, directory, now)
        except Undecodable as err:
            link.output.say(f"A message was not understood: {err}")
            continue
        rows = rows_of(found, "owner", "name", "value", "unit", "time")
        link.output.show(f"{now.astimezone():%H:%M:%S}", rows)
        seen += 1
        if seen == count:
            return
