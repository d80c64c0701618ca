"""Emporia's requests written by hand, as the web app sends them; the client's half of the password proof included."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
import hmac
import json
from typing import Any, Final

import aiohttp

from tests.clouds.emporia import EmporiaCloud
from tests.clouds.emporia.srp import N

POOL: Final = "ghlOXVLi1"
SECRET_A: Final = int("a1" * 32, 16)
TARGET: Final = "AWSCognitoIdentityProviderService."


def pad(number: int) -> bytes:
    """Pad a number the way browsers do: as hexadecimal text."""
    text = f"{number:x}"
    if len(text) % 2:
        text = f"0{text}"
    elif text[0] in "89abcdef":
        text = f"00{text}"
    return bytes.fromhex(text)


def digest(*parts: bytes) -> int:
    """SHA-256 as a number."""
    return int(sha256(b"".join(parts)).hexdigest(), 16)


@dataclass(frozen=True)
class Challenge:
    """What the pool sent, and the password that shall prove itself."""

    parameters: dict[str, str]
    password: str
    pool: str = POOL

    def responses(self, timestamp: str) -> dict[str, str]:
        """The fields that answer the challenge."""
        user = self.parameters["USER_ID_FOR_SRP"]
        block = self.parameters["SECRET_BLOCK"]
        message = f"{self.pool}{user}".encode() + b64decode(block) + timestamp.encode()
        proof = hmac.new(self._key(user), message, sha256).digest()
        return {
            "USERNAME": self.parameters["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SIGNATURE": b64encode(proof).decode(),
        }

    def _key(self, user: str) -> bytes:
        public_b = int(self.parameters["SRP_B"], 16)
        salt = int(self.parameters["SALT"], 16)
        inner = sha256(f"{self.pool}{user}:{self.password}".encode()).digest()
        x = digest(pad(salt), inner)
        u = digest(pad(pow(2, SECRET_A, N)), pad(public_b))
        k = digest(pad(N), pad(2))
        secret = pow((public_b - k * pow(2, x, N)) % N, SECRET_A + u * x, N)
        extracted = hmac.new(pad(u), pad(secret), sha256).digest()
        info = b"Caldera Derived Key\x01"
        return hmac.new(extracted, info, sha256).digest()[:16]


def timestamp(now: datetime) -> str:
    """A time as the proof wants it."""
    return f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now.year}"


@dataclass
class Wire:
    """One person's requests. `login` is their entry in the cloud's announcement."""

    cloud: EmporiaCloud
    session: aiohttp.ClientSession
    login: dict[str, Any]
    tokens: dict[str, Any] = field(default_factory=dict)

    @property
    def gid(self) -> int:
        """The first device's gid."""
        gid = self.login["device_gid"]
        assert isinstance(gid, int)
        return gid

    def device(self, kind: str) -> dict[str, Any]:
        """The first device of a kind."""
        found: dict[str, Any] = next(
            each for each in self.login["devices"] if each["kind"] == kind
        )
        return found

    async def cognito(
        self, operation: str, body: Any, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """An operation of the user pool."""
        all_headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": TARGET + operation,
        } | headers
        async with self.session.post(
            f"{self.cloud.hosts['cognito']}/",
            data=body if isinstance(body, bytes) else json.dumps(body),
            headers=all_headers,
        ) as response:
            assert response.content_type == "application/x-amz-json-1.1"
            return response.status, await response.json(content_type=None)

    async def initiate(
        self, flow: str, **parameters: str
    ) -> tuple[int, dict[str, Any]]:
        """Send InitiateAuth to the user pool."""
        body = {
            "AuthFlow": flow,
            "ClientId": self.login["client_id"],
            "AuthParameters": parameters,
        }
        return await self.cognito("InitiateAuth", body)

    async def respond(
        self, name: str, session: str | None = None, **responses: str
    ) -> tuple[int, dict[str, Any]]:
        """Send RespondToAuthChallenge to the user pool."""
        body: dict[str, Any] = {
            "ChallengeName": name,
            "ClientId": self.login["client_id"],
            "ChallengeResponses": responses,
        }
        if session is not None:
            body["Session"] = session
        return await self.cognito("RespondToAuthChallenge", body)

    async def start_proof(self, username: str | None = None) -> dict[str, str]:
        """The first step; returns the challenge's parameters."""
        status, answer = await self.initiate(
            "USER_SRP_AUTH",
            USERNAME=username or self.login["username"],
            SRP_A=f"{pow(2, SECRET_A, N):x}",
        )
        assert status == 200
        assert answer["ChallengeName"] == "PASSWORD_VERIFIER"
        parameters: dict[str, str] = answer["ChallengeParameters"]
        return parameters

    async def prove(
        self, password: str | None = None, **changes: str
    ) -> tuple[int, dict[str, Any]]:
        """Both steps; `changes` replace fields of the answer."""
        parameters = await self.start_proof()
        challenge = Challenge(parameters, password or self.login["password"])
        right = challenge.responses(timestamp(self.cloud.clock.now()))
        return await self.respond("PASSWORD_VERIFIER", **right | changes)

    async def sign_in(self) -> None:
        """Log in by password proof and keep the tokens."""
        status, answer = await self.prove()
        assert status == 200, answer
        self.tokens = answer["AuthenticationResult"]

    async def wait(self, span: timedelta) -> None:
        """Let time pass; tokens are new afterwards."""
        self.cloud.clock.advance(span)
        await self.sign_in()

    async def refresh(self, token: str | None = None) -> tuple[int, dict[str, Any]]:
        """Refresh with the kept token or another."""
        return await self.initiate(
            "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token or self.tokens["RefreshToken"]
        )

    async def call(
        self, method: str, path: str, body: Any = None, **params: str
    ) -> tuple[int, Any]:
        """A data call with the id token as both hosts take it; a body that is no JSON is told as text, an empty one as None."""
        token = self.tokens["IdToken"]
        async with self.session.request(
            method,
            self.cloud.url + path,
            json=body,
            params=params,
            headers={"authtoken": token, "Authorization": token},
        ) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, json.loads(text) if is_json else text or None

    async def get(self, path: str, **params: str) -> Any:
        """The body of a call that works."""
        status, body = await self.call("GET", path, **params)
        assert status == 200, body
        return body

    async def usages(
        self, at: datetime, scale: str, unit: str = "KilowattHours", *gids: int
    ) -> dict[str, Any]:
        """Channel usages of the first device, by channel number."""
        answer = await self.get(
            "/AppAPI",
            apiMethod="getDeviceListUsages",
            deviceGids=" ".join(map(str, gids or (self.gid,))),
            instant=wire_time(at),
            scale=scale,
            energyUnit=unit,
        )
        channels = answer["deviceListUsages"]["devices"][0]["channelUsages"]
        return {each["channelNum"]: each for each in channels}

    async def chart(
        self,
        channel: str,
        start: datetime,
        end: datetime,
        scale: str = "1H",
        gid: int | None = None,
    ) -> tuple[str | None, list[float | None]]:
        """First instant and values of a chart in kWh."""
        answer = await self.get(
            "/AppAPI",
            apiMethod="getChartUsage",
            deviceGid=str(gid or self.gid),
            channel=channel,
            start=wire_time(start),
            end=wire_time(end),
            scale=scale,
            energyUnit="KilowattHours",
        )
        return answer["firstUsageInstant"], answer["usageList"]

    async def charger(self) -> dict[str, Any]:
        """The first charger's legacy status."""
        status = await self.get("/customers/devices/status")
        charger: dict[str, Any] = status["evChargers"][0]
        return charger

    async def put_charger(self, **changes: Any) -> tuple[int, Any]:
        """Write the charger as it is, with changes; None leaves a key out."""
        now = await self.charger()
        keys = (
            "deviceGid",
            "loadGid",
            "chargerOn",
            "chargingRate",
            "maxChargingRate",
            "breakerPIN",
        )
        body = {key: now[key] for key in keys} | changes
        body = {key: value for key, value in body.items() if value is not None}
        return await self.call("PUT", "/devices/evcharger", body)


def wire_time(at: datetime) -> str:
    """UTC in ISO with Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
