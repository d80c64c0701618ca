"""Flowerhub: home batteries in Sweden."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, override

from aiohttp.abc import AbstractCookieJar
from yarl import URL

from custom_components.cloud_energy.client.transport import Transport
from custom_components.flowerhub.api import Credentials, Endpoints, FlowerhubClient
from custom_components.flowerhub.api.const import REQUESTS_PER_DAY, SITE_ZONE
from custom_components.flowerhub.api.login import Login
from custom_components.flowerhub.api.models import LoginResponse
from custom_components.flowerhub.api.parsers import require_asset_id
from scripts.cloud_cli.commands import command, provider_group
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider, Session
from scripts.cloud_cli.rows import rows_of


class Flowerhub(Provider[FlowerhubClient]):
    """Signed in by two cookies; the password is forgotten after the login."""

    domain = "flowerhub"
    title = "Flowerhub (Sweden)"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()
    zone = SITE_ZONE

    @override
    def connect(self, transport: Transport, access: Access) -> FlowerhubClient:
        jar, base = transport.session.cookie_jar, URL(access.endpoints.api)
        session = access.session
        if session:
            jar.update_cookies(session["cookies"], base)
        return FlowerhubClient(
            transport,
            endpoints=access.endpoints,
            credentials=access.credentials,
            login=_restored(session["login"]) if session else None,
            persist=lambda login: access.save(_session(login, jar, base)),
        )

    @override
    def ask_credentials(self, name: str) -> Credentials:
        return Credentials(name, ask_secret("Password"))

    @override
    async def sign_in(self, link: Link[FlowerhubClient], access: Access) -> None:
        await link.client.sign_in()

    @override
    async def refresh(self, client: FlowerhubClient) -> None:
        await client.refresh()


def _session(login: Login, jar: AbstractCookieJar, base: URL) -> Session:
    cookies = jar.filter_cookies(base)
    return {
        "cookies": {name: cookie.coded_value for name, cookie in cookies.items()},
        "login": {
            "asset_owner_id": login.asset_owner_id,
            "signed_in_at": login.signed_in_at.isoformat(),
            "issued_at": login.issued_at.isoformat(),
            "access_life": login.access_life and login.access_life.total_seconds(),
            "refresh_until": login.refresh_until and login.refresh_until.isoformat(),
        },
    }


def _restored(stored: Mapping[str, Any]) -> Login:
    life, until = stored["access_life"], stored["refresh_until"]
    return Login(
        response=LoginResponse(),
        asset_owner_id=stored["asset_owner_id"],
        signed_in_at=datetime.fromisoformat(stored["signed_in_at"]),
        issued_at=datetime.fromisoformat(stored["issued_at"]),
        access_life=timedelta(seconds=life) if life else None,
        refresh_until=datetime.fromisoformat(until) if until else None,
    )


PROVIDER = Flowerhub()
group = provider_group(PROVIDER)

type _Link = Link[FlowerhubClient]

_NOTICES = {"service": "active-flower", "billing": "active-zavann"}
_CONSUMPTION = "/asset-owner/{asset_owner}/consumption"


async def _find_asset(link: _Link) -> None:
    """Have the client know its asset.

    :raises NoAsset: there is none yet.
    """
    require_asset_id(await link.client.get_asset_id())


@command(PROVIDER, group)
async def accounts(link: _Link) -> None:
    """Tell of the hub and what it is doing."""
    await _find_asset(link)
    asset = await link.client.get_asset()
    (details,), (status,) = rows_of([asset]), rows_of([asset.status])
    link.output.show("Hub", [{**details, **status}])


@command(PROVIDER, group)
async def usage(link: _Link) -> None:
    """Tell the billed volumes of the months, in kWh."""
    raw = link.keep_raw(_CONSUMPTION)
    found = await link.client.get_consumption() or []
    if link.output.is_raw:
        link.output.write_raw(raw.bodies)
        return
    columns = ("site_id", "month", "valid_from", "valid_to", "volume", "type")
    link.output.show("Usage (kWh)", rows_of(found, *columns))


@command(PROVIDER, group)
async def bills(link: _Link) -> None:
    """List the invoices, in SEK."""
    found = await link.client.get_invoices() or []
    columns = ("month", "issued", "due_date", "type", "status", "total", "remaining")
    link.output.show("Bills (SEK)", rows_of(found, *columns))


@command(PROVIDER, group)
async def revenue(link: _Link) -> None:
    """Tell what the battery earned in the month that was settled last, in SEK."""
    await _find_asset(link)
    found = await link.client.get_revenue()
    columns = ("compensation", "compensation_per_kw", "min_available_power")
    link.output.show("Revenue (SEK)", rows_of([found], *columns))


@command(PROVIDER, group)
async def uptime(link: _Link) -> None:
    """Tell the uptime of the months, in percent."""
    await _find_asset(link)
    found = await link.client.get_uptime_history() or []
    link.output.show("Uptime (%)", rows_of(found))


@command(PROVIDER, group)
async def agreement(link: _Link) -> None:
    """Show the electricity agreement of consumption and of production."""
    found = await link.client.get_electricity_agreement()
    rows: list[Row] = [
        {"of": name, **row}
        for name in ("consumption", "production")
        for row in rows_of([getattr(found, name)])
    ]
    link.output.show("Agreement", rows)


@command(PROVIDER, group)
async def notices(link: _Link) -> None:
    """Show the notices of the service and of the billing."""
    rows: list[Row] = []
    for subject, slug in _NOTICES.items():
        found = await link.client.get_system_notification(slug)
        if found is not None:
            rows.append({"about": subject, "notice": found})
    link.output.show("Notices", rows)
