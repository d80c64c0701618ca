"""Switching the charger, and signing in again."""

import asyncio

from aiohttp import ClientSession
from playwright.async_api import expect

from tests.end_to_end import dominion_energy
from tests.end_to_end.simulator import Simulator

from .demo import Demo
from .flow import Flow
from .frontend import Frontend
from .texts import Texts

_TAKES_EFFECT = 60_000
"""Milliseconds after which the cloud surely shows what was commanded."""


async def test_the_charger(
    frontend: Frontend, demo: Demo, session: ClientSession
) -> None:
    """Its switch and its slider reach the cloud, and the page follows."""
    simulator = demo.simulator(session, "emporia")
    devices = demo.person("emporia")["devices"]
    gid = next(d["device_gid"] for d in devices if d["kind"] == "charger")
    await simulator.change(plug_in={"device_gid": gid})
    await frontend.open_device("emporia", "Garage EV")
    page, texts = frontend.page, Texts("emporia")
    sensor = ("entity", "sensor", "charger_status")
    status = frontend.state(texts(*sensor, "name"))
    await expect(status).to_contain_text(texts(*sensor, "state", "charging"))
    allowed = frontend.row(texts("entity", "switch", "charging", "name"))
    await allowed.locator("ha-switch").click()
    paused = texts(*sensor, "state", "paused")
    await expect(status).to_contain_text(paused, timeout=_TAKES_EFFECT)
    await expect(allowed.get_by_role("switch")).not_to_be_checked()
    slider = page.get_by_role("slider")
    before = int(await slider.get_attribute("aria-valuenow") or 0)
    await slider.focus()
    await page.keyboard.press("ArrowLeft")
    await expect(slider).to_have_attribute("aria-valuenow", str(before - 1))
    async with asyncio.timeout(_TAKES_EFFECT / 1000):
        while await _commands(simulator) < 2:
            await asyncio.sleep(0.2)
    assert await _commands(simulator) == 2


async def _commands(simulator: Simulator) -> int:
    return sum(each["method"] == "PUT" for each in await simulator.requests())


async def test_signing_in_again(
    frontend: Frontend, demo: Demo, session: ClientSession
) -> None:
    """What needs the user says so, and one way leads through it."""
    domain = "dominion_energy"
    person = demo.person(domain)
    simulator = demo.simulator(session, domain)
    await simulator.change(forget_devices=person["name"], revoke_tokens=person["name"])
    row = await frontend.open_integration(domain)
    page, texts = frontend.page, Texts(domain)
    # Whatever tells of the reload, or not, is closed before the next click.
    told = page.locator("dialog-box").get_by_role("button", name="OK")
    await page.add_locator_handler(told, lambda button: button.click())
    await frontend.choose(row, "Reload")
    await page.get_by_role("button", name="Reconfigure").click()
    flow = Flow(page, texts)
    await flow.walk({**dominion_energy.answers(person), "reauth_confirm": {}})
    step = await flow.step()
    assert (step["type"], step["reason"]) == ("abort", "reauth_successful")
