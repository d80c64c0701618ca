"""What changes often is written all the same."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.cloud_energy.helpers.keeper import DelayedStore
from custom_components.cloud_energy.helpers.own_store import own_store


async def test_it_is_written_however_often_it_changes(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_storage: dict[str, Any]
) -> None:
    """Within the promised time, and again after the next change."""
    count = 0

    def stored() -> dict[str, int]:
        return {"count": count}

    keeper = DelayedStore(own_store(hass, 1, "kept"), stored, 300)
    for count in range(1, 20):
        keeper.async_save_later()
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()
        kept = hass_storage.get("kept", {"data": {"count": 0}})["data"]["count"]
        assert count - kept <= 5
    assert hass_storage["kept"]["data"]["count"] >= 15
    await keeper.async_save()
    assert hass_storage["kept"]["data"] == {"count": 19}
