"""Notifies the user when Cloud Energy is removed before the providers that need it."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.translation import async_get_translations

from custom_components.cloud_energy.const import DOMAIN

from .installation import Installation

_CHECK_EVERY: Final = timedelta(seconds=15)
_CONFIRMED: Final = 2
"""An update removes this integration too, for as long as its download takes."""
_NOTIFICATION: Final = "cloud_energy_removed"


@callback
def async_watch_removal(hass: HomeAssistant, installation: Installation) -> None:
    """Check now and then: no event says that an integration's files are deleted."""
    missed = 0

    async def look(_: datetime) -> None:
        nonlocal missed
        if await installation.async_was_removed_too_early():
            missed += 1
            if missed == _CONFIRMED:
                await _async_notify(hass)
        elif missed:
            missed = 0
            persistent_notification.async_dismiss(hass, _NOTIFICATION)

    async_track_time_interval(
        hass,
        look,
        _CHECK_EVERY,
        name="cloud_energy removal",
        cancel_on_shutdown=True,
    )


async def _async_notify(hass: HomeAssistant) -> None:
    """Say what is going on; the texts were read when the files were still there."""
    texts: dict[str, str] = {}
    for category in ("title", "options"):
        texts |= await async_get_translations(
            hass, hass.config.language, category, {DOMAIN}
        )
    own = f"component.{DOMAIN}"
    persistent_notification.async_create(
        hass,
        texts[f"{own}.options.abort.removed"],
        title=texts[f"{own}.title"],
        notification_id=_NOTIFICATION,
    )
