"""Lets go of chargers whose entry is removed or disabled in the middle of a plan."""

import logging

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.emporia.api.client import EmporiaClient

from .session import restored_rate
from .wishes import Wishes, WishList

_LOGGER = logging.getLogger(__name__)


async def async_release_chargers(wishes: WishList, client: EmporiaClient) -> None:
    """Switch them on again, at the current that was set before: no one else would."""
    for gid in wishes.changed:
        try:
            await _async_release(wishes.of(gid), client, gid)
        except CloudError as err:
            _LOGGER.warning(
                "A charger stays as the plan left it, turn it on in the Emporia app"
                " and check its charge rate: %s",
                err,
            )
        else:
            await wishes.async_change(
                gid, is_held=False, rate_before=None, expected=None
            )


async def _async_release(before: Wishes, client: EmporiaClient, gid: int) -> None:
    charger = await client.charging.get_charger(gid, urgent=True)
    rate, _ = restored_rate(before.rate_before, charger)
    is_on = True if before.is_held else None
    if is_on or rate is not None:
        await client.charging.set_charger(gid, on=is_on, rate=rate)
