"""Which stored hours need another price, once the options of the prices were changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CoreState, HomeAssistant, callback

from custom_components.cloud_energy.prices.dated_prices import (
    CONF_EARLIER_PRICES,
    CONF_PRICED_EARLIER,
)
from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.cloud_energy.readings import local_midnight
from custom_components.cloud_energy.recorder.jobs import RecorderFailed
from custom_components.cloud_energy.recorder.stored import async_stored_hours
from custom_components.dominion_energy.api.const import SITE_ZONE
from custom_components.dominion_energy.calculations.schedule_1 import first_difference
from custom_components.dominion_energy.const import CONF_PRICED_WITH
from custom_components.dominion_energy.cost_options import (
    PRICE_KEYS,
    plans_of,
    riders_of,
)

from .series import MeterSeries

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Older:
    """Hours that the cloud no longer serves, to be priced again."""

    hours: Mapping[datetime, float] = field(default_factory=dict)
    """Stored kWh by the start of the hour (UTC); those before show how tiers began."""
    returned: Mapping[datetime, float] = field(default_factory=dict)
    """The same of what was returned."""
    since: datetime | None = None
    """From when on they get another price; None for all of them."""
    wanted: date | None = None
    """The day that an action has named."""
    prices: Mapping[str, Any] = field(default_factory=dict)
    """What the entry stores once they have their price."""

    def counts(self, hour: datetime) -> bool:
        """Return whether an hour gets another price."""
        return self.since is None or hour >= self.since


class Repricing:
    """Prices what is stored again, from the first day on that has another price."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], series: MeterSeries
    ) -> None:
        """Look at the options of an entry."""
        self._hass = hass
        self._entry = entry
        self._series = series
        self._wanted: date | None = None
        self._older = Older()

    @callback
    def async_want(self, since: date) -> None:
        """Have the hours from a day on priced again, whatever has changed."""
        self._wanted = since

    @property
    def older(self) -> Older:
        """The hours that are being priced again."""
        return self._older

    async def async_older_hours(self, *, is_stored: bool) -> Older:
        """Return stored hours that need another price.

        `is_stored`: what was returned before has got its price.
        """
        if self._older.hours:
            if not is_stored:
                return self._older
            done, self._older = self._older, Older()
            self._note(done.prices)
            if self._wanted == done.wanted:
                self._wanted = None
        since = self._since()
        if since is None:
            self._note(self._prices())
            return self._older
        if self._hass.state is not CoreState.running:
            # The recorder answers only once Home Assistant has started.
            return self._older
        self._older = await self._async_read(since)
        return self._older

    def _since(self) -> date | None:
        """Return the first day with another price than the stored one; None for none."""
        entry, wanted = self._entry, self._wanted
        stored = entry.data.get(CONF_PRICED_WITH)
        if stored is None:
            return wanted
        before = PricePlans.read(
            stored, PRICE_KEYS, entry.data.get(CONF_PRICED_EARLIER, ())
        )
        found = [
            plans_of(entry).first_change(before),
            first_difference(riders_of(entry.options), riders_of(stored)),
            wanted,
        ]
        return min((day for day in found if day is not None), default=None)

    async def _async_read(self, since: date) -> Older:
        hass, series = self._hass, self._series
        try:
            hours = await async_stored_hours(hass, series.consumption.statistic_id)
            returned = await async_stored_hours(hass, series.return_.statistic_id)
        except RecorderFailed as err:
            _LOGGER.debug("Repricing stored hours later: %s", err.reason)
            return Older()
        start = local_midnight(since, SITE_ZONE) if since > date.min else None
        return Older(hours, returned, start, self._wanted, self._prices())

    def _prices(self) -> dict[str, Any]:
        """Return what counts now, as the entry stores it once all is priced by it."""
        return {
            CONF_PRICED_WITH: dict(self._entry.options),
            CONF_PRICED_EARLIER: self._entry.data.get(CONF_EARLIER_PRICES, []),
        }

    def _note(self, prices: Mapping[str, Any]) -> None:
        """Take that all stored costs are those of some prices."""
        data = {**self._entry.data, **prices}
        if data != self._entry.data:
            self._hass.config_entries.async_update_entry(self._entry, data=data)
