"""The Energy dashboard as a new user gets it: its sources, and their power now."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from playwright.async_api import expect
import pytest

from tests.end_to_end import emporia, showcase
from tests.end_to_end.simulator import Simulator

from .demo import Demo
from .frontend import Frontend
from .texts import Texts

type Preferences = Mapping[str, list[dict[str, Any]]]

_NEXT_POLL = 90
"""Seconds after which all that was added is surely there."""


async def test_a_second_grid_connection(frontend: Frontend, demo: Demo) -> None:
    """The step names the one that is there, and the rest can be had without another."""
    person = demo.person("emporia", "email_home")
    await frontend.open()
    await frontend.page.locator("home-assistant-main").wait_for()
    # Those of other accounts may still come while the step is shown
    before: Preferences = await frontend.ask("energy/get_prefs")
    flow = await frontend.add_integration("emporia")
    answers = emporia.answers(person)
    await flow.walk(answers, until="dashboard")
    grids = [
        each["name"] for each in before["energy_sources"] if each["type"] == "grid"
    ]
    assert grids
    for name in grids:
        await expect(flow.dialog).to_contain_text(name)
    await expect(flow.dialog).to_contain_text("everything is counted twice")
    text = Texts("emporia").option("dashboard", "dashboard_add_without_grid")
    await expect(flow.dialog.get_by_text(text, exact=True)).to_be_visible()
    await flow.walk({"dashboard": {"next_step_id": "dashboard_add_without_grid"}})
    await flow.finish()
    own = tuple(f"emporia:{each['device_gid']}_" for each in person["devices"])
    async with asyncio.timeout(_NEXT_POLL):
        shown = before
        while not _of(own, shown["device_consumption"], "stat_consumption"):
            await asyncio.sleep(1)
            shown = await frontend.ask("energy/get_prefs")
    grids_shown = [each for each in shown["energy_sources"] if each["type"] == "grid"]
    assert not _of(own, grids_shown, "stat_energy_from")


def _of(own: tuple[str, ...], shown: list[dict[str, Any]], key: str) -> list[str]:
    """Return the statistics of an account among those that are shown."""
    return [each[key] for each in shown if str(each[key]).startswith(own)]


GRID_KW = 8.3
BATTERY_KW = -2.1
"""Charging."""


async def test_power_now(
    frontend: Frontend, demo: Demo, session: ClientSession
) -> None:
    """Badge and flow are the sum of what grid, solar and battery report."""
    simulator = demo.simulator(session, "elecnova")
    cabinet = demo.person("elecnova")["cabinet"]
    # Nothing else is told meanwhile
    await simulator.change(delivery={"silent": True})
    try:
        # Another test may have added an account, which has a grid as well
        await frontend.show_energy_of("elecnova", most=1)
        preferences: Preferences = await frontend.ask("energy/get_prefs")
        powers = {
            each["type"]: each["stat_rate"] for each in preferences["energy_sources"]
        }
        assert powers.keys() == {"grid", "solar", "battery"}
        await frontend.open("/energy/now")
        badge = frontend.page.locator("hui-power-total-badge")
        await expect(badge).to_be_visible()
        cloud = _Cabinet(simulator, frontend)
        await cloud.tell(f"METER{cabinet}", GRID_KW, shown_by=powers["grid"])
        await cloud.tell(f"PCS{cabinet}", BATTERY_KW, shown_by=powers["battery"])
        watts = {kind: await _watts(frontend, powers[kind]) for kind in powers}
        total = sum(watts.values())
        await expect(badge).to_contain_text(f"{round(total / 1000, 2):g} kW")
        # The page itself has no flow where there are no devices
        await frontend.open(showcase.START)
        nodes = await _flow(frontend, total)
        assert nodes["grid"] == pytest.approx(watts["grid"])
        assert nodes.get("solar", 0) == pytest.approx(watts["solar"])
        assert nodes["battery_in"] == pytest.approx(-watts["battery"])
    finally:
        await simulator.change(delivery={"silent": False})


@dataclass(frozen=True)
class _Cabinet:
    """A cabinet of which only one thing is heard at a time."""

    cloud: Simulator
    frontend: Frontend

    async def tell(self, serial: str, power: float, *, shown_by: str) -> None:
        """Tell a power (kW) again and again, as cabinets do, until the page shows it.

        One message may get lost: the connection is renewed now and then.
        """
        told = {"sn": serial, "data": {"activePower": power}}
        await self.cloud.change(say={"device": serial, "payload": told})
        while await _watts(self.frontend, shown_by) != pytest.approx(1000 * power):
            await asyncio.sleep(1)
            await self.cloud.change(say={"device": serial, "payload": told})


async def _flow(frontend: Frontend, total: float) -> dict[str, float]:
    """Return the watts of the power flow's nodes once it has caught up."""
    chart = frontend.page.locator("hui-power-sankey-card ha-sankey-chart")
    nodes: dict[str, float] = {}
    while nodes.get("home") != pytest.approx(total):
        nodes = await chart.evaluate(
            "e => Object.fromEntries(e.data.nodes.map(n => [n.id, n.value]))"
        )
        await asyncio.sleep(0.1)
    return nodes


async def _watts(frontend: Frontend, entity_id: str) -> float:
    """Return the power that an entity shows on the page."""
    state: dict[str, Any] = await frontend.page.evaluate(
        "id => document.querySelector('home-assistant').hass.states[id]", entity_id
    )
    unit = state["attributes"]["unit_of_measurement"]
    return float(state["state"]) * {"W": 1, "kW": 1000}[unit]


@pytest.mark.parametrize("domain", ["elecnova", "emporia"])
async def test_every_live_source_has_power(frontend: Frontend, domain: str) -> None:
    """Providers with live power pass it, for each source and each device."""
    await frontend.show_energy_of(domain)
    preferences: Preferences = await frontend.ask("energy/get_prefs")
    sources = [*preferences["energy_sources"], *preferences["device_consumption"]]
    assert sources
    for source in sources:
        assert await _watts(frontend, source["stat_rate"]) is not None, source
