"""How answers look: what was seen, what is documented, and what nobody knows (wire 4, 10)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from aiohttp import web
import voluptuous as vol

STYLES: Final = {
    "token": "bare",
    "cabinets": "bare",
    "components": "bare",
    "topics": "bare",
    "pv": "envelope",
    "projects": "bare",
    "sites": "bare",
    "devices": "bare",
}
"""Group of endpoints -> its usual style."""
_STYLE_NAMES: Final = ("bare", "envelope", "documented", "null", "null_data", "empty")
_BOOLS: Final = (
    "code_as_text",
    "snake_case",
    "created",
    "documented_site",
    "extra_keys",
    "ignore_paging",
    "daily_today",
)
SCHEMA: Final = vol.Schema(
    {
        **dict.fromkeys(_BOOLS, bool),
        "style": vol.Schema(dict.fromkeys(STYLES, vol.In(_STYLE_NAMES))),
        "errors": vol.In(["status", "body", "text", "empty"]),
        "login_status": vol.In([400, 401, 403]),
        "whitelist_refusal": vol.In(["status", "message", "empty"]),
        "unknown_serial": vol.In(["error", "null"]),
        "cabinet_state": vol.In(["text", "bool"]),
        "cabinet_zone": vol.In(["name", "null", "other"]),
        "part_state": vol.In(["bool", "text"]),
        "last_seen": vol.In(["rfc3339", "seconds", "milliseconds", "naive"]),
        "no_parts": vol.In(["null", "missing", "empty"]),
        "point_time": vol.In(["offset", "utc", "naive"]),
        "period_time": vol.In(["offset", "utc", "naive", "short"]),
        "pv_by_cabinet": vol.Any(bool, "only"),
        "stamp": vol.In(["start", "end"]),
        "night": vol.In(["zero", "null", "omit"]),
        "future": vol.In(["omit", "null", "zero"]),
        "power_unit": vol.In(["W", "kW"]),
        "unlisted_days": vol.All(int, vol.Range(min=0)),
        "longest_page": vol.Any(None, vol.All(int, vol.Range(min=1))),
        "max_span_hours": vol.Any(None, vol.All(vol.Any(int, float), vol.Range(min=0))),
        "reset": bool,
    }
)


@dataclass(slots=True)
class Looks:
    """The look of all answers of one cloud.

    - `style`: of the groups of endpoints: `bare`, in an `envelope` of code and message, as `documented` (an envelope with
      `records` for cabinets, with a list for components), `null`, an envelope with `null_data`, or an `empty` body
    - `errors`: told by HTTP status, by the `body` of HTTP 200, by status with plain `text`, or by status alone
    - `login_status`: of a refused `/comm/client`; `whitelist_refusal`: HTTP 403, 401 with a `message`, or 200 and `empty`
    - `unknown_serial`: an error, or JSON null
    - `snake_case`: keys of v1; `created`: cabinets have `createdAt` and `updatedAt`; `documented_site`: sites have
      capacity, begin and address; `extra_keys`: nobody knows them
    - `cabinet_zone`: as the `name` of a time zone, null, or another text that is none
    - `no_parts`: what a cabinet without components has as `parts`
    - `ignore_paging`: the cabinet list is always whole; `longest_page`: how many entries a page has at most, whatever is
      asked for
    - `point_time`, `period_time`: how times of five-minute points, days and months are written (`short`: `2026-11-01`, `2026-11`)
    - `stamp`: which end of five minutes; `night`, `future`: values of slots without sun, and of those to come
    - `power_unit`: of five-minute points; `max_span_hours`: longer spans are refused
    - `unlisted_days`: so many days at the end of each month are missing from its list
    - `daily_today`: the past seven days end with today; `pv_by_cabinet`: a cabinet's serial does for its inverter's, or it `only`
    """

    style: dict[str, str] = field(default_factory=lambda: dict(STYLES))
    code_as_text: bool = False
    errors: Literal["status", "body", "text", "empty"] = "status"
    login_status: int = 401
    whitelist_refusal: Literal["status", "message", "empty"] = "status"
    unknown_serial: Literal["error", "null"] = "error"
    snake_case: bool = False
    cabinet_state: Literal["text", "bool"] = "text"
    cabinet_zone: Literal["name", "null", "other"] = "name"
    part_state: Literal["bool", "text"] = "bool"
    last_seen: Literal["rfc3339", "seconds", "milliseconds", "naive"] = "rfc3339"
    created: bool = False
    documented_site: bool = False
    extra_keys: bool = False
    no_parts: Literal["null", "missing", "empty"] = "null"
    ignore_paging: bool = False
    point_time: Literal["offset", "utc", "naive"] = "offset"
    period_time: Literal["offset", "utc", "naive", "short"] = "offset"
    stamp: Literal["start", "end"] = "start"
    night: Literal["zero", "null", "omit"] = "zero"
    future: Literal["omit", "null", "zero"] = "omit"
    power_unit: Literal["W", "kW"] = "W"
    longest_page: int | None = None
    max_span_hours: float | None = None
    unlisted_days: int = 0
    daily_today: bool = True
    pv_by_cabinet: bool | Literal["only"] = False

    def change(self, value: Any) -> dict[str, Any]:
        """The switch `look`.

        :raises voluptuous.Invalid: no such field or value
        """
        wanted = SCHEMA(value)
        if wanted.pop("reset", False):
            usual = type(self)()
            for each in fields(self):
                setattr(self, each.name, getattr(usual, each.name))
        self.style |= wanted.pop("style", {})
        for name, setting in wanted.items():
            setattr(self, name, setting)
        return asdict(self)

    def answer(self, group: str, value: Any, documented: Any = None) -> web.Response:
        """An answer in the group's style.

        :param documented: what the envelope of the documented style holds, where that differs
        """
        style = self.style[group]
        data = None if style == "null_data" else value
        if style == "documented" and documented is not None:
            data = documented
        if style == "empty":
            return web.Response()
        if style == "null":
            return web.json_response(None)
        if style == "bare":
            return web.json_response(value)
        return web.json_response(
            {"code": self.code(200), "message": "success", "data": data}
        )

    def zone(self, name: str) -> str | None:
        """Return what a cabinet's time zone is called."""
        return {"name": name, "null": None, "other": "GMT plus one"}[self.cabinet_zone]

    def code(self, status: int) -> int | str:
        """The code in a body."""
        return str(status) if self.code_as_text else status

    def keys(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """An object of v1, whose keys are told in camel case or in snake case."""
        if self.snake_case:
            members = {_snake_case(key): value for key, value in members.items()}
        return self.members(members)

    def members(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """An object as it is, or with a key that nobody knows."""
        return {**members, **({"brandNew": {"value": 1}} if self.extra_keys else {})}


def _snake_case(key: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in key)
