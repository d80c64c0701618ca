"""The prices of one login's contracts, and which stored costs lack them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from custom_components.cloud_energy.prices.dated_prices import (
    CONF_EARLIER_PRICES,
    CONF_PRICED_EARLIER,
    plans_of,
)
from custom_components.cloud_energy.prices.price_plans import PricePlans
from custom_components.iec.calculations.load_classes import LoadClasses
from custom_components.iec.calculations.pricing import PRICE_OPTIONS, Pricing
from custom_components.iec.const import CONF_LOAD_CLASSES, CONF_PRICED_WITH, CONF_PRICES
from custom_components.iec.statistics.reader import DayReader


class EntryPrices:
    """What an entry knows of prices."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], reader: DayReader
    ) -> None:
        """Take up what is stored; the reader keeps learning from answers."""
        self._hass = hass
        self._entry = entry
        self._reader = reader
        self._wanted: date | None = None
        for contract, known in entry.data.get(CONF_LOAD_CLASSES, {}).items():
            reader.load_classes[contract] = LoadClasses(known)
        if CONF_PRICED_WITH not in entry.data:
            # Whatever is chosen later is another price than that of what is stored
            self._store(self.now())

    def pricing_of(self, contract: str, *, is_flat: bool) -> Pricing:
        """Return the prices of a contract's hours, as they are known now."""
        entry = self._entry
        classes = self._reader.load_classes.get(contract, LoadClasses())
        return Pricing.of(
            plans_of(entry, PRICE_OPTIONS),
            entry.data.get(CONF_PRICES, ()),
            None if is_flat else classes,
        )

    @callback
    def async_keep_classes(self) -> None:
        """Store what was learned of load classes."""
        found = {
            contract: dict(classes.known)
            for contract, classes in self._reader.load_classes.items()
            if classes.known
        }
        if found != self._entry.data.get(CONF_LOAD_CLASSES, {}):
            self._store({CONF_LOAD_CLASSES: found})

    @callback
    def async_want(self, since: date) -> None:
        """Have the hours from a day on priced again, whatever has changed."""
        self._wanted = since

    @property
    def reprice_from(self) -> date | None:
        """The first day of which the stored costs are of another price; None for none."""
        entry = self._entry
        stored = entry.data.get(CONF_PRICED_WITH)
        if stored is None:
            return self._wanted
        before = PricePlans.read(
            stored, PRICE_OPTIONS, entry.data.get(CONF_PRICED_EARLIER, ())
        )
        changed = plans_of(entry, PRICE_OPTIONS).first_change(before)
        found = [day for day in (changed, self._wanted) if day is not None]
        return min(found, default=None)

    def now(self) -> dict[str, Any]:
        """Return what counts now, as it is stored once all costs are of it."""
        options = self._entry.options
        return {
            CONF_PRICED_WITH: {k: options[k] for k in PRICE_OPTIONS if k in options},
            CONF_PRICED_EARLIER: self._entry.data.get(CONF_EARLIER_PRICES, []),
        }

    @callback
    def async_note_priced(self, prices: Mapping[str, Any], wanted: date | None) -> None:
        """Take that all stored costs are of these prices."""
        if self._wanted == wanted:
            self._wanted = None
        if any(self._entry.data.get(key) != value for key, value in prices.items()):
            self._store(prices)

    @property
    def wanted(self) -> date | None:
        """The day that an action has named."""
        return self._wanted

    def _store(self, changes: Mapping[str, Any]) -> None:
        data = {**self._entry.data, **changes}
        self._hass.config_entries.async_update_entry(self._entry, data=data)
