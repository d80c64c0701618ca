"""What must not be shown: every word and number by which an account can be told."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
import gc
import re
from typing import Any, Final

from tests.clouds import Cloud

_SHORTEST: Final = 5
"""Shorter texts and numbers stand anywhere by chance."""
_HARMLESS: Final = frozenset({"name", "time_zone", "currency", "locale", "since"})
_SECRET: Final = frozenset(
    {
        *("username", "password", "code", "refresh_token", "client_secret"),
        *("user_id", "mqtt_username", "mqtt_password"),
    }
)
"""What gives access, or tells who somebody is: no id of a thing is made of it.

Elecnova's client id does neither: it is the number of an account.
"""


def canaries(cloud: Cloud) -> frozenset[str]:
    """Return what the cloud announces of its accounts: logins, secrets, numbers."""
    return frozenset(each for account in cloud.accounts for each in _texts(account))


def secrets(cloud: Cloud) -> frozenset[str]:
    """Return what of it gives access, or tells who somebody is."""
    return frozenset(
        text
        for account in cloud.accounts
        for text in _texts({k: v for k, v in account.items() if k in _SECRET})
    )


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)
    elif not isinstance(value, bool) and key not in _HARMLESS:
        text = str(value)
        if len(text) >= _SHORTEST and not text.isalpha():
            yield text


def pattern_of(canary: str) -> str:
    """Return what finds one: digits only where no number goes on around them."""
    pattern = re.escape(canary)
    return rf"(?<![\d.]){pattern}(?!\.?\d)" if canary.isdecimal() else pattern


def told_by_reprs(cloud: Cloud) -> set[str]:
    """Return classes of ours whose objects show a canary now, and behind what."""
    # Those that nobody holds any more are another test's
    gc.collect()
    hidden = canaries(cloud)
    found = set[str]()
    for each in gc.get_objects():
        kind = type(each)
        # Some classes have no text for the name of their module
        if str(kind.__module__).startswith("custom_components.") and is_dataclass(each):
            shown = repr(each)
            found |= {
                f"{kind.__module__}.{kind.__qualname__}: {shown.partition(key)[0][-40:]}"
                for key in hidden
                if re.search(pattern_of(key), shown)
            }
    return found
