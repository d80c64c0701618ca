"""How messages are written: four shapes, all of them invented (wire 4.7)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
import gzip
import json
from typing import Any, Final, Literal

import voluptuous as vol

from tests.clouds.strange import KINDS, Plain, altered

from .customers import Cabinet, Component
from .points import COUNTERS, Point, Value

OTHER_NAMES: Final = {
    "soc": "StateOfCharge",
    "soh": "State_Of_Health",
    "activePower": "P",
    "totalCharge": "Energy Charged",
    "totalDischarge": "Energy Discharged",
    "forwardActiveEnergy": "import_energy",
    "reverseActiveEnergy": "export_energy",
    "voltage": "total_voltage",
    "current": "dc_current",
    "frequency": "F",
    "status": "run_state",
}
"""Other names for some of the points."""
SHAPES: Final = ("tree", "component", "points", "flat")
USUAL_TIMES: Final = {
    "tree": ("time", "rfc3339"),
    "component": ("ts", "milliseconds"),
    "points": ("ts", "seconds"),
}
"""Shape -> key and form of its time."""
_BOOLS: Final = (
    "text_numbers",
    "units",
    "compressed",
    "counters",
    "unknown_points",
    "rubbish",
)
SCHEMA: Final = vol.Schema(
    {
        **dict.fromkeys(_BOOLS, bool),
        "cabinet_shape": vol.Any(None, vol.In(SHAPES)),
        "component_shape": vol.Any(None, vol.In(SHAPES)),
        "owner": vol.In(["location", "serial", "code", "none"]),
        "names": vol.In(["usual", "other"]),
        "time_key": vol.In(["usual", "none", "time", "timestamp", "ts", "t"]),
        "time_form": vol.In(["usual", "rfc3339", "seconds", "milliseconds"]),
        "strange": vol.Any(None, vol.In(KINDS)),
        "power_unit": vol.In(["kW", "W"]),
        "battery_positive": vol.In(["discharging", "charging"]),
        "grid_positive": vol.In(["import", "export"]),
        "null_points": [str],
        "missing_points": [str],
        "reset": bool,
    }
)
RUBBISH: Final = (
    b"",
    b"\x00\xff\xfe not text",
    b'{"sn": "25560',
    b"[1, 2, 3]",
    b"42",
    b"null",
    b'{"data": {"bms_01": {"soc": "lots", "voltage": {"deep": [1]}}}}',
    b'{"sn": 7, "ts": "yesterday", "points": [{"code": null}, 5]}',
    gzip.compress(b"{}")[:-9],
)
"""What a client must survive."""


type Parts = list[tuple[Component, list[Point]]]


@dataclass(slots=True)
class PayloadLook:
    """How messages look.

    - `cabinet_shape`, `component_shape`: of messages on a cabinet's topic and on a component's; null = there are none. A `tree`
      has the points of each part, `component` is a message for each part, `points` a list, `flat` neither serial nor time
    - `owner`: how a part is called in keys: by `location` code, `serial` or component `code` (of several, the first), or not
    - `names`: of points; `power_unit`: kW or W; `units`: the list of points has them; `text_numbers`: numbers are text
    - `time_key`, `time_form`: where a shape has a time, if not as documented (wire 4.7); `none` leaves it out
    - `battery_positive`, `grid_positive`: when power is positive
    - `counters`: of energy are there; `unknown_points`: some that nobody knows
    - `null_points`, `missing_points`: names of points without value, or that are left out
    - `compressed`: by gzip; `rubbish`: what makes no sense comes as well; `strange`: of which kind each message is
      (see `tests.clouds.strange`)
    """

    cabinet_shape: str | None = "tree"
    component_shape: str | None = "component"
    owner: Literal["location", "serial", "code", "none"] = "location"
    names: Literal["usual", "other"] = "usual"
    power_unit: Literal["kW", "W"] = "kW"
    units: bool = True
    text_numbers: bool = False
    time_key: str = "usual"
    time_form: Literal["usual", "rfc3339", "seconds", "milliseconds"] = "usual"
    battery_positive: Literal["discharging", "charging"] = "discharging"
    grid_positive: Literal["import", "export"] = "import"
    counters: bool = True
    unknown_points: bool = False
    null_points: list[str] = field(default_factory=list)
    missing_points: list[str] = field(default_factory=list)
    compressed: bool = False
    strange: str | None = None
    rubbish: bool = False

    def change(self, value: Any) -> dict[str, Any]:
        """The switch `messages`.

        :raises voluptuous.Invalid: no such field or value
        """
        wanted = SCHEMA(value)
        if wanted.pop("reset", False):
            usual = type(self)()
            for each in fields(self):
                setattr(self, each.name, getattr(usual, each.name))
        for name, setting in wanted.items():
            setattr(self, name, setting)
        return asdict(self)


class Payloads:
    """Writes messages."""

    def __init__(self) -> None:
        """Start with the usual look."""
        self.look = PayloadLook()

    def written(
        self,
        shape: str,
        cabinet: Cabinet,
        parts: Parts,
        at: datetime,
    ) -> Iterator[bytes]:
        """The messages that tell of some parts of a cabinet."""
        told = [(part, self._points(points)) for part, points in parts]
        match shape:
            case "tree":
                whole = self._head(shape, cabinet.serial, at) | {
                    "data": self._tree(told)
                }
                yield self._bytes(whole)
            case "component":
                for part, points in told:
                    head = self._head(shape, part.serial, at)
                    head["component"] = part.code
                    yield self._bytes(head | {"data": _values(points)})
            case "points":
                rows = [self._row(*each) for each in self._named(told)]
                yield self._bytes(
                    self._head(shape, cabinet.serial, at) | {"points": rows}
                )
            case _:
                yield self._bytes(
                    {name: point.value for name, point in self._named(told)}
                )

    def _head(self, shape: str, serial: str, at: datetime) -> dict[str, Any]:
        key, form = USUAL_TIMES[shape]
        if self.look.time_key != "usual":
            key = self.look.time_key
        if self.look.time_form != "usual":
            form = self.look.time_form
        time = {} if key == "none" else {key: _time(at, form)}
        return {"sn": serial} | time

    def _owner(self, part: Component) -> str:
        match self.look.owner:
            case "serial":
                return part.serial
            case "code":
                return part.code
            case _:
                return part.location

    def _tree(self, told: Parts) -> dict[str, dict[str, Any]]:
        tree: dict[str, dict[str, Any]] = {}
        for part, points in told:
            tree.setdefault(self._owner(part), _values(points))
        return tree

    def _named(self, told: Parts) -> Iterator[tuple[str, Point]]:
        for part, points in told:
            prefix = "" if self.look.owner == "none" else f"{self._owner(part)}."
            for point in points:
                yield f"{prefix}{point.name}", point

    def _row(self, code: str, point: Point) -> dict[str, Any]:
        row = {"code": code, "value": point.value}
        if self.look.units and point.unit:
            row["unit"] = point.unit
        return row

    def _points(self, points: list[Point]) -> list[Point]:
        look = self.look
        hidden = {*look.missing_points, *(() if look.counters else COUNTERS)}
        told = [self._point(each) for each in points if each.name not in hidden]
        if look.unknown_points:
            told += [Point("zz_17", 3.5, "furlong"), Point("mode7", "eco")]
        return told

    def _point(self, point: Point) -> Point:
        value, unit = point.value, point.unit
        negative = {
            "battery": self.look.battery_positive == "charging",
            "grid": self.look.grid_positive == "export",
        }
        if not isinstance(value, (bool, str)):
            if point.flow and negative[point.flow]:
                value = -value
            if unit == "kW" and self.look.power_unit == "W":
                value, unit = round(value * 1000, 1), "W"
        name = point.name
        if self.look.names == "other":
            name = OTHER_NAMES.get(name, name)
        return Point(name, self._value(point.name, value), unit)

    def _value(self, name: str, value: Value) -> Any:
        if name in self.look.null_points:
            return None
        is_number = not isinstance(value, (bool, str))
        return str(value) if is_number and self.look.text_numbers else value

    def _bytes(self, value: Any) -> bytes:
        raw = json.dumps(value, ensure_ascii=False).encode()
        if self.look.strange:
            raw = altered(self.look.strange, Plain(raw)).body
        return gzip.compress(raw, mtime=0) if self.look.compressed else raw


def _values(points: list[Point]) -> dict[str, Any]:
    return {point.name: point.value for point in points}


def _time(at: datetime, form: str) -> str | int:
    match form:
        case "seconds":
            return int(at.timestamp())
        case "milliseconds":
            return int(at.timestamp() * 1000)
        case _:
            return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
