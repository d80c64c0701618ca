"""Lets go of chargers whose entry is removed or disabled while the plan holds them off."""

import logging

from custom_components.cloud_energy.client.errors import CloudError
from custom_components.emporia.api.client import EmporiaClient

from .wishes import WishList

_LOGGER = logging.getLogger(__name__)


async def async_release_held(wishes: WishList, client: EmporiaClient) -> None:
    """Switch them on again: no one else would, and the car would stay empty."""
    for gid in wishes.held:
        before = wishes.of(gid).rate_before
        try:
            await client.charging.set_charger(gid, on=True, rate=before)
        except CloudError as err:
            _LOGGER.warning(
                "A charger stays switched off, turn it on in the Emporia app: %s", err
            )
        else:
            await wishes.async_change(gid, is_held=False, rate_before=None)
