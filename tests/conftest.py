"""What every test needs.

The test plugin's own configuration folder holds a package ``custom_components``,
which Home Assistant would import at its start. Importing ours first keeps it out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
import gc
from itertools import count
import logging
import re
import time
from typing import Any, Final
from unittest.mock import PropertyMock, patch

from aiohttp import ClientTimeout
from aiohttp.resolver import ThreadedResolver
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.const import (
    EVENT_CALL_SERVICE,
    EVENT_COMPONENT_LOADED,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.entity import Entity
from hypothesis import HealthCheck, settings
import pytest
from pytest_socket import enable_socket
from yarl import URL

import custom_components  # noqa: F401  # imported for its place in sys.modules
from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.cloud_energy.client.hosts import Hosts
from custom_components.cloud_energy.client.retry import RetryPolicy
from custom_components.cloud_energy.client.transport import Transport
from tests.clouds import running
from tests.clouds.cloud import Serve

from . import frozen_time, plugin
from .database import SERVERS, Server
from .programs import pytest_unconfigure  # noqa: F401  # pytest looks for it here
from .stored_entries import entries_as_stored  # noqa: F401  # as above

# How long an example takes is the machine's affair, not the test's.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


UNREAD_EVENTS: Final = [
    EVENT_CALL_SERVICE,
    EVENT_COMPONENT_LOADED,
    EVENT_SERVICE_REGISTERED,
    EVENT_SERVICE_REMOVED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED,
]
"""The many events of a home that is set up, each of which would be a transaction."""
LONGEST_ID: Final = 80
"""What a parameter adds to a test's name at most; all processes tell each other those."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the choices of scripts/test."""
    parser.addoption(
        "--quick", action="store_true", help="only tests without hass and simulators"
    )
    parser.addoption(
        "--clocks",
        action="store_true",
        help="every time of tests/end_to_end/test_clocks.py, not just a few",
    )
    parser.addoption(
        "--database",
        choices=sorted(SERVERS),
        help="a server instead of SQLite, for the tests with a hass",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Keep the tests of the choice."""
    if config.getoption("--database"):
        chosen = [item for item in items if _uses(item, "hass")]
    elif config.getoption("--quick"):
        chosen = [item for item in items if not _uses(item, "hass", "socket_enabled")]
    else:
        return
    config.hook.pytest_deselected(items=[x for x in items if x not in chosen])
    items[:] = chosen


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test after the beginning of a long text, and its length."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_ID:
        return f"{val[: LONGEST_ID // 2]!r} of {len(val)}"
    return None


def _uses(item: pytest.Item, *fixtures: str) -> bool:
    """Tell whether a test uses one of some fixtures."""
    used = item.fixturenames if isinstance(item, pytest.Function) else ()
    return not set(fixtures).isdisjoint(used)


def pytest_configure() -> None:
    """Leave the log to pytest, which shows it for tests that fail.

    The plugin writes all of it to the screen as well.
    """
    settings.load_profile("unhurried")
    frozen_time.quicken()
    plugin.quicken()
    root = logging.getLogger()
    for handler in list(root.handlers):
        if type(handler) is logging.StreamHandler:
            root.removeHandler(handler)


def pytest_fixture_post_finalizer(fixturedef: pytest.FixtureDef[Any]) -> None:
    """Empty a Home Assistant that has ended.

    The database library's registries hold each until all tests are over, some
    megabytes with all that it knows.
    """
    if fixturedef.argname == "hass" and fixturedef.cached_result:
        vars(fixturedef.cached_result[0]).clear()


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Have even those entities that are disabled at first."""
    with patch.object(
        Entity, "entity_registry_enabled_default", PropertyMock(return_value=True)
    ):
        yield


@pytest.fixture(autouse=True)
def first_in_turn() -> Iterator[None]:
    """Have an entry's turn come at once after an outage, whatever its id is.

    Tests of turns say whose it is.
    """
    share = "custom_components.cloud_energy.entry.coordinator.own_share"
    with patch(share, return_value=0.0):
        yield


@pytest.fixture(autouse=True, scope="session")
def lasting_objects() -> None:
    """Spare what has been imported by now the look of each garbage collection.

    And look less often: a test makes many objects that stay as long as it does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(autouse=True, scope="module")
def garbage_collection() -> None:
    """Leave collecting garbage to Python, which does it when there is some.

    The plugin's fixture of this name does it before each module, as many as they are in
    each process, and freezes whatever is left, for good: gigabytes in the end.
    """


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave the event loop as it is in earnest.

    The plugin's fixture of this name has it note down where each task and future was
    made, which takes a quarter of the time of all tests.
    """


@pytest.fixture
def serve() -> Serve:
    """Serve clouds in the test's own event loop."""
    return running


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Record no states and few events, as nothing here reads them: only statistics."""
    return {"exclude": {"entity_globs": ["*"], "event_types": UNREAD_EVENTS}}


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> Iterator[Server | None]:
    """Run the server that was asked for, if any."""
    name = pytestconfig.getoption("--database")
    if name is None:
        yield None
        return
    # The plugin lets tests reach nothing, before this fixture comes
    enable_socket()
    server = SERVERS[name]()
    with server.running():
        yield server


@pytest.fixture
def recorder_db_url(
    recorder_db_url: str,
    database_server: Server | None,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """Give the recorder a database of its own on that server."""
    if database_server is None:
        yield recorder_db_url
        return
    # Its driver may be written in Python, which the plugin lets reach nothing
    request.getfixturevalue("socket_enabled")
    with database_server.database() as url:
        yield url


@pytest.fixture(autouse=True)
def recorder_before_hass(request: pytest.FixtureRequest) -> None:
    """Start the recorder before Home Assistant, as the plugin demands.

    Every integration here depends on it.
    """
    if "hass" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
        # The plugin shows every SQL statement: years of hours are a lot of them.
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


class _SystemResolver(ThreadedResolver):
    """The system's resolver, with the method that Home Assistant adds to its own."""

    async def real_close(self) -> None:
        """Close the resolver for good."""
        await self.close()


@pytest.fixture(scope="session", autouse=True)
def mock_zeroconf_resolver() -> Iterator[None]:
    """Let Home Assistant resolve `localhost`, where the simulators are.

    The plugin's fixture of this name makes a resolver that belongs to another loop.
    """
    with patch(
        "homeassistant.helpers.aiohttp_client._async_make_resolver",
        side_effect=lambda _: _SystemResolver(),
    ):
        yield


@pytest.fixture
def running_timers(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the event loop's timers run although the clock is frozen: for time-outs."""
    # Of the clocks that a loop can have, freezing leaves this one alone.
    clock = partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    monkeypatch.setattr(hass.loop, "time", clock)


@pytest.fixture
def give_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Wait for one endpoint's answers no longer than a moment.

    All others have their usual time: however slow the machine is, they come in it.
    """
    exchange_once = Transport._exchange_once

    def have_given_up(endpoint: str) -> None:
        path = endpoint.rsplit(maxsplit=1)[-1].replace("*", ".+")
        place = re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")

        async def hasty(
            self: Transport, call: Call, url: URL, headers: Mapping[str, str]
        ) -> Reply:
            if place.search(url.path):
                call = replace(call, timeout=ClientTimeout(total=0.3))
            return await exchange_once(self, call, url, headers)

        monkeypatch.setattr(Transport, "_exchange_once", hasty)

    return have_given_up


@pytest.fixture
def instant_retries() -> Iterator[None]:
    """Let no request wait before it is tried again: frozen time would never pass."""
    pause = RetryPolicy.pause

    def instant(
        self: RetryPolicy, attempt: int, retry_after: float | None = None
    ) -> float | None:
        return None if pause(self, attempt, retry_after) is None else 0.0

    with patch.object(RetryPolicy, "pause", instant):
        yield


@pytest.fixture
def pauses_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a day pass, for the pauses of hosts, whenever somebody looks at the clock."""
    defaults = Hosts.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "clock", count(step=24 * 3600.0).__next__)


@pytest.fixture
def home(
    recorder_mock: Recorder,
    at_noon: FrozenDateTimeFactory,
    enable_custom_integrations: None,
    hass: HomeAssistant,
    socket_enabled: None,
    instant_retries: None,
) -> HomeAssistant:
    """Give a Home Assistant that can reach a cloud, at each provider's own noon."""
    return hass
