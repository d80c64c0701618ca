"""Automations made of the project's blueprints."""

from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

SOURCE = Path(__file__).parents[2] / "blueprints"


async def automate(hass: HomeAssistant, name: str, inputs: dict[str, Any]) -> None:
    """Make an automation of a blueprint."""
    folder = Path(hass.config.path("blueprints", "automation"))
    await hass.async_add_executor_job(
        lambda: shutil.copytree(SOURCE / "automation", folder, dirs_exist_ok=True)
    )
    blueprint = {"path": f"cloud_energy/{name}.yaml", "input": inputs}
    config = {"automation": {"alias": "charge", "use_blueprint": blueprint}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    state = hass.states.get("automation.charge")
    assert state
    assert state.state == "on"


async def stop_automation(hass: HomeAssistant) -> None:
    """Turn it off: its timers end with it."""
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.charge"}, blocking=True
    )
