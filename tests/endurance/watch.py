"""What must never be told: secrets and persons, in logs, states, files or the database."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
import gc
import logging
from pathlib import Path
import re
import sys
from types import FunctionType, MethodType
from typing import Any, Final, override

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_bytes
from homeassistant.util.async_ import get_scheduled_timer_handles

from tests.canaries import pattern_of

_SHORTEST: Final = 5
_TOKEN: Final = 24
_ENTRY_STORES: Final = ("core.config_entries", ".login")
"""Where an entry and its login are kept: there secrets may be."""
_OURS: Final = "custom_components"
_PLAIN: Final = (dict, list, tuple, set, frozenset, deque, str, bytes, bytearray)
_CALLING: Final = frozenset({FunctionType, MethodType, partial})
_EXPECTED: Final = "OperationalError"
"""Home Assistant itself logs what a failing database has raised."""


class Markers:
    """What to look for; it grows as tokens are renewed."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Begin with some."""
        self._texts = set[str]()
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """Look for more."""
        self._texts |= {text for text in texts if len(text) >= _SHORTEST}

    def found(self, text: str) -> str | None:
        """Return where one stands in a text, without telling all of it."""
        # A pattern of all of them takes a hundred times as long
        for marker in sorted(each for each in self._texts if each in text):
            if match := re.search(pattern_of(marker), text):
                before = text[max(0, match.start() - 60) : match.start()]
                return f"{before!r} + {match[0][:3]}… ({len(match[0])} characters)"
        return None


class Watch(logging.Handler):
    """Looks at all that is logged, and at every state that is written."""

    def __init__(self, personal: Markers, secrets: Markers) -> None:
        """Look for what is about persons, and for what is secret.

        Home Assistant's own log names statistics and entities by their ids, in which
        the numbers of meters are.
        """
        super().__init__(logging.DEBUG)
        self.personal = personal
        self.secrets = secrets
        self.findings: dict[str, None] = {}
        self.tracebacks = 0

    @override
    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        is_ours = _OURS in record.name
        if where := (self.personal if is_ours else self.secrets).found(text):
            self.note(f"told in the log of {record.name}: {where}")
        is_error = record.levelno >= logging.ERROR and "Traceback" in text
        if is_error and _OURS in text and _EXPECTED not in text:
            self.tracebacks += 1
            self.note(f"an exception in the log of {record.name}: {text[-1500:]}")

    def note(self, finding: str) -> None:
        """Keep a finding, once."""
        self.findings.setdefault(finding)

    @callback
    def async_watch_states(self, hass: HomeAssistant) -> None:
        """Look at every state as it is written."""

        @callback
        def look(event: Event[EventStateChangedData]) -> None:
            if new := event.data["new_state"]:
                text = f"{new.state} {dict(new.attributes)}"
                self._look(text, f"the state of {new.entity_id}")

        hass.bus.async_listen(EVENT_STATE_CHANGED, look)

    def look_at_repairs(self, hass: HomeAssistant) -> None:
        """Look at what users are told to repair."""
        for issue in ir.async_get(hass).issues.values():
            told = f"{issue.translation_placeholders} {issue.data}"
            self._look(told, f"the repair {issue.translation_key}")

    def look_at_diagnostics(self, domain: str, report: Mapping[str, Any]) -> None:
        """Look at a report."""
        text = json_bytes(report).decode()
        self._look(text, f"the diagnostics of {domain}")

    def _look(self, text: str, where: str) -> None:
        if found := self.personal.found(text):
            self.note(f"told in {where}: {found}")


def tokens(data: Any) -> Iterator[str]:
    """Return the long texts of an entry's data: tokens, mostly."""
    if isinstance(data, Mapping):
        for each in data.values():
            yield from tokens(each)
    elif isinstance(data, str) and len(data) >= _TOKEN and ":" not in data:
        yield data


def told_by_files(folder: Path, secrets: Markers) -> list[str]:
    """Look at all files of a Home Assistant but the stores of entries."""
    return list(_told_by_files(folder, secrets))


def _told_by_files(folder: Path, secrets: Markers) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        is_kept_there = path.name.endswith(_ENTRY_STORES)
        if path.is_symlink() or not path.is_file() or is_kept_there:
            continue
        if any(parent.is_symlink() for parent in path.parents):
            continue
        if found := secrets.found(path.read_bytes().decode("latin-1")):
            yield f"told in the file {path.name}: {found}"


def waiting(hass: HomeAssistant) -> Counter[str]:
    """Count what of ours waits for an event or a time, by its name."""
    listening = [
        (job.target,) for jobs in hass.bus._listeners.values() for job, _ in jobs
    ]
    handles: list[Any] = [*get_scheduled_timer_handles(hass.loop)]
    timed = [(x._callback, *x._args) for x in handles if not x.cancelled()]
    return Counter(
        name
        for parts in (*listening, *timed)
        for name in {name for part in parts for name in _names_of_ours(part)}
    )


def _names_of_ours(target: Any) -> Iterator[str]:
    """Yield the name of a callback, if it is ours or leads to one of ours."""
    inner = (getattr(target, name, None) for name in ("target", "func", "action"))
    if found := [each for each in inner if each is not None]:
        yield from _names_of_ours(found[0])
        return
    owner = getattr(target, "__self__", None)
    if getattr(owner, "action", None) is not None:
        yield from _names_of_ours(owner)
        return
    modules = (getattr(target, "__module__", ""), type(owner).__module__)
    if any(str(module).startswith(_OURS) for module in modules):
        yield f"{getattr(target, '__qualname__', target)} of {type(owner).__name__}"


def own_objects() -> Counter[str]:
    """Count the objects of our classes, by the class, and what calls ours, by its name."""
    gc.collect()
    objects = gc.get_objects()
    ours = {
        kind: n for kind, n in Counter(map(type, objects)).items() if _is_ours(kind)
    }
    found = Counter({f"{x.__module__}.{x.__name__}": n for x, n in ours.items()})
    calling = [each for each in objects if type(each) in _CALLING]
    return found + Counter(name for each in calling for name in _names_of_ours(each))


def own_bytes(roots: Iterable[Any]) -> int:
    """Measure what our modules and some objects hold, down to what is not ours.

    What the simulated clouds keep, and what a run remembers of them, is left out.
    """
    modules = [vars(x) for name, x in list(sys.modules.items()) if _OURS in name]
    waiting, seen, size = [*modules, *roots], set[int](), 0
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and _is_held_by_us(each):
            seen.add(id(each))
            size += sys.getsizeof(each)
            waiting += gc.get_referents(each)
    return size


def _is_held_by_us(each: Any) -> bool:
    return isinstance(each, _PLAIN) or _is_ours(
        each if isinstance(each, type) else type(each)
    )


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).startswith(_OURS)
