"""Time that stands still: made quick, and for programs other than pytest."""

from calendar import timegm
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
import sqlite3
import sys
from types import ModuleType
from typing import Any, Final

import freezegun
from pymysql import converters  # type: ignore[import-untyped]  # it has no types
from pytest_homeassistant_custom_component import patch_time

_AS_INHERITED: Final = {
    freezegun.api.FakeDate: ("__add__", "__sub__"),
    freezegun.api.FakeDatetime: ("__add__", "__sub__", "astimezone", "date"),
}


def prepare() -> None:
    """Let times be frozen as in tests, where the plugin does this before each.

    Without it a frozen time forgets which of two equal hours it is in.
    """
    quicken()
    api: Any = freezegun.api
    api.FakeDate = patch_time.HAFakeDate
    api.FakeDatetime = patch_time.HAFakeDatetime
    api.datetime_to_fakedatetime = patch_time.ha_datetime_to_fakedatetime
    api._get_module_attributes = patch_time.ha_get_module_attributes
    api._get_module_attributes_hash = patch_time.ha_get_module_attributes_hash
    api._should_use_real_time = patch_time.ha_should_use_real_time
    api.get_current_time = patch_time.ha_get_current_time
    sqlite3.register_adapter(
        patch_time.HAFakeDatetime, lambda value: value.isoformat(" ")
    )
    converters.conversions[patch_time.HAFakeDatetime] = converters.escape_datetime


def quicken() -> None:
    """Leave reckoning with frozen times to `datetime`, which keeps a subclass by itself.

    The library does all of it once more in Python: a quarter of the time of tests with
    many hours. What it does at each look at a clock, and to each of thousands of modules
    whenever time is frozen, gets a quicker form that does the same.
    """
    for kind, names in _AS_INHERITED.items():
        for name in names:
            if name in vars(kind):
                delattr(kind, name)
    api: Any = freezegun.api
    api.sys = _Interpreter()
    api.fake_time = fake_time
    api._get_fake_monotonic = _frozen_seconds
    plugin: Any = patch_time
    plugin.ha_should_use_real_time = _should_use_real_time
    plugin.ha_get_module_attributes_hash = _fingerprint
    plugin.ha_get_module_attributes = _clocks


_CALLERS: Final = 5
"""How far up the library looks for a module that shall see the real time."""
_frozen_modules: Final = defaultdict[tuple[str, ...], set[str | None]](set)
"""Modules that were looked up already, by what is to be ignored."""


def _should_use_real_time() -> bool:
    """Tell whether one of those that ask for the time shall see the real one."""
    api: Any = freezegun.api
    try:
        ignored = api.ignore_lists[-1]
    except IndexError:  # another thread has just let time pass again
        return True
    frozen = _frozen_modules[ignored]
    frame = sys._getframe(2)  # there is no public way to the callers
    for _ in range(_CALLERS):
        name = frame.f_globals.get("__name__")
        if name not in frozen:
            if name and name.startswith(ignored):
                return True
            frozen.add(name)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return False


def fake_time() -> float:
    """Return the frozen time; the library knows it by this name."""
    api: Any = freezegun.api
    return api.real_time() if api._should_use_real_time() else _frozen_seconds()


def _frozen_seconds() -> float:
    api: Any = freezegun.api
    return _seconds(api.get_current_time())


@lru_cache(1)
def _seconds(moment: datetime) -> float:
    return timegm(moment.timetuple()) + moment.microsecond / 1e6


_CLOCKS: Final = frozenset(map(id, freezegun.api.real_date_objects))


class _Modules:
    """The imported modules; of all their items, those that have clocks."""

    keys = staticmethod(sys.modules.keys)
    get = staticmethod(sys.modules.get)

    def __init__(self) -> None:
        """Start knowing none."""
        self._known: dict[str, tuple[int, int]] = {}
        self._with_clocks: set[str] = set()

    def items(self) -> list[tuple[str, ModuleType]]:
        """Look again only at those that are new, or have more members than before."""
        modules = sys.modules.copy()
        for name, module in modules.items():
            mark = id(module), len(getattr(module, "__dict__", ()))
            if self._known.get(name) != mark:
                self._known[name] = mark
                change = set.add if _clocks(module) else set.discard
                change(self._with_clocks, name)
        return [(name, modules[name]) for name in self._with_clocks & modules.keys()]


class _Interpreter:
    """What freezing asks `sys` for."""

    modules: Final = _Modules()


def _clocks(module: ModuleType) -> list[tuple[str, Any]]:
    """Return those members of a module that freezing would replace."""
    members = list(getattr(module, "__dict__", {}).items())
    return [each for each in members if id(each[1]) in _CLOCKS]


def _fingerprint(module: ModuleType) -> str:
    """Return what changes when a module gets more members."""
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"
