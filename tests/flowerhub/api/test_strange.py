"""Every question meets every kind of strange answer."""

import pytest

from tests.clouds import running_apart
from tests.clouds.cloud import Serve
from tests.strange import SEEDS, Ask, findings

from .conftest import Portal


@pytest.fixture
def serve() -> Serve:
    """Serve clouds so that only the client's work counts as the event loop's."""
    return running_apart


async def questions_of(portal: Portal) -> dict[str, Ask]:
    """Return all questions of a home, its login and its renewal."""
    client = await portal.logged_in()
    owner, asset = client.asset_owner_id, client.asset_id

    async def sign_in() -> None:
        other = await portal.client()
        await other.sign_in()
        if other.asset_owner_id:
            await other.get_asset_id()

    return {
        "owner": lambda: client.get_asset_owner(owner),
        "asset id": lambda: client.get_asset_id(owner),
        "profile": lambda: client.get_asset_owner_profile(owner),
        "agreement": lambda: client.get_electricity_agreement(owner),
        "invoice": lambda: client.get_invoices(owner),
        "consumption": lambda: client.get_consumption(owner),
        "asset": lambda: client.get_asset(asset),
        "revenue": lambda: client.get_revenue(asset),
        "months": lambda: client.get_available_uptime_months(asset),
        "history": lambda: client.get_uptime_history(asset),
        "pie": lambda: client.get_uptime_pie(asset),
        "notification": client.get_system_notification,
        "refresh": client.refresh,
        "login": sign_in,
    }


@pytest.mark.usefixtures("pauses_are_over")
@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(portal: Portal, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    assert not await findings(portal.cloud, await questions_of(portal), kind)
