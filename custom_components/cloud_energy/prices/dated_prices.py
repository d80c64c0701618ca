"""The prices that an entry's user has set, each for its time."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .price_plans import PricePlans

CONF_EARLIER_PRICES: Final = "earlier_prices"
"""What was chosen before the options of today, and until when it counts."""
CONF_PRICED_EARLIER: Final = "priced_earlier"
"""The earlier prices with which the stored costs were calculated."""
CONF_PRICES_FROM: Final = "prices_from"
"""The day that a user names for new prices; it is not stored as such."""


def plans_of(entry: ConfigEntry[Any], keys: Iterable[str]) -> PricePlans:
    """Return what was chosen; `keys` are the options that make up a price."""
    earlier = entry.data.get(CONF_EARLIER_PRICES, ())
    return PricePlans.read(entry.options, keys, earlier)


@callback
def async_note_prices(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    keys: Iterable[str],
    options: Mapping[str, Any],
    *,
    since: date | None,
    usual: date,
) -> None:
    """Keep what was chosen until new options count.

    `since`: the day that the user names; without one, prices that have changed count
    from the `usual` day on.
    """
    keys = tuple(keys)
    plans = plans_of(entry, keys)
    prices = {key: options[key] for key in keys if key in options}
    if since is None and prices == plans.current:
        return
    earlier = plans.changed(prices, since or usual).stored_earlier()
    data = {**entry.data, CONF_EARLIER_PRICES: earlier}
    hass.config_entries.async_update_entry(entry, data=data)
