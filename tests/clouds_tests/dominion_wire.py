"""Dominion Energy's requests written by hand, field by field as the web portal sends them."""

from base64 import urlsafe_b64decode
from io import BytesIO
import json
from typing import Any, Final
from uuid import uuid4

import aiohttp
from openpyxl import Workbook, load_workbook

from tests.clouds.dominion_energy import DominionCloud

COMMON: Final = {
    "APIKey": "4_6zEg-HY_0eqpgdSONYkJkQ",
    "sdk": "js_latest",
    "pageURL": "https://login.dominionenergy.com/CommonLogin?SelectedAppName=Electric",
    "sdkBuild": "18148",
    "format": "json",
}
INCLUDE: Final = (
    "profile,data,emails,subscriptions,preferences,id_token,groups,loginIDs,"
)
PORTAL: Final = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "uid": "1",
    "pt": "1",
    "channel": "WEB",
    "Origin": "https://myaccount.dominionenergy.com",
    "User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_0) Chrome/142.0.0.0",
}
PATHS: Final = {
    "gigyaPhone": ("phone", "getRegisteredPhoneNumbers", "phones", "phoneID"),
    "gigyaEmail": ("email", "getEmails", "emails", "emailID"),
}


class Wire:
    """One person's requests. `login` is their entry in the cloud's announcement."""

    def __init__(
        self, cloud: DominionCloud, session: aiohttp.ClientSession, login: int = 0
    ) -> None:
        """Speak to `cloud` for its n-th login."""
        self.cloud = cloud
        self.session = session
        self.login = cloud.accounts[login]
        self.access = self.refresh = ""

    async def gigya(self, call: str, **params: str) -> dict[str, Any]:
        """A GET call of the login service; HTTP status 200 and `text/javascript` whatever happens."""
        url = f"{self.cloud.hosts['gigya']}/{call}"
        async with self.session.get(url, params=COMMON | params) as response:
            return await self._gigya_body(response)

    async def gigya_form(self, call: str, **fields: str) -> dict[str, Any]:
        """A POST call of the login service."""
        url = f"{self.cloud.hosts['gigya']}/{call}"
        async with self.session.post(url, data=COMMON | fields) as response:
            return await self._gigya_body(response)

    async def submit_credentials(self, **fields: str) -> dict[str, Any]:
        """Device cookies, then credentials; `fields` replace the right ones."""
        await self.gigya("accounts.webSdkBootstrap")
        right = {
            "loginID": self.login["username"],
            "password": self.login["password"],
            "include": INCLUDE,
        }
        return await self.gigya_form("accounts.login", **right | fields)

    async def send_code(self, reg_token: str, provider: str) -> dict[str, str]:
        """Ask for a code; returns the parameters that verify it."""
        family, listing, targets, id_name = PATHS[provider]
        started = await self.gigya(
            "accounts.tfa.initTFA",
            provider=provider,
            mode="verify",
            regToken=reg_token,
        )
        assertion = started["gigyaAssertion"]
        listed = await self.gigya(
            f"accounts.tfa.{family}.{listing}", gigyaAssertion=assertion
        )
        target = {id_name: listed[targets][0]["id"]}
        method = {"method": "sms"} if family == "phone" else {}
        sent = await self.gigya(
            f"accounts.tfa.{family}.sendVerificationCode",
            gigyaAssertion=assertion,
            lang="en",
            regToken=reg_token,
            **target,
            **method,
        )
        return {
            "gigyaAssertion": assertion,
            "phvToken": sent["phvToken"],
            "regToken": reg_token,
        }

    async def verify_code(
        self, provider: str, sent: dict[str, str], code: str
    ) -> dict[str, Any]:
        """Submit a code."""
        call = f"accounts.tfa.{PATHS[provider][0]}.completeVerification"
        return await self.gigya(call, code=code, **sent)

    async def finalize(
        self, sent: dict[str, str], verified: dict[str, Any]
    ) -> dict[str, Any]:
        """Trust this device and finish the login."""
        done = await self.gigya(
            "accounts.tfa.finalizeTFA",
            gigyaAssertion=sent["gigyaAssertion"],
            providerAssertion=verified["providerAssertion"],
            tempDevice="false",
            regToken=sent["regToken"],
        )
        assert done["errorCode"] == 0
        return await self.gigya(
            "accounts.finalizeRegistration",
            regToken=sent["regToken"],
            include=INCLUDE,
        )

    async def exchange(
        self, id_token: str, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Exchange an id_token for the data host's tokens and keep them."""
        special = {"pt": "", "st": "PL", "e2eid": str(uuid4())} | headers
        body = {"username": "", "password": "", "guestToken": id_token}
        status, answer = await self.post(
            "/UsermanagementAPI/api/1/Login/auth",
            body,
            Authorization=f"Bearer {id_token}",
            **special,
        )
        if status == 200:
            self._keep(answer)
        return status, answer

    async def rotate(self, refresh: str | None = None) -> int:
        """Refresh both tokens and keep them; returns the HTTP status."""
        status, answer = await self.post(
            "/UsermanagementAPI/api/1/login/auth/refresh",
            {"refreshToken": self.refresh if refresh is None else refresh},
        )
        if status == 200:
            self._keep(answer)
        return status

    async def sign_in(self, provider: str = "gigyaPhone") -> None:
        """The whole way to tokens, with the second factor where it is asked for."""
        answer = await self.submit_credentials()
        if answer["errorCode"] == 403101:
            sent = await self.send_code(answer["regToken"], provider)
            verified = await self.verify_code(provider, sent, self.login["code"])
            answer = await self.finalize(sent, verified)
        status, _ = await self.exchange(answer["id_token"])
        assert status == 200

    async def get(
        self, path: str, headers: dict[str, str] | None = None, **params: str
    ) -> tuple[int, dict[str, Any]]:
        """A GET call of the data host."""
        async with self.session.get(
            self.cloud.hosts["data"] + path,
            params=params,
            headers=self.headers | (headers or {}),
        ) as response:
            return response.status, await response.json()

    async def post(
        self, path: str, body: Any, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """A POST call of the data host."""
        async with self.session.post(
            self.cloud.hosts["data"] + path,
            data=json.dumps(body),
            headers=self.headers | headers,
        ) as response:
            return response.status, await response.json()

    async def download(self, **fields: Any) -> tuple[int, bytes]:
        """Download the first meter's workbook; `fields` replace those of the request, None removes one."""
        body = {
            "Format": "Csv",
            "accountNumber": self.login["account"],
            "meterIds": [self.login["meter"]],
            "uom": "kWh",
            "periodicity": "HH",
            "serviceType": "electricity",
            "decimalPlaces": "2",
            "isNetUsage": "false",
            "displayUnit": "kWh",
            "from": "2026-11-01",
            "to": "2026-11-19",
        } | fields
        async with self.session.post(
            f"{self.cloud.hosts['data']}/Service/api/1/Usage/DownloadExcelNew",
            json={name: value for name, value in body.items() if value is not None},
            headers=self.headers,
        ) as response:
            return response.status, await response.read()

    async def workbook(self, **fields: Any) -> Workbook:
        """The downloaded workbook."""
        status, content = await self.download(**fields)
        assert status == 200
        return load_workbook(BytesIO(content), data_only=True)

    @property
    def claims(self) -> dict[str, Any]:
        """What the access token says."""
        payload = self.access.split(".")[1]
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=="))
        return claims

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every data call."""
        return PORTAL | {"Authorization": f"Bearer {self.access}"}

    def _keep(self, answer: dict[str, Any]) -> None:
        self.access = answer["data"]["accessToken"]
        self.refresh = answer["data"]["refreshToken"]

    @staticmethod
    async def _gigya_body(response: aiohttp.ClientResponse) -> dict[str, Any]:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        body: dict[str, Any] = await response.json(content_type=None)
        assert body["apiVersion"] == 2
        assert len(body["callId"]) == 32
        return body
