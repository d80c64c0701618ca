"""Emporia: monitors, plugs, batteries and car chargers."""

from typing import Any, Final, override

import click

from custom_components.cloud_energy.client.errors import SessionExpired
from custom_components.cloud_energy.client.transport import Transport
from custom_components.emporia.api.client import EmporiaClient
from custom_components.emporia.api.const import REQUESTS_PER_DAY, Endpoints
from custom_components.emporia.api.login import Credentials, Login
from scripts.cloud_cli.commands import provider_group
from scripts.cloud_cli.output import Row
from scripts.cloud_cli.prompts import ask_secret
from scripts.cloud_cli.provider import Access, Link, Provider
from scripts.cloud_cli.rows import Choice


class Emporia(Provider[EmporiaClient]):
    """Signed in by a refresh token; the password is forgotten after the login.

    An empty password means that a token of a Google or Apple account follows.
    """

    domain = "emporia"
    title = "Emporia Energy"
    requests_per_day = REQUESTS_PER_DAY
    endpoints = Endpoints()
    name_label = "Email address"
    selects = "device"

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
    def ask_credentials(self, name: str) -> Any:
        password = ask_secret("Password (empty for a Google or Apple account)")
        if password:
            return Credentials(name, password)
        return ask_secret("Refresh token")

    @override
    async def sign_in(self, link: Link[EmporiaClient], access: Access) -> None:
        if isinstance(access.credentials, Credentials):
            await link.client.sign_in()
        else:
            await link.client.use_refresh_token(access.credentials)

    @override
    async def choices(self, link: Link[EmporiaClient]) -> list[Row]:
        home = await link.client.get_home()
        return [{"device": each.gid, "name": each.name} for each in home.values()]

    @override
    async def refresh(self, client: EmporiaClient) -> None:
        if client.login is None:
            raise SessionExpired("There is no session")
        await client.use_refresh_token(client.login.refresh_token)


PROVIDER = Emporia()
group = provider_group(PROVIDER)

type EmporiaLink = Link[EmporiaClient]

DEVICE: Final = Choice("device", "gid", "--device")
device_option = click.option(
    "-a", "--device", help="Number of a device; the selected or first one if left out."
)
