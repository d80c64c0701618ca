"""Forms that are filled in with anything, whichever integration they are of.

They are filled in over Home Assistant's own API: so as a browser does it, by the
fields that the form announces, and as any other program can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import product
import json
import logging
import os
from random import Random
from typing import Any, Final
from uuid import UUID

from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .strange_home import assert_can_be_saved

ROUNDS: Final = int(os.environ.get("ODD_FORMS", "3"))
"""How often each kind of flow is walked through; a run by hand can do it more often."""

_MAX_STEPS: Final = 6
_KINDS: Final = ("user", "reconfigure", "reauth", "options")
_OF_UNLOADED: Final = "options of an unloaded entry"
_WELL: Final = (ConfigEntryState.LOADED, ConfigEntryState.NOT_LOADED)

ODD: Final[tuple[Any, ...]] = (
    None,
    "",
    " \t ",
    "odd",
    "a\0b",
    "\N{RIGHT-TO-LEFT OVERRIDE}odd",
    "\N{GRINNING FACE}",
    "\ud83d",
    "x" * 100_000,
    "sensor.odd",
    "cloud_energy.get_prices",
    "{{ 1 / 0 }}",
    True,
    False,
    0,
    -1,
    0.5,
    10**30,
    10**400,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    "1e999",
    "nan",
    [],
    {},
    [None],
    ["odd", "odd"],
    {"odd": {"odd": [1e308]}},
    [{"since": "0001-01-01", "name": "a\0b", "rate": 1e308}],
    "0001-01-01",
    "1900-12-31",
    "2026-11-31",
    "9999-12-31",
    "24:00",
)
"""What a program may put into any field."""
_TEXTS: Final = [each for each in ODD if isinstance(each, str)]
_ENTITIES: Final = ("sensor.odd", "event.odd", "sun.sun", "odd")


@dataclass(frozen=True)
class Page:
    """What a step shows."""

    path: str
    """Of its flow."""
    shown: Mapping[str, Any]

    @property
    def fields(self) -> Sequence[Mapping[str, Any]]:
        """What a form asks for; one of a menu, which asks for an option."""
        if options := self.shown.get("menu_options"):
            field = {"select": {"options": list(options)}}
            return [{"name": "next_step_id", "required": True, "selector": field}]
        fields: Sequence[Mapping[str, Any]] = self.shown["data_schema"]
        return fields

    @property
    def is_open(self) -> bool:
        """Whether there is something to answer."""
        return self.shown["type"] in ("form", "menu")

    @property
    def is_of_new_entry(self) -> bool:
        """Whether an entry was made."""
        return self.shown["type"] == "create_entry" and "result" in self.shown


class Visitor:
    """Somebody who has a flow shown, and answers it over the API."""

    def __init__(self, hass: HomeAssistant, client: TestClient[Any, Any]) -> None:
        """Talk to a Home Assistant."""
        self._hass = hass
        self._client = client

    async def open(self, kind: str, entry: ConfigEntry[Any]) -> Page:
        """Begin a flow: `user`, `reconfigure`, `reauth` or `options`."""
        path = "config/config_entries/flow"
        if kind == "reauth":
            entry.async_start_reauth(self._hass)
            await self._hass.async_block_till_done()
            (flow,) = entry.async_get_active_flows(self._hass, {kind})
            return await self._said("GET", f"{path}/{flow['flow_id']}")
        handler, more = entry.domain, {}
        if kind.startswith("options"):
            path, handler = "config/config_entries/options/flow", entry.entry_id
        if kind == "reconfigure":
            more = {"entry_id": entry.entry_id}
        return await self._said("POST", path, {"handler": handler, **more})

    async def open_repair(self, domain: str, issue_id: str) -> Page:
        """Open a repair of the list."""
        asked = {"handler": domain, "issue_id": issue_id}
        return await self._said("POST", "repairs/issues/fix", asked)

    async def look_again(self, page: Page) -> Page:
        """Have the same step shown once more, as a page that is loaded anew does."""
        return await self._said("GET", page.path)

    async def answer(self, page: Page, answer: Any) -> Page:
        """Fill a form in; one that is refused stays open."""
        said = await self._said("POST", page.path, answer)
        return said if "type" in said.shown else page

    async def leave(self, page: Page) -> None:
        """Close the window."""
        if page.is_open:
            await self._said("DELETE", page.path)

    async def _said(self, method: str, path: str, body: Any = None) -> Page:
        text = None if method != "POST" else json.dumps(body)
        reply = await self._client.request(method, f"/api/{path}", data=text)
        said = await reply.text()
        assert reply.status < HTTPStatus.INTERNAL_SERVER_ERROR, (path, text, said)
        shown = json.loads(said)
        at = f"{path}/{shown['flow_id']}" if path.endswith(("flow", "fix")) else path
        return Page(at, shown)


async def visitor(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Visitor:
    """Return somebody who is signed in to Home Assistant."""
    assert await async_setup_component(hass, "config", {})
    return Visitor(hass, await hass_client())


async def assert_takes_anything(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
    entry: MockConfigEntry,
    accounts: Sequence[Mapping[str, Any]],
) -> None:
    """Walk through flows: each form is taken, or says what is wrong with it.

    Whatever was chosen, the entry runs then, and all can be saved. In the end it is
    removed, while somebody has its forms open. `accounts`: what may be typed to sign
    in, by the names of the fields.
    """
    user = await visitor(hass, hass_client)
    await _assert_two_at_once(hass, user, entry, accounts)
    assert_no_trouble(caplog)
    for kind, seed in product((*_KINDS, _OF_UNLOADED), range(ROUNDS)):
        caplog.clear()
        draw = Random(f"{entry.domain} {kind} {seed}")
        if kind == _OF_UNLOADED:
            await hass.config_entries.async_unload(entry.entry_id)
        page = await walk(user, kind, entry, draw.choice(accounts), draw)
        await assert_is_well(hass, entry.domain, page)
        assert_no_trouble(caplog)
    open_pages = [await user.open(kind, entry) for kind in ("options", "reconfigure")]
    await hass.config_entries.async_remove(entry.entry_id)
    for page in open_pages:
        assert await user.answer(page, {}) is page


async def walk(
    user: Visitor,
    kind: str,
    entry: MockConfigEntry,
    account: Mapping[str, Any],
    draw: Random,
) -> Page:
    """Open a flow and answer what it asks, until it ends or for some steps."""
    page = await user.open(kind, entry)
    for _ in range(_MAX_STEPS):
        if not page.is_open:
            break
        page = await user.look_again(page)
        page = await user.answer(page, _answer(page.fields, account, draw))
    await user.leave(page)
    return page


async def _assert_two_at_once(
    hass: HomeAssistant,
    user: Visitor,
    entry: MockConfigEntry,
    accounts: Sequence[Mapping[str, Any]],
) -> None:
    """Answer two flows of a kind in turns, as from two windows."""
    for kind in ("user", "options"):
        draw, account = Random(f"{entry.domain} two {kind}"), accounts[0]
        pages = [await user.open(kind, entry) for _ in range(2)]
        for _ in range(_MAX_STEPS):
            for number, page in enumerate(pages):
                if page.is_open:
                    answer = _answer(page.fields, account, draw)
                    pages[number] = await user.answer(page, answer)
        for page in pages:
            await user.leave(page)
            await assert_is_well(hass, entry.domain, page)


async def assert_is_well(hass: HomeAssistant, domain: str, page: Page) -> None:
    """Look whether all is well after a flow, and remove the entry that it has made."""
    await hass.async_block_till_done()
    entries = hass.config_entries
    for each in entries.async_entries(domain):
        assert each.state in _WELL, page
    assert_can_be_saved(hass)
    if page.is_of_new_entry:
        await entries.async_remove(page.shown["result"]["entry_id"])


_NO_TROUBLE: Final = (
    "homeassistant.components.http.data_validator",  # what was sent is no object
    "aiohttp.access",  # it trips over stopped time
    "aiohttp.server",  # a simulated cloud refuses; Home Assistant's status would tell
)


def assert_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    """Look whether nothing has gone wrong behind the forms."""
    assert not [each for each in caplog.records if _is_trouble(each)]


def _is_trouble(record: logging.LogRecord) -> bool:
    if record.name in _NO_TROUBLE:
        return False
    return record.levelno >= logging.ERROR or bool(record.exc_info)


def _answer(
    fields: Sequence[Mapping[str, Any]], account: Mapping[str, Any], draw: Random
) -> Any:
    """Draw what a form is sent: more often than not what a browser sends."""
    if (manner := draw.random()) < 0.05:
        return draw.choice(ODD)
    is_browser = manner < 0.7
    found: dict[str, Any] = {} if is_browser else {"odd": draw.choice(ODD)}
    for field in fields:
        name = field["name"]
        if draw.random() < (0.1 if not is_browser or not field.get("required") else 0):
            continue
        if not is_browser and draw.random() < 0.5:
            found[name] = draw.choice(ODD)
        else:
            told = name in account and draw.random() < 0.95
            found[name] = account[name] if told else _entered(field, draw)
    return found


def _entered(field: Mapping[str, Any], draw: Random) -> Any:
    """Draw what a browser lets the user enter into a field."""
    ((kind, config),) = field["selector"].items()
    match kind:
        case "text":
            return draw.choice(_TEXTS)
        case "boolean":
            return draw.random() < 0.5
        case "number":
            # Whole or not: only the browser knows of steps
            ends = (config["min"], config["max"])
            return draw.choice((*ends, draw.uniform(*ends)))
        case "select":
            return _selected(config, draw)
        case "date":
            return str(date.fromordinal(draw.randint(1, date.max.toordinal())))
        case "entity":
            return draw.choices(_ENTITIES, k=draw.randint(0, 3))
        case "object":
            return _objects(config, draw)
        case "file":
            return str(UUID(int=draw.getrandbits(128)))
    raise AssertionError(f"Nobody knows how to fill in {field}")


def _selected(config: Mapping[str, Any], draw: Random) -> Any:
    options = [
        each["value"] if isinstance(each, dict) else each for each in config["options"]
    ]
    if config.get("custom_value"):
        options += _TEXTS
    if config.get("multiple"):
        # A browser names each once, a program may do otherwise
        return draw.choices(options, k=draw.randint(0, 4)) if options else []
    return draw.choice(options or ["odd"])


def _objects(config: Mapping[str, Any], draw: Random) -> Any:
    fields = config.get("fields")
    if not fields:
        return draw.choice(ODD)
    return [
        {name: _entered(each, draw) for name, each in fields.items()}
        for _ in range(draw.randint(0, 3))
    ]
