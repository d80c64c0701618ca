"""Every question meets every kind of strange answer."""

from contextlib import suppress
from functools import partial

import pytest

from custom_components.iec.api.errors import NoCodeMethod
from tests.clouds import running_apart
from tests.clouds.cloud import Serve
from tests.strange import SEEDS, Ask, findings

from .conftest import Portal
from .test_faults import QUESTIONS

REFUSED = ("pdf", "shared", "share")
"""Nothing at the simulator has the ids that these ask for."""


@pytest.fixture
def serve() -> Serve:
    """Serve clouds so that only the client's work counts as the event loop's."""
    return running_apart


async def questions_of(portal: Portal) -> dict[str, Ask]:
    """Return all questions of a home, and its login."""
    client = await portal.logged_in()
    person = portal.person("plain_home")

    async def sign_in() -> None:
        # Whoever waits for a code is told that a list of no ways is empty.
        with suppress(NoCodeMethod):
            await portal.logged_in()

    return {
        **{name: partial(ask, client, person) for name, ask in QUESTIONS.items()},
        "refresh": client.refresh,
        "login": sign_in,
    }


@pytest.mark.usefixtures("pauses_are_over")
@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(portal: Portal, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    questions = await questions_of(portal)
    assert not await findings(portal.cloud, questions, kind, refused=REFUSED)
