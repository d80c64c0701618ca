"""Every question meets every kind of strange answer."""

from functools import partial

import pytest

from custom_components.cloud_energy.client.errors import CodeRequired
from tests.clouds import running_apart
from tests.clouds.cloud import Serve
from tests.strange import SEEDS, Ask, findings

from .conftest import Portal
from .test_faults import ENDPOINTS


@pytest.fixture
def serve() -> Serve:
    """Serve clouds so that only the client's work counts as the event loop's."""
    return running_apart


async def questions_of(portal: Portal) -> dict[str, Ask]:
    """Return all questions of a home, both logins and the renewal."""
    client = await portal.logged_in("plain_home")
    [account] = await client.get_accounts()

    async def sign_in() -> None:
        other = await portal.client()
        try:
            await other.sign_in()
        except CodeRequired as err:
            for delivery in await err.handler.deliveries():
                await err.handler.send(delivery)
            await err.handler.submit(portal.account("solar_home")["code"])

    return {
        **{name: partial(ask, client, account) for name, ask in ENDPOINTS.items()},
        "refresh": client.refresh,
        "login": lambda: portal.logged_in("plain_home"),
        "login with a code": sign_in,
    }


@pytest.mark.usefixtures("pauses_are_over")
@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(portal: Portal, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    assert not await findings(portal.cloud, await questions_of(portal), kind)
