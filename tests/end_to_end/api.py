"""What a browser does with Home Assistant: its HTTP and websocket API."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse

from .commands import Commands

_EVER: Final = datetime.fromtimestamp(0, UTC)

type Answers = Mapping[str, Mapping[str, Any]]
"""What to answer to each step of a flow; the default of a form is `{}`."""

type Heard = AsyncIterator[Any]
"""New states of an entity, as they are told."""


class ApiError(Exception):
    """Home Assistant answered something else than what was asked for."""


class HomeAssistantApi:
    """One user's connection to Home Assistant."""

    def __init__(self, session: ClientSession, url: str) -> None:
        """Speak to the Home Assistant at a URL."""
        self._session = session
        self._url = url
        self._headers: dict[str, str] = {}
        self._token = ""
        self._commands: Commands | None = None

    async def wait_until_ready(
        self, seconds: float, is_alive: Callable[[], bool]
    ) -> bool:
        """Wait until it answers; False if it has ended or takes too long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while is_alive() and asyncio.get_running_loop().time() < deadline:
            try:
                async with self._session.get(f"{self._url}/manifest.json") as response:
                    if response.status == 200:
                        return True
            except ClientError:
                pass  # It does not listen yet
            await asyncio.sleep(0.2)
        return False

    async def sign_in(self, username: str, password: str) -> None:
        """Log in as the login page does.

        :raises ApiError: user name or password is wrong.
        """
        client = f"{self._url}/"
        handler = {"handler": ["homeassistant", None], "redirect_uri": client}
        flow = await self.post("/auth/login_flow", {"client_id": client, **handler})
        typed = {"client_id": client, "username": username, "password": password}
        done = await self.post(f"/auth/login_flow/{flow['flow_id']}", typed)
        if done["type"] != "create_entry":
            raise ApiError(f"The login failed: {done}")
        grant = {"grant_type": "authorization_code", "code": done["result"]}
        async with self._session.post(
            f"{self._url}/auth/token", data={"client_id": client, **grant}
        ) as response:
            tokens = await response.json()
        self._token = tokens["access_token"]
        self._headers = {"Authorization": f"Bearer {self._token}"}
        self._commands = Commands(await self._open_socket())

    async def close(self) -> None:
        """Close the session and the websocket."""
        if self._commands:
            await self._commands.close()

    async def get(self, path: str) -> Any:
        """Ask for something by HTTP.

        :raises ApiError: it was refused.
        """
        return await self._request("GET", path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send something by HTTP.

        :raises ApiError: it was refused.
        """
        return await self._request("POST", path, json=dict(body))

    async def delete(self, path: str) -> Any:
        """Delete something by HTTP.

        :raises ApiError: it was refused.
        """
        return await self._request("DELETE", path)

    async def command(self, command: str, **parts: Any) -> Any:
        """Send a websocket command and return its result.

        :raises ApiError: it failed.
        :raises ConnectionError: Home Assistant has hung up.
        """
        assert self._commands is not None
        answer = await self._commands.send(command, parts)
        if not answer["success"]:
            raise ApiError(f"{command} failed: {answer['error']}")
        return answer["result"]

    async def call_action(self, domain: str, action: str, **data: Any) -> None:
        """Call an action and wait until it is done."""
        await self.command(
            "call_service", domain=domain, service=action, service_data=data
        )

    async def start_flow(self, domain: str) -> dict[str, Any]:
        """Begin to add an integration; return its first step."""
        step: dict[str, Any] = await self.post(
            "/api/config/config_entries/flow", {"handler": domain}
        )
        return step

    async def answer(self, step: Mapping[str, Any], typed: Any) -> dict[str, Any]:
        """Answer a step of a flow; return the next one."""
        following: dict[str, Any] = await self.post(
            f"/api/config/config_entries/flow/{step['flow_id']}", typed
        )
        return following

    async def walk(
        self, step: dict[str, Any], answers: Answers, *, until: str | None = None
    ) -> dict[str, Any]:
        """Walk a flow to its end, or to a step; return what is shown there.

        :raises ApiError: a step reports an error, or there is no answer to it.
        """
        while step["type"] in ("form", "menu") and step["step_id"] != until:
            if step.get("errors") or step["step_id"] not in answers:
                raise ApiError(f"The flow is stuck at {step}")
            step = await self.answer(step, answers[step["step_id"]])
        return step

    async def set_options(self, domain: str, options: Mapping[str, Any]) -> None:
        """Set options of an integration's first entry, as its dialog does.

        :raises ApiError: they were refused.
        """
        entry, *_ = await self.entries(domain)
        path = "/api/config/config_entries/options/flow"
        step = await self.post(path, {"handler": entry["entry_id"]})
        kept = {
            field["name"]: field["description"]["suggested_value"]
            for field in step["data_schema"]
            if "suggested_value" in field.get("description", {})
        }
        step = await self.post(f"{path}/{step['flow_id']}", {**kept, **options})
        if step["type"] != "create_entry":
            raise ApiError(f"The options were refused: {step}")

    async def entries(self, domain: str) -> list[dict[str, Any]]:
        """Return the config entries of an integration."""
        found: list[dict[str, Any]] = await self.get(
            f"/api/config/config_entries/entry?domain={domain}"
        )
        return found

    async def states(self, platform: str, key: str) -> list[str | None]:
        """Return the states of an integration's entities by the end of their unique id.

        None for one that has no state yet.
        """
        states = {each["entity_id"]: each for each in await self.command("get_states")}
        return [
            states.get(entity["entity_id"], {"state": None})["state"]
            for entity in await self.command("config/entity_registry/list")
            if entity["platform"] == platform
            and entity["unique_id"].endswith(f"_{key}")
        ]

    async def states_of(
        self, platform: str, unique_ids: Iterable[str]
    ) -> dict[str, str | None]:
        """Return the states of an integration's entities by their unique ids.

        None for one that is not there, or has no state yet.
        """
        states = {each["entity_id"]: each for each in await self.command("get_states")}
        ids = {
            entity["unique_id"]: entity["entity_id"]
            for entity in await self.command("config/entity_registry/list")
            if entity["platform"] == platform
        }
        return {
            each: states[ids[each]]["state"] if ids.get(each) in states else None
            for each in unique_ids
        }

    async def entity_id(self, platform: str, unique_id: str) -> str:
        """Return the id of an integration's entity.

        :raises ApiError: there is none.
        """
        for entity in await self.command("config/entity_registry/list"):
            if (entity["platform"], entity["unique_id"]) == (platform, unique_id):
                found: str = entity["entity_id"]
                return found
        raise ApiError(f"There is no {unique_id} of {platform}")

    @asynccontextmanager
    async def watching(self, entity_id: str) -> AsyncIterator[Heard]:
        """Hear the new states of an entity from now on, by a connection of its own."""
        async with await self._open_socket() as socket:
            subscription = {"type": "subscribe_events", "event_type": "state_changed"}
            await socket.send_json({"id": 1, **subscription})
            answer = await socket.receive_json()
            if not answer["success"]:
                raise ApiError(f"No events are told: {answer['error']}")
            yield _states(socket, entity_id)

    async def statistic(
        self,
        statistic_id: str,
        period: str = "hour",
        *types: str,
        since: datetime = _EVER,
    ) -> list[dict[str, Any]]:
        """Return a statistic from a time on: `start` (ms since 1970) and its values.

        `state` and `sum`, or `mean` where there is no total, unless others are named.
        """
        found = await self.command(
            "recorder/statistics_during_period",
            start_time=since.isoformat(),
            statistic_ids=[statistic_id],
            period=period,
            types=types or ["state", "sum", "mean"],
        )
        rows: list[dict[str, Any]] = found.get(statistic_id, [])
        return rows

    async def _open_socket(self) -> ClientWebSocketResponse:
        socket = await self._session.ws_connect(
            f"{self._url}/api/websocket", max_msg_size=0
        )
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise ApiError(f"The websocket was refused: {answer}")
        return socket

    async def _request(self, method: str, path: str, **parts: Any) -> Any:
        url = f"{self._url}{path}"
        async with self._session.request(
            method, url, headers=self._headers, **parts
        ) as response:
            if response.status >= 400:
                refusal = f"{response.status} {await response.text()}"
                raise ApiError(f"{method} {path} was refused: {refusal}")
            return await response.json()


async def _states(socket: ClientWebSocketResponse, entity_id: str) -> Heard:
    async for message in socket:
        data = message.json()["event"]["data"]
        if data["entity_id"] == entity_id and data["new_state"]:
            yield data["new_state"]["state"]
