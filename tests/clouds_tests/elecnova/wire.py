"""Requests to the cloud written by hand, as a client sends them."""

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
import hmac
import json
from typing import Any

import aiohttp

from tests.clouds.elecnova import ElecnovaCloud


def sign(secret: str, path: str, timestamp: str) -> str:
    """The signature of a path at a time (wire 3.1)."""
    digest = hmac.new(secret.encode(), (path + timestamp).encode(), sha256)
    return b64encode(digest.hexdigest().encode("ascii")).decode("ascii")


@dataclass
class Wire:
    """One account's requests. `headers` replace the usual ones, or take them away (None)."""

    cloud: ElecnovaCloud
    session: aiohttp.ClientSession
    account: dict[str, Any]
    token: str | None = None
    headers: dict[str, str | None] = field(default_factory=dict)

    @property
    def cabinet(self) -> str:
        """The path of the first cabinet."""
        return f"/api/v1/dev/{self.account['cabinet']}"

    @property
    def power(self) -> str:
        """The path of the first inverter's points."""
        return f"/api/v1/dev/pv/power-cap/{self.account['meter']}"

    def energy(self, span: str) -> str:
        """The path of the first inverter's totals: `daily`, `monthly` or `yearly`."""
        return f"/api/v1/dev/pv/power-gen/{span}/{self.account['meter']}"

    def usual_headers(self, path: str) -> dict[str, str | None]:
        """The headers that a request needs."""
        timestamp = str(int(self.cloud.clock.timestamp() * 1000))
        return {
            "X-Access-ID": self.account["client_id"],
            "X-Timestamp": timestamp,
            "X-Signature": sign(self.account["client_secret"], path, timestamp),
            "Authorization": self.token,
        }

    async def send(
        self, path: str, method: str = "GET", **query: Any
    ) -> aiohttp.ClientResponse:
        """Send a request; the answer is read."""
        headers = self.usual_headers(path) | self.headers
        async with self.session.request(
            method,
            self.cloud.hosts["api"] + path,
            params=query,
            headers={name: value for name, value in headers.items() if value},
        ) as response:
            await response.read()
        return response

    async def sign_in(self) -> dict[str, Any]:
        """Get a token and the broker's credentials."""
        credentials: dict[str, Any] = await self.get("/comm/client")
        self.token = credentials["token"]
        return credentials

    async def status(self, path: str, **query: Any) -> int:
        """The status of an answer."""
        return (await self.send(path, **query)).status

    async def get(self, path: str, **query: Any) -> Any:
        """The body of an answer that is a good one."""
        response = await self.send(path, **query)
        text = await response.text()
        assert response.status == 200, text
        assert response.content_type == "application/json"
        return json.loads(text)

    async def data(self, path: str, **query: Any) -> Any:
        """What is in the envelope of an answer."""
        body = await self.get(path, **query)
        assert body["code"] == 200
        assert body["message"] == "success"
        return body["data"]
