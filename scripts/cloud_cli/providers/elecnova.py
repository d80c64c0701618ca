"""Elecnova: storage cabinets and their inverters."""

from datetime import UTC, date, datetime, time, timedelta
from typing import override
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
from custom_components.elecnova.api.models import Cabinet, Component, PvPoint
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.dates import days_of, range_options
from scripts.cloud_cli.failures import Failure
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask, ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import chosen, local, rows_of

_KEY = ("client_id", "client_secret")


class Elecnova(Provider[ElecnovaClient]):
    """Its tokens last a day and can't be renewed: the key to the API is kept.

    So is the address that it was good at: the cloud has several.
    """

    domain = "elecnova"
    title = "Elecnova"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()

    @override
    def connect(self, transport: Transport, access: Access) -> ElecnovaClient:
        key, endpoints = access.credentials, access.endpoints
        if session := access.session:
            key = Credentials(*(session[name] for name in _KEY))
            if endpoints == self.endpoints:
                endpoints = Endpoints(session["api"])
        return ElecnovaClient(transport, credentials=key, endpoints=endpoints)

    @override
    def ask_credentials(self) -> Credentials:
        return Credentials(ask("Client id"), ask_secret("Client secret"))

    @override
    async def log_in(self, link: Link[ElecnovaClient], access: Access) -> None:
        await link.client.get_token()
        key: Credentials = access.credentials
        names = dict(zip(_KEY, (key.client_id, key.client_secret), strict=True))
        access.save({**names, "api": access.endpoints.api})

    @override
    async def refresh(self, client: ElecnovaClient) -> None:
        await client.renew_token()


PROVIDER = Elecnova()
group = provider_group(PROVIDER)

type _Link = Link[ElecnovaClient]

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
    found: dict[str, Cabinet] = {}
    parts: list[Component] = []
    for cabinet in await link.client.get_all_cabinets():
        for part in await link.client.get_components(cabinet.sn):
            if part.component == PV_INVERTER:
                found[part.sn] = cabinet
                parts.append(part)
    part = chosen(parts, serial, "sn", "inverter", "--inverter")
    return found[part.sn], part


def _zone(cabinet: Cabinet) -> ZoneInfo:
    try:
        return ZoneInfo(cabinet.time_zone or "UTC")
    except (OSError, ValueError) as err:
        raise Failure("The cabinet has an unknown time zone.") from err


_which = click.option("--inverter", help="Serial number; the first if left out.")


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
