"""Actions that are about live values."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.elecnova.const import DOMAIN

from .house import House, live_of, until


async def ask(house: House, action: str, **data: Any) -> Any:
    """Call an action that has a response."""
    return await house.hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True
    )


async def test_list_points(house: House) -> None:
    """The newest values as they were sent, with what each is taken for."""
    entry = await house.add()
    await house.publish(entry)
    answer = await ask(house, "list_points", config_entry_id=entry.entry_id)
    points = answer["devices"][f"BMS{house.cabinet()}"]
    charge = next(point for point in points if point["name"] == "soc")
    assert charge["value"] == house.number(f"BMS{house.cabinet()}_battery_soc")
    assert charge["role"] == "battery_soc"
    assert charge["time"]


async def test_refresh_topics(house: House) -> None:
    """All are asked for again, and the connection is made anew."""
    entry = await house.add()
    connects = live_of(entry).connection.connects
    house.cloud.requests.clear()
    await house.hass.services.async_call(DOMAIN, "refresh_topics", {}, blocking=True)
    asked = [each for each in house.cloud.requests.entries if "/topic/" in each.path]
    assert len(asked) == 9
    await until(lambda: live_of(entry).connection.connects > connects)
    house.cloud.faults.add(endpoint="*/topic/*", kind="status", status=500, times=100)
    with pytest.raises(HomeAssistantError) as caught:
        await house.hass.services.async_call(
            DOMAIN, "refresh_topics", {}, blocking=True
        )
    assert caught.value.translation_key == "provider_error"
