"""The topics of the broker: asking for them is what opens them (sheet 4.3)."""

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
    """

    def __init__(self, clock: Clock, gate: Gate) -> None:
        """Start with all topics closed."""
        self._clock = clock
        self._gate = gate
        self.style: Style = "plain"
        self.life: float | None = None
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

    def names(self, cabinet: Cabinet, component: Component | None = None) -> list[str]:
        """The topics of a cabinet, or of one of its components, as they are told."""
        base = f"demo/ess/{cabinet.serial}"
        if component:
            base = f"demo/ess/{cabinet.serial}/{component.serial}"
        if self.style == "wildcard":
            return [f"{base}/#"]
        return [self.name(f"{base}/{kind}") for kind in KINDS]

    def name(self, plain: str) -> str:
        """A plain name in the current style."""
        if self.style != "opaque":
            return plain
        return f"t/{sha256(plain.encode()).hexdigest()[:16]}"

    async def _ask(self, request: web.Request, account: Account) -> web.Response:
        if request.match_info["mqtt_client_id"] != account.mqtt_id:
            raise Refused(403, "client id is invalid")
        names = self._asked(request, account)
        if names is None:
            return self._gate.nothing()
        mine = self._open.setdefault(account.mqtt_id, {})
        mine |= dict.fromkeys(names, self._clock.timestamp())
        rows: list[dict[str, Any]] = [
            self._gate.looks.members({"topic": each}) for each in names
        ]
        return self._gate.looks.answer("topics", rows)

    def _asked(self, request: web.Request, account: Account) -> list[str] | None:
        mode, serial = request.query.get("mode", "1"), request.match_info["sn"]
        if mode not in ("1", "2"):
            raise Refused(400, "mode is invalid")
        if mode == "1":
            cabinet = account.cabinet(serial)
            return None if cabinet is None else self.names(cabinet)
        part = account.part(serial)
        return None if part is None else self.names(*part)
