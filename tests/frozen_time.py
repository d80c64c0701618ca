"""Time that stands still: made quick, and for programs other than pytest."""

import sqlite3
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
    quicken()


def quicken() -> None:
    """Leave reckoning with frozen times to `datetime`, which keeps a subclass by itself.

    The library does all of it once more in Python: a quarter of the time of tests with
    many hours.
    """
    for kind, names in _AS_INHERITED.items():
        for name in names:
            if name in vars(kind):
                delattr(kind, name)
