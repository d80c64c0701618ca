"""The topics of the broker: asking for them is what opens them (wire 4.3)."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final, Literal

from aiohttp import web

from tests.clouds.clock import Clock

from .customers import Account, Cabinet, Component
from .gate import Gate, Refused

KINDS: Final = ("data", "alarm")

type Style = Literal["plain", "wildcard", "opaque"]


class Topics:
    """Names of topics, and who has asked for which.

    - `style`: names with serials, names that end with `#`, or names that tell nothing
    - `life`: seconds after which a topic is closed again; None = never
    - `on_open`: to be called when topics have been opened
    """

    def __init__(self, clock: Clock, gate: Gate) -> None:
        """Start with all topics closed."""
        self._clock = clock
        self._gate = gate
        self.style: Style = "plain"
        self.life: float | None = None
        self.on_open: Callable[[], Awaitable[object]] | None = None
        self._open: dict[str, dict[str, float]] = {}

    def routes(self) -> list[web.RouteDef]:
        """The call of this file."""
        path = "/api/v1/dev/topic/{mqtt_client_id}/{sn}"
        return self._gate.routes({path: self._ask})

    def opened(self, mqtt_id: str) -> set[str]:
        """The topics that are open to a client."""
        now = self._clock.timestamp()
        mine = self._open.get(mqtt_id, {})
        return {
            name
            for name, since in mine.items()
            if self.life is None or now < since + self.life
        }

    def close(self, mqtt_id: str) -> None:
        """Close all topics of a client."""
        self._open.pop(mqtt_id, None)

    def asked(self, cabinet: Cabinet, component: Component | None = None) -> list[str]:
        """What somebody who asks for a cabinet or a component is told."""
        if self.style == "wildcard":
            return [f"{_base(cabinet, component)}/#"]
        return [self.told(cabinet, component, kind) for kind in KINDS]

    def told(self, cabinet: Cabinet, component: Component | None, kind: str) -> str:
        """The topic on which messages come."""
        plain = f"{_base(cabinet, component)}/{kind}"
        if self.style != "opaque":
            return plain
        return f"t/{sha256(plain.encode()).hexdigest()[:16]}"

    async def _ask(self, request: web.Request, account: Account) -> web.Response:
        if request.match_info["mqtt_client_id"] != account.mqtt_id:
            raise Refused(403, "client id is invalid")
        names = self._names(request, account)
        if names is None:
            return self._gate.nothing()
        mine = self._open.setdefault(account.mqtt_id, {})
        mine |= dict.fromkeys(names, self._clock.timestamp())
        if self.on_open is not None:
            await self.on_open()
        rows: list[dict[str, Any]] = [
            self._gate.looks.members({"topic": each}) for each in names
        ]
        return self._gate.looks.answer("topics", rows)

    def _names(self, request: web.Request, account: Account) -> list[str] | None:
        mode, serial = request.query.get("mode", "1"), request.match_info["sn"]
        if mode not in ("1", "2"):
            raise Refused(400, "mode is invalid")
        if mode == "1":
            cabinet = account.cabinet(serial)
            return None if cabinet is None else self.asked(cabinet)
        part = account.part(serial)
        return None if part is None else self.asked(*part)


def _base(cabinet: Cabinet, component: Component | None) -> str:
    part = f"/{component.serial}" if component else ""
    return f"demo/ess/{cabinet.serial}{part}"
