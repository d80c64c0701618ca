"""The portal's requests written by hand, as its web page sends them."""

from dataclasses import dataclass, field
import json
from typing import Any, Final

import aiohttp

from tests.clouds.flowerhub import FlowerhubCloud

ORIGIN: Final = {"Origin": "https://portal.flowerhub.se"}


@dataclass
class Wire:
    """One person's requests; cookies are kept here, not by the session."""

    cloud: FlowerhubCloud
    session: aiohttp.ClientSession
    login: dict[str, Any]
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: dict(ORIGIN))

    @property
    def owner(self) -> str:
        """The path of the asset owner."""
        return f"/asset-owner/{self.login['asset_owner_id']}"

    @property
    def asset(self) -> str:
        """The path of the asset."""
        return f"/asset/{self.login['asset_id']}"

    def uptime(self, kind: str) -> str:
        """The path of one of the answers about uptime."""
        return f"/asset-effective-uptime/{kind}/{self.login['asset_id']}"

    async def send(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> aiohttp.ClientResponse:
        """Send a request and keep the cookies that come back; the answer is read."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = self.headers | ({"Cookie": cookies} if cookies else {}) | headers
        async with self.session.request(
            method, self.cloud.url + path, json=body, headers=all_headers
        ) as response:
            await response.read()
        self.session.cookie_jar.clear()
        found = {name: morsel.value for name, morsel in response.cookies.items()}
        self.cookies |= found
        return response

    async def sign_in(self, **changes: Any) -> aiohttp.ClientResponse:
        """Sign in with username and password."""
        body = {
            "username": self.login["username"],
            "password": self.login["password"],
        } | changes
        return await self.send("POST", "/auth/login", body)

    async def refresh(self) -> aiohttp.ClientResponse:
        """Refresh the access token."""
        return await self.send("GET", "/auth/refresh-token")

    async def status(self, path: str) -> int:
        """The status of an answer."""
        return (await self.send("GET", path)).status

    async def get(self, path: str) -> Any:
        """The body of an answer that is a good one; None for an empty one."""
        response = await self.send("GET", path)
        text = await response.text()
        assert response.status == 200, text
        if not text:
            return None
        assert response.content_type == "application/json"
        return json.loads(text)
