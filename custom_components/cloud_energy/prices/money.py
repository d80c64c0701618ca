"""Amounts of money whose currency the provider does not report: the home's."""

from functools import partial
import logging
from typing import override

from homeassistant.components.recorder.statistics import get_metadata
from homeassistant.helpers.recorder import get_instance

from custom_components.cloud_energy.entities.entity import CloudSensor
from custom_components.cloud_energy.recorder.jobs import (
    RecorderFailed,
    async_read_beside,
)

_LOGGER = logging.getLogger(__name__)


class MoneySensor[SnapshotT, PartT](CloudSensor[SnapshotT, PartT]):
    """An amount in the currency that is set in Home Assistant."""

    @property
    @override
    def native_unit_of_measurement(self) -> str:
        return self.coordinator.hass.config.currency

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        await self._async_rename_currency()

    async def _async_rename_currency(self) -> None:
        """Have its statistics, if it has any, continue in the currency of today.

        Only the name of the currency was wrong before, or has changed: the amounts
        are what they were.
        """
        unit = self.unit_of_measurement
        find = partial(get_metadata, self.hass, statistic_ids={self.entity_id})
        try:
            known = await async_read_beside(self.hass, find)
        except RecorderFailed as err:
            _LOGGER.debug("Renaming the currency at the next start: %s", err.reason)
            return
        if any(found["unit_of_measurement"] != unit for _, found in known.values()):
            get_instance(self.hass).async_update_statistics_metadata(
                self.entity_id, new_unit_of_measurement=unit, new_unit_class=None
            )
