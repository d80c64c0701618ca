"""A terminal in front of each simulated cloud."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clouds import running
from tests.clouds.__main__ import PROVIDERS
from tests.clouds.dominion_energy import DominionCloud
from tests.clouds.elecnova import ElecnovaCloud
from tests.clouds.emporia import EmporiaCloud
from tests.clouds.flowerhub import FlowerhubCloud
from tests.clouds.iec import IecCloud

from .terminal import Terminal

CLOUDS = {
    kind.provider: kind
    for kind in (DominionCloud, ElecnovaCloud, EmporiaCloud, FlowerhubCloud, IecCloud)
}
assert CLOUDS.keys() == PROVIDERS.keys()


@pytest.fixture
async def terminal(
    request: pytest.FixtureRequest, socket_enabled: None, tmp_path: Path
) -> AsyncIterator[Terminal]:
    """Serve the cloud that the test names by an indirect parameter."""
    async with running(CLOUDS[request.param](seed=1)) as cloud:
        yield Terminal(cloud, tmp_path)


@pytest.fixture
async def signed_in(terminal: Terminal) -> Terminal:
    """Log in as the first account."""
    await terminal.sign_in()
    return terminal
