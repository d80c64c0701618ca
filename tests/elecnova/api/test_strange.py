"""Every question and every message meets every kind of strange answer."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any, Final

import pytest

from custom_components.elecnova.api.messages import Undecodable, decode
from tests.clouds import running_apart
from tests.clouds.cloud import Serve
from tests.clouds.strange import BODIES, SOMEWHERE, Plain, altered
from tests.strange import SEEDS, Ask, findings, unstorable

from .conftest import Fleet
from .test_messages import CABINET, DIRECTORY, NOW

MESSAGES: Final[tuple[Any, ...]] = (
    {
        "sn": CABINET,
        "time": "2026-11-01T10:15:00Z",
        "data": {"bms_01": {"soc": 63.5, "state": "charge"}, "pcs_01": {"p": 25}},
    },
    [{"sn": CABINET, "ts": 1793528100, "points": [{"code": "bms_01.soc", "value": 6}]}],
)


@pytest.fixture
def serve() -> Serve:
    """Serve clouds so that only the client's work counts as the event loop's."""
    return running_apart


async def questions_of(fleet: Fleet) -> dict[str, Ask]:
    """Return all questions of an account, and its login."""
    client = await fleet.client()
    (cabinet,) = await client.get_all_cabinets()
    parts = await client.get_components(cabinet.sn)
    inverter = next(part.sn for part in parts if part.component == "pv.inv")
    (project,) = await client.get_projects()
    (site,) = await client.get_all_sites(project.id)
    login = await client.get_token()
    zone, now = cabinet.zone, datetime.now(UTC)

    async def sign_in() -> None:
        await (await fleet.client()).get_token()

    return {
        "cabinets": client.get_all_cabinets,
        "components": lambda: client.get_components(cabinet.sn),
        "topics": lambda: client.get_cabinet_topics(login.id, cabinet.sn),
        "topics of a part": lambda: client.get_component_topics(login.id, inverter),
        "power": lambda: client.get_pv_power(
            inverter, now - timedelta(hours=6), now, zone
        ),
        "days": lambda: client.get_pv_energy_daily(inverter, zone),
        "month": lambda: client.get_pv_energy_monthly(inverter, now, zone),
        "year": lambda: client.get_pv_energy_yearly(inverter, now.year, zone),
        "projects": client.get_projects,
        "sites": lambda: client.get_all_sites(project.id),
        "devices": lambda: client.get_site_devices(site.id),
        "renewal": client.renew_token,
        "login": sign_in,
    }


@pytest.mark.usefixtures("pauses_are_over")
@pytest.mark.parametrize("kind", SEEDS)
async def test_every_question(fleet: Fleet, kind: str) -> None:
    """None of them tells of the user, and nothing unstorable comes out."""
    assert not await findings(fleet.cloud, await questions_of(fleet), kind)


@pytest.mark.parametrize("kind", [*SOMEWHERE, *BODIES])
@pytest.mark.parametrize("message", MESSAGES)
def test_every_message(message: Any, kind: str) -> None:
    """It is read, or is none; nothing unstorable comes out of it."""
    true = Plain(json.dumps(message).encode())
    for seed in SEEDS[kind]:
        body = altered(kind, true, seed=seed).body
        try:
            points = decode("demo/data", body, DIRECTORY, NOW)
        except Undecodable:
            continue
        assert not list(unstorable(points))
