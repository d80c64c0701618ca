"""The utility's requests written by hand, as its app and web site send them."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
import json
import re
from typing import Any, Final

import aiohttp

from tests.clouds.iec import IecCloud

CLIENT_ID: Final = "0oaqf6zr7yEcQZqqt2p7"
REDIRECT_URI: Final = "com.iecrn:/"
SCOPE: Final = "openid email profile offline_access"
VERIFIER: Final = "v3r1f1er_" * 8
SERVER: Final = "/oauth2/default/v1"
BROWSER: Final = {
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en,he;q=0.9",
    "Origin": "https://www.iec.co.il",
    "Referer": "https://www.iec.co.il/",
    "User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36",
    "x-iec-idt": "1",
    "x-iec-webview": "1",
}
CODE_INPUT: Final = re.compile(r"<input type=\"hidden\" name=\"code\" value=\"(.+)\"/>")

type Answer = tuple[int, Any]


def challenge(verifier: str) -> str:
    """The PKCE challenge."""
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass
class Wire:
    """One person's requests. `login` is their entry in the cloud's announcement."""

    cloud: IecCloud
    session: aiohttp.ClientSession
    login: dict[str, Any]
    tokens: dict[str, Any] = field(default_factory=dict)

    @property
    def contract(self) -> str:
        """The first contract's number."""
        return str(self.login["contract"])

    @property
    def pair(self) -> str:
        """The end of many addresses: contract and business partner."""
        return f"{self.contract}/{self.login['bp_number']}"

    async def okta(self, path: str, body: Any) -> Answer:
        """A call of the login."""
        async with self.session.post(
            self.cloud.hosts["okta"] + path,
            data=body if isinstance(body, bytes) else json.dumps(body),
            headers={"accept": "application/json", "content-type": "application/json"},
        ) as response:
            return response.status, await response.json()

    async def begin(self, username: str | None = None) -> Answer:
        """Tell who we are."""
        body = {"username": username or self.login["username"]}
        return await self.okta("/api/v1/authn", body)

    async def verify(self, factor_id: str, state_token: str, **body: Any) -> Answer:
        """Have a code sent, or answer with it."""
        path = f"/api/v1/authn/factors/{factor_id}/verify"
        return await self.okta(path, {"stateToken": state_token, **body})

    async def challenge(self, kind: str = "email") -> tuple[str, str]:
        """Have a code sent; returns factor id and state token."""
        status, started = await self.begin()
        assert status == 200, started
        factors = started["_embedded"]["factors"]
        sms = [f for f in factors if f["profile"]["email"].endswith("@sns.iec.co.il")]
        chosen = (sms if kind == "sms" else factors)[0]["id"]
        status, sent = await self.verify(chosen, started["stateToken"])
        assert (status, sent["status"]) == (200, "MFA_CHALLENGE")
        return chosen, sent["stateToken"]

    async def session_token(self) -> str:
        """Log in up to the session token."""
        status, done = await self.verify(
            *await self.challenge(), passCode=self.login["code"]
        )
        assert (status, done["status"]) == (200, "SUCCESS"), done
        token = done["sessionToken"]
        assert isinstance(token, str)
        return token

    async def authorize(
        self, session_token: str, **changes: str | None
    ) -> tuple[int, str]:
        """Status and page; a change to None leaves a parameter out."""
        query = {
            "client_id": CLIENT_ID,
            "response_type": "id_token code",
            "response_mode": "form_post",
            "scope": SCOPE,
            "redirect_uri": REDIRECT_URI,
            "state": "HOY66WBzgyvh",
            "nonce": "n0nce",
            "code_challenge_method": "S256",
            "sessionToken": session_token,
            "code_challenge": challenge(VERIFIER),
        } | changes
        async with self.session.get(
            f"{self.cloud.hosts['okta']}{SERVER}/authorize",
            params={name: value for name, value in query.items() if value is not None},
        ) as response:
            return response.status, await response.text()

    async def code(self) -> str:
        """Log in up to the authorization code."""
        status, page = await self.authorize(await self.session_token())
        found = CODE_INPUT.search(page)
        assert status == 200 and found, page
        return found[1]

    async def token(self, form: dict[str, str | None]) -> Answer:
        """A call of the token endpoint; None leaves a field out."""
        async with self.session.post(
            f"{self.cloud.hosts['okta']}{SERVER}/token",
            data={name: value for name, value in form.items() if value is not None},
        ) as response:
            return response.status, await response.json()

    async def redeem(self, code: str, /, **changes: str | None) -> Answer:
        """Tokens for a code."""
        form = {
            "client_id": CLIENT_ID,
            "code_verifier": VERIFIER,
            "grant_type": "authorization_code",
            "redirect_uri": REDIRECT_URI,
            "code": code,
        }
        return await self.token({**form, **changes})

    async def refresh(self, token: str | None = None, **changes: str | None) -> Answer:
        """Tokens for the kept refresh token or another."""
        form = {
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "refresh_token": token or self.tokens["refresh_token"],
            "grant_type": "refresh_token",
            "scope": SCOPE,
        }
        return await self.token({**form, **changes})

    async def sign_in(self) -> None:
        """Log in and keep the tokens."""
        status, self.tokens = await self.redeem(await self.code())
        assert status == 200, self.tokens

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        host: str = "api",
        headers: dict[str, str | None] | None = None,
    ) -> Answer:
        """A data call; a body that is no JSON is told as bytes, an empty one as None. A header of None is left out."""
        sent: dict[str, str | None] = {
            **BROWSER,
            "Authorization": f"Bearer {self.tokens['id_token']}",
        }
        if host == "masa_portal":
            sent["portalcode"] = "6"
        wanted = {**sent, **(headers or {})}
        async with self.session.request(
            method,
            self.cloud.hosts[host] + path,
            json=body,
            headers={name: text for name, text in wanted.items() if text is not None},
        ) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json"
            return response.status, json.loads(raw) if is_json and raw else raw or None

    async def get(self, path: str, *, host: str = "api") -> Any:
        """The body of a call that works."""
        status, body = await self.call("GET", path, host=host)
        assert status == 200, body
        return body

    async def data(self, path: str) -> Any:
        """What is in the envelope of a call that works."""
        body = await self.get(path)
        assert body["reponseDescriptor"]["isSuccess"], body
        return body["data"]

    async def range(self, day: str, resolution: int = 1, **changes: Any) -> Answer:
        """Ask for readings of the first meter; changes replace keys of the body, None leaves one out."""
        kind = changes.pop("kind", "Consumption")
        meter = {
            "meterKind": kind,
            "meterCode": changes.pop("code", self.login["meter_code"]),
            "meterSerial": changes.pop("serial", self.login["meter"]),
        }
        contract = changes.pop("contract", self.contract)
        body = {
            "contractNumber": contract,
            "fromDate": day,
            "resolution": resolution,
            "smartMetersList": [meter],
            "lastInvoiceDate": self.cloud.readings.today().isoformat(),
        } | changes
        path = f"/api/Consumption/RemoteReadingRange/{contract}"
        body = {name: value for name, value in body.items() if value is not None}
        return await self.call("POST", path, body)

    async def meter(self, day: str, resolution: int = 1, **changes: Any) -> Any:
        """The first meter's part of such an answer."""
        status, body = await self.range(day, resolution, **changes)
        assert status == 200, body
        return body["meterList"][0]

    async def rows(self, day: str, resolution: int = 1, **changes: Any) -> Any:
        """The rows of a reading."""
        return (await self.meter(day, resolution, **changes))["periodConsumptions"]
