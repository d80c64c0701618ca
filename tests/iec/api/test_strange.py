"""Every question meets every kind of strange answer."""

from functools import partial

import pytest

from tests.strange import SEEDS, Ask, findings

from .conftest import Portal
from .test_faults import QUESTIONS


async def questions_of(portal: Portal) -> dict[str, Ask]:
    """Return all questions of a home, its login and its renewal."""
    client = await portal.logged_in()
    person = portal.person("plain_home")
    return {
        **{name: partial(ask, client, person) for name, ask in QUESTIONS.items()},
        "refresh": client.refresh,
        "login": portal.logged_in,
    }


@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(portal: Portal, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    assert not await findings(portal.cloud, await questions_of(portal), kind)
