"""What work on the recorder's own thread costs the event loop."""

from unittest.mock import patch

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant

from custom_components.cloud_energy.recorder.jobs import async_run_in_recorder


async def test_a_job_wakes_the_loop_once(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    """Each time, two threads take turns."""
    loop = hass.loop
    wake = loop.call_soon_threadsafe
    with patch.object(loop, "call_soon_threadsafe", side_effect=wake) as woken:
        assert await async_run_in_recorder(hass, lambda *_: 815) == 815
    assert woken.call_count == 1
