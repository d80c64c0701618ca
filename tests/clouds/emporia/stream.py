"""The stream of server-sent events (wire 4.6): what changed, as it changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
from typing import Any, Final

from aiohttp import web

from tests.clouds.clock import Clock
from tests.clouds.strange import Plain, altered

from .api import Gate, Refused, parameter
from .customers import Login
from .status import Status

POLL: Final = 0.5
"""Seconds after which a quiet stream looks again."""

type Lists = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class StreamLook:
    """How the stream is written. Spans are in seconds of the cloud's clock.

    - `snapshot`: the first message tells all devices
    - `whole_lists`: messages tell all devices of a changed kind, not only those that changed
    - `keep_alive`: span between comments; 0 = none
    - `ends_after`: the cloud closes the stream after that span; 0 = only at the token's end
    - `crlf`: lines end with carriage return and line feed
    - `split`: each message goes out in many small writes, cut anywhere
    - `multi_line`: the JSON stands on several `data:` lines
    - `named`: messages have `event:`, `id:` and `retry:` lines
    - `noise`: events of an unknown type come in between
    - `rubbish`: messages that are no JSON come in between
    - `strange`: of which kind each message is (see `tests.clouds.strange`)
    - `silent`: nothing is told any more, not even comments
    """

    snapshot: bool = False
    whole_lists: bool = False
    keep_alive: float = 20.0
    ends_after: float = 0.0
    crlf: bool = False
    split: bool = False
    multi_line: bool = False
    named: bool = False
    noise: bool = False
    rubbish: bool = False
    strange: str = ""
    silent: bool = False


class Stream:
    """The call that does not end."""

    def __init__(
        self, status: Status, clock: Clock, gate: Gate, *, lenient: bool
    ) -> None:
        """Tell what `status` tells."""
        self._status = status
        self._clock = clock
        self._gate = gate
        self.look = StreamLook(snapshot=lenient)
        self.told = 0
        """How many changes have been told."""
        self._listeners: dict[asyncio.Event, web.Request] = {}

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        return self._gate.routes({"GET /v1/customers/stream": self._serve})

    @property
    def open(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def poke(self) -> None:
        """Let all streams look at once."""
        for event in self._listeners:
            event.set()

    def drop(self) -> int:
        """Cut all streams off; returns how many."""
        for request in self._listeners.values():
            if request.transport is not None:
                request.transport.abort()
        return len(self._listeners)

    async def _serve(self, request: web.Request, login: Login) -> web.StreamResponse:
        if parameter(request, "event_types") != "DEVICE_STATUS":
            raise Refused(400, "event_types is unknown")
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        await response.prepare(request)
        event = asyncio.Event()
        self._listeners[event] = request
        try:
            async for message in self._messages(request, login, event):
                await self._write(response, message)
        except ConnectionError:
            return response  # the client has gone, or the stream was dropped
        finally:
            del self._listeners[event]
        return response

    async def _messages(
        self, request: web.Request, login: Login, event: asyncio.Event
    ) -> AsyncIterator[str]:
        """Everything that goes out until the token or the stream's time ends."""
        opened = told_at = self._clock.timestamp()
        expiry = self._gate.expiry(request)
        told: Lists = {} if self.look.snapshot else self._now(login)
        while not self._over(opened, expiry):
            now = self._clock.timestamp()
            current = self._now(login)
            changed = _changes(told, current, whole=self.look.whole_lists)
            told = current
            if self.look.silent:
                pass
            elif changed:
                told_at = now
                for message in self._framed(changed, now):
                    yield message
                self.told += 1
            elif self.look.keep_alive and now - told_at >= self.look.keep_alive:
                told_at = now
                yield ": keep-alive\n\n"
            await _wait(event)

    def _over(self, opened: float, expiry: float) -> bool:
        now = self._clock.timestamp()
        ends_after = self.look.ends_after
        return now >= expiry or (ends_after > 0 and now >= opened + ends_after)

    def _now(self, login: Login) -> Lists:
        self._status.catch_up()
        return self._status.modern(login)

    def _framed(self, changed: Lists, now: float) -> list[str]:
        """The messages of a change, with what may come before it."""
        messages = []
        if self.look.rubbish:
            messages.append('data: {"event_type":"DEVICE_ST\n\n')
        if self.look.noise:
            messages.append('event: other\ndata: {"event_type":"OTHER","data":[]}\n\n')
        body = {"event_type": "DEVICE_STATUS", "data": changed}
        text = json.dumps(body, indent=1 if self.look.multi_line else None)
        if self.look.strange:
            raw = altered(self.look.strange, Plain(text.encode())).body
            text = raw.decode("utf-8", "surrogateescape")
        lines = [f"data: {line}" for line in text.split("\n")]
        if self.look.named:
            lines[:0] = ["event: message", f"id: {int(now)}", "retry: 5000"]
        return [*messages, "\n".join(lines) + "\n\n"]

    async def _write(self, response: web.StreamResponse, message: str) -> None:
        raw = message.replace("\n", "\r\n" if self.look.crlf else "\n").encode(
            "utf-8", "surrogateescape"
        )
        step = 7 if self.look.split else len(raw)
        for start in range(0, len(raw), step):
            await response.write(raw[start : start + step])
            if self.look.split:
                await asyncio.sleep(0)


async def _wait(event: asyncio.Event) -> None:
    """Until somebody pokes, or for a moment."""
    try:
        async with asyncio.timeout(POLL):
            await event.wait()
    except TimeoutError:
        return
    event.clear()


def _changes(told: Lists, current: Lists, *, whole: bool) -> Lists:
    """The lists with what changed; {} when nothing did."""
    changed = {}
    for kind, devices in current.items():
        before = {each["device_gid"]: each for each in told.get(kind, [])}
        news = [each for each in devices if before.get(each["device_gid"]) != each]
        changed[kind] = devices if news and whole else news
    return changed if any(changed.values()) else {}
