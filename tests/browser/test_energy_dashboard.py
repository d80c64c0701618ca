"""The Energy dashboard as a new user gets it, with one grid connection."""

import asyncio
from collections.abc import Mapping
from typing import Any

from playwright.async_api import expect

from tests.end_to_end import emporia

from .demo import Demo
from .frontend import Frontend
from .texts import Texts

type Preferences = Mapping[str, list[dict[str, Any]]]

_NEXT_POLL = 90
"""Seconds after which all that was added is surely there."""


async def ask(frontend: Frontend, kind: str, **more: Any) -> Any:
    """Ask Home Assistant as the page does."""
    return await frontend.page.evaluate(
        "message => document.querySelector('home-assistant').hass.callWS(message)",
        {"type": kind, **more},
    )


async def test_a_second_grid_connection(frontend: Frontend, demo: Demo) -> None:
    """The step names the one that is there, and the rest can be had without another."""
    person = demo.person("emporia", "email_home")
    flow = await frontend.add_integration("emporia")
    answers = emporia.answers(person)
    await flow.walk(answers, until="dashboard")
    before: Preferences = await ask(frontend, "energy/get_prefs")
    grids = [
        each["name"] for each in before["energy_sources"] if each["type"] == "grid"
    ]
    assert len(grids) > 1
    for name in grids:
        await expect(flow.dialog).to_contain_text(name)
    await expect(flow.dialog).to_contain_text("everything is counted twice")
    text = Texts("emporia").option("dashboard", "dashboard_add_without_grid")
    await expect(flow.dialog.get_by_text(text, exact=True)).to_be_visible()
    await flow.walk({"dashboard": {"next_step_id": "dashboard_add_without_grid"}})
    await flow.finish()
    async with asyncio.timeout(_NEXT_POLL):
        after = before
        while len(after["device_consumption"]) == len(before["device_consumption"]):
            await asyncio.sleep(1)
            after = await ask(frontend, "energy/get_prefs")
    # Those of other providers may turn up meanwhile
    added = [
        each for each in after["energy_sources"] if each not in before["energy_sources"]
    ]
    assert not [
        each
        for each in added
        if each["type"] == "grid" and each["stat_energy_from"].startswith("emporia:")
    ]
