"""The weekly message of the demo: the blueprint's automation, and what it has sent."""

from typing import Final

from .api import HomeAssistantApi
from .home import Home

_DOMAIN: Final = "dominion_energy"
"""Whose history is there as soon as the demo is."""


async def send_message(api: HomeAssistantApi, home: Home) -> None:
    """Make the automation, and have it send the message of last week now."""
    entries = await api.entries(_DOMAIN)
    if not entries:
        return
    message = {"title": "Energy last week", "message": "{{ message }}"}
    send = {"action": "persistent_notification.create", "data": message}
    inputs = {"entry": entries[0]["entry_id"], "message_actions": [send]}
    blueprint = {"path": "cloud_energy/weekly_summary.yaml", "input": inputs}
    name = {"id": "weekly_summary", "alias": "Weekly energy summary"}
    await home.automate(api, [{**name, "use_blueprint": blueprint}])
    entity_id = await api.entity_id("automation", "weekly_summary")
    await api.call_action("automation", "trigger", entity_id=entity_id)
