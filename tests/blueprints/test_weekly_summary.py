"""A message every week."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .automate import automate, stop_automation


async def test_the_message_is_sent_on_its_day(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The summary of the last whole week is asked for, and its text is sent."""
    await hass.config.async_set_time_zone("America/New_York")
    freezer.move_to("2026-11-16 12:00:00+00:00")
    asked: list[dict[str, object]] = []
    sent: list[str] = []

    async def summarize(call: ServiceCall) -> ServiceResponse:
        asked.append(dict(call.data))
        return {"text": "Week of …: 84.0 kWh used."}

    async def notify(call: ServiceCall) -> None:
        sent.append(call.data["message"])

    hass.services.async_register(
        "cloud_energy",
        "get_summary",
        summarize,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register("notify", "notify", notify)
    await automate(hass, "weekly_summary", {"entry": "01J", "weekday": "wed"})
    for _ in range(7):
        freezer.tick(timedelta(days=1))
        at_eight = dt_util.now().replace(hour=8, minute=0, second=0)
        freezer.move_to(at_eight)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
    assert asked == [{"config_entry_id": "01J", "period": "week", "periods_ago": 1}]
    assert sent == ["Week of …: 84.0 kWh used."]
    await stop_automation(hass)
